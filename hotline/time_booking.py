"""Booking time on a ticket, and taking a mistake back by a counter entry: nothing that was booked is ever changed."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User
from tenants.roles import CentreRole

from . import events
from .models import BilledQuarter, Ticket, TimeEntry
from .models.tickets import STAFF

MOST_MINUTES = 24 * 60
BILLING = 48_200_005  # an advisory lock of the centre's database: "a quarter is being billed"


class CannotBook(Exception):
    """Time cannot be booked like that; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def book(*, ticket: Ticket, minutes: int, activity: str, by: User, at: datetime, day: date | None = None) -> TimeEntry:
    """Book minutes of work on a ticket, on a local day (None: today).

    Raises CannotBook: not staff, no time or too much, an unknown activity, a day before the ticket or after today, or one of a billed quarter.
    """
    day = day or timezone.localdate(at)
    if not by.has_role(*STAFF):
        raise CannotBook(_("Only the hotline's staff book time."))
    if not 1 <= minutes <= MOST_MINUTES:
        raise CannotBook(_("Please book from 1 to %(most)d minutes.") % {"most": MOST_MINUTES}, "minutes")
    if activity not in TimeEntry.Activity.values:
        raise CannotBook(_("There is no such activity."), "activity")
    if not timezone.localdate(ticket.created_at) <= day <= timezone.localdate(at):
        raise CannotBook(_("The day lies between the opening of the request and today."), "day")
    with current.atomic():
        while_not_billing()
        if is_billed(day):
            raise CannotBook(_("The quarter of this day is billed. Please book on a day of the running quarter."), "day")
        entry = TimeEntry.objects.create(ticket=ticket, minutes=minutes, activity=activity, day=day, booked_by=by, at=at)
        events.enter(act="book_time", ticket=ticket, by=by, at=at, changes=_told(entry))
    return entry


def take_back(*, entry: TimeEntry, by: User, at: datetime) -> TimeEntry:
    """Take an entry back by a counter entry: on its own day, or today if its quarter is billed, so that the next bill sets it right.

    Raises CannotBook: not by whoever booked it or an operator, taken back already, or itself a counter entry.
    """
    if by.pk != entry.booked_by_id and not by.has_role(CentreRole.OPERATOR):
        raise CannotBook(_("An entry is taken back by whoever booked it, or by an operator."))
    with current.atomic():
        while_not_billing()
        found = TimeEntry.objects.select_for_update(of=("self",)).select_related("ticket").get(pk=entry.pk)
        if found.corrects_id is not None or TimeEntry.objects.filter(corrects=found).exists():
            raise CannotBook(_("This entry has been taken back already."))
        day = timezone.localdate(at) if is_billed(found.day) else found.day
        counter = TimeEntry.objects.create(
            ticket=found.ticket, minutes=-found.minutes, activity=found.activity, day=day, corrects=found, booked_by=by, at=at
        )
        events.enter(act="take_time_back", ticket=found.ticket, by=by, at=at, changes=_told(counter))
    return counter


def is_billed(day: date) -> bool:
    return BilledQuarter.objects.filter(year=day.year, quarter=quarter_of(day)).exists()


def quarter_of(day: date) -> int:
    return (day.month + 2) // 3


def while_not_billing() -> None:
    """Wait for a billing that is under way: whatever is booked is in the bill, or meets a quarter that is closed. Inside a transaction."""
    current.ask("SELECT pg_advisory_xact_lock_shared(%s)", [BILLING])


def _told(entry: TimeEntry) -> events.Changes:
    """What the ticket's history says: that it was done, not how long it took whom."""
    return {"time_entry": (None, entry.public_id)}
