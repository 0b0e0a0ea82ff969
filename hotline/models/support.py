from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.centre.models import Order

from .tickets import Ticket

OPEN = ("sent", "asked", "accepted")


class SupportRequest(models.Model):
    """That an agent asked a municipality to let him look at one file or one area of its settings, and what its node said to that.

    The row gives nobody anything: the node decides, and checks anew whenever somebody comes. `file_reference` is as the clerk told it. `address` is
    where the node said that it is reached; `reason` why it did not even ask.
    """

    class State(models.TextChoices):
        SENT = "sent", _("Not at the municipality yet")
        ASKED = "asked", _("The municipality decides")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        ENDED = "ended", _("Ended")
        EXPIRED = "expired", _("Nobody decided")

    class Area(models.TextChoices):
        SETTINGS = "settings", _("Settings of the municipality")
        ORGANISATION = "organisation", _("Organisation: offices without people")
        REGISTER_SETS = "register_sets", _("Register sets")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="support_requests")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    file_reference = models.CharField(_("File reference"), max_length=120, blank=True)
    area = models.CharField(_("Area"), max_length=20, choices=Area, blank=True)
    hours = models.PositiveSmallIntegerField(_("Hours"))
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.SENT)
    order = models.OneToOneField(Order, models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True, blank=True)
    address = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager[SupportRequest]] = models.Manager()

    class Meta:
        verbose_name = _("Support access")
        verbose_name_plural = _("Support accesses")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["sent", "asked", "accepted", "refused", "ended", "expired"]), name="support_request_state_known"
            ),
            models.CheckConstraint(condition=Q(hours__gte=1, hours__lte=72), name="support_request_for_hours"),
            models.CheckConstraint(condition=Q(area="") ^ Q(file_reference=""), name="support_request_to_one_thing"),
            models.CheckConstraint(condition=~Q(state="accepted") | Q(until__isnull=False), name="support_request_accepted_until"),
            models.UniqueConstraint(fields=["ticket", "asked_by"], condition=Q(state__in=OPEN), name="support_request_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return self.file_reference or str(self.get_area_display())

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def in_force(self, at: datetime) -> bool:
        """As far as the centre knows; the node knows better."""
        return self.state == self.State.ACCEPTED and self.until is not None and self.until > at
