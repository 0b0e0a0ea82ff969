"""Saying something on a ticket: the requester's and staff's replies, internal notes, telephone entries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import attaching, events, handling, homing, mentioning, posting, promises, wording
from .models import Message, Ticket, Tombstone
from .models.tickets import STAFF


class CannotAnswer(Exception):
    """Nothing can be said on the ticket like that; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def say(
    *,
    ticket: Ticket,
    body: str,
    by: User,
    at: datetime,
    kind: str = Message.Kind.REPLY,
    then: str = "",
    files: Sequence[attaching.Kept] = (),
    seen: int | None = None,
) -> Message:
    """Add a message and move the ticket on. On a merged ticket it lands where that one went.

    A requester's reply brings a waiting or solved ticket back to work; a closed one stays closed, and one that was solved more than 14 days ago
    counts as closed. Staff's reply waits for the requester, or
    as `then` says (open, waiting, solved); a note changes no state and is never shown to requesters. `seen` is the revision that the writer
    has read, `files` what attaching.keep has kept. Raises CannotAnswer (also for staff's words to others that mention an article of the hotline's own), handling.Stale.
    """
    staff = by.has_role(*STAFF)
    if kind != Message.Kind.REPLY and not staff:
        raise CannotAnswer(_("Only the hotline's staff write notes and telephone entries."), "kind")
    body = wording.text(body, refuse=CannotAnswer)
    if staff and kind != Message.Kind.NOTE:
        mentioning.refuse_internal(body, refuse=CannotAnswer)
    with current.atomic():
        locked = handling.lead(ticket, seen=seen)
        _refuse_removed(locked)
        if handling.is_closed(locked, at=at) and kind == Message.Kind.REPLY:
            raise CannotAnswer(_("This ticket is closed. Please open a new one and name the number of this one in it."))
        home = homing.home_of(lead=locked, addressed=ticket, author=by)  # goes back with her ticket when the merge is undone
        message = Message.objects.create(ticket=locked, home=home, kind=kind, author=by, by_staff=staff, body=body, at=at)
        attaching.attach(message=message, files=files)
        state = _state_after(locked, kind, staff=staff, then=then, at=at)
        if kind != Message.Kind.NOTE:
            promises.answer(locked, at=at) if staff and by != locked.requester else locked.asks(at=at)
        changes = handling.move(locked, state=state, at=at) | ({"attachments": (0, len(files))} if files else {})
        posting.post_reply(message=message, at=at)
        events.enter(act=f"say_{kind}", ticket=locked, by=by, at=at, changes=changes)
    if locked.pk == ticket.pk:
        handling.show(ticket, locked)
    return message


def keep_thanks(*, ticket: Ticket, body: str, by: User, at: datetime, files: Sequence[attaching.Kept] = ()) -> Message:
    """Keep a word of thanks on a settled ticket, which stays as it is: nobody has to do anything. Raises CannotAnswer."""
    body = wording.text(body, refuse=CannotAnswer)
    with current.atomic():
        locked = handling.lead(ticket)
        if not locked.settled:
            raise CannotAnswer(_("This ticket is being worked on."))
        _refuse_removed(locked)
        home = homing.home_of(lead=locked, addressed=ticket, author=by)
        message = Message.objects.create(ticket=locked, home=home, kind=Message.Kind.REPLY, author=by, by_staff=False, body=body, at=at)
        attaching.attach(message=message, files=files)
        events.enter(act="say_thanks", ticket=locked, by=by, at=at, changes=handling.move(locked, state=locked.state, at=at))
    if locked.pk == ticket.pk:
        handling.show(ticket, locked)
    return message


def _refuse_removed(ticket: Ticket) -> None:
    """Whatever its state says: a removed ticket could have been taken up again, by undoing a merge."""
    if Tombstone.objects.filter(ticket=ticket).exists():
        raise CannotAnswer(_("The content of this request was removed after its time. Nothing can be added to it."))


def _state_after(ticket: Ticket, kind: str, *, staff: bool, then: str, at: datetime) -> str:
    if kind == Message.Kind.NOTE or (staff and then not in ("", *handling.ANSWERED)):
        return ticket.state
    if handling.too_late(ticket, at=at):
        return Ticket.State.CLOSED
    if not staff:
        return Ticket.State.NEW if ticket.state == Ticket.State.NEW else Ticket.State.OPEN
    return then or (ticket.state if ticket.state == Ticket.State.CLOSED else Ticket.State.WAITING)
