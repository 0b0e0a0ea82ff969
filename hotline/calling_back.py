"""Call-backs: asked for with a number and a time, ticked off by staff."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import answering, deadline_words, events, handling, noticing, telephoning
from .models import CallBack, Message, Ticket

SHORTEST, LONGEST_AHEAD = timedelta(minutes=15), timedelta(days=30)
FEWEST_DIGITS = 3
AT_ONCE = 500  # call-backs in one transaction


class CannotCallBack(Exception):
    """The call-back cannot be asked for like that; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def ask(*, ticket: Ticket, telephone: str, earliest: datetime, latest: datetime, by: User, at: datetime) -> CallBack:
    """Ask to be called back between two moments; one that was asked for before is replaced. A waiting or solved ticket is open again.

    Raises CannotCallBack: no number, less than a quarter of an hour, past, more than 30 days ahead, or a ticket that is closed or was
    solved more than 14 days ago.
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
        if handling.is_closed(found, at=at):
            raise CannotCallBack(_("This request is closed."))
        CallBack.objects.filter(ticket=found, done_at=None).update(done_at=at)
        home = ticket if found.pk != ticket.pk else None  # goes back with her ticket when the merge is undone
        made: CallBack = CallBack.objects.create(
            ticket=found, home=home, telephone=telephone, earliest=earliest, latest=latest, asked_at=at
        )
        again = found.state in (Ticket.State.WAITING, Ticket.State.SOLVED)
        changes = handling.move(found, state=Ticket.State.OPEN if again else found.state, at=at)
        events.enter(act="ask_call_back", ticket=found, by=by, at=at, changes=changes | {"call_back": (None, span(made))})
    return made


def tick_off(*, callback: CallBack, by: User, at: datetime) -> None:
    """Say that the call was made: the ticket gets a telephone entry that says so, and what stood behind this call-back is open.

    Raises CannotCallBack: it is done already, or not by staff.
    """
    with current.atomic():
        found = handling.locked(callback.ticket)
        if not CallBack.objects.filter(pk=callback.pk, done_at=None).update(done_at=at):
            raise CannotCallBack(_("This call-back is done already."))
        words = {"telephone": callback.telephone, "span": span(callback)}
        said = _("Called back at %(telephone)s (wanted: %(span)s).") % words
        try:
            answering.say(ticket=found, body=said, kind=Message.Kind.PHONE, then=found.state, by=by, at=at)
        except answering.CannotAnswer as refusal:
            raise CannotCallBack(str(refusal)) from refusal
        CallBack.objects.line_up(found, at=at)
        events.enter(act="call_back", ticket=found, by=by, at=at, changes={"call_back": (span(callback), None)})


def remind(*, at: datetime) -> int:
    """Tell the desk of the call-backs whose wished time has begun, each once, whoever looks and how often; returns how many.

    An event stands on the ticket; whose it is, or of one that is nobody's the queue's team, gets a mail. What was settled meanwhile is left alone. The
    same number of queries for each portion.
    """
    reminded = 0
    while True:
        with current.atomic():
            waiting = CallBack.objects.filter(earliest__lte=at, done_at=None, reminded_at=None)
            begun = list(
                waiting.select_for_update(of=("self",), skip_locked=True)
                .select_related("ticket__queue")
                .order_by("earliest", "pk")[:AT_ONCE]
            )
            if not begun:
                return reminded
            CallBack.objects.filter(pk__in=[one.pk for one in begun]).update(reminded_at=at)
            open_ones = [one for one in begun if not one.ticket.settled]
            events.enter_all(at=at, told=[("remind_call_back", one.ticket, {"call_back": (None, span(one))}) for one in open_ones])
            noticing.of_call_backs(begun=open_ones, at=at)
        reminded += len(open_ones)


def span(callback: CallBack) -> str:
    """From when until when, in local time."""
    return deadline_words.span(callback.earliest, callback.latest)
