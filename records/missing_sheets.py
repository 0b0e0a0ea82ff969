"""Missing sheets (Fehlblätter): paper that was lent out, to whom, since when, and what is overdue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from foundation.statements import Blank, Statement
from tenants import current
from tenants.models import User

from . import facts, journal, journal_reading, warnings_before
from .models import Document, MissingSheet, RecordFile, Register
from .taking_turns import locked


class CannotLend(facts.CannotKeep):
    """The paper cannot be lent out or taken back like that; the message says why."""


def missing_sheets_of(file: RecordFile) -> QuerySet[MissingSheet]:
    """All of a file, those still missing first."""
    return MissingSheet.objects.filter(file=file).select_related("register", "behind").order_by("-returned_on", "since", "pk")


def still_missing(file: RecordFile) -> list[MissingSheet]:
    return current.objects_of(STILL_MISSING, file=file.pk)


STILL_MISSING = Statement(
    lambda: MissingSheet.objects.filter(file=Blank("file"), returned_on__isnull=True).order_by("since", "pk"), using=current.alias
)


def lent_out(*, clerk: User) -> QuerySet[MissingSheet]:
    """What is lent out of the files the clerk may know of, in the order in which it is expected back."""
    visible = RecordFile.objects.visible_to(clerk)
    rows = MissingSheet.objects.filter(returned_on__isnull=True, file__in=visible).select_related("file", "register")
    return rows.order_by("back_by", "since", "pk")


def lend_out(
    *,
    file: RecordFile,
    what: str,
    borrower: str,
    since: date,
    by: User,
    at: datetime,
    back_by: date | None = None,
    register: Register | None = None,
    behind: Document | None = None,
    confirmed: Sequence[str] = (),
) -> MissingSheet:
    """Put a missing sheet in the place of paper that leaves the house. `confirmed`: the warnings that the clerk has confirmed.

    `behind` is the document after which it stands; its register is that of the missing sheet, then.

    A closed file is no hindrance to lending its paper, but to changing it: it has to be reopened, as for every entry.
    Raises CannotLend, ReadOnly, warnings_before.NotConfirmed.
    """
    what = facts.line(what, field="what", most=300, name=_("What is missing"), required=True)
    borrower = facts.line(borrower, field="borrower", most=200, name=_("Borrower"), required=True)
    facts.day(since, field="since", at=at, past=True)
    facts.day(back_by, field="back_by", at=at)
    if back_by is not None and back_by < since:
        raise CannotLend(_("It cannot be back before it was lent out."), "back_by")
    with current.atomic():
        file = facts.open_file(file)
        if register is not None and register.file_id != file.pk:
            raise CannotLend(_("This register belongs to another file."), "register")
        register = facts.register_behind(behind, register=register, file=file)
        told = warnings_before.require_blocks_confirmed(file=file, confirmed=confirmed)
        sheet = MissingSheet.objects.create(
            file=file,
            register=register,
            behind=behind,
            what=what,
            borrower=borrower,
            since=since,
            back_by=back_by,
            created_at=at,
            created_by=by,
        )
        told |= _told_of(sheet)
        journal.enter(act="lend_out", object=sheet, by=by, at=at, file_id=file.public_id, changes=told)
    return sheet


def _told_of(sheet: MissingSheet) -> dict[str, journal.Change]:
    """What the journal keeps of a missing sheet that is put in: what is said of it, and where it stands."""
    said = {
        "what": sheet.what,
        "borrower": sheet.borrower,
        "since": sheet.since,
        "back_by": sheet.back_by,
        "register": sheet.register and sheet.register.name,
        "behind": sheet.behind and str(sheet.behind.public_id),
    }
    return {field: (None, value) for field, value in said.items() if value}


def give_back(*, sheet: MissingSheet, returned_on: date, by: User, at: datetime) -> MissingSheet:
    """Note that the paper is back at its place; also in a file that was closed meanwhile, for that is about the paper and not about the file.

    Raises CannotLend, ReadOnly (cancelled file).
    """
    facts.day(returned_on, field="returned_on", at=at, past=True)
    with current.atomic():
        file = _locked(sheet.file)
        sheet = MissingSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
        if sheet.returned_on is not None:
            raise CannotLend(_back_already(sheet))
        if returned_on < sheet.since:
            raise CannotLend(_("It cannot be back before it was lent out."), "returned_on")
        sheet.returned_on = returned_on
        sheet.save(update_fields=["returned_on"])
        journal.enter(
            act="give_back",
            object=sheet,
            by=by,
            at=at,
            file_id=file.public_id,
            changes={"what": (sheet.what, sheet.what), "returned_on": (None, returned_on)},
        )
    return sheet


def extend(*, sheet: MissingSheet, back_by: date, by: User, at: datetime) -> MissingSheet:
    """Expect the paper back on another day, also in a file that was closed meanwhile. Raises CannotLend, ReadOnly (cancelled file)."""
    facts.day(back_by, field="back_by", at=at)
    with current.atomic():
        file = _locked(sheet.file)
        sheet = MissingSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
        if sheet.returned_on is not None:
            raise CannotLend(_back_already(sheet))
        if back_by < sheet.since:
            raise CannotLend(_("It cannot be back before it was lent out."), "back_by")
        old, sheet.back_by = sheet.back_by, back_by
        if old != back_by:
            sheet.save(update_fields=["back_by"])
            journal.enter(act="edit", object=sheet, by=by, at=at, file_id=file.public_id, changes={"back_by": (old, back_by)})
    return sheet


def _locked(file: RecordFile) -> RecordFile:
    """The file of lent paper under its row lock, be it open or closed. Raises ReadOnly for a cancelled one."""
    file = locked(file)
    if file.status == RecordFile.Status.CANCELLED:
        raise facts.ReadOnly(journal_reading.read_only(file))
    return file


def _back_already(sheet: MissingSheet) -> str:
    return journal_reading.with_more(_("This is back already."), journal_reading.who_did(object_id=sheet.public_id, acts=("give_back",)))
