"""Splitting a message off that is about something else: it becomes a ticket of its own, of whoever wrote it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import events, handling, linking, noticing, numbering, promises, wording
from .models import Message, Ticket


class CannotSplit(Exception):
    """The message cannot be split off; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def split(*, message: Message, subject: str, by: User, at: datetime) -> Ticket:
    """Move a message with its files into a new ticket, linked with the one it comes from, in the same queue.

    The new ticket is of the message's author; of the old one's requester, if staff wrote it. Whoever could read the message on the old ticket
    still can. Its deadlines run from now, as those of any ticket from its opening, and the queue's team is told of it; whoever called was answered
    then. Raises CannotSplit: an internal note, the only message, or split off meanwhile.
    """
    subject = wording.subject(subject, refuse=CannotSplit)
    with current.atomic():
        old = handling.lead(message.ticket)
        moving: Message = Message.objects.select_for_update(of=("self",)).select_related("author").get(pk=message.pk)
        _refuse_unfit(moving, old)
        called = moving.kind == Message.Kind.PHONE
        new = Ticket(
            number=numbering.next_number(at=at),
            subject=subject,
            kind=Ticket.Kind.PHONE if called else Ticket.Kind.REQUEST,
            municipality=old.municipality,
            requester=old.requester if moving.by_staff else moving.author,
            queue=old.queue,
            priority=old.priority,
            created_at=at,
            created_by=by,
            changed_at=at,
            answered_at=at if called else None,
        )
        promises.begin(new, at=at)
        new.save()
        moving.also_on.add(old, *([moving.home] if moving.home else []))
        moving.ticket, moving.home = new, None
        moving.save(update_fields=["ticket", "home"])
        linking.bind(old, new)
        handling.move(old, state=old.state, at=at)
        events.enter(act="split", ticket=old, by=by, at=at, changes={"split_into": (None, new.number)})
        events.enter(act="open", ticket=new, by=by, at=at, changes={"subject": (None, subject), "split_from": (None, old.number)})
        noticing.of_new_ticket(ticket=new, by=by, at=at)
    return new


def _refuse_unfit(message: Message, old: Ticket) -> None:
    if message.ticket_id != old.pk:
        raise CannotSplit(_("This message belongs to another ticket meanwhile."))
    if message.kind == Message.Kind.NOTE:
        raise CannotSplit(_("An internal note is not split off: whoever asks would see it."))
    if not Message.objects.filter(ticket=old).exclude(pk=message.pk).exclude(kind=Message.Kind.NOTE).exists():
        raise CannotSplit(_("This is the only message of the ticket; there is nothing to split off."))
