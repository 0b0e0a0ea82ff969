"""The binder: a file with its dividers, documents and sheets."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from records import binder, bookmarks, cases, describing, linking, missing_sheets, searching, sentences, sticking
from records.models import Case, CrossReference, DocumentVersion, MissingSheet, ReadingPlace, RecordFile, Register, Volume
from tenants.models import User

from .doors import ClerkRequest, file_or_404, may

NOBODY = "00000000-0000-0000-0000-000000000000"
STRETCH = 24  # rows that are laid out together (binder.css)
VERSION, PAGE = 987654321, 123456789
STATES = dict(DocumentVersion.State.choices)
# A row of the contents as far as all rows have it. Written here and not in the template, which takes ten times as long for each of hundreds.
ATTRIBUTES = 'id="document-{id}" data-state="{state}"{held}{attached}'
ROW = (
    '{attachment}<a class="contents__link" data-document="{id}" href="#{place}">'
    '<span class="contents__title">{title}</span><span class="contents__sheets">{sheets}</span></a>'
    '<button class="contents__more no-print" type="button" data-act="menu" aria-label="{more}: {title}" title="{more}"></button>'
)


@require_safe
def file(request: ClerkRequest, file: UUID) -> HttpResponse:
    found = file_or_404(request.user, file)
    context = contents_of(request, found)
    context |= {
        "nav": "file_plan",
        "file": found,
        "query": request.GET.get("q", ""),
        "crumbs": crumbs_of(found),
        "max_upload_mb": settings.MAX_UPLOAD_BYTES // (1024 * 1024),
        **may(request.user, found),
    }
    return render(request, "records/binder.html", context)


def crumbs_of(file: RecordFile) -> list[dict[str, str]]:
    return [{"url": reverse("records:unit", args=[file.unit.public_id]), "label": str(file.unit)}]


def contents_of(request: ClerkRequest, file: RecordFile) -> dict[str, Any]:
    """What lies in the file: groups of documents by register in paper order, and the viewer's manifest."""
    held = list(cases.cases_of(file))
    case = next((each for each in held if str(each.public_id) == request.GET.get("vorgang")), None)
    documents: list[Any] = binder.listed(file=file, case=case)
    registers = list(file.registers.order_by("position"))
    manifest = binder.manifest(registers=registers, documents=documents, folios=binder.folio_numbers(file=file))
    containers = {each.pk: each.case_reference for each in held}
    more, attachment = escape(_("More")), escape(_("Attachment"))
    sheet = 0
    for entry, document in zip(manifest["documents"], documents, strict=True):
        pages = len(entry["pages"])
        document.first_sheet, document.last_sheet = (sheet + 1, sheet + pages) if pages else (None, None)
        sheet += pages
        _describe(document, entry)
        entry["reference"] = _reference(document, file, containers)
        _write(document, request.user, more, attachment)
    _stick(manifest, file, documents)
    text = request.GET.get("q", "")[:2000]
    hits = searching.sheets_with_hits(clerk=request.user, file=file, text=text) if text.strip() else []
    marked = bookmarks.of(clerk=request.user, file=file).values_list("document__public_id", "page")
    manifest |= {
        **addresses(),
        "start": _start(request, file, documents, hits),
        "hits": hits,
        "query": text,
        "bookmarks": [(str(document), page) for document, page in marked],
        "bookmarked": reverse("records_api:bookmarks", args=[file.public_id]),
    }
    volumes, band = binder.volumes_of(file=file), request.GET.get("band", "")
    stand_ins = _standing_in(request, file, case)
    groups = _in_volumes(volumes, registers, documents, stand_ins, band) if volumes else _groups(registers, documents, stand_ins)
    return {
        "groups": groups,
        "tabs": list({group.register: group for group in reversed(groups) if group.register}.values())[::-1],
        "volumes": volumes,
        "band": band if any(str(volume.number) == band for volume in volumes) else "",
        "cases": held,
        "case": case,
        "live_query": urlencode({name: request.GET[name] for name in ("q", "vorgang", "band") if request.GET.get(name)}),
        "manifest": manifest,
        "busy": any(d.being_read for d in documents),
        "sheet_count": sheet,
        "first": first_sheet(manifest),
    }


def _write(document: Any, clerk: User, more: str, attachment: str) -> None:
    """Put the item's attributes and its row on a document. Only titles are what people have written; all else is ours: ids, numbers, states."""
    held = "" if document.checked_out_by_id is None else ' data-held="other"' if document.is_held_from(clerk) else ' data-held="me"'
    attached = document.parent_id is not None
    shown = {"id": document.id_text, "place": document.place, "sheets": document.sheets, "title": escape(document.title), "more": more}
    attributes = ATTRIBUTES.format(id=document.id_text, state=document.state, held=held, attached=" data-attached" if attached else "")
    row = ROW.format(**shown, attachment=f'<span class="sr-only">{attachment}: </span>' if attached else "")
    document.attributes, document.row = mark_safe(attributes), mark_safe(row)  # noqa: S308 - the title is escaped, once


def _reference(document: Any, file: RecordFile, containers: dict[int, str]) -> str:
    return f"{containers.get(document.case_id, file.file_reference)}-{document.number}" if document.number else ""


def _standing_in(request: ClerkRequest, file: RecordFile, case: Case | None) -> list[Any]:
    """What stands in for papers that are not here: missing sheets, and documents that lie in another file. Not in one case alone."""
    if case is not None:
        return []
    today = timezone.localdate()
    sheets: list[Any] = missing_sheets.still_missing(file)
    for sheet in sheets:
        sheet.overdue = sheet.back_by is not None and sheet.back_by < today
    return [*sheets, *linking.cross_references_of(file=file, clerk=request.user)]


def _in_volumes(
    volumes: list[Volume], registers: list[Register], documents: list[Any], stand_ins: list[Any], band: str
) -> list[SimpleNamespace]:
    """The same, volume by volume (only one if the reader asked for it); registers stand empty only where something can be filed.

    What stands in for papers stands in the volume that is open.
    """
    wanted = [volume for volume in volumes if str(volume.number) == band] or volumes
    first = min(volumes, key=lambda volume: volume.number)
    held: dict[int, list[Any]] = {volume.pk: [] for volume in volumes}
    for document in documents:
        held[document.volume_id or first.pk].append(document)
    groups = []
    for volume in wanted:
        here = stand_ins if volume.closed_on is None else []
        found = [group for group in _groups(registers, held[volume.pk], here) if group.documents or volume.closed_on is None]
        for group in found[:1]:
            group.volume = volume
        groups += found
    return groups


def _groups(registers: list[Register], documents: list[Any], stand_ins: list[Any]) -> list[SimpleNamespace]:
    """Documents without a register first, then each register with its own; each with what stands in for papers at its place."""
    held: dict[int | None, list[Any]] = {register.pk: [] for register in registers}
    loose: list[Any] = []
    for document in documents:
        held.get(document.register_id, loose).append(document)
    there: dict[int | None, list[Any]] = {}
    for each in stand_ins:
        there.setdefault(each.register_id, []).append(each)
    groups: list[tuple[Register | None, list[Any]]] = [(None, loose)] if loose or None in there or not registers else []
    groups += [(register, held[register.pk]) for register in registers]
    return [
        SimpleNamespace(
            register=register,
            volume=None,
            number=registers.index(register) + 1 if register else None,
            documents=found,
            missing=[each for each in there.get(register.pk if register else None, []) if isinstance(each, MissingSheet)],
            elsewhere=[each for each in there.get(register.pk if register else None, []) if isinstance(each, CrossReference)],
            rows=_roughly(len(found)),
            sheets=_range([d for d in found if d.first_sheet]),
            stretches=[found[at : at + STRETCH] for at in range(0, len(found), STRETCH)],
        )
        for register, found in groups
    ]


def _range(documents: list[Any]) -> str:
    """The sheets of a register: "12–48"."""
    if not documents:
        return ""
    first, last = documents[0].first_sheet, documents[-1].last_sheet
    return str(first) if first == last else f"{first}–{last}"


def _roughly(count: int) -> str:
    """How long a register's list is, in steps of two: its place is kept free before its rows are laid out (binder.css)."""
    return next((str(most) for most in (2, 4, 8, 16, 32, 64, 128) if count <= most), "more")


def _describe(document: Any, entry: dict[str, Any]) -> None:
    """Words about a document, for the list and for the viewer. All text: the template writes hundreds of rows and formats nothing."""
    version = document.current
    document.id_text = entry["id"]
    document.state = entry["state"]
    document.state_label = STATES[version.state] if version else ""  # get_state_display() makes this table anew for each document
    document.being_read = bool(version and version.being_read)
    document.failure = sentences.failure(version) if version else ""
    document.notice = sentences.notice(version) if version and version.notices else ""
    document.held_text = sentences.held(document)
    document.noted = document.state != "ready" or bool(document.notice or document.held_text)
    first, last = document.first_sheet, document.last_sheet
    document.place = f"blatt={first}" if first else f"dokument={entry['id']}"
    document.sheets = "" if not first else str(first) if first == last else f"{first}–{last}"
    entry["failure"], entry["notice"] = document.failure, document.notice
    for day in ("received_on", "document_date"):
        value = getattr(document, day)
        entry[day] = f"{value:%d.%m.%Y}" if value else ""
    entry["stamp"] = describing.stamp_of(document)


def _stick(manifest: dict[str, Any], file: RecordFile, documents: list[Any]) -> None:
    """Give each document its sticky notes; `marks` changes when one of them does, so that the viewer draws its sheets anew."""
    of: dict[int, list[Any]] = {}
    for note in sticking.notes_on(file=file):
        of.setdefault(note.document_id, []).append(note)
    for entry, document in zip(manifest["documents"], documents, strict=True):
        if notes := of.get(document.pk):
            entry["notes"] = [{"page": note.page, "text": note.text, "by": sticking.by_line(note)} for note in notes]
            entry["marks"] = " ".join(f"{note.pk}.{note.revision}" for note in notes)
    manifest["notes"] = sum(len(notes) for notes in of.values())


def first_sheet(manifest: dict[str, Any]) -> dict[str, Any] | None:
    """The sheet that is seen first: `sheet`, `width` (points), `picture` (address with {width}). None if there are no sheets."""
    start = max(1, min(manifest["start"], sum(len(entry["pages"]) for entry in manifest["documents"])))
    before = 0
    for entry in manifest["documents"]:
        pages = entry["pages"]
        if start <= before + len(pages):
            page = start - before
            picture = manifest["image"].replace("{document}", entry["id"]).replace("{version}", str(entry["version"]))
            return {"sheet": str(start), "width": str(pages[page - 1][0]), "picture": picture.replace("{page}", str(page))}
        before += len(pages)
    return None


def addresses() -> dict[str, str]:
    """Address templates of originals, and of pictures, tiles and words of a page."""
    found = {name: reverse(f"records:{name}", args=[NOBODY, VERSION, PAGE]) for name in ("page_image", "page_words", "page_tile")}
    image, words, tile = (
        address.replace(NOBODY, "{document}").replace(str(VERSION), "{version}").replace(str(PAGE), "{page}") for address in found.values()
    )
    return {
        "original": reverse("records:original", args=[NOBODY]).replace(NOBODY, "{document}"),
        "properties": reverse("records:document", args=[NOBODY]).replace(NOBODY, "{document}"),
        "image": f"{image}?width={{width}}",
        "thumbnail": f"{image}?width=240",
        "words": words,
        "tiles": f"{tile}?width={{width}}&x={{x}}&y={{y}}",
    }


def _start(request: ClerkRequest, file: RecordFile, documents: list[Any], hits: list[tuple[int, int]]) -> int:
    """The sheet to begin with: that of the document asked for, else the first hit, else where the clerk stopped."""
    wanted, page = request.GET.get("dokument", ""), request.GET.get("seite", "1")
    for document in documents:
        if str(document.public_id) == wanted and document.first_sheet:
            number = int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1
            return int(min(document.first_sheet + max(number, 1) - 1, document.last_sheet))
    if hits:
        return hits[0][0]
    place = ReadingPlace.objects.filter(user=request.user, file=file).first()
    return place.sheet if place else 1
