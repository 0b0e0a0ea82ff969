"""Call-backs: asked for with a number and a time, ticked off by staff."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import events, handling, telephoning
from .models import CallBack, Ticket

SHORTEST, LONGEST_AHEAD = timedelta(minutes=15), timedelta(days=30)
FEWEST_DIGITS = 3


class CannotCallBack(Exception):
    """The call-back cannot be asked for like that; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def ask(*, ticket: Ticket, telephone: str, earliest: datetime, latest: datetime, by: User, at: datetime) -> CallBack:
    """Ask to be called back between two moments; one that was asked for before is replaced. A waiting or solved ticket is open again.

    Raises CannotCallBack: no number, less than a quarter of an hour, past, more than 30 days ahead, or a closed ticket.
    """
    telephone = " ".join(telephone.split())[:50]
    if len(telephoning.dialled(telephone).lstrip("+")) < FEWEST_DIGITS:
        raise CannotCallBack(_("Please enter the number at which you can be reached."), "telephone")
    if latest - max(earliest, at) < SHORTEST:
        raise CannotCallBack(_("Please name a time of at least 15 minutes that is still to come."), "latest")
    if latest - at > LONGEST_AHEAD:
        raise CannotCallBack(_("Please name a time within the next 30 days."), "latest")
    with current.atomic():
        found = handling.lead(ticket)
        if found.state == Ticket.State.CLOSED:
            raise CannotCallBack(_("This request is closed."))
        CallBack.objects.filter(ticket=found, done_at=None).update(done_at=at)
        made = CallBack.objects.create(ticket=found, telephone=telephone, earliest=earliest, latest=latest, asked_at=at)
        again = found.state in (Ticket.State.WAITING, Ticket.State.SOLVED)
        changes = handling.move(found, state=Ticket.State.OPEN if again else found.state, at=at)
        events.enter(act="ask_call_back", ticket=found, by=by, at=at, changes=changes | {"call_back": (None, span(made))})
    return made


def tick_off(*, callback: CallBack, by: User, at: datetime) -> None:
    """Say that the call was made. Raises CannotCallBack: it is done already."""
    with current.atomic():
        found = handling.locked(callback.ticket)
        if not CallBack.objects.filter(pk=callback.pk, done_at=None).update(done_at=at):
            raise CannotCallBack(_("This call-back is done already."))
        handling.move(found, state=found.state, at=at)
        events.enter(act="call_back", ticket=found, by=by, at=at, changes={"call_back": (span(callback), None)})


def span(callback: CallBack) -> str:
    """From when until when, in local time."""
    start, end = timezone.localtime(callback.earliest), timezone.localtime(callback.latest)
    return f"{start:%d.%m.%Y %H:%M}–{end:%H:%M}" if start.date() == end.date() else f"{start:%d.%m.%Y %H:%M}–{end:%d.%m.%Y %H:%M}"
