from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .plan import FilePlanUnit, RegisterSet


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


class PlannedUnit(models.Model):
    """A unit as the next edition will have it. `unit` is the one that it continues, None for a new one.

    `dropped` units are not in the next edition: putting it into force freezes `unit` and points it to the unit that `successor` becomes.
    The other fields are those of FilePlanUnit.
    """

    edition = models.ForeignKey(PlanEdition, models.CASCADE, related_name="units")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(FilePlanUnit, models.PROTECT, null=True, blank=True, related_name="planned")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    classification_code = models.CharField(_("Classification code"), max_length=40)
    sort_key = models.CharField(max_length=200, editable=False, db_collation="C")
    title = models.CharField(_("Title"), max_length=300)
    retention_years = models.PositiveSmallIntegerField(_("Retention in years"), null=True, blank=True)
    retention_unlimited = models.BooleanField(_("Kept without limit"), default=False)
    disposal_action = models.CharField(_("Disposal action"), max_length=1, choices=FilePlanUnit.DisposalAction, blank=True)
    register_set = models.ForeignKey(RegisterSet, models.PROTECT, null=True, blank=True, related_name="+")
    legal_basis = models.CharField(_("Legal basis"), max_length=500, blank=True)
    override_reason = models.CharField(_("Reason for a period of its own"), max_length=500, blank=True)
    retention_starts_with = models.CharField(_("The period starts with"), max_length=200, blank=True)
    transfer_years = models.PositiveSmallIntegerField(_("Transfer period in years"), null=True, blank=True)
    registration = models.CharField(_("Who opens files"), max_length=10, choices=FilePlanUnit.Registration, blank=True)
    retention_starts_with_reason = models.CharField(
        _("Reason for a start of its own"), max_length=500, blank=True, db_default="", default=""
    )
    transfer_years_reason = models.CharField(
        _("Reason for a transfer period of its own"), max_length=500, blank=True, db_default="", default=""
    )
    disposal_action_reason = models.CharField(
        _("Reason for a disposal action of its own"), max_length=500, blank=True, db_default="", default=""
    )
    register_set_reason = models.CharField(_("Reason for a register set of its own"), max_length=500, blank=True, db_default="", default="")
    registration_reason = models.CharField(
        _("Reason for a rule of its own on who opens files"), max_length=500, blank=True, db_default="", default=""
    )
    legal_basis_reason = models.CharField(_("Reason for a legal basis of its own"), max_length=500, blank=True, db_default="", default="")
    valid_from = models.DateField(_("Valid from"), null=True, blank=True)
    valid_until = models.DateField(_("Valid until"), null=True, blank=True)
    frozen = models.BooleanField(_("Frozen"), default=False)
    dropped = models.BooleanField(default=False)
    successor = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="predecessors")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "classification_code"], condition=Q(dropped=False), name="planned_code_once"),
            models.UniqueConstraint(fields=["edition", "unit"], name="planned_unit_once"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="planned_not_its_own_parent"),
            models.CheckConstraint(condition=Q(dropped=False) | Q(unit__isnull=False), name="planned_new_is_not_dropped"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="planned_validity",
            ),
        ]
        indexes = [models.Index(fields=["edition", "sort_key"], name="planned_in_order")]

    def __str__(self) -> str:
        return f"{self.classification_code} {self.title}"


class FormerCode(models.Model):
    """A classification code that a unit had before an edition gave it another one: found for ever, given to no other unit."""

    unit = models.ForeignKey(FilePlanUnit, models.CASCADE, related_name="former_codes")
    classification_code = models.CharField(max_length=40, unique=True)
    until = models.DateTimeField()
