"""The file as one PDF, for a court or for inspection: cover, contents with sheet numbers, all documents, and what was left out and why.

It is not PDF/A: the documents stay as they are, and what would make them PDF/A here drops letters (decision 0014). The bytes of the
documents are handled in the sandbox only (foundation.pages.binding).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.pages import binding
from foundation.pages.facts import Failure, Unreadable
from foundation.store import StoreError

from . import describing, leaving_out, numbering, printing, standing_in
from .export_making import CannotMake, Made, Making, lost_for_good, put_result, safe_name
from .leaving_out import Going, LeftOut, Selection
from .models import CrossReference, Page
from .standing_in import StandIn

logger = logging.getLogger(__name__)
SHEETS_IN_ONE_GO = 120
LINE_WIDTH = 100  # letters on a sheet of typewriting (foundation.pages.inside.text_files)
TEXT_SHEETS_IN_ONE_GO = 40
ROWS_IN_ONE_GO = 120


@dataclass(frozen=True)
class Bound:
    """A document that is in the PDF: where its pages lie, and what its copy does not have any more."""

    going: Going
    path: Path
    remarks: tuple[str, ...] = ()


@dataclass
class Progress:
    """What has been done so far."""

    bound: list[Bound] = field(default_factory=list)
    left_out: dict[str, LeftOut] = field(default_factory=dict)  # by the document's id
    sheets: int = 0
    peak_bytes: int = 0


def compose(making: Making) -> Made:
    """Compose the PDF. Raises CannotMake, LeaseLost, and what the store raises while it is away."""
    options, file = making.export.options, making.file
    only = options.get("document", "")
    clerk = None if only else making.export.asked_by
    selection = leaving_out.select(file=file, leave_out=options.get("leave_out", {}), needs_pages=True, clerk=clerk, only=only)
    total = sum(len(going.labels) for going in selection.going)
    making.progress(0, total)
    done = Progress()
    for number, portion in enumerate(_portions(selection.going)):
        _prepare(making, portion, done, making.hold.folder(f"portion-{number}"))
        making.progress(done.sheets, total)
    left_out = [*selection.left_out, *done.left_out.values()]
    if not done.bound:
        raise CannotMake(left_out[0].code if only and left_out else "nothing")
    parts = _parts(making, selection, done, left_out)
    title = done.bound[0].going.document.title if only else file.title
    try:
        whole = binding.bind(parts, title=f"{file.file_reference} {title}", folder=making.hold.folder("whole"), beat=making.hold.beat)
    except binding.BadResult as trouble:
        raise CannotMake("bad_result", str(trouble)) from trouble
    except Unreadable as limit:
        raise CannotMake("too_large", str(limit)) from limit
    peak = max(done.peak_bytes, whole.peak_bytes)
    logger.info("Export %s: %s sheets, peak memory of its processes %s MiB.", making.export.public_id, done.sheets, peak // 1024**2)
    name = safe_name(f"{file.file_reference}_{title}", "pdf")
    told = {"pages": sum(len(part.labels) for part in parts), "peak_bytes": peak}
    return Made(put_result(whole.path, making.hold), name, [left.as_json() for left in left_out], total, told)


def _portions(going: Sequence[Going]) -> list[list[Going]]:
    """Documents in portions of some sheets: one process each, and the progress is told after it."""
    portions: list[list[Going]] = [[]]
    sheets = 0
    for document in going:
        if portions[-1] and sheets + len(document.labels) > SHEETS_IN_ONE_GO:
            portions.append([])
            sheets = 0
        portions[-1].append(document)
        sheets += len(document.labels)
    return [portion for portion in portions if portion]


def _prepare(making: Making, portion: Sequence[Going], done: Progress, folder: Path) -> None:
    """Clean and stamp one portion; what cannot be bound is left out and named."""
    parts: list[tuple[Going, binding.Part]] = []
    for going in portion:
        try:
            path, family = _source(making, going, folder)
        except StoreError as trouble:
            if not lost_for_good(trouble):
                raise
            done.left_out[str(going.document.public_id)] = _left_out(going, leaving_out.NOT_IN_STORE)
            continue
        stamps = tuple(_("Sheet %(number)s") % {"number": label} for label in going.labels)
        receipt = describing.stamp_of(going.document) if making.export.options.get("receipt_stamps", True) else ""
        parts.append((going, binding.Part(path, family, stamps, receipt)))
        making.hold.beat()
    found_parts = [part for _going, part in parts]
    prepared, peak = binding.prepare(found_parts, folder=_own(folder, "ready"), before=done.sheets, beat=making.hold.beat)
    done.peak_bytes = max(done.peak_bytes, peak)
    for (going, _part), found in zip(parts, prepared, strict=True):
        if found.path is None:
            done.left_out[str(going.document.public_id)] = _left_out(going, (found.failure or Failure.BROKEN).value)
        else:
            done.bound.append(Bound(going, found.path, tuple(leaving_out.remarks(going.version, found.lost))))
    done.sheets += sum(len(going.labels) for going in portion)


def _source(making: Making, going: Going, folder: Path) -> tuple[Path, str]:
    """Where a document's pages are taken from: its searchable copy, its own bytes, or for a text the pages that reading cut it into."""
    version = going.version
    if version.family == "text":
        return _text_as_pdf(making, going, folder), "pdf"
    path = making.bytes_of(version, searchable=True)
    return path, "pdf" if version.searchable_sha256 else version.family


def _text_as_pdf(making: Making, going: Going, folder: Path) -> Path:
    """Write a text onto sheets as the viewer shows them; tagged, with letters that can be searched."""
    import pikepdf

    written = folder / f"text-{going.version.pk}.pdf"
    pages = Page.objects.filter(version=going.version).order_by("number").values_list("text", flat=True)
    with pikepdf.new() as whole:
        for start in range(0, len(going.labels), TEXT_SHEETS_IN_ONE_GO):
            some = ["\n".join(_lines(text)) for text in pages[start : start + TEXT_SHEETS_IN_ONE_GO]]
            part = folder / f"text-{going.version.pk}-{start}.pdf"
            part.write_bytes(printing.as_pdf("records/print/text.html", {"title": going.document.title, "pages": some}))
            if len(going.labels) <= TEXT_SHEETS_IN_ONE_GO:
                return part
            with pikepdf.open(part) as source:
                whole.pages.extend(source.pages)
            making.hold.beat()
        whole.save(written)
    return written


def _lines(text: str) -> list[str]:
    """Lines as wide as a sheet, cut as the viewer cuts them."""
    lines = [line.expandtabs(8) for line in text.split("\n")]
    return [line[at : at + LINE_WIDTH] for line in lines for at in range(0, max(len(line), 1), LINE_WIDTH)]


def _parts(making: Making, selection: Selection, done: Progress, left_out: Sequence[LeftOut]) -> list[binding.Bound]:
    """Everything in its order: cover, contents, documents by register, notes. A single document has no cover and no contents."""
    about = printing.about(file=making.file, address=str(making.export.options.get("address", "")), at=making.at)
    context = about | {
        "rows": _under_registers([(bound.going.register or _("Directly in the file"), bound) for bound in done.bound]),
        "left_out": [left.as_json() | {"why": leaving_out.why(left.as_json())} for left in left_out],
        "missing": selection.missing,
        "notes": selection.notes,
        "foliated": selection.foliated,
        "asked_by": making.export.asked_by,
        "at": making.at,
    }
    single = bool(making.export.options.get("document"))
    front = [] if single else _front(making, context)
    documents = _in_their_order(making, selection, done)
    back = _list(making, "notes", _("Sticky notes"), [context], "N") if selection.notes else []
    return [*front, *documents, *back]


def _front(making: Making, context: dict[str, Any]) -> list[binding.Bound]:
    cover = _list(making, "cover", _("Cover"), [context], "A")
    return [*cover, *_list(making, "contents", _("Table of contents"), _pieces(context), "I")]


def _in_their_order(making: Making, selection: Selection, done: Progress) -> list[binding.Bound]:
    """Documents, and between them a sheet for each that stands in for a paper."""
    ready = {bound.going.document.pk: bound for bound in done.bound}
    registers = dict(making.file.registers.values_list("pk", "name"))
    parts: list[binding.Bound] = []
    sheets = 0
    for each in selection.stream:
        if isinstance(each, StandIn):
            register = registers.get(each.register_id or 0) or _("Directly in the file")
            parts.append(_stand_in(making, each, register, sheets))
            sheets += len(parts[-1].labels)
        elif bound := ready.get(each.pk):
            going = bound.going
            parts.append(binding.Bound(bound.path, going.labels, (going.register or _("Directly in the file"), _bookmark(going))))
    return parts


def _stand_in(making: Making, each: StandIn, register: str, before: int) -> binding.Bound:
    """A sheet that says what is missing or where it lives. Its pages are called E-1, E-2 …: they are no sheets of the file.

    What lives elsewhere is named by its reference only: its title is no affair of whoever gets the copy of this file.
    """
    import pikepdf

    kind = _("Missing sheet") if each.kind == standing_in.MISSING else _("Cross-reference")
    title = numbering.reference_of(each.row.document) if isinstance(each.row, CrossReference) else each.title
    path = making.hold.folder("lists") / f"stand-in-{each.id}.pdf"
    lines = standing_in.lines_of(each, today=timezone.localdate(making.at))
    context = {
        "file": making.file,
        "kind": kind,
        "title": title or _("A document"),
        "register": register,
        "lines": lines[: None if each.kind == standing_in.MISSING else 1],
    }
    path.write_bytes(printing.as_pdf("records/print/stand_in.html", context))
    making.hold.beat()
    with pikepdf.open(path) as pdf:
        labels = tuple(f"E-{before + number}" for number in range(1, len(pdf.pages) + 1))
    return binding.Bound(path, labels, (register, f"{kind}: {context['title']}"), stamped=False)


def _list(making: Making, name: str, title: str, pieces: Sequence[dict[str, Any]], prefix: str) -> list[binding.Bound]:
    """Sheets of our own; their pages are called A-1, I-1, I-2 …, so that no number of a sheet appears twice.

    Long ones are written piece by piece, so that the lease is kept meanwhile.
    """
    import pikepdf

    written: list[binding.Bound] = []
    pages = 0
    for place, context in enumerate(pieces):
        path = making.hold.folder("lists") / f"{name}-{place}.pdf"
        path.write_bytes(printing.as_pdf(f"records/print/{name}.html", context | {"pages_before": pages, "first": place == 0}))
        making.hold.beat()
        with pikepdf.open(path) as pdf:
            count = len(pdf.pages)
        labels = tuple(f"{prefix}-{pages + number}" for number in range(1, count + 1))
        written.append(binding.Bound(path, labels, () if place else (title,), stamped=False))
        pages += count
    return written


def _pieces(context: dict[str, Any]) -> list[dict[str, Any]]:
    """The table of contents in pieces of some rows; behind it, what was left out."""
    rows = [(register, bound) for register, documents in context["rows"] for bound in documents]
    pieces = [
        context | {"rows": _under_registers(rows[at : at + ROWS_IN_ONE_GO]), "left_out": [], "missing": [], "ends": False}
        for at in range(0, len(rows), ROWS_IN_ONE_GO)
    ]
    left_out = context["left_out"]
    if len(rows) % ROWS_IN_ONE_GO + len(left_out) <= ROWS_IN_ONE_GO:
        pieces[-1] |= {"left_out": left_out, "missing": context["missing"], "ends": True}
        return pieces
    return pieces + [
        context | {"rows": [], "left_out": left_out[at : at + ROWS_IN_ONE_GO], "missing": [] if at else context["missing"], "ends": True}
        for at in range(0, len(left_out), ROWS_IN_ONE_GO)
    ]


def _bookmark(going: Going) -> str:
    return f"{going.sheets}  {going.document.title}"


def _under_registers(rows: Sequence[tuple[str, Bound]]) -> list[tuple[str, list[Bound]]]:
    """The rows of the table of contents under the names of their registers."""
    groups: list[tuple[str, list[Bound]]] = []
    for name, bound in rows:
        if not groups or groups[-1][0] != name:
            groups.append((name, []))
        groups[-1][1].append(bound)
    return groups


def _left_out(going: Going, code: str) -> LeftOut:
    return LeftOut("document", str(going.document.public_id), going.document.title, going.register, going.sheets, code)


def _own(folder: Path, name: str) -> Path:
    below = folder / name
    below.mkdir(parents=True, exist_ok=True)
    return below
