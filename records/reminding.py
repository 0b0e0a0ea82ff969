"""Reminders (Wiedervorlagen): set, done, postponed, handed on; and whose they are today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.statements import Blank, Statement
from tenants import current
from tenants.handover import OpenWork
from tenants.models import Membership, Office, Substitute, User

from . import facts, journal
from .models import Document, RecordFile, Reminder
from .models.access import LEVEL_FOR, LEVEL_READ, scopes_of

FARTHEST = timedelta(days=366 * 60)  # a child's coming of age, the end of a lease
LONGEST_NOTE = 500
ON_A_DESK = 20
Addressee = User | Office


class CannotRemind(Exception):
    """The reminder cannot be set or changed like that; the message says why."""


class NotSo(CannotRemind):
    """What was asked for is no day or no addressee for a reminder; `field` says which."""

    def __init__(self, sentence: str, *, field: str) -> None:
        super().__init__(sentence)
        self.field = field


class ReminderChanged(CannotRemind):
    """Somebody else has postponed the reminder or handed it on meanwhile: nothing is overwritten."""


class AlreadyDone(CannotRemind):
    """Somebody else has ticked the reminder off meanwhile."""


def set_reminder(
    *, file: RecordFile, due_on: date, to: Addressee, note: str = "", document: Document | None = None, by: User, at: datetime
) -> Reminder:
    """Have a file (or one of its documents) put before somebody on a day.

    Whoever may see the file sets one for herself; for others and for offices she must be able to write in it. Raises CannotRemind: a day gone by,
    an addressee who may not see the file, a closed or cancelled file, a document of another file.
    """
    note = _clean(note)
    _refuse_day(due_on, at)
    if document is not None and document.file_id != file.pk:
        raise CannotRemind(_("This document lies in another file."))
    _refuse_addressee(file, to, by)
    with current.atomic():
        locked: RecordFile = RecordFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
        if not locked.is_open:
            raise CannotRemind(_("The file is closed or cancelled; it gets no reminders."))
        reminder: Reminder = Reminder.objects.create(
            file=locked, document=document, due_on=due_on, note=note, created_by=by, created_at=at, **_owner(to)
        )
        told: dict[str, journal.Change] = {"due_on": (None, due_on), "addressee": (None, str(to)), "note": (None, note)}
        journal.enter(act="remind", object=reminder, by=by, at=at, file_id=locked.public_id, changes=told)
    return reminder


def finish_reminder(*, reminder: Reminder, by: User, at: datetime) -> Reminder:
    """Tick a reminder off. Raises AlreadyDone."""
    with current.atomic():
        reminder = _locked(reminder)
        reminder.done_at, reminder.done_by = at, by
        _save(reminder, "done_at", "done_by")
        journal.enter(
            act="finish_reminder", object=reminder, by=by, at=at, file_id=reminder.file.public_id, changes={"note": (None, reminder.note)}
        )
    return reminder


def postpone_reminder(*, reminder: Reminder, due_on: date, by: User, at: datetime, seen: int | None = None) -> Reminder:
    """Put a reminder on another day. `seen`: the revision that the clerk has seen.

    Raises AlreadyDone, ReminderChanged, CannotRemind for a day gone by.
    """
    _refuse_day(due_on, at)
    with current.atomic():
        reminder = _locked(reminder, seen)
        told: dict[str, journal.Change] = {"due_on": (reminder.due_on, due_on)}
        reminder.due_on = due_on
        _save(reminder, "due_on")
        journal.enter(act="postpone", object=reminder, by=by, at=at, file_id=reminder.file.public_id, changes=told)
    return reminder


def hand_on_reminder(*, reminder: Reminder, to: Addressee, by: User, at: datetime, seen: int | None = None) -> Reminder:
    """Give a reminder to somebody else. `seen`: the revision that the clerk has seen.

    Raises AlreadyDone, ReminderChanged, CannotRemind if the addressee may not see the file.
    """
    _refuse_addressee(reminder.file, to, by)
    with current.atomic():
        reminder = _locked(reminder, seen)
        told: dict[str, journal.Change] = {"addressee": (str(addressee_of(reminder)), str(to))}
        reminder.person, reminder.office = None, None
        for name, value in _owner(to).items():
            setattr(reminder, name, value)
        _save(reminder, "person", "office")
        journal.enter(act="hand_on", object=reminder, by=by, at=at, file_id=reminder.file.public_id, changes=told)
    return reminder


def addressee_of(reminder: Reminder) -> Addressee:
    owner = reminder.person or reminder.office
    assert owner is not None, "a constraint of the database"
    return owner


def may_change(clerk: User, reminder: Reminder) -> bool:
    """Who ticks off, postpones and hands on: the person, her office, her substitute, and whoever may write in the file."""
    if scopes_of(clerk).level(reminder.file.scope_id) >= LEVEL_FOR["edit"]:
        return True
    return Reminder.objects.filter(pk=reminder.pk).filter(_hers(clerk, timezone.localdate())).exists()


def reminders_of(*, clerk: User, on: date) -> QuerySet[Reminder]:
    """Open reminders of a clerk, of her offices and of those whom she substitutes on that day, as far as she may see the files; due ones first."""
    found: QuerySet[Reminder] = Reminder.objects.visible_to(clerk).open().filter(_hers(clerk, on)).shown()
    return found


def due_first(*, clerk: User, on: date, until: date) -> list[Reminder]:
    """The first of them, those due by a day, as many as fit a desk."""
    persons, offices = _whose(clerk, on)
    scopes = scopes_of(clerk).at_least(LEVEL_READ)
    return current.objects_of(DUE_FIRST, scopes=scopes, persons=persons, offices=offices, until=until)


def registrys_list(*, clerk: User) -> QuerySet[Reminder]:
    """All open reminders of files that the registry's person may see: she has the paper brought (domain: visible to the registry too)."""
    found: QuerySet[Reminder] = Reminder.objects.visible_to(clerk).open().shown()
    return found


@dataclass(frozen=True)
class Dues:
    """How many reminders are overdue, and how many are for today."""

    overdue: int
    today: int


def dues(*, reminders: list[Reminder], on: date) -> Dues:
    return Dues(sum(r.due_on < on for r in reminders), sum(r.due_on == on for r in reminders))


class OpenReminders:
    """Reminders of a person who leaves: kept, and handed to the successor."""

    def open_work(self, person: User) -> OpenWork:
        return OpenWork(_("Open reminders"), Reminder.objects.waiting().filter(person=person).count())

    def hand_over(self, *, person: User, successor: User, by: User | None, at: datetime) -> None:
        """Also reminders of files that the successor may not see yet: they wait for her in the registry's list until she may. And those of what is
        cancelled: undone, they would come back to somebody who is gone."""
        rows = list(Reminder.objects.waiting().filter(person=person).select_for_update(of=("self",)).select_related("file").order_by("pk"))
        for reminder in rows:
            reminder.person = successor
            _save(reminder, "person")
        told = {"addressee": (str(person), str(successor))}
        entries = [journal.Entry("hand_on", "Reminder", r.public_id, r.file.public_id, told) for r in rows]
        journal.enter_all(entries=entries, by=by, at=at)


def _hers(clerk: User, on: date) -> Q:
    """Asked for beforehand, so that two indexes find them: what hangs on a subquery PostgreSQL asks of each reminder of the town."""
    persons, offices = _whose(clerk, on)
    return Q(person__in=persons) | Q(office__in=offices)


def _whose(clerk: User, on: date) -> tuple[list[int], list[int]]:
    """Keys of the clerk and of those whom she stands in for on a day, and of her offices."""
    absent = current.rows_of(STOOD_IN_FOR, deputy=clerk.pk, day=on)
    return [clerk.pk, *(pk for (pk,) in absent)], [pk for (pk,) in current.rows_of(OFFICES, person=clerk.pk)]


def _stood_in_for() -> QuerySet[Substitute, tuple[int]]:
    in_force = Substitute.objects.in_force(on=Blank("day")).filter(deputy=Blank("deputy"), absent__is_active=True)
    return in_force.values_list("absent")


def _due_first() -> QuerySet[Reminder]:
    hers = Q(person__any_of=Blank("persons")) | Q(office__any_of=Blank("offices"))
    found: QuerySet[Reminder] = Reminder.objects.in_scopes(Blank("scopes")).open().filter(hers, due_on__lte=Blank("until")).shown()
    return found[:ON_A_DESK]


STOOD_IN_FOR = Statement(_stood_in_for, using=current.alias)
OFFICES = Statement(lambda: Membership.objects.filter(user=Blank("person")).values_list("office"), using=current.alias)
DUE_FIRST = Statement(_due_first, using=current.alias, anew=True)


def _locked(reminder: Reminder, seen: int | None = None) -> Reminder:
    locked: Reminder = (
        Reminder.objects.select_for_update(of=("self",)).select_related("file", "person", "office", "done_by").get(pk=reminder.pk)
    )
    if locked.done_at is not None:
        raise AlreadyDone(
            _("%(name)s has ticked this reminder off on %(day)s already.")
            % {"name": locked.done_by, "day": f"{timezone.localtime(locked.done_at):%d.%m.%Y %H:%M}"}
        )
    if seen is not None and locked.revision != seen:
        raise ReminderChanged(facts.changed(object_id=locked.public_id))
    return locked


def _save(reminder: Reminder, *fields: str) -> None:
    reminder.revision += 1
    reminder.save(update_fields=[*fields, "revision"])


def _owner(to: Addressee) -> dict[str, Addressee]:
    return {"office": to} if isinstance(to, Office) else {"person": to}


def _clean(note: str) -> str:
    note = " ".join(note.replace("\x00", "").split())
    if len(note) > LONGEST_NOTE:
        raise CannotRemind(
            ngettext("A note has at most %(most)s character.", "A note has at most %(most)s characters.", LONGEST_NOTE)
            % {"most": LONGEST_NOTE}
        )
    return note


def _refuse_day(due_on: date, at: datetime) -> None:
    today = timezone.localdate(at)
    if due_on < today:
        raise NotSo(_("A reminder lies in the future: %(day)s has gone by.") % {"day": f"{due_on:%d.%m.%Y}"}, field="due_on")
    if due_on > today + FARTHEST:
        raise NotSo(_("A reminder lies at most 60 years ahead."), field="due_on")


def _refuse_addressee(file: RecordFile, to: Addressee, by: User) -> None:
    """The one for whom it is must be able to see the file. The answer tells no secret: who asks sees the file herself."""
    if to != by and scopes_of(by).level(file.scope_id) < LEVEL_FOR["edit"]:
        raise CannotRemind(_("You may set reminders for yourself here; for others you would have to be able to write in the file."))
    if isinstance(to, User):
        if not to.is_active or not RecordFile.objects.visible_to(to).filter(pk=file.pk).exists():
            raise NotSo(_("%(name)s may not see this file.") % {"name": to}, field="person")
        return
    people = User.objects.active().filter(memberships__office=to).order_by("pk")[:50]
    if not to.is_active or not any(RecordFile.objects.visible_to(person).filter(pk=file.pk).exists() for person in people):
        raise NotSo(_("Nobody in %(office)s may see this file.") % {"office": to}, field="office")
