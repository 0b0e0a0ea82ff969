from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from foundation.any_of import Numbers
from foundation.statements import Blank
from tenants.models import User

from .access import LEVEL_READ, readable_units

PERMISSIONS: Any = [
    ("read_records", "May read the records below"),
    ("write_records", "May file and change the records below"),
    ("manage_records", "May manage the records below"),
]
WITH_CLOSING = "closing"  # as what starts the period: closing, though a unit above names an event; empty inherits
VALIDITY_IN_ORDER = Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from"))


class RegisterSet(models.Model):
    """Named, ordered dividers that a new file of some units starts with."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("Name"), max_length=100, unique=True)

    def __str__(self) -> str:
        return self.name


class RegisterSetEntry(models.Model):
    register_set = models.ForeignKey(RegisterSet, models.CASCADE, related_name="entries")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    colour = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["register_set", "position"], name="register_set_entry_position"),
            models.UniqueConstraint(fields=["register_set", "name"], name="register_set_entry_name"),
        ]


class UnitEntry(models.Model):
    """What the file plan says of a unit: the one in force (FilePlanUnit) and the one of an edition in preparation (PlannedUnit) alike.

    `retention_years`, `retention_unlimited` and `disposal_action` are the unit's own values; empty ones are inherited
    (records.file_plan.defaults_of). So are `retention_starts_with` (the event that starts the period, in words: "Abbruch des Gebäudes";
    WITH_CLOSING: closing, whatever is named above; empty everywhere: closing), `transfer_years`, `registration`, `legal_basis` and the
    `register_set`.
    A unit that sets aside what it would inherit says why, for each value (plan_fields.REASONS).
    """

    class DisposalAction(models.TextChoices):
        ARCHIVE = "A", _("Archive")
        APPRAISE = "B", _("Appraise")
        DESTROY = "V", _("Destroy")

    class Registration(models.TextChoices):
        CLERKS = "clerks", _("Clerks")
        REGISTRY = "registry", _("The registry; clerks make drafts")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    classification_code = models.CharField(_("Classification code"), max_length=40)
    sort_key = models.CharField(max_length=200, editable=False, db_collation="C")
    title = models.CharField(_("Title"), max_length=300)
    retention_years = models.PositiveSmallIntegerField(_("Retention in years"), null=True, blank=True)
    retention_unlimited = models.BooleanField(_("Kept without limit"), default=False)
    disposal_action = models.CharField(_("Disposal action"), max_length=1, choices=DisposalAction, blank=True)
    legal_basis = models.CharField(_("Legal basis"), max_length=500, blank=True)
    override_reason = models.CharField(_("Reason for a period of its own"), max_length=500, blank=True)
    retention_starts_with = models.CharField(_("The period starts with"), max_length=200, blank=True)
    transfer_years = models.PositiveSmallIntegerField(_("Transfer period in years"), null=True, blank=True)
    registration = models.CharField(_("Who opens files"), max_length=10, choices=Registration, blank=True)
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

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.classification_code} {self.title}"


class FilePlanUnitQuerySet(models.QuerySet["FilePlanUnit"]):
    def visible_to(self, clerk: User) -> Self:
        """Keep the units the clerk may read below, and the units above them that lead there."""
        return self.among(readable_units(clerk).known)

    def among(self, known: Numbers | Blank) -> Self:
        """Do the same for units that are known already, or will be when a statement is filled."""
        return self.filter(pk__any_of=known)

    def holding_files_for(self, clerk: User, level: int = LEVEL_READ) -> Self:
        """Keep the leaf units in which the clerk has at least this level."""
        return self.leaves().among(readable_units(clerk).at_least(level))

    def leaves(self) -> Self:
        """Keep what holds files, not units."""
        return self.with_leaf().filter(is_leaf=True)

    def with_leaf(self) -> Self:
        return self.annotate(is_leaf=~Exists(FilePlanUnit.objects.filter(parent=OuterRef("pk"))))

    def with_those_above(self, units: Iterable[FilePlanUnit]) -> Self:
        """Keep these units and all above them: what inheritance is resolved from."""
        return self.filter(pk__in={pk for unit in units for pk in (*unit.ancestor_ids, unit.pk)}).select_related("register_set")

    def in_order(self) -> Self:
        return self.order_by("sort_key")

    def taking_files(self, on: date) -> Self:
        """Leave out what gets no new files on a day: frozen or outside the validity, itself or a unit above it."""
        open_ones = self
        for step in ("", "parent__", "parent__parent__", "parent__parent__parent__", "parent__parent__parent__parent__"):
            lapsed = Q(**{f"{step}valid_until__lt": on}) | Q(**{f"{step}valid_from__gt": on})
            open_ones = open_ones.exclude(Q(**{f"{step}frozen_at__isnull": False}) | lapsed)
        return open_ones


class FilePlanUnit(UnitEntry):
    """A unit of the file plan (Aktenplaneinheit). Only a leaf (Betreffseinheit) holds files.

    `path` is "/1/17/230/" (own id last): a branch is one prefix.
    A frozen unit, and one outside its validity, gets no new files; those in it stay. A `dropped` one has left the plan with an edition, and
    `valid_until` is its last day; `successor` is where the edition sent its files.
    """

    MAX_LEVEL = 5

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=120, editable=False, db_index=False)
    level = models.PositiveSmallIntegerField(editable=False)
    classification_code = models.CharField(_("Classification code"), max_length=40, unique=True)  # in an edition: once among what stays
    register_set = models.ForeignKey(RegisterSet, models.PROTECT, null=True, blank=True, related_name="units")
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_reason = models.CharField(_("Reason for freezing"), max_length=500, blank=True)
    dropped = models.BooleanField(default=False, db_default=False, editable=False)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name=_("Successor"))

    objects: ClassVar[models.Manager[Any]] = FilePlanUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("File plan unit")
        permissions = PERMISSIONS
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="unit_level_1_to_5"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="unit_not_its_own_parent"),
            models.CheckConstraint(condition=Q(disposal_action__in=["", "A", "B", "V"]), name="unit_disposal_action_known"),
            models.CheckConstraint(
                condition=Q(retention_years__isnull=True) | Q(retention_unlimited=False), name="unit_years_or_unlimited"
            ),
            models.CheckConstraint(condition=Q(retention_years__isnull=True) | Q(retention_years__lte=200), name="unit_years_at_most_200"),
            models.CheckConstraint(condition=~Q(title=""), name="unit_has_a_title"),
            models.CheckConstraint(condition=VALIDITY_IN_ORDER, name="unit_validity"),
            models.CheckConstraint(condition=Q(dropped=False) | Q(valid_until__isnull=False), name="unit_dropped_has_a_last_day"),
            models.CheckConstraint(condition=~Q(successor=F("id")), name="unit_not_its_own_successor"),
        ]
        indexes = [
            models.Index(fields=["path"], name="unit_path_prefix", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["sort_key"], name="unit_sort_key"),
        ]

    @property
    def ancestor_ids(self) -> list[int]:
        """Ids from the root down to this unit's parent."""
        return [int(part) for part in self.path.strip("/").split("/")[:-1] if part]
