"""The sites in the cities: who they are, what is asked of them, and what they say."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .people import Municipality


class SiteQuerySet(models.QuerySet["Site"]):
    def in_order(self) -> Self:
        """Those that ask first, then by name."""
        asked_first = models.Case(models.When(state=Site.State.ASKED, then=0), models.When(state=Site.State.CONFIRMED, then=1), default=2)
        return self.order_by(asked_first, "name", "pk")

    def with_towns(self) -> Self:
        """With the municipalities of each, by name."""
        return self.prefetch_related(models.Prefetch("municipalities", Municipality.objects.order_by("name", "pk")))


class Site(models.Model):
    """A node. `public_id` is the id that it gave itself; `asked_municipalities` is what it said it serves: [{slug, name}], until it is confirmed.
    `knows_key` is the newest of the centre's keys that it knows (its thumbprint), "" if it has not said.

    Only a confirmed site is believed, and only with a key of its own that is not revoked. `last_heartbeat_at` is when it last called, whatever for;
    `reported_*` is what it said of itself, and when: a state and sentences that say why. How it is comes of both (tenants.centre.health).
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Has asked")
        CONFIRMED = "confirmed", _("Confirmed")
        REVOKED = "revoked", _("Revoked")

    class Health(models.TextChoices):
        OK = "ok", _("All right")
        WARNING = "warning", _("Needs attention")
        CRITICAL = "critical", _("Critical")
        UNKNOWN = "unknown", _("Unknown")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("Name"), max_length=200)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.ASKED)
    asked_municipalities = models.JSONField(default=list)
    version = models.CharField(_("Software version"), max_length=40, blank=True)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=200, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_heartbeat_at = models.DateTimeField(null=True, blank=True)
    reported_state = models.CharField(max_length=10, choices=Health, blank=True, db_default="")
    reported_problems = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    reported_at = models.DateTimeField(null=True, blank=True)
    knows_key = models.CharField(max_length=43, blank=True, default="", db_default="", editable=False)

    objects: ClassVar[models.Manager[Any]] = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("Site")
        verbose_name_plural = _("Sites")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="site_has_a_name"),
            models.CheckConstraint(condition=Q(state__in=["asked", "confirmed", "revoked"]), name="site_state_known"),
            models.CheckConstraint(condition=Q(reported_state__in=["", "ok", "warning", "critical"]), name="site_reported_state_known"),
            models.CheckConstraint(condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False), name="site_confirmed_at_a_time"),
            models.CheckConstraint(condition=~Q(state="revoked") | Q(revoked_at__isnull=False), name="site_revoked_at_a_time"),
        ]

    def __str__(self) -> str:
        return self.name


class SiteKey(models.Model):
    """A public key of a site. A key that `replaces` another ends it with the first message that it signs."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="keys")
    kid = models.CharField(max_length=43, unique=True)
    public_key = models.CharField(max_length=43)
    added_at = models.DateTimeField()
    replaces = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[SiteKey]] = models.Manager()


class SeenToken(models.Model):
    """A message that was believed once, kept until it has expired: it is not believed again."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    token_id = models.CharField(max_length=100)
    expires_at = models.DateTimeField()

    objects: ClassVar[models.Manager[SeenToken]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "token_id"], name="seen_token_once")]
        indexes = [models.Index(fields=["expires_at"], name="seen_token_until")]


class Order(models.Model):
    """What the centre asks of one municipality's node. The node decides; `answer` is what it said."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for the node")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="orders")
    municipality = models.ForeignKey("centre.Municipality", models.PROTECT, related_name="orders")
    kind = models.CharField(_("Kind"), max_length=40)
    body = models.JSONField(default=dict)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.WAITING)
    given_by = models.CharField(max_length=200)
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answer = models.JSONField(default=dict)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Order]] = models.Manager()

    class Meta:
        verbose_name = _("Order of the competence centre")
        verbose_name_plural = _("Orders of the competence centre")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["waiting", "done", "refused"]), name="order_state_known"),
            models.CheckConstraint(condition=Q(state="waiting") ^ Q(answered_at__isnull=False), name="order_answered_at_a_time"),
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("given_at")), name="order_expires_later"),
        ]
        indexes = [models.Index(fields=["site", "given_at"], name="order_waiting", condition=Q(state="waiting"))]


class SiteMessage(models.Model):
    """A message of a municipality's node, taken in once however often it is sent."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="messages")
    municipality = models.ForeignKey("centre.Municipality", models.PROTECT, related_name="+")
    message_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    body = models.JSONField(default=dict)
    at = models.DateTimeField()
    received_at = models.DateTimeField()

    objects: ClassVar[models.Manager[SiteMessage]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "message_id"], name="site_message_once")]
        indexes = [models.Index(fields=["received_at"], name="site_message_received")]
