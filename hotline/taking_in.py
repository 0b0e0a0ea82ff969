"""Taking in a request for help: by the person herself, or by an agent for somebody who called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from foundation.statements import Blank, Statement
from tenants import current
from tenants.centre.models import Contact, Municipality
from tenants.models import User

from . import acquainting, attaching, events, linking, noticing, numbering, promises, wording
from .models import Message, Queue, Ticket, TicketContext
from .models.tickets import STAFF

CONTACT = Statement(lambda: Contact.objects.select_related("municipality").filter(person=Blank("person")), using=current.alias)
FIRST_QUEUE = Statement(lambda: Queue.objects.filter(active=True).order_by("position", "pk")[:1], using=current.alias)


class CannotTakeIn(Exception):
    """The request cannot be taken in like that; the message says why. `field` names what was wrong."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


def open_ticket(
    *,
    subject: str,
    body: str,
    by: User,
    at: datetime,
    requester: User | None = None,
    caller: acquainting.Caller | None = None,
    municipality: Municipality | None = None,
    kind: str = Ticket.Kind.REQUEST,
    priority: str = Ticket.Priority.NORMAL,
    queue: Queue | None = None,
    files: Sequence[attaching.Kept] = (),
    context: Mapping[str, Any] | None = None,
    follows: Ticket | None = None,
) -> Ticket:
    """Open a ticket with its first message and give it its number.

    Only staff speak for somebody else: `requester`, `municipality` and a `kind` other than a request are theirs to say, and `caller`: somebody
    unknown, who becomes a contact by this act, and the requester. Without a `queue` it goes into the first one. `files` is what attaching.keep
    has kept, `context` what a requester's node told when it handed her over (tenants.centre.arriving), `follows` a settled ticket that this one
    goes on from: they are linked; of a merged one, where that went. Raises CannotTakeIn (also for one to follow that is not settled),
    acquainting.CannotAcquaint.
    """
    staff = by.has_role(*STAFF)
    if not staff and (kind != Ticket.Kind.REQUEST or municipality or caller or (requester and requester != by)):
        raise CannotTakeIn(_("Only the hotline's staff can take in a request for somebody else."), "requester")
    subject, body = wording.subject(subject, refuse=CannotTakeIn), wording.text(body, refuse=CannotTakeIn)
    requester, before = requester or by, follows and (follows.merged_into or follows)
    if before is not None and not before.settled:
        raise CannotTakeIn(_("This ticket is being worked on. Please answer there."), "follows")
    if not requester.is_active:
        raise CannotTakeIn(_("This person's account is no longer active."), "requester")
    with current.atomic():
        if caller is not None:
            requester = acquainting.make_contact(caller=caller, by=by, at=at)
        ticket = Ticket(
            number=numbering.next_number(at=at),
            subject=subject,
            kind=kind,
            municipality=municipality or _home_of(requester),
            requester=requester,
            queue=queue or _first_queue(),
            priority=priority,
            created_at=at,
            created_by=by,
            changed_at=at,
            answered_at=at if kind == Ticket.Kind.PHONE else None,  # whoever calls is answered
        )
        promises.begin(ticket, at=at)
        ticket.save()
        first = Message.Kind.PHONE if kind == Ticket.Kind.PHONE else Message.Kind.REPLY
        message = Message.objects.create(ticket=ticket, kind=first, author=by, by_staff=staff, body=body, at=at)
        attaching.attach(message=message, files=files)
        if context is not None:
            TicketContext.objects.create(ticket=ticket, **{name: context[name] for name in ("screen", "roles", "version", "error")})
        changes: dict[str, tuple[Any, Any]] = {"subject": (None, subject), "queue": (None, ticket.queue)}
        if before is not None:
            linking.bind(before, ticket)
            changes["follows"] = (None, before.number)
        events.enter(act="open", ticket=ticket, by=by, at=at, changes=changes)
        noticing.of_new_ticket(ticket=ticket, by=by, at=at)
    return ticket


def _home_of(person: User) -> Municipality | None:
    contacts = current.objects_of(CONTACT, person=person.pk)
    return contacts[0].municipality if contacts else None


def _first_queue() -> Queue:
    queues: list[Queue] = current.objects_of(FIRST_QUEUE)
    if not queues:
        raise CannotTakeIn(_("The hotline has no queue yet. Please call us."), "queue")
    return queues[0]
