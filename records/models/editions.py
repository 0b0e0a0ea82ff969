from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .plan import VALIDITY_IN_ORDER, FilePlanUnit, RegisterSet, UnitEntry


class PlanEdition(models.Model):
    """An edition of the file plan, prepared beside the one in force and put into force on a date.

    Preparing copies the plan into PlannedUnit rows; only putting it into force touches FilePlanUnit. One edition at a time is prepared.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", _("In preparation")
        SCHEDULED = "scheduled", _("Comes into force")
        IN_FORCE = "in_force", _("In force")
        SUPERSEDED = "superseded", _("Superseded")
        DROPPED = "dropped", _("Dropped")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("Name of the edition"), max_length=100)
    state = models.CharField(max_length=10, choices=State, default=State.PREPARED)
    in_force_on = models.DateField(_("In force from"), null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    put_in_force_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="edition_has_a_name"),
            models.CheckConstraint(condition=~Q(state="scheduled") | Q(in_force_on__isnull=False), name="edition_scheduled_has_a_date"),
            models.UniqueConstraint(fields=["state"], condition=Q(state="in_force"), name="edition_one_in_force"),
        ]

    def __str__(self) -> str:
        return self.name


class PlannedUnit(UnitEntry):
    """A unit as the next edition will have it. `unit` is the one that it continues, None for a new one.

    `dropped` units are not in the next edition: putting it into force freezes `unit` and points it to the unit that `successor` becomes.
    """

    edition = models.ForeignKey(PlanEdition, models.CASCADE, related_name="units")
    unit = models.ForeignKey(FilePlanUnit, models.PROTECT, null=True, blank=True, related_name="planned")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    register_set = models.ForeignKey(RegisterSet, models.PROTECT, null=True, blank=True, related_name="+")
    frozen = models.BooleanField(_("Frozen"), default=False)
    dropped = models.BooleanField(default=False)
    successor = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="predecessors")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "classification_code"], condition=Q(dropped=False), name="planned_code_once"),
            models.UniqueConstraint(fields=["edition", "unit"], name="planned_unit_once"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="planned_not_its_own_parent"),
            models.CheckConstraint(condition=Q(dropped=False) | Q(unit__isnull=False), name="planned_new_is_not_dropped"),
            models.CheckConstraint(condition=VALIDITY_IN_ORDER, name="planned_validity"),
        ]
        indexes = [models.Index(fields=["edition", "sort_key"], name="planned_in_order")]


class FormerCode(models.Model):
    """A classification code that a unit had before an edition gave it another one: found for ever, given to no other unit."""

    unit = models.ForeignKey(FilePlanUnit, models.CASCADE, related_name="former_codes")
    classification_code = models.CharField(max_length=40, unique=True)
    until = models.DateTimeField()
