from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _

from tenants.centre.models import Contact, Municipality
from tenants.models import User
from tenants.roles import CentreRole

from .promised import Promised

STAFF = (CentreRole.AGENT, CentreRole.OPERATOR)


class Queue(models.Model):
    """A team's queue (Warteschlange). `key` is its name for programs."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(_("Key"), max_length=40, unique=True)
    name = models.CharField(_("Name"), max_length=100)
    position = models.PositiveSmallIntegerField(_("Position"), default=0)
    active = models.BooleanField(_("Active"), default=True)

    class Meta:
        verbose_name = _("Queue")
        verbose_name_plural = _("Queues")

    def __str__(self) -> str:
        return self.name


class TicketCounter(models.Model):
    """The last ticket number of a local year. Its row is locked while a number is given: so there are no gaps and no doubles."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, person: User) -> Self:
        """Keep the tickets a person may know of: all for staff; for everybody else her own, her office's if she may, and watched ones.

        Where one of those was merged into another ticket, she may know of that one too: there it goes on.
        """
        if person.is_active and person.has_role(*STAFF):
            return self
        if not person.is_active:
            return self.none()
        hers = _hers(person)
        return self.filter(pk__in=hers.union(Ticket.objects.filter(pk__in=hers, merged_into__isnull=False).values("merged_into")))

    def reads_office(self, person: User) -> bool:
        """Whether a person may read what her office's people ask."""
        return Contact.objects.filter(person=person, sees_office=True).exclude(office="").exists()

    def standing(self) -> Self:
        """Without those that were merged into another one."""
        return self.filter(merged_into=None)

    def for_reading(self) -> Self:
        """With all that one answer of the API shows.

        What few tickets have is fetched by itself, and only if one has it: joined, planning the query took thirty times as long as answering it.
        """
        return self.with_people().prefetch_related("merged_into", "parent", "incident")

    def with_people(self) -> Self:
        """With whom and what every ticket has: for one that is shown alone, and lists that show no more."""
        return self.select_related("municipality", "requester", "queue", "assignee")

    def by_deadline(self) -> Self:
        """The nearest deadline first, what has none last; of equal ones the older ticket first."""
        return self.order_by(F("next_due").asc(nulls_last=True), "number")

    def by_urgency(self) -> Self:
        """What is urgent comes first, then by deadline, then by priority, then what has waited longest."""
        places = [When(priority=name, then=Value(place)) for place, name in enumerate(("urgent", "high", "normal", "low"))]
        ranked = self.annotate(rank=Case(*places), urgent=Case(When(priority="urgent", then=Value(0)), default=Value(1)))
        return ranked.order_by("urgent", F("next_due").asc(nulls_last=True), "rank", "number")

    def unsettled(self) -> Self:
        return self.exclude(state__in=[Ticket.State.SOLVED, Ticket.State.CLOSED])


def _hers(person: User) -> models.QuerySet[Any, Any]:
    """Keys of her own tickets, her office's if she may, and watched ones: each by its index, where one condition with "or" reads all tickets."""
    own, colleagues = (Ticket.objects.filter(whose).values("pk") for whose in (Q(requester=person), Q(requester__in=colleagues_of(person))))
    return own.union(colleagues, watched_by(person))


def watched_by(person: User) -> models.QuerySet[Any, Any]:
    """Keys of the tickets a person watches."""
    return Ticket.watchers.through.objects.filter(user=person).values("ticket")


def colleagues_of(person: User) -> models.QuerySet[Any, Any]:
    """Keys of the people of a person's office, if she may read what they ask; nobody otherwise."""
    hers = Contact.objects.filter(person=person, sees_office=True).exclude(office="")
    same = hers.filter(municipality=OuterRef("municipality"), office=OuterRef("office"))
    return Contact.objects.filter(Exists(same)).values("person")


class Ticket(Promised):
    """A request for help and what became of it.

    `number` is "2026-000123": it counts in each local year, without gaps. `state`: *waiting* means for the requester, and stops the clock;
    *solved* can still be reopened by an answer, *closed* stays closed. `revision` grows with every act: it is what an agent has seen.
    `merged_into` is where a merged ticket goes on now (never a merged one itself); such a ticket is closed. `parent`: one answer there reaches
    this one too. `incident`: the end of that one answers and closes it. Moments are aware; `due_*` are None where no service level holds.
    """

    class State(models.TextChoices):
        NEW = "new", _("New")
        OPEN = "open", _("Open")
        WAITING = "waiting", _("Waiting for the requester")
        SOLVED = "solved", _("Solved")
        CLOSED = "closed", _("Settled")

    class Priority(models.TextChoices):
        LOW = "low", _("Low")
        NORMAL = "normal", _("Normal")
        HIGH = "high", _("High")
        URGENT = "urgent", _("Urgent")

    class Kind(models.TextChoices):
        REQUEST = "request", _("Request")
        PHONE = "phone", _("Telephone call")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("Number"), max_length=20, unique=True, editable=False)
    subject = models.CharField(_("Subject"), max_length=200)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind, default=Kind.REQUEST)
    municipality = models.ForeignKey(Municipality, models.PROTECT, null=True, blank=True, related_name="tickets")
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tickets")
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="tickets")
    priority = models.CharField(_("Priority"), max_length=10, choices=Priority, default=Priority.NORMAL)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.NEW)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="assigned_tickets")
    watchers = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="watched_tickets")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    solved_at = models.DateTimeField(null=True, blank=True)
    due_first_response = models.DateTimeField(null=True, blank=True)
    due_resolution = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    incident = models.ForeignKey("hotline.Incident", models.PROTECT, null=True, blank=True, related_name="tickets")
    revision = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager[Any]] = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("Ticket")
        verbose_name_plural = _("Tickets")
        constraints = [
            models.CheckConstraint(condition=~Q(subject=""), name="ticket_has_a_subject"),
            models.CheckConstraint(condition=Q(number__regex=r"^\d{4}-\d{6,}$"), name="ticket_number_form"),
            models.CheckConstraint(condition=Q(state__in=["new", "open", "waiting", "solved", "closed"]), name="ticket_state_known"),
            models.CheckConstraint(condition=Q(priority__in=["low", "normal", "high", "urgent"]), name="ticket_priority_known"),
            models.CheckConstraint(condition=Q(merged_into=None) | Q(state="closed"), name="ticket_merged_is_closed"),
            models.CheckConstraint(condition=~Q(parent=F("pk")), name="ticket_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(state__in=["solved", "closed"], solved_at__isnull=False)
                | Q(state__in=["new", "open", "waiting"], solved_at__isnull=True),
                name="ticket_solved_at_with_state",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="ticket_newest"),
            models.Index(fields=["requester", "-created_at"], name="ticket_of_requester"),
            models.Index(fields=["queue", "next_due", "number"], condition=~Q(state__in=["solved", "closed"]), name="ticket_open_in_queue"),
            models.Index(
                fields=["assignee", "next_due", "number"], condition=~Q(state__in=["solved", "closed"]), name="ticket_open_of_agent"
            ),
            models.Index(fields=["municipality", "-created_at"], name="ticket_of_municipality"),
            models.Index(fields=["next_due", "number"], condition=~Q(state__in=["solved", "closed"]), name="ticket_open_by_deadline"),
            models.Index(fields=["next_due", "number"], name="ticket_by_deadline"),
            models.Index(fields=["queue", "number"], name="ticket_in_queue"),
            models.Index(fields=["assignee", "number"], name="ticket_of_agent"),
            models.Index(fields=["created_at"], include=["municipality", "queue"], name="ticket_taken_in"),
            models.Index(fields=["solved_at"], condition=Q(solved_at__isnull=False), name="ticket_solved"),
            models.Index(fields=["tell_at"], condition=Q(tell_at__isnull=False), name="ticket_to_be_told"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    def get_state_display(self) -> str:  # type: ignore[no-redef]
        """As Django's, which makes a table of all choices anew for each row of a list."""
        return str(self.State(self.state).label)

    def get_priority_display(self) -> str:  # type: ignore[no-redef]
        return str(self.Priority(self.priority).label)

    @property
    def etag(self) -> str:
        return f"{self.public_id}.{self.revision}"

    @property
    def settled(self) -> bool:
        return self.state in (self.State.SOLVED, self.State.CLOSED)
