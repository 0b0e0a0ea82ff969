"""Incidents (Störungen): what is disturbed for several at once, who is told of it, and what became of it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.centre.models import Municipality, Order
from tenants.models import User
from tenants.roles import CentreRole

from .tickets import STAFF


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, person: User) -> Self:
        """Keep the incidents a person may know of: all for staff; for those who ask what was announced to their own municipality.

        A municipality that is not affected is told nothing: neither that there is an incident, nor its text.
        """
        if not person.is_active:
            return self.none()
        if person.has_role(*STAFF):
            return self
        if person.has_role(CentreRole.REQUESTER):
            hers = IncidentTown.objects.filter(municipality__contacts__person=person, left_at=None).values("incident")
            return self.filter(announced_at__isnull=False, pk__in=hers)
        return self.none()

    def running(self) -> Self:
        return self.filter(state=Incident.State.ANNOUNCED)

    def in_order(self) -> Self:
        """What runs first, then drafts, then what has ended; of each the newest first."""
        places = [models.When(state=state, then=models.Value(place)) for place, state in enumerate(("announced", "draft"))]
        return self.annotate(rank=models.Case(*places, default=models.Value(2))).order_by("rank", "-begun_at", "-pk")


class Incident(models.Model):
    """A disturbance that concerns several municipalities. Tickets name it (Ticket.incident); `towns` are the municipalities that are told.

    `text` is what clerks read now (plain text, one paragraph): that of the last update. `note` is for staff only. `until` is when the banner
    goes by itself, unless the incident is ended before or the moment is put off. Moments are aware. `revision` grows with every act.
    `spared` and `joined` count how often somebody who was about to ask said that this helps, or concerns her too; nobody's name is in it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ANNOUNCED = "announced", _("Announced")
        ENDED = "ended", _("Ended")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.DRAFT)
    title = models.CharField(_("Title"), max_length=80)
    text = models.CharField(_("Text for clerks"), max_length=500)
    note = models.TextField(_("Internal note"), blank=True)
    begun_at = models.DateTimeField()
    until = models.DateTimeField()
    created_at = models.DateTimeField()
    announced_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    towns: Any = models.ManyToManyField(Municipality, through="hotline.IncidentTown", related_name="incidents")
    spared = models.PositiveIntegerField(default=0)
    joined = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager[Any]] = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Incident")
        verbose_name_plural = _("Incidents")
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="incident_says_something"),
            models.CheckConstraint(
                condition=Q(state="draft", announced_at__isnull=True, ended_at__isnull=True)
                | Q(state="announced", announced_at__isnull=False, ended_at__isnull=True)
                | Q(state="ended", ended_at__isnull=False),
                name="incident_moments_with_state",
            ),
        ]
        indexes = [models.Index(fields=["-begun_at", "-id"], name="incident_newest")]

    def __str__(self) -> str:
        return self.title

    @property
    def etag(self) -> str:
        return f"{self.public_id}.{self.revision}"

    @property
    def running(self) -> bool:
        return self.state == self.State.ANNOUNCED


class IncidentTown(models.Model):
    """That a municipality is affected, and how its banner is. `order` is the last one that was given to its node; only its answer counts.

    `left_at`: it was told by mistake and is not affected any more; the row stays because its node has still to answer.
    """

    class Banner(models.TextChoices):
        NONE = "none", _("not announced yet")
        ASKED = "asked", _("on its way to the node")
        SHOWN = "shown", _("is shown")
        REFUSED = "refused", _("refused by the node")
        UNREACHED = "unreached", _("the node cannot be reached")
        ENDING = "ending", _("is being taken away")
        GONE = "gone", _("taken away")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="affected")
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    banner = models.CharField(max_length=10, choices=Banner, default=Banner.NONE)
    reason = models.CharField(max_length=300, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    order = models.ForeignKey(Order, models.SET_NULL, null=True, blank=True, related_name="+")

    objects: ClassVar[models.Manager[IncidentTown]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "municipality"], name="incident_town_once")]

    def is_late(self, at: datetime) -> bool:
        """Whether the node has not fetched its order in time: it is worth nothing any more."""
        waits = self.banner in (self.Banner.ASKED, self.Banner.ENDING)
        return waits and self.order is not None and self.order.expires_at <= at

    def needs_another(self, at: datetime) -> bool:
        """Whether the municipality's clerks do not see what they should, so that it is worth another try."""
        return self.banner in (self.Banner.REFUSED, self.Banner.UNREACHED) or self.is_late(at)


class IncidentUpdate(models.Model):
    """What clerks were told, and when. They read it as the hotline's; `by` is for staff."""

    class Kind(models.TextChoices):
        BEGIN = "begin", _("Announced")
        NEWS = "news", _("Update")
        END = "end", _("Ended")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="updates")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField()
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    objects: ClassVar[models.Manager[IncidentUpdate]] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["incident", "-at", "-id"], name="update_of_incident")]


class IncidentEvent(models.Model):
    """An act on an incident: who, when, and old and new value of each field; names, not keys."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="events")
    act = models.CharField(max_length=40)
    actor = models.CharField(max_length=200)
    at = models.DateTimeField()
    changes = models.JSONField(default=dict)

    objects: ClassVar[models.Manager[IncidentEvent]] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["incident", "at", "id"], name="event_of_incident")]
