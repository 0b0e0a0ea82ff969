from __future__ import annotations

import uuid

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from .files import RecordFile
from .plan import FilePlanUnit


class IndexField(models.Model):
    """A field that files of a unit (and of all below it) have on their page, to be found by: Flurstück, Bauherr, Grundstück."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        DATE = "date", _("Date")
        NUMBER = "number", _("Number")
        ADDRESS = "address", _("Address")
        PARCEL = "parcel", _("Parcel (Gemarkung, Flur, Flurstück)")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(FilePlanUnit, models.PROTECT, related_name="index_fields")
    name = models.CharField(_("Name"), max_length=80)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind, default=Kind.TEXT)
    position = models.PositiveSmallIntegerField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], condition=Q(retired_at__isnull=True), name="index_field_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="index_field_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class IndexValue(models.Model):
    """What a file says in one of its index fields. `text` is what people read and search; `parts` holds an address or a parcel in pieces.

    `number` and `day` hold a number or a date as such, so that they can be compared.
    """

    file = models.ForeignKey(RecordFile, models.CASCADE, related_name="index_values")
    field = models.ForeignKey(IndexField, models.PROTECT, related_name="values")
    position = models.PositiveSmallIntegerField(default=1)
    text = models.CharField(max_length=300)
    number = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    parts = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "field", "position"], name="index_value_once"),
            models.CheckConstraint(condition=~Q(text=""), name="index_value_not_empty"),
        ]
        indexes = [
            GinIndex(OpClass(Upper("text"), name="gin_trgm_ops"), name="index_value_trgm"),
            models.Index(fields=["field", "number"], condition=Q(number__isnull=False), name="index_value_number"),
            models.Index(fields=["field", "day"], condition=Q(day__isnull=False), name="index_value_day"),
        ]

    def __str__(self) -> str:
        return self.text
