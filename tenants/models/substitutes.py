from __future__ import annotations

import uuid
from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.statements import Blank


class SubstituteQuerySet(models.QuerySet["Substitute"]):
    def in_force(self, *, on: date | Blank) -> Self:
        """Keep those that hold on a day (local date)."""
        return self.filter(first_day__lte=on, last_day__gte=on, ended_at__isnull=True)


class Substitute(models.Model):
    """A substitute (Vertretung) acts on behalf of somebody from a day to a day, both included. It does not pass on: a substitute's
    substitute acts for her alone."""

    class SetBy(models.TextChoices):
        ONESELF = "oneself", _("By the person herself or himself")
        SUPERVISOR = "supervisor", _("By the supervisor")
        SICKNESS = "sickness", _("By the administrator, because of absence")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    absent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="substitutes", verbose_name=_("Absent"))
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="substituting", verbose_name=_("Substitute"))
    first_day = models.DateField(_("From"))
    last_day = models.DateField(_("Until"))
    set_by_kind = models.CharField(max_length=10, choices=SetBy)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Any]] = SubstituteQuerySet.as_manager()

    class Meta:
        verbose_name = _("Substitute")
        constraints = [
            models.CheckConstraint(condition=~Q(absent=F("deputy")), name="substitute_is_somebody_else"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="substitute_period"),
        ]
        indexes = [models.Index(fields=["deputy", "last_day"], condition=Q(ended_at__isnull=True), name="substitute_of_deputy")]
