from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DeskSettings(models.Model):
    """How the hotline is reached otherwise: one row, kept by operators and shown to whoever asks."""

    telephone = models.CharField(_("Telephone"), max_length=50, blank=True)
    hours = models.CharField(_("Hours"), max_length=200, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="desk_settings_one_row")]
