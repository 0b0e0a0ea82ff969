"""Make PDFs of the pages of others: in another order, turned, some of them left out, several put together.

A page goes over as it is: nothing is drawn anew, turning is its /Rotate. With it go its form fields, layers, tags, bookmarks, links and labels,
as far as they belong to pages that are there. What is left out must be gone: qpdf never copies a page that something merely points to.
"""

import hashlib
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
from pikepdf import Dictionary, Name, OutlineItem, String

from foundation.pages.facts import Failure, Unreadable
from foundation.pages.inside import scan_sources
from foundation.pages.inside.binding import label_pages
from foundation.pages.inside.pruning import TooDeep, prune
from foundation.pages.inside.structure import CopiedStructure

FAULTS = (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RuntimeError, OverflowError)
OF_THE_FIRST = ("/Lang", "/ViewerPreferences", "/OutputIntents")  # kept of the catalogue
CLAIMS = ("http://www.aiim.org/pdfa/ns/id/", "http://www.aiim.org/pdfua/ns/id/")
TEXTS_COMPARED = 300  # pages of one result whose texts are compared with the source's
DEEPEST_OUTLINE = 8


def rearrange(sources: Sequence[dict[str, Any]], wanted: dict[str, Any], out: Path, *, work: Path) -> list[str]:
    """Write one PDF. Gives what could not be kept: "form", "signature", "attachments", "tags", "scripts", "claims" (of being PDF/A).

    Each source has `path`, `family`, and `original` where `path` is a searchable copy of that PDF. `wanted` has `parts` (`source`, `pages` as
    pairs of number and degrees, `bookmark`), `title` ("" keeps the source's), `attachments` (whether they come along).
    Raises Unreadable.
    """
    try:
        with ExitStack() as opened, pikepdf.new() as whole:
            lost = _Making(sources, whole, opened, work).make(wanted)
            whole.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    except pikepdf.PasswordError as locked:
        raise Unreadable(Failure.ENCRYPTED) from locked
    except FAULTS as broken:
        raise Unreadable(Failure.BROKEN, repr(broken)[:300]) from broken
    return sorted(lost)


class _Making:
    """One PDF being made. Sources are opened anew for each, because taking over their tags changes them."""

    def __init__(self, sources: Sequence[dict[str, Any]], whole: pikepdf.Pdf, opened: ExitStack, work: Path) -> None:
        self.sources, self.whole, self.opened, self.work = sources, whole, opened, work
        self.lost: set[str] = set()
        self.structure = CopiedStructure(whole)
        self.labels: list[str] = []

    def make(self, wanted: dict[str, Any]) -> set[str]:
        bookmarks: list[tuple[str, int, int]] = []
        for part in wanted["parts"]:
            start, before = len(self.whole.pages), self._bookmarks()
            source = self._open(self.sources[part["source"]])
            self._take(source, part["pages"])
            if wanted["attachments"]:
                self._attachments(source)
            elif len(source.attachments):
                self.lost.add("attachments")
            if start == 0:
                self._about(source, wanted["title"])
            bookmarks.append((part["bookmark"], start, self._bookmarks() - before))
        self.structure.finish()
        if len(wanted["parts"]) == 1 and any(self.labels):
            label_pages(self.whole, self.labels)
        if any(title for title, _start, _count in bookmarks):
            self._bookmark_parts(bookmarks)
        return self.lost

    def _open(self, source: dict[str, Any]) -> pikepdf.Pdf:
        path = Path(source["path"])
        if source["family"] == "image":
            drawn = self.work / f"drawn-{hashlib.sha256(str(path).encode()).hexdigest()[:12]}.pdf"
            if not drawn.exists():
                scan_sources.from_image(path, drawn, None)
            path = drawn
        pdf = self.opened.enter_context(pikepdf.open(path))
        if pdf.is_encrypted:
            raise Unreadable(Failure.ENCRYPTED)
        if not len(pdf.pages):
            raise Unreadable(Failure.NO_PAGES)
        if source["original"]:
            self._bring_over(self.opened.enter_context(pikepdf.open(source["original"])), pdf)
        self._make_copyable(pdf)
        return pdf

    def _bring_over(self, original: pikepdf.Pdf, copy: pikepdf.Pdf) -> None:
        """Give a searchable copy what it lost of its original beside the pages: files inside, labels, bookmarks."""
        if len(original.pages) != len(copy.pages) or original.is_encrypted:
            return
        for name in set(original.attachments) - set(copy.attachments):
            _attach(copy, name, original.attachments[name])
        if "/PageLabels" in original.Root and "/PageLabels" not in copy.Root:
            copy.Root["/PageLabels"] = copy.copy_foreign(original.make_indirect(original.Root["/PageLabels"]))
        if "/Outlines" in original.Root and "/Outlines" not in copy.Root:
            places = {page.obj.objgen: place for place, page in enumerate(original.pages)}
            with original.open_outline() as old, copy.open_outline() as new:
                new.root.extend(_outline(old.root, places, 0))
        if original.Root.get("/AcroForm") is not None and "/AcroForm" not in copy.Root:
            self.lost.add("form")

    def _make_copyable(self, pdf: pikepdf.Pdf) -> None:
        """Say and remove what cannot hold for other pages than these in this order: signatures, scripts, XFA (which is refused)."""
        form = pdf.Root.get("/AcroForm")
        if isinstance(form, Dictionary):
            if "/XFA" in form:
                raise Unreadable(Failure.UNSUPPORTED, "XFA")
            signed = [field for field in pdf.acroform.fields if field.obj.get("/FT") == Name.Sig and "/V" in field.obj]
            if signed:
                self.lost.add("signature")
                pdf.acroform.disable_digital_signatures()  # what one sees of it stays, as a picture of it would
        opening = pdf.Root.get("/OpenAction")
        if "/JavaScript" in pdf.Root.get("/Names", Dictionary()) or (isinstance(opening, Dictionary) and "/JS" in opening):
            self.lost.add("scripts")

    def _take(self, source: pikepdf.Pdf, chosen: Sequence[tuple[int, int]]) -> None:
        """Take pages over, turned, with what belongs to them."""
        numbers = [number for number, _turn in chosen]
        if not numbers or max(numbers) > len(source.pages) or min(numbers) < 1 or len(set(numbers)) < len(numbers):
            raise Unreadable(Failure.BROKEN, f"pages {numbers[:20]} of {len(source.pages)}")
        kept = [source.pages[number - 1] for number in numbers]
        complete = len(kept) == len(source.pages)
        labelled = "/PageLabels" in source.Root
        self.labels += [page.label if labelled else "" for page in kept]
        tagged = "/StructTreeRoot" in source.Root and self._prepare_tags(source, kept, complete=complete)
        start = len(self.whole.pages)
        self._copy(source, numbers, complete=complete)
        if tagged:
            self.structure.take_over(source)
        else:
            self.structure.doubtful = True
        for place, (_number, turn) in enumerate(chosen, start=start):
            if turn:
                self.whole.pages[place].rotate(turn, relative=True)
        if not complete:
            for place in range(start, len(self.whole.pages)):
                self.whole.pages[place].remove_unreferenced_resources()  # resources shared with pages that are left out

    def _prepare_tags(self, source: pikepdf.Pdf, kept: list[pikepdf.Page], *, complete: bool) -> bool:
        if not complete:
            try:
                prune(source, kept)
            except (TooDeep, *FAULTS):
                del source.Root["/StructTreeRoot"]
                self.lost.add("tags")
        self.structure.shift(source)
        return "/StructTreeRoot" in source.Root

    def _copy(self, source: pikepdf.Pdf, numbers: Sequence[int], *, complete: bool) -> None:
        """Copy pages with form fields, layers, bookmarks and link targets.

        A field whose relatives stand on pages that are left out would bring their values along: all fields become writing then.
        """
        wanted = [number - 1 for number in numbers]
        if not complete and _has_fields(source):
            with pikepdf.new() as trial:
                partial = trial.add_pages_from(source, wanted).partial_fields
            if partial:
                self.lost.add("form")
                if bool(source.Root.AcroForm.get("/NeedAppearances", False)):
                    source.generate_appearance_streams()
                source.flatten_annotations("all")
                if "/AcroForm" in source.Root:
                    del source.Root["/AcroForm"]
        self.whole.add_pages_from(source, wanted)

    def _attachments(self, source: pikepdf.Pdf) -> None:
        for name in source.attachments:
            free, more = name, 1
            while free in self.whole.attachments:
                more += 1
                free = f"{Path(name).stem} ({more}){Path(name).suffix}"
            _attach(self.whole, free, source.attachments[name])

    def _about(self, source: pikepdf.Pdf, title: str) -> None:
        """What is said of the whole document, and no more of being PDF/A: nobody has checked that it still is."""
        for key in OF_THE_FIRST:
            if key in source.Root:
                self.whole.Root[key] = self.whole.copy_foreign(source.make_indirect(source.Root[key]))
        for key, value in dict(source.docinfo).items():
            if isinstance(value, String):
                self.whole.docinfo[key] = str(value)
        if isinstance(source.Root.get("/Metadata"), pikepdf.Stream):
            with suppress(*FAULTS):
                self.whole.Root["/Metadata"] = self.whole.copy_foreign(source.Root["/Metadata"])
                self._withdraw_claims()
        if title:
            self.whole.docinfo["/Title"] = title
            with self.whole.open_metadata(set_pikepdf_as_editor=False) as metadata:
                metadata["dc:title"] = title

    def _withdraw_claims(self) -> None:
        with self.whole.open_metadata(set_pikepdf_as_editor=False) as metadata:
            for claim in [key for key in metadata if key.startswith(tuple(f"{{{space}}}" for space in CLAIMS))]:
                del metadata[claim]
                self.lost.add("claims")

    def _bookmarks(self) -> int:
        if "/Outlines" not in self.whole.Root:
            return 0
        with self.whole.open_outline() as outline:
            return len(outline.root)

    def _bookmark_parts(self, parts: Sequence[tuple[str, int, int]]) -> None:
        """A bookmark for each document that was put together, with its own ones below."""
        with self.whole.open_outline() as outline:
            items = list(outline.root)
            outline.root.clear()
            for title, start, count in parts:
                top = OutlineItem(title, start, "Fit")
                top.children.extend(items[:count])
                del items[:count]
                outline.root.append(top)


def verify(sources: Sequence[dict[str, Any]], wanted: dict[str, Any], out: Path, *, work: Path, lost: Sequence[str] = ()) -> str:
    """Look at a result with PDFium, another program than the one that wrote it: each page must be the one that was asked for.

    Gives what is wrong, or "". Sizes, turns and texts are compared (texts of all pages up to TEXTS_COMPARED, of some of them beyond).
    """
    with ExitStack() as opened:
        made = opened.enter_context(_Drawn(out))
        asked = [(part["source"], number, turn) for part in wanted["parts"] for number, turn in part["pages"]]
        if made.count != len(asked):
            return f"{made.count} pages instead of {len(asked)}"
        step = max(len(asked) // TEXTS_COMPARED, 1)
        seen: dict[int, _Drawn] = {}
        for place, (index, number, turn) in enumerate(asked):
            if index not in seen:
                source = sources[index]
                drawn = work / f"drawn-{hashlib.sha256(source['path'].encode()).hexdigest()[:12]}.pdf"
                seen[index] = opened.enter_context(_Drawn(drawn if source["family"] == "image" else Path(source["path"])))
            text = place % step == 0 and "form" not in lost  # what has become writing is text of the page now
            before, after = seen[index].page(number - 1, text=text), made.page(place, text=text)
            if not _is_the_same(before, after, turn):
                return f"page {place + 1} is not page {number} of source {index}"
    with pikepdf.open(out) as pdf:
        pages = sum(1 for thing in pdf.objects if isinstance(thing, Dictionary) and thing.get("/Type") == Name.Page)
        return "" if pages == len(asked) else f"{pages} pages are in a file of {len(asked)}"


def _is_the_same(before: tuple[int, float, float, int], after: tuple[int, float, float, int], turn: int) -> bool:
    width, height = before[1:3] if turn % 180 == 0 else before[2:0:-1]
    same_size = abs(width - after[1]) <= 1 and abs(height - after[2]) <= 1
    return same_size and (before[0] + turn) % 360 == after[0] and before[3] == after[3]


class _Drawn(pypdfium2.PdfDocument):  # type: ignore[misc]
    @property
    def count(self) -> int:
        return len(self)

    def page(self, place: int, *, text: bool) -> tuple[int, float, float, int]:
        """Turn, width and height as shown, and how many letters are on a page."""
        page = self[place]
        try:
            width, height = page.get_size()
            letters = 0
            if text:
                written = page.get_textpage()
                letters = written.count_chars()
                written.close()
            return page.get_rotation(), width, height, letters
        finally:
            page.close()


def _outline(items: Sequence[OutlineItem], places: dict[tuple[int, int], int], depth: int) -> list[OutlineItem]:
    """Bookmarks that lead to pages, for a document with the same pages."""
    found = []
    for item in items if depth < DEEPEST_OUTLINE else ():
        destination: Any = item.destination
        if item.action is not None and item.action.get("/S") == Name.GoTo:
            destination = item.action.get("/D")
        target = destination[0] if isinstance(destination, pikepdf.Array) and len(destination) else None
        place = places.get(target.objgen) if isinstance(target, Dictionary) else None
        copy = OutlineItem(item.title, place, "Fit") if place is not None else OutlineItem(item.title)
        copy.children.extend(_outline(item.children, places, depth + 1))
        if place is not None or copy.children:
            found.append(copy)
    return found


def _attach(pdf: pikepdf.Pdf, name: str, spec: pikepdf.AttachedFileSpec) -> None:
    file = spec.get_file()
    pdf.attachments[name] = pikepdf.AttachedFileSpec(
        pdf, file.read_bytes(), filename=name, mime_type=file.mime_type or "", description=spec.description
    )


def _has_fields(pdf: pikepdf.Pdf) -> bool:
    form = pdf.Root.get("/AcroForm")
    return isinstance(form, Dictionary) and bool(len(form.get("/Fields", [])))
