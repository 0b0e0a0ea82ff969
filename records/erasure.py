"""Erasing one misfiled document (Art. 17 GDPR): two persons, a reason; the content goes, the fact stays.

One asks, another one approves or refuses with a reason of her own. What was refused may be asked for anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from tenants import current, stores
from tenants.models import RememberedAnswer, User

from . import indexing, intake, journal, page_images
from .models import (
    Bookmark,
    CrossReference,
    Document,
    DocumentVersion,
    ErasureRequest,
    Export,
    JournalEntry,
    JournalValue,
    Page,
    Participant,
    ReadingSlice,
    RecordFile,
    Reminder,
    StickyNote,
    TitleWord,
)

LONGEST_REASON = 1000
SAID = ("title", "kind", "keywords", "text_exception", "draft_text", "checked_out_by", "checked_out_at")  # may name a person


class CannotErase(Exception):
    """The document cannot be erased like that; the message says why."""


def ask_for_erasure(*, document: Document, reason: str, by: User, at: datetime) -> ErasureRequest:
    """First person: asks, with a reason. Raises CannotErase (no reason, asked already, erased already)."""
    reason = _cleaned(reason)
    if not reason:
        raise CannotErase(_("Please give a reason for erasing."))
    with current.atomic():
        document = Document.objects.select_for_update(of=("self",)).select_related("file").get(pk=document.pk)
        if document.erased_at is not None:
            raise CannotErase(_("This document is erased already."))
        if ErasureRequest.objects.filter(document=document).waiting().exists():
            raise CannotErase(_("Erasing this document has been asked for already."))
        request = ErasureRequest.objects.create(document=document, reason=reason, asked_by=by, asked_at=at)
        journal.enter(
            act="ask_for_erasure",
            object=document,
            by=by,
            at=at,
            file_id=document.file.public_id,
            changes={"reason": (None, reason)},
        )
    return request


def approve_erasure(*, request: ErasureRequest, by: User, at: datetime) -> Document:
    """Second person: approves, and the document is erased.

    Rows, texts, journal values and index entries go in one transaction; bytes that no other version refers to go after its
    commit (a crash in between leaves bytes without a row, which the store's sweep finds). Raises CannotErase (the same person, decided already).
    """
    with current.atomic():
        request = _waiting(request, by=by)
        document = request.document
        versions = list(document.versions.all())
        hashes = _hashes(versions) | _forget_exports(document)
        Document.objects.filter(pk=document.pk).update(current=None)
        Page.objects.filter(version__in=versions).delete()
        for version in versions:
            version.delete()
        document.refresh_from_db()
        title = document.title
        document.title, document.erased_at, document.cancelled_at = _("Erased document"), at, document.cancelled_at or at
        document.revision += 1
        document.kind, document.keywords, document.text_exception, document.draft_text = "", [], "", ""
        document.checked_out_by, document.checked_out_at = None, None
        document.save(update_fields=[*SAID, "erased_at", "cancelled_at", "revision"])
        beside = _forget_what_stood_beside(document, title)
        _forget_title_words(title)
        request.approved_by, request.approved_at = by, at
        request.save(update_fields=["approved_by", "approved_at"])
        journal.erase_values(object_ids=[document.public_id, *beside])
        _forget_answers(str(document.public_id), beside)
        indexing.note_document(document)
        journal.enter_all(entries=_said_of_it(request, document, beside), by=by, at=at)
        current.on_commit(lambda: remove_unreferenced(hashes=hashes))
    return document


def refuse_erasure(*, request: ErasureRequest, reason: str, by: User, at: datetime) -> ErasureRequest:
    """Second person: refuses, and the document stays. Raises CannotErase (the same person, no reason, decided already)."""
    reason = _cleaned(reason)
    if not reason:
        raise CannotErase(_("Please say why it is refused."))
    with current.atomic():
        request = _waiting(request, by=by)
        request.refused_by, request.refused_at, request.refusal = by, at, reason
        request.save(update_fields=["refused_by", "refused_at", "refusal"])
        told: dict[str, journal.Change] = {"reason": (None, reason), "asked_by": (None, str(request.asked_by))}
        journal.enter(act="refuse_erasure", object=request.document, by=by, at=at, file_id=request.document.file.public_id, changes=told)
    return request


def last_request(*, document: Document, clerk: User, manages: bool) -> ErasureRequest | None:
    """The request that waits, or else the one refused last, for whoever manages the file (`manages`) and whoever asked; others are told nothing.

    A document that was erased has no page any more that could tell of it.
    """
    known = ErasureRequest.objects.filter(document=document, **({} if manages else {"asked_by": clerk}))
    return known.select_related("asked_by", "refused_by").order_by("-asked_at", "-pk").first()


def remove_unreferenced(*, hashes: set[str]) -> int:
    """Remove objects of the store that no version refers to any more; returns how many."""
    store, removed = stores.of_municipality(), 0
    for sha256 in hashes:
        with current.atomic():
            intake.hold_bytes(sha256, exclusive=True)
            needed = DocumentVersion.objects.filter(Q(sha256=sha256) | Q(searchable_sha256=sha256)).exists()
            needed = needed or Export.objects.filter(sha256=sha256).exists()
            if not needed and store.has(sha256):
                store.remove(sha256)
                page_images.forget(sha256=sha256)
                removed += 1
    return removed


def _cleaned(reason: str) -> str:
    return reason.replace("\x00", "").strip()[:LONGEST_REASON].strip()


def _waiting(request: ErasureRequest, *, by: User) -> ErasureRequest:
    """The request as it is now, with its document locked first: two who decide take turns. Raises CannotErase."""
    document = Document.objects.select_for_update(of=("self",)).select_related("file").get(pk=request.document_id)
    found = ErasureRequest.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=request.pk)
    if by.pk == found.asked_by_id:
        raise CannotErase(_("A second person must decide on the erasure."))
    if document.erased_at is not None:
        raise CannotErase(_("This document is erased already."))
    if found.refused_at is not None:
        raise CannotErase(_("Erasing this document has been refused already."))
    found.document = document
    return found


def _said_of_it(request: ErasureRequest, document: Document, beside: Iterable[UUID]) -> list[journal.Entry]:
    """What the journal says of the erasure: of the document, and of whatever stood beside it that lost its values there (journal.verify)."""
    file_id, told = document.file.public_id, {"asked_by": (None, str(request.asked_by))}
    kinds = dict(JournalEntry.objects.filter(object_id__in=list(beside)).order_by("sequence").values_list("object_id", "object_kind"))
    lost = [journal.Entry("erase_said", kind, public_id, file_id) for public_id, kind in kinds.items()]
    return [journal.Entry("erase", "Document", document.public_id, file_id, told), *lost]


def _forget_what_stood_beside(document: Document, title: str) -> list[UUID]:
    """Take away who took part in the document, the notes stuck to it, and where it is named elsewhere; a reminder stays, without its note.

    Returns the public ids of all that: what the journal says of them may name a person, too.
    """
    participants, reminders = Participant.objects.filter(document=document), Reminder.objects.filter(document=document)
    gone = [participants, StickyNote.objects.filter(document=document), CrossReference.objects.filter(document=document)]
    ids = [public_id for rows in [*gone, reminders] for public_id in rows.values_list("public_id", flat=True)]
    ids += _participants_once(document, title)
    reminders.update(note="")
    for rows in [*gone, Bookmark.objects.filter(document=document)]:
        rows.delete()
    return ids


def _participants_once(document: Document, title: str) -> list[UUID]:
    """Participants that were taken out of the document before: only the journal still knows them, by the titles that it had."""
    said = JournalEntry.objects.filter(object_id=document.public_id)
    titles = JournalValue.objects.filter(entry__in=said, field="title").values_list("old", "new")
    known = {title, *(one for pair in titles for one in pair if one)}
    named = JournalValue.objects.filter(
        Q(old__in=known) | Q(new__in=known), entry__object_kind="Participant", entry__file_id__in=said.values("file_id"), field="document"
    )
    once = set(named.values_list("entry__object_id", flat=True))
    return list(once - set(Participant.objects.filter(public_id__in=once).values_list("public_id", flat=True)))


def _forget_answers(document: str, beside: Iterable[UUID]) -> None:
    """Take title, name and hash out of the answers kept for repeated calls, also where another upload was told of a duplicate.

    The answers themselves stay, with no more than the id: without them, a program that repeats its call would file the document anew.
    """
    for own in (document, *map(str, beside)):
        RememberedAnswer.objects.filter(body__id=own).update(body={"id": own})
    RememberedAnswer.objects.filter(body__document=document).update(body={"document": document})
    for answer in RememberedAnswer.objects.filter(body__duplicates__contains=[{"id": document}]):
        body: dict[str, Any] = answer.body or {}
        answer.body = body | {"duplicates": [told for told in body["duplicates"] if told["id"] != document]}
        answer.save(update_fields=["body"])


def _forget_exports(document: Document) -> set[str]:
    """Take back what was exported of the file, and what is just being made: the document is in it, its title at least in its lists."""
    exports = Export.objects.filter(file=document.file)
    hashes = set(exports.exclude(sha256="").values_list("sha256", flat=True))
    exports.delete()
    return hashes


def _forget_title_words(title: str) -> None:
    """Take the words out that only the erased title had: they may be a person's name."""
    for word in set(re.findall(r"[^\W\d_]+", title.lower())):
        if not any(model.objects.filter(title__icontains=word).exists() for model in (Document, RecordFile)):
            TitleWord.objects.filter(word=word).delete()


def _hashes(versions: list[DocumentVersion]) -> set[str]:
    slices = ReadingSlice.objects.filter(reading__version__in=versions).values_list("searchable_sha256", flat=True)
    return {h for v in versions for h in (v.sha256, v.searchable_sha256) if h} | {h for h in slices if h}
