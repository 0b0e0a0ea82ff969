"""Who belongs to which queue: a team takes what lies in its own queues, and is told of what comes into them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from foundation.statements import Blank, Statement
from tenants import current
from tenants.models import User

from .models import Queue, QueueMember, Ticket
from .models.tickets import STAFF

# Asked for each list and each new ticket; compiled once.
QUEUES_OF = Statement(
    lambda: QueueMember.objects.filter(person=Blank("person"), queue__active=True).order_by("queue__position", "pk"), using=current.alias
)
TEAM_OF = Statement(
    lambda: _working().filter(queue=Blank("queue")),
    using=current.alias,
)


@dataclass(frozen=True)
class Team:
    """The active people of a queue; `leads` is empty where nobody leads."""

    members: list[User] = field(default_factory=list)
    leads: list[User] = field(default_factory=list)

    @property
    def to_escalate_to(self) -> list[User]:
        """Who is told of deadlines: those who lead, and where nobody does, all."""
        return self.leads or self.members


def queues_of(person: User) -> list[int]:
    """Keys of the queues in use of which a person is a member."""
    rows: list[QueueMember] = current.objects_of(QUEUES_OF, person=person.pk)
    return [row.queue_id for row in rows]


def of_queue(queue: int) -> Team:
    """The team of one queue, by its key; asked for once in a request, or in what is done together."""
    return current.remembered(("hotline.team", queue), lambda: _team(current.objects_of(TEAM_OF, queue=queue)))


def of_queues(queues: Collection[int]) -> dict[int, Team]:
    """The teams of several, in one query; a queue without a team has an empty one."""
    rows: dict[int, list[QueueMember]] = defaultdict(list)
    for row in _working().filter(queue__in=queues):
        rows[row.queue_id].append(row)
    return {queue: _team(rows[queue]) for queue in queues}


def is_outsider(*, ticket: Ticket) -> bool:
    """Whether a ticket is somebody's who does not belong to the team of its queue. A queue without a team has no outsiders."""
    if ticket.assignee_id is None:
        return False
    members = {member.pk for member in of_queue(ticket.queue_id).members}
    return bool(members) and ticket.assignee_id not in members


def said_of_outsider(*, ticket: Ticket) -> str:
    """What is said to whoever gives a ticket to somebody of another team, so that nobody does it by mistake; "" where there is nothing to say."""
    if ticket.assignee is None or not is_outsider(ticket=ticket):
        return ""
    words = {"name": ticket.assignee, "queue": ticket.queue}
    return _("%(name)s does not belong to the team of %(queue)s. The request is assigned all the same.") % words


def with_names(queues: Collection[Queue]) -> list[tuple[Queue, Team]]:
    """Queues, each with its team."""
    teams = of_queues([queue.pk for queue in queues])
    return [(queue, teams[queue.pk]) for queue in queues]


def _working() -> QuerySet[QueueMember]:
    """Memberships of people who still work at the desk: whoever has left it, or has another role now, is told nothing."""
    staff = User.objects.active().filter(groups__name__in=STAFF)
    return QueueMember.objects.filter(person__in=staff).select_related("person").order_by("pk")


def _team(rows: Collection[QueueMember]) -> Team:
    return Team([row.person for row in rows], [row.person for row in rows if row.lead])
