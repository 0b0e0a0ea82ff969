"""Make one document fit to be bound: nothing in it can act any more, its forms are writing, each page bears its stamp and is in its structure.

The stamp's font is not in it yet (binding.py gives all pages the same one); its name in the page's resources is STAMP_FONT.
"""

from functools import partial
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from foundation.pages.facts import Failure, Unreadable
from foundation.pages.inside import mending, scan_sources, seats
from foundation.pages.inside.stamping import Stamper, visible_box
from foundation.pages.inside.tagging import Tagger

SMALLEST_PT = 72.0  # a picture of one pixel is shown on a piece of paper that a stamp has room on
HARMLESS_LINKS = ("http://", "https://", "mailto:")
# ISO 32000-2, table 201. What only leads to a page of the same document is gone with the document.
ACTIONS = {
    "/GoTo", "/GoToR", "/GoToE", "/GoToDp", "/Launch", "/Thread", "/Sound", "/Movie", "/Hide", "/Named", "/SubmitForm", "/ResetForm",
    "/ImportData", "/SetOCGState", "/Rendition", "/Trans", "/GoTo3DView", "/JavaScript", "/RichMediaExecute",
}  # fmt: skip
ACTING = ("/AA", "/JS", "/OpenAction", "/PA")
OF_THE_OLD_DOCUMENT = ("/AA", "/B", "/PieceInfo", "/Thumb", "/Trans", "/Dur", "/PresSteps", "/AF", "/Metadata", "/VP")


def prepare(source: Path, out: Path, *, family: str, stamps: list[str], first: int = 0, receipt: str = "") -> list[str]:
    """Write a document to `out` with a stamp on each page; gives what went missing ("form", "signature", "attachments", "damage").

    `first` is the number at which those of its structure begin (seats.py), `receipt` the stamp of its receipt, on its first page.

    Raises Unreadable: broken, encrypted, without pages, an XFA form, or another number of pages than there are stamps.
    """
    if family == "image":
        drawn = out.with_suffix(".image")
        scan_sources.from_image(source, drawn, None)
        source = drawn
    try:
        with pikepdf.open(source) as pdf:
            lost = _prepare(pdf, out, stamps, first, receipt)
    except pikepdf.PasswordError as locked:
        raise Unreadable(Failure.ENCRYPTED) from locked
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RuntimeError, OverflowError) as broken:
        raise Unreadable(Failure.BROKEN, repr(broken)[:300]) from broken
    if family == "image":
        source.unlink()
    return lost


def _prepare(pdf: pikepdf.Pdf, out: Path, stamps: list[str], first: int, receipt: str) -> list[str]:
    if pdf.is_encrypted:
        raise Unreadable(Failure.ENCRYPTED)
    if len(pdf.pages) == 0:
        raise Unreadable(Failure.NO_PAGES)
    if len(pdf.pages) != len(stamps):
        raise Unreadable(Failure.BROKEN, f"{len(pdf.pages)} pages, {len(stamps)} expected")
    lost = _what_goes_missing(pdf)
    _make_forms_writing(pdf)
    for page in pdf.pages:
        _clean(page)
    _end_actions(pdf)
    if mending.mend(pdf):
        lost.append("damage")
    unstamped = out.with_suffix(".plain")
    pdf.save(unstamped)
    tagger = Tagger(pdf)
    with Stamper(unstamped) as stamper:
        for number, (page, text) in enumerate(zip(pdf.pages, stamps, strict=True)):
            tagger.tag(page, text, partial(stamper.has_text, number))
            stamper.stamp(page, number, text, "" if number else receipt)
    for key in ("/Outlines", "/Names", "/Dests", "/AcroForm", "/OpenAction", "/AA", "/Threads", "/Collection", "/AF", "/Metadata"):
        if key in pdf.Root:
            del pdf.Root[key]
    seats.seat(pdf, first=first)
    pdf.save(out)
    unstamped.unlink()
    return lost


def _what_goes_missing(pdf: pikepdf.Pdf) -> list[str]:
    form = pdf.Root.get("/AcroForm")
    if form is not None and "/XFA" in form:
        raise Unreadable(Failure.UNSUPPORTED, "XFA")
    fields = list(form.get("/Fields", [])) if form is not None else []
    signed = any(field.get("/FT") == Name.Sig and "/V" in field for field in fields)
    found = {"signature": signed, "form": bool(fields) and not signed, "attachments": bool(len(pdf.attachments))}
    return [what for what, holds in found.items() if holds]


def _make_forms_writing(pdf: pikepdf.Pdf) -> None:
    """Draw what stands in fields and notes onto the pages, as people see it; hidden ones stay hidden."""
    form = pdf.Root.get("/AcroForm")
    if form is not None and bool(form.get("/NeedAppearances", False)):
        pdf.generate_appearance_streams()
    pdf.flatten_annotations("all")


def _clean(page: pikepdf.Page) -> None:
    for key in OF_THE_OLD_DOCUMENT:
        if key in page.obj:
            del page.obj[key]
    width, height = (side for side in visible_box(page)[2:])
    if width <= 0 or height <= 0:
        raise Unreadable(Failure.BROKEN, "a page without an area")
    if min(width, height) < SMALLEST_PT:
        _onto_larger_paper(page)
    links = [link for link in page.obj.get("/Annots", []) if _is_harmless(link)]
    if links:
        page.obj["/Annots"] = Array(links)
    elif "/Annots" in page.obj:
        del page.obj["/Annots"]


def _onto_larger_paper(page: pikepdf.Page) -> None:
    left, bottom, width, height = visible_box(page)
    aside, above = max(SMALLEST_PT * 2 - width, 0) / 2, max(SMALLEST_PT * 2 - height, 0) / 2
    page.obj["/MediaBox"] = Array([left - aside, bottom - above, left + width + aside, bottom + height + above])
    for key in ("/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"):
        if key in page.obj:
            del page.obj[key]


def _is_harmless(annotation: Any) -> bool:
    if not isinstance(annotation, Dictionary) or annotation.get("/Subtype") != Name.Link:
        return False
    action = annotation.get("/A")
    if not isinstance(action, Dictionary) or action.get("/S") != Name.URI or "/Next" in action:
        return False
    return str(action.get("/URI", "")).lower().startswith(HARMLESS_LINKS)


def _end_actions(pdf: pikepdf.Pdf) -> None:
    """Take scripts and actions out of every object, wherever it hangs: a tagged document names its fields in its structure, too."""
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Object):
            _end_actions_in(thing, 0)


def _end_actions_in(thing: Any, depth: int) -> None:
    if depth > 40:
        raise Unreadable(Failure.BROKEN, "nested too deep")
    if isinstance(thing, Dictionary | pikepdf.Stream):
        if str(thing.get("/S", "")) in ACTIONS and "/P" not in thing:  # an element of the structure has a parent, an action has none
            for key in list(thing.keys()):
                if not (isinstance(thing, pikepdf.Stream) and key == "/Length"):
                    del thing[key]
            return
        for key in list(thing.keys()):
            if key in ACTING:
                del thing[key]
            else:
                _below(thing[key], depth)
    elif isinstance(thing, Array):
        for item in list(thing):
            _below(item, depth)


def _below(thing: Any, depth: int) -> None:
    if isinstance(thing, Dictionary | Array) and not thing.is_indirect:
        _end_actions_in(thing, depth + 1)
