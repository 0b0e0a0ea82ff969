from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OutgoingMessage(models.Model):
    """What left this municipality for the competence centre, or will: kept readable for 30 days after it was sent.

    `by` is the name of who sent it, empty for the node itself. `sent_at` is None while the centre has not taken it in.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("Kind"), max_length=40)
    body = models.JSONField(default=dict)
    by = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[OutgoingMessage]] = models.Manager()

    class Meta:
        verbose_name = _("Message to the competence centre")
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="outgoing_in_order"),
            models.Index(fields=["id"], name="outgoing_waiting", condition=Q(sent_at__isnull=True)),
        ]


class HandledOrder(models.Model):
    """An order of the competence centre that this municipality's node has answered: it is carried out once, however often it comes."""

    class State(models.TextChoices):
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")

    public_id = models.UUIDField(unique=True, editable=False)
    kind = models.CharField(_("Kind"), max_length=40)
    body = models.JSONField(default=dict)
    given_by = models.CharField(max_length=200)
    at = models.DateTimeField()
    state = models.CharField(_("State"), max_length=10, choices=State)
    answer = models.JSONField(default=dict)

    objects: ClassVar[models.Manager[HandledOrder]] = models.Manager()

    class Meta:
        verbose_name = _("Order of the competence centre")
        constraints = [models.CheckConstraint(condition=Q(state__in=["done", "refused"]), name="handled_order_state_known")]
        indexes = [models.Index(fields=["-at", "-id"], name="handled_order_in_order")]
