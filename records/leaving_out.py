"""What goes along when a file leaves the house, in which order and under which sheet numbers, and what is left out and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from foundation.pages.facts import Failure, NoticeCode
from foundation.pages.sentences import sentence
from tenants.models import User

from . import binder, standing_in
from .models import CrossReference, Document, DocumentVersion, Folio, MissingSheet, Page, RecordFile, StickyNote
from .models.sheets import ON_NO_PAGE
from .standing_in import StandIn

DRAFT, WISH, STILL_READ, NOT_READ, NO_PAGES, NOT_IN_STORE, NOT_PRINTED = (
    "draft",
    "wish",
    "still_read",
    "not_read",
    "no_pages",
    "not_in_store",
    "not_printed",
)


FAILURES = frozenset(failure.value for failure in Failure)


@dataclass(frozen=True)
class LeftOut:
    """One thing that is not in the result. `code` is one of the above or a Failure; `detail` what a clerk gave as her reason."""

    kind: str  # "document" or "sticky_note"
    id: str
    title: str
    register: str
    sheets: str
    code: str
    detail: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Going:
    """A document that goes along. `labels` are its sheets' numbers, one for each page; empty if it has no pages."""

    document: Document
    version: DocumentVersion
    register: str
    labels: tuple[str, ...]

    @property
    def sheets(self) -> str:
        return span(self.labels)


@dataclass
class Selection:
    """What was chosen of a file."""

    going: list[Going] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[tuple[str, StickyNote]] = field(default_factory=list)  # with the sheet they are stuck to
    missing: list[MissingSheet] = field(default_factory=list)
    foliated: bool = False
    stream: list[Document | StandIn] = field(default_factory=list)  # all documents, and what stands in for papers at its place


def select(*, file: RecordFile, leave_out: Mapping[str, Any], needs_pages: bool, clerk: User | None = None, only: str = "") -> Selection:
    """Choose what goes along. `leave_out`: public ids of "registers", "documents", "sticky_notes", and the "reason" for it.

    A foliated file goes in the order of its folio numbers, others as they lie in the binder, with the numbers that the viewer shows. With
    `needs_pages` (one PDF) only what can become pages goes along; with a `clerk` there is a stream, with what stands in for papers as far as she
    may know of it (four more queries). `only`: the public id of the one document that goes; its sheets keep their numbers. Six queries.
    """
    documents = list(binder.documents_of(file=file).select_related("register", "current", "case"))
    labels, foliated = _labels(file, documents)
    if only:
        documents = [document for document in documents if str(document.public_id) == only]
    found = Selection(foliated=foliated, stream=list(documents))
    volumes = list(file.volumes.all()) if clerk else []
    stand_ins = standing_in.standing_in(file=file, clerk=clerk, documents=documents, volumes=volumes) if clerk else []
    if foliated:
        order = _folio_order(file)
        documents.sort(key=lambda document: order.get(document.pk, (2**31, "")))  # what has no number yet comes last, as it lies
    reason = str(leave_out.get("reason", ""))
    registers, unwanted = (set(map(str, leave_out.get(name, ()))) for name in ("registers", "documents"))
    for document in documents:
        sheets, register = tuple(labels.get(document.pk, ())), document.register.name if document.register else ""
        wish = str(document.public_id) in unwanted or (document.register and str(document.register.public_id) in registers)
        code = WISH if wish and not document.draft else hindrance(document, needs_pages=needs_pages)
        if code or document.current is None:
            told = (str(document.public_id), document.title, register, span(sheets), code, reason if code == WISH else "")
            found.left_out.append(LeftOut("document", *told))
        else:
            found.going.append(Going(document, document.current, register, sheets))
    if clerk is not None:
        places = dict(file.registers.order_by("position").values_list("pk", "public_id"))
        wanted = [each for each in stand_ins if str(places.get(each.register_id or 0)) not in registers and _may_leave(each)]
        found.stream = standing_in.among(documents, wanted, [None, *places], standing_in.open_places(volumes))
    if needs_pages:
        _add_notes(found, set(map(str, leave_out.get("sticky_notes", ()))), reason)
    found.missing = list(
        MissingSheet.objects.filter(file=file, returned_on__isnull=True).select_related("register").order_by("since", "pk")
    )
    return found


def why(left: Mapping[str, Any]) -> str:
    """Why something was left out, in a sentence."""
    own = {
        DRAFT: _("A draft that has not been registered; it is no document of the record."),
        WISH: _("Left out by the office that keeps the file."),
        STILL_READ: _("The document was still being read."),
        NOT_READ: _("The document could not be read; it has no pages."),
        NO_PAGES: _("This kind of file cannot be shown as pages. The original can be handed over separately."),
        NOT_IN_STORE: _("The document's bytes are missing in the store. Please inform the competence centre."),
        NOT_PRINTED: _("The note is marked as not for paper."),
        Failure.ENCRYPTED.value: _("The PDF is protected by a password or encrypted."),
        Failure.UNSUPPORTED.value: _("The PDF is a form of a kind (XFA) that only its own program can show."),
        Failure.BROKEN.value: _("The file is damaged."),
    }
    code = str(left.get("code", ""))
    said = own.get(code) or (sentence(Failure(code)) if code in FAILURES else code)
    return _("%(why)s Reason: %(reason)s") % {"why": said, "reason": left["detail"]} if left.get("detail") else said


def span(labels: Sequence[str]) -> str:
    """Sheet numbers of a document as people write them: "12–15", "12", ""."""
    return "" if not labels else labels[0] if len(labels) == 1 else f"{labels[0]}–{labels[-1]}"


def remarks(version: DocumentVersion, lost: Sequence[str]) -> list[str]:
    """What the copy of a document does not have any more."""
    gone = set(lost) | {code for code in version.notices if code in (NoticeCode.SIGNED, NoticeCode.ATTACHMENTS)}
    said = []
    if "signature" in gone or NoticeCode.SIGNED in gone:
        said.append(_("The electronic signature holds for the original only."))
    if "attachments" in gone or NoticeCode.ATTACHMENTS in gone:
        said.append(_("Files inside the PDF are not contained."))
    if "form" in gone:
        said.append(_("Form fields have become text."))
    if "damage" in gone:
        said.append(_("The original is damaged in places; contained is what can be read of it."))
    return said


def hindrance(document: Document, *, needs_pages: bool) -> str:
    """Why a document cannot leave the house, as a code that why() says; "" if it can."""
    return DRAFT if document.draft else _obstacle(document.current, needs_pages)


def _obstacle(version: DocumentVersion | None, needs_pages: bool) -> str:
    """Why a version cannot go along; "" if it can."""
    if version is None:
        return NOT_READ
    if not needs_pages:
        return ""
    if version.being_read:
        return STILL_READ
    if version.state == DocumentVersion.State.FAILED:
        return version.failure if version.failure in FAILURES else NOT_READ
    if NoticeCode.ENCRYPTED in version.notices:
        return Failure.ENCRYPTED.value
    return "" if version.page_count and version.family in ("pdf", "image", "text") else NO_PAGES


def _may_leave(stand_in: StandIn) -> bool:
    """That a restricted file exists is no affair of whoever gets the copy, although the clerk may know of it."""
    row = stand_in.row
    return not (isinstance(row, CrossReference) and row.document.file.scope.restricted)


def _labels(file: RecordFile, documents: Sequence[Document]) -> tuple[dict[int, list[str]], bool]:
    """The numbers of each document's sheets: folio numbers, or for a file that is not foliated the running ones of its stream."""
    versions = {d.current_id: d.pk for d in documents if d.current_id}
    pages: dict[int, list[int]] = {d.pk: [] for d in documents}
    for version, number in Page.objects.filter(version__in=versions).order_by("version_id", "number").values_list("version_id", "number"):
        pages[versions[version]].append(number)
    given: dict[tuple[int, int], str] = {(f.document_id, f.page): f.label for f in Folio.objects.filter(file=file)}
    labels: dict[int, list[str]] = {}
    running = unnumbered = 0
    for document in documents:
        labels[document.pk] = []
        if given and document.draft:
            continue
        for page in pages[document.pk]:
            running += 1
            label = given.get((document.pk, page)) if given else str(running)
            if label is None:
                unnumbered += 1
                label = _("no no. %(number)s") % {"number": unnumbered}
            labels[document.pk].append(label)
    return labels, bool(given)


def _folio_order(file: RecordFile) -> dict[int, tuple[int, str]]:
    """Each document's place: its lowest folio number."""
    order: dict[int, tuple[int, str]] = {}
    lying = Folio.objects.filter(file=file, page__lt=ON_NO_PAGE)
    for document, number, suffix in lying.values_list("document_id", "number", "suffix"):
        order[document] = min(order.get(document, (2**31, "")), (number, suffix))
    return order


def _add_notes(found: Selection, unwanted: set[str], reason: str) -> None:
    """Notes on the documents that go along: those meant for paper go too, all others are named."""
    going = {entry.document.pk: entry for entry in found.going}
    rows = StickyNote.objects.filter(document__in=going, removed_at__isnull=True).select_related("document", "created_by")
    for note in rows.order_by("document_id", "page", "pk"):
        entry = going[note.document_id]
        sheet = entry.labels[note.page - 1] if note.page <= len(entry.labels) else ""
        wish = str(note.public_id) in unwanted
        if note.printed and not wish:
            found.notes.append((sheet, note))
        else:
            code, detail = (WISH, reason) if wish else (NOT_PRINTED, "")
            found.left_out.append(LeftOut("sticky_note", str(note.public_id), note.document.title, entry.register, sheet, code, detail))
