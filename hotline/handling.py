"""What staff and requesters do with a ticket: take it, hand it on, put it elsewhere, solve, close, reopen it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.statements import Blank, Statement
from tenants import current
from tenants.models import User

from . import asking, events, noticing, promises, teams, wording
from .models import Queue, Tag, Ticket, TicketEvent
from .models.tickets import STAFF

ANSWERED = (Ticket.State.OPEN, Ticket.State.WAITING, Ticket.State.SOLVED)
REOPENED_WITHIN = timedelta(days=14)
MOST_TAGS = 20  # on one ticket
Changes = dict[str, tuple[Any, Any]]
# What nearly every act asks; with all that is shown beside a ticket it takes PostgreSQL longer to plan than to find.
LOCKED = Statement(lambda: Ticket.objects.select_for_update(of=("self",)).for_reading().filter(pk=Blank("ticket")), using=current.alias)


class Unchanged(Enum):
    """What an act leaves as it is, where nobody (None) is something to be said."""

    YES = "unchanged"


class CannotHandle(Exception):
    """The ticket cannot be handled like that; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Stale(Exception):
    """The ticket has changed since it was read: nothing was written. The message says who changed it, and when."""


def take(*, ticket: Ticket, by: User, at: datetime, seen: int | None = None) -> Ticket:
    """Take a ticket: it is the taker's now, and open. Raises Stale, CannotHandle."""
    return assign(ticket=ticket, to=by, by=by, at=at, seen=seen)


def next_for(*, by: User, at: datetime) -> Ticket | None:
    """Take the most urgent ticket that is nobody's and waits for us; None if there is none.

    Who belongs to teams gets one of their queues, who belongs to none one of any. Two who ask at once get two tickets. Raises CannotHandle: not staff.
    """
    with current.atomic():
        free = Ticket.objects.standing().unsettled().filter(assignee=None).exclude(state=Ticket.State.WAITING)
        if own := teams.queues_of(by):
            free = free.filter(queue__in=own)
        found: Ticket | None = free.by_urgency().select_for_update(of=("self",), skip_locked=True).first()
        return None if found is None else take(ticket=found, by=by, at=at)


def assign(*, ticket: Ticket, to: User | None, by: User, at: datetime, seen: int | None = None) -> Ticket:
    """Give a ticket to a member of staff, or to nobody. Raises Stale, CannotHandle: not staff, or settled already."""
    return put(ticket=ticket, assignee=to, by=by, at=at, seen=seen)


def put(
    *,
    ticket: Ticket,
    by: User,
    at: datetime,
    queue: Queue | None = None,
    priority: str | None = None,
    assignee: User | Unchanged | None = Unchanged.YES,
    tags: Collection[Tag] | None = None,
    seen: int | None = None,
) -> Ticket:
    """Put a ticket into another queue, give it another priority or to somebody (None: to nobody), or exactly these tags; what is not named stays.

    A new ticket that is given to somebody is open. A settled one still gets tags, and nothing else. Raises Stale, CannotHandle: settled
    already, not given to staff, or a retired tag that was not on it.
    """
    if isinstance(assignee, User) and not (assignee.is_active and assignee.has_role(*STAFF)):
        raise CannotHandle(_("Tickets are given to the hotline's staff only."), "assignee")
    with current.atomic():
        found = locked(ticket, seen=seen)
        refuse_merged(found)
        if found.settled and (queue or priority or assignee is not Unchanged.YES):
            raise CannotHandle(_("This ticket is settled. Reopen it first."))
        wanted = {"queue": queue or found.queue, "priority": priority or found.priority}
        wanted |= {} if assignee is Unchanged.YES else {"assignee": assignee}
        changes: Changes = {name: (getattr(found, name), value) for name, value in wanted.items() if getattr(found, name) != value}
        for name, (_old, value) in changes.items():
            setattr(found, name, value)
        if tags is not None:
            changes |= _tag(found, tags)
        state = Ticket.State.OPEN if found.state == Ticket.State.NEW and found.assignee_id else found.state
        events.enter(act="put", ticket=found, by=by, at=at, changes=changes | move(found, state=state, at=at))
        if "queue" in changes and found.assignee_id is None:
            noticing.of_new_ticket(ticket=found, by=by, at=at)
    return show(ticket, found)


def solve(*, ticket: Ticket, by: User, at: datetime, seen: int | None = None) -> Ticket:
    """Say that the matter is solved; the requester's next answer brings it back to work. Raises Stale, CannotHandle: settled already."""
    with current.atomic():
        found = locked(ticket, seen=seen)
        refuse_merged(found)
        if found.settled:
            raise CannotHandle(_("This ticket is settled. Reopen it first."))
        events.enter(act="solve", ticket=found, by=by, at=at, changes=move(found, state=Ticket.State.SOLVED, at=at))
    return show(ticket, found)


def close(*, ticket: Ticket, by: User, at: datetime, seen: int | None = None) -> Ticket:
    """Close a ticket for good: by staff, or by its requester because the matter is settled. Raises Stale, CannotHandle: merged, or closed."""
    with current.atomic():
        found = locked(ticket, seen=seen)
        refuse_merged(found)
        if found.state == Ticket.State.CLOSED:
            raise CannotHandle(_("This ticket is closed already."))
        events.enter(act="close", ticket=found, by=by, at=at, changes=move(found, state=Ticket.State.CLOSED, at=at))
    return show(ticket, found)


def reopen(*, ticket: Ticket, reason: str, by: User, at: datetime, seen: int | None = None) -> Ticket:
    """Take a settled ticket up again, within 14 days of its being solved. Raises Stale, CannotHandle: not settled, or too late."""
    reason = wording.text(reason, refuse=CannotHandle, field="reason")
    with current.atomic():
        found = locked(ticket, seen=seen)
        refuse_merged(found)
        if not found.settled or found.solved_at is None:
            raise CannotHandle(_("This ticket is being worked on."))
        if too_late(found, at=at):
            raise CannotHandle(
                _("This ticket was settled more than 14 days ago. Please open a new one and name the number of this one in it.")
            )
        if not by.has_role(*STAFF):
            found.asks(at=at)
        events.enter(
            act="reopen", ticket=found, by=by, at=at, changes=move(found, state=Ticket.State.OPEN, at=at) | {"reason": (None, reason)}
        )
    return show(ticket, found)


def locked(ticket: Ticket, *, seen: int | None = None) -> Ticket:
    """The ticket as it is now, locked until the transaction ends. Raises Stale if it is no longer what the caller has read."""
    rows = current.objects_of(LOCKED, ticket=ticket.pk)
    if not rows:
        raise Ticket.DoesNotExist
    found: Ticket = rows[0]
    refuse_stale(found, seen=seen)
    return found


def too_late(ticket: Ticket, *, at: datetime) -> bool:
    """Whether a ticket was settled so long ago that it is not taken up again."""
    return ticket.solved_at is not None and at - ticket.solved_at > REOPENED_WITHIN


def is_closed(ticket: Ticket, *, at: datetime) -> bool:
    """Whether nothing brings a ticket back to work: it was closed, or its time for that is over and the clock (closing) has not come by yet."""
    return ticket.state == Ticket.State.CLOSED or too_late(ticket, at=at)


def refuse_stale(ticket: Ticket, *, seen: int | None) -> None:
    """Raises Stale if the ticket is no longer what the caller has read."""
    if seen is not None and seen != ticket.revision:
        raise Stale(_stale(TicketEvent.objects.filter(ticket=ticket).order_by("-at", "-pk").first()))


def lead(ticket: Ticket, *, seen: int | None = None) -> Ticket:
    """The same of the ticket that a merged one went into; of any other one itself.

    `seen` is the revision of `ticket`. Who holds this lock knows that nothing is merged into it, or taken out again, meanwhile.
    """
    while True:
        found = locked(ticket if ticket.merged_into_id is None else Ticket(pk=ticket.merged_into_id))
        if found.pk != ticket.pk or found.merged_into_id:  # else it was no merged one, and is none
            ticket = Ticket.objects.get(pk=ticket.pk)
        if (ticket.merged_into_id or ticket.pk) == found.pk:
            break
    refuse_stale(found if found.pk == ticket.pk else ticket, seen=seen)
    return found


def refuse_merged(ticket: Ticket) -> None:
    """Raises CannotHandle for a ticket that goes on elsewhere."""
    if ticket.merged_into is not None:
        raise CannotHandle(_("This ticket was merged into %(number)s.") % {"number": ticket.merged_into.number})


def move(ticket: Ticket, *, state: str, at: datetime) -> Changes:
    """Set the state of a locked ticket, and what goes with it; save it as its next revision. Returns what changed.

    What a municipality was asked to show for a ticket ends when that is closed.
    """
    changes: Changes = {} if state == ticket.state else {"state": (ticket.state, state)}
    was, ticket.state = ticket.state, state
    ticket.solved_at = (ticket.solved_at or at) if ticket.settled else None
    promises.follow(ticket, was=was, at=at)
    ticket.changed_at = at
    ticket.revision += 1
    ticket.save()
    if state == Ticket.State.CLOSED and was != state:
        asking.end_of(ticket=ticket, at=at)
    return changes


def show(ticket: Ticket, found: Ticket) -> Ticket:
    """Let the caller's object be what is in the database now; what was fetched along with it is fetched anew."""
    ticket.__dict__.pop("_prefetched_objects_cache", None)
    ticket.__dict__.update({name: value for name, value in found.__dict__.items() if name != "_prefetched_objects_cache"})
    return ticket


def _tag(ticket: Ticket, tags: Collection[Tag]) -> Changes:
    """Let a locked ticket have exactly these tags. Returns what changed, by their names."""
    held, wanted = set(ticket.tags.all()), set(tags)
    if retired := [tag for tag in wanted - held if not tag.active]:
        raise CannotHandle(_("The tag “%(name)s” is retired.") % {"name": retired[0]}, "tags")
    if len(wanted) > max(MOST_TAGS, len(held)):
        raise CannotHandle(_("A request has %(most)s tags at most.") % {"most": MOST_TAGS}, "tags")
    ticket.tags.set(wanted)
    return {} if held == wanted else {"tags": (listed(held), listed(wanted))}


def listed(tags: Collection[Tag]) -> str:
    """Their names, in the order of the alphabet."""
    return ", ".join(sorted((str(tag) for tag in tags), key=str.casefold))


def _stale(last: TicketEvent | None) -> str:
    if last is None:
        return _("This ticket has changed meanwhile.")
    since = timezone.localtime(last.at)
    return _("%(name)s has changed this ticket meanwhile (%(day)s, %(time)s).") % {
        "name": last.actor,
        "day": f"{since:%d.%m.%Y}",
        "time": f"{since:%H:%M}",
    }
