"""The contents of a file as the binder shows them: groups of documents by register in paper order, and the viewer's manifest.

Rows are written here and not in a template, which takes ten times as long for each of hundreds.
"""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from django.template import loader
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from foundation.embedded import script_of
from records import binder, bookmarks, cases, contents, describing, protection, searching, sentences, standing_in, sticking
from records.contents import Listed
from records.models import DocumentVersion, RecordFile, Register, Volume
from records.models.needs import STEPS, ProtectionNeed
from records.standing_in import StandIn
from tenants.models import User

from . import cancelled, cutting
from .doors import ClerkRequest

NOBODY = "00000000-0000-0000-0000-000000000000"
STRETCH = 24  # rows that are laid out together (binder.css)
VERSION, PAGE = 987654321, 123456789
NORMAL = ProtectionNeed.NORMAL
STATES = dict(DocumentVersion.State.choices)
ITEM = (
    '<li role="listitem" id="document-{id}" data-state="{state}"{held}{attached}{draft}>'
    '{attachment}<a class="contents__link" data-document="{id}" href="#{place}">'
    '<span class="contents__title">{title}</span><span class="contents__sheets">{sheets}</span></a>'
    '<button class="contents__more no-print" type="button" data-act="menu" aria-label="{more}: {title}" title="{more}"></button>{note}</li>'
)


def contents_of(request: ClerkRequest, file: RecordFile, *, can_file: bool) -> dict[str, Any]:
    """What lies in the file, for records/_documents.html and components/binder.html."""
    held = cases.all_cases(file=file)
    case = next((each for each in held if str(each.public_id) == request.GET.get("vorgang")), None)
    documents: list[Any] = contents.listed(file=file, case=case)
    registers = contents.registers_of(file=file)
    manifest = contents.manifest(registers=registers, documents=documents, folios=contents.folio_numbers(file=file))
    _describe(documents, manifest["documents"], file, {each.pk: each.case_reference for each in held})
    _write(documents, request.user, can_file=can_file)
    _stick(manifest, file, documents)
    text = request.GET.get("q", "")[:2000]
    hits, cut_at = searching.sheets_with_hits(clerk=request.user, file=file, text=text) if text.strip() else ([], None)
    manifest |= {
        **addresses(),
        "start": _start(request, file, documents, hits),
        "hits": hits,
        "hits_cut_at": cut_at,
        "query": text,
        "bookmarks": bookmarks.places(clerk=request.user, file=file),
        "bookmarked": reverse("records_api:bookmarks", args=[file.public_id]),
    }
    volumes, band = contents.volumes_of(file=file), request.GET.get("band", "")
    _in_their_volumes(manifest, volumes, documents)
    stand_ins = _stand_in(manifest, file, registers, documents, volumes, request.user) if case is None else []
    gone = contents.cancelled(file=file, case=case)
    groups = _in_volumes(volumes, registers, documents, stand_ins, band) if volumes else _groups(registers, documents, stand_ins)
    for group in groups:
        group.need_words = protection.words_for(
            max((d.protection_need for d in group.documents), key=STEPS.__getitem__, default=NORMAL), file=file
        )
    return {
        "groups": groups,
        "tabs": list({group.register: group for group in reversed(groups) if group.register}.values())[::-1],
        "volumes": volumes,
        "band": band if any(str(volume.number) == band for volume in volumes) else "",
        "cases": held,
        "case": case,
        "live_query": urlencode({name: request.GET[name] for name in ("q", "vorgang", "band") if request.GET.get(name)}),
        "manifest": script_of(manifest, "binder-manifest"),
        "busy": any(document.being_read for document in documents),
        "sheet_count": sum(document.page_count for document in documents),
        "first": first_sheet(manifest, documents),
        "cancelled": cancelled.drawn(gone, can_file=can_file) if gone else "",
        "cancelled_count": len(gone),
        "cut": cutting.cut_out(request),
    }


def _describe(documents: list[Any], entries: list[dict[str, Any]], file: RecordFile, containers: dict[int, str]) -> None:
    """Words about the documents, for the list and for the viewer; the viewer is told nothing that is empty."""
    sheet = 0
    for document, entry in zip(documents, entries, strict=True):
        document.first_sheet, document.last_sheet = (sheet + 1, sheet + document.page_count) if document.page_count else (None, None)
        sheet += document.page_count
        document.id_text = entry["id"]
        document.failure = sentences.failure(document)
        document.notice = sentences.notice(document) if document.notices else ""
        document.held_text = sentences.held(document) if document.checked_out_by_id else ""
        document.noted = document.draft or document.state != "ready" or bool(document.notice or document.held_text)
        first, last = document.first_sheet, document.last_sheet
        document.place = f"blatt={first}" if first else f"dokument={entry['id']}"
        document.sheets = "" if not first else str(first) if first == last else f"{first}–{last}"
        said = {
            "failure": document.failure,
            "notice": document.notice,
            "received_on": _day(document.received_on),
            "document_date": _day(document.document_date),
            "stamp": _("Draft") if document.draft else describing.stamp_of(document),
            "reference": _reference(document, file, containers),
        }
        entry.update((name, value) for name, value in said.items() if value)


def _in_their_volumes(manifest: dict[str, Any], volumes: list[Volume], documents: list[Listed]) -> None:
    """Tell the viewer which volume each document lies in: it lays out the stream as the sheets are counted, volume by volume."""
    if not volumes:
        return
    places = {volume.pk: place for place, volume in enumerate(volumes)}
    first = min(volumes, key=lambda volume: volume.number).pk
    manifest["volumes"] = [{"name": str(volume), "closed": volume.closed_on is not None} for volume in volumes]
    for document, entry in zip(documents, manifest["documents"], strict=True):
        entry["volume"] = places[document.volume_id or first]


def _day(day: date | None) -> str:
    return f"{day.day:02}.{day.month:02}.{day.year}" if day else ""


def _reference(document: Listed, file: RecordFile, containers: dict[int, str]) -> str:
    return f"{containers.get(document.case_id or 0, file.file_reference)}-{document.number}" if document.number else ""


def _write(documents: list[Any], clerk: User, *, can_file: bool) -> None:
    """Put its item in the list on each document, as text.

    Only titles are what people have written; all else is ours: ids, numbers, states. What is to be noted beside few of them is a template's affair.
    """
    more, attachment = escape(_("More")), f'<span class="sr-only">{escape(_("Attachment"))}: </span>'
    note = loader.get_template("records/_contents_note.html")
    for document in documents:
        holder, attached = document.checked_out_by_id, document.parent_id is not None
        document.state_label = STATES[document.state]
        document.item = ITEM.format(
            id=document.id_text,
            state=document.state,
            held="" if holder is None else ' data-held="me"' if holder == clerk.pk else ' data-held="other"',
            attached=" data-attached" if attached else "",
            draft=" data-draft" if document.draft else "",
            attachment=attachment if attached else "",
            place=document.place,
            title=escape(document.title),
            sheets=document.sheets,
            more=more,
            note=note.render({"document": document, "can_file": can_file}) if document.noted else "",
        )


def _stretches(documents: list[Any], beginning: list[StandIn]) -> list[SafeString]:
    """The items of a register, so many at a time; the first begins with what stands before any document."""
    items = [document.item for document in documents]
    if beginning:
        items[:1] = [_rows(beginning) + "".join(items[:1])]
    return [
        mark_safe("".join(items[at : at + STRETCH]))  # noqa: S308 - titles are escaped, once
        for at in range(0, len(items), STRETCH)
    ]


def _stand_in(
    manifest: dict[str, Any], file: RecordFile, registers: list[Register], documents: list[Any], volumes: list[Volume], clerk: User
) -> list[StandIn]:
    """Put what stands in for papers that are not here behind its document, in the list and for the viewer; that of one case alone has none."""
    stand_ins = standing_in.standing_in(file=file, clerk=clerk, documents=documents, volumes=volumes)
    if not stand_ins:
        return []
    places = {document.pk: document for document in documents}
    names = {register.pk: str(register.public_id) for register in registers}
    manifest["stand_ins"] = [
        {
            "id": each.id,
            "kind": each.kind,
            "title": each.title,
            "lines": standing_in.lines_of(each, today=timezone.localdate()),
            "register": names.get(each.register_id or 0),
        }
        | ({"behind": places[each.behind].id_text} if each.behind else {})
        | ({"lives": _lives(each)} if each.kind == standing_in.REFERENCE else {})
        for each in stand_ins
    ]
    for pk, behind in standing_in.behind_each(stand_ins).items():
        places[pk].item += _rows(behind)
    return stand_ins


def _lives(stand_in: StandIn) -> str:
    """Where the document of a cross-reference is read."""
    document = stand_in.row.document  # type: ignore[union-attr]
    return f"{reverse('records:file', args=[document.file.public_id])}?dokument={document.public_id}"


def _rows(stand_ins: list[StandIn]) -> str:
    """Their items in the list."""
    today, row = timezone.localdate(), loader.get_template("records/_stand_in.html")
    return "".join(
        row.render(
            {"each": each, "lines": standing_in.lines_of(each, today=today), "lives": "" if each.kind == "missing" else _lives(each)}
        )
        for each in stand_ins
    )


def _in_volumes(
    volumes: list[Volume], registers: list[Register], documents: list[Any], stand_ins: list[StandIn], band: str
) -> list[SimpleNamespace]:
    """The same, volume by volume (only one if the reader asked for it); registers stand empty only where something can be filed.

    What stands in for papers and names no document stands in the volume that is open.
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
        for group in found if volume.closed_on is None else ():
            group.into = volume.public_id
        groups += found
    return groups


def _groups(registers: list[Register], documents: list[Any], stand_ins: list[StandIn]) -> list[SimpleNamespace]:
    """Documents without a register first, then each register with its own; each with what stands before them."""
    held: dict[int | None, list[Any]] = {register.pk: [] for register in registers}
    loose: list[Any] = []
    for document in documents:
        held.get(document.register_id, loose).append(document)
    groups: list[tuple[Register | None, list[Any]]] = (
        [(None, loose)] if loose or standing_in.beginning(stand_ins, None) or not registers else []
    )
    groups += [(register, held[register.pk]) for register in registers]
    return [
        SimpleNamespace(
            register=register,
            volume=None,
            into="",
            number=registers.index(register) + 1 if register else None,
            documents=found,
            rows=_roughly(len(found)),
            sheets=_range([d for d in found if d.first_sheet]),
            stretches=_stretches(found, standing_in.beginning(stand_ins, register.pk if register else None)),
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


def _stick(manifest: dict[str, Any], file: RecordFile, documents: list[Any]) -> None:
    """Give each document its sticky notes; `marks` changes when one of them does, so that the viewer draws its sheets anew."""
    of: dict[int, list[Any]] = {}
    for note in sticking.all_notes(file=file):
        of.setdefault(note.document_id, []).append(note)
    for entry, document in zip(manifest["documents"], documents, strict=True):
        if notes := of.get(document.pk):
            entry["notes"] = [{"page": note.page, "text": note.text, "by": sticking.by_line(note)} for note in notes]
            entry["marks"] = " ".join(f"{note.pk}.{note.revision}" for note in notes)
    manifest["notes"] = sum(len(notes) for notes in of.values())


def first_sheet(manifest: dict[str, Any], documents: list[Any]) -> dict[str, Any] | None:
    """The sheet that is seen first: `sheet`, `width` (points), `picture` (address with {width}). None if there are no sheets."""
    there = [document for document in documents if document.first_sheet]
    if not there:
        return None
    start = max(1, min(manifest["start"], there[-1].last_sheet))
    document = next(each for each in there if each.last_sheet >= start)
    page = start - document.first_sheet + 1
    picture = manifest["image"].replace("{document}", document.id_text).replace("{version}", str(document.version))
    return {"sheet": str(start), "width": str(document.width_of(page)), "picture": picture.replace("{page}", str(page))}


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
    return binder.last_sheet(file=file, clerk=request.user)
