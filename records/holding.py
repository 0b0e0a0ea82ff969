"""Checking documents out and in: while somebody works on a document, nobody else changes it, and everybody sees who has it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from tenants import current
from tenants.handover import OpenWork
from tenants.models import User
from tenants.roles import Role

from . import intake, journal, journal_reading, sentences
from .models import Document, JournalEntry, RecordFile
from .models.access import LEVEL_MANAGE, LEVEL_WRITE, scopes_of


class CannotCheckOut(Exception):
    """The document cannot be checked out now; the message says why."""


class CannotCheckIn(Exception):
    """Only who has checked the document out checks it in."""


class CannotTakeBack(Exception):
    """The document cannot be taken back from its holder; the message says why."""


def check_out(*, document: Document, by: User, at: datetime) -> Document:
    """Reserve a document for one person. Raises CannotCheckOut, with the holder's name if somebody was quicker.

    Its revision stays: nothing that is said of the document changes, so nobody's unsaved entries become stale by it.
    """
    with current.atomic():
        file, document = _locked(document)
        if not file.is_open:
            raise CannotCheckOut(journal_reading.read_only(file))
        if document.cancelled_at is not None:
            raise CannotCheckOut(_("A cancelled document is not checked out."))
        if document.checked_out_by is not None:
            raise CannotCheckOut(
                sentences.held(document) if document.is_held_from(by) else _("You have checked this document out already.")
            )
        _hand(document, to=by, at=at)
        journal.enter(act="check_out", object=document, by=by, at=at, file_id=file.public_id, changes={"checked_out_by": (None, str(by))})
    return document


def check_in(*, document: Document, by: User, at: datetime, arrival: intake.Arrival | None = None, comment: str = "") -> Document:
    """Give a document back, with a new version (`arrival`) or without.

    Raises CannotCheckIn, and what intake.add_version raises; the document stays checked out then.
    """
    with current.atomic():
        file, document = _locked(document)
        if document.checked_out_by_id != by.pk:
            raise CannotCheckIn(sentences.held(document) or _("This document is not checked out."))
        if arrival is not None:
            intake.add_version(document=document, arrival=arrival, comment=comment, by=by, at=at)
        _hand(document, to=None, at=None)
        journal.enter(act="check_in", object=document, by=by, at=at, file_id=file.public_id, changes={"checked_out_by": (str(by), None)})
    return document


def take_back(*, document: Document, reason: str, by: User, at: datetime) -> Document:
    """Take a document back from somebody who is away, say, with a reason that the journal keeps and the holder reads.

    Whoever calls this has made sure that `by` may do it (may_take_back). Raises CannotTakeBack.
    """
    if not reason.strip():
        raise CannotTakeBack(_("Please give a reason for taking the document back."))
    with current.atomic():
        file, document = _locked(document)
        if document.checked_out_by is None:
            raise CannotTakeBack(_("This document is not checked out."))
        told: dict[str, journal.Change] = {
            "checked_out_by": (str(document.checked_out_by), None),
            "reason": (None, reason.strip()),
        }
        _hand(document, to=None, at=None)
        journal.enter(act="take_back", object=document, by=by, at=at, file_id=file.public_id, changes=told)
    return document


class CheckedOutDocuments:
    """Documents that a person who leaves holds: nobody else can give them back then, so they are taken back."""

    def open_work(self, person: User) -> OpenWork:
        return OpenWork(_("Documents checked out by this person"), Document.objects.filter(checked_out_by=person).count())

    def hand_over(self, *, person: User, successor: User, by: User | None, at: datetime) -> None:
        """Without a new version, and held by nobody: whoever may write in their files works on, which the successor perhaps may not.

        Also in files that are closed or cancelled; they may be opened again.
        """
        with current.atomic():
            held = Document.objects.filter(checked_out_by=person)
            files = RecordFile.objects.select_for_update(of=("self",)).filter(pk__in=held.values("file")).order_by("pk")
            public = {file.pk: file.public_id for file in files}  # the files' locks come first, as in all acts
            rows = list(held.filter(file__in=public).select_for_update(of=("self",)).order_by("pk"))
            Document.objects.filter(pk__in=[row.pk for row in rows]).update(checked_out_by=None, checked_out_at=None)
            reason = _("Work handed over to %(name)s") % {"name": successor}
            told: dict[str, journal.Change] = {"checked_out_by": (str(person), None), "reason": (None, reason)}
            journal.enter_all(
                entries=[journal.Entry("take_back", "Document", row.public_id, public[row.file_id], told) for row in rows], by=by, at=at
            )


def may_take_back(clerk: User, file: RecordFile) -> bool:
    """Whoever manages the file, and the registry where it may write."""
    level = scopes_of(clerk).level(file.scope_id)
    return level >= LEVEL_MANAGE or (level >= LEVEL_WRITE and clerk.has_role(Role.REGISTRY))


def last_take_back(document: Document) -> JournalEntry | None:
    """The entry of the journal by which the document was taken from its last holder, with its values; None if it came back otherwise."""
    acts = JournalEntry.objects.filter(object_id=document.public_id, act__in=("check_out", "check_in", "take_back"))
    last: JournalEntry | None = acts.prefetch_related("values").order_by("-sequence").first()
    return last if last is not None and last.act == "take_back" else None


def _locked(document: Document) -> tuple[RecordFile, Document]:
    """Lock the file first, as all acts do, then the document."""
    RecordFile.objects.select_for_update(of=("self",)).get(pk=document.file_id)
    locked = Document.objects.select_for_update(of=("self",)).select_related("checked_out_by", "file").get(pk=document.pk)
    return locked.file, locked


def _hand(document: Document, *, to: User | None, at: datetime | None) -> None:
    document.checked_out_by, document.checked_out_at = to, at
    document.save(update_fields=["checked_out_by", "checked_out_at"])
