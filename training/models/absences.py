"""When a trainer cannot teach."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tenants.models import User
from tenants.roles import CentreRole

from .courses import STAFF


class TrainerAbsenceQuerySet(models.QuerySet["TrainerAbsence"]):
    def visible_to(self, person: User) -> Self:
        """Keep what a person may know of: whoever plans has to know when nobody is there, for everybody else it is nobody's affair."""
        return self if person.is_active and person.has_role(*STAFF) else self.none()

    def kept_by(self, person: User) -> Self:
        """Keep those that a person may take out: her own, an operator all."""
        return self.visible_to(person) if person.has_role(CentreRole.OPERATOR) else self.visible_to(person).filter(trainer=person)

    def between(self, starts_at: datetime, ends_at: datetime) -> Self:
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)


class TrainerAbsence(models.Model):
    """From when until when a trainer is not there. Whole days last from midnight until midnight of local time. `reason` is told by her, or not."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    whole_days = models.BooleanField(default=True)
    reason = models.CharField(_("Reason"), max_length=200, blank=True)

    objects: ClassVar[models.Manager[TrainerAbsence]] = models.Manager.from_queryset(TrainerAbsenceQuerySet)()

    class Meta:
        verbose_name = _("Absence")
        verbose_name_plural = _("Absences")
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="trainer_absence_ends_later")]
        indexes = [models.Index(fields=["trainer", "starts_at"], name="trainer_absence_of_trainer")]
