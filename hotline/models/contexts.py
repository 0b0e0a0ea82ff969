from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.roles import label_of

from .tickets import Ticket


class TicketContext(models.Model):
    """Where a requester was when she asked for help, as her node said it: kind of page, roles, software version, last error. Never contents."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="context", primary_key=True)
    screen = models.CharField(_("Kind of page"), max_length=100, blank=True)
    roles = models.JSONField(_("Roles"), default=list)
    version = models.CharField(_("Software version"), max_length=40, blank=True)
    error = models.CharField(_("Last error"), max_length=20, blank=True)

    objects: ClassVar[models.Manager[TicketContext]] = models.Manager()

    @property
    def role_labels(self) -> list[str]:
        """Her roles as people call them."""
        return [label_of(role) for role in self.roles]
