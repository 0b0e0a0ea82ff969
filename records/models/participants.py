from __future__ import annotations

import uuid

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from .documents import Document
from .files import Case, RecordFile


class Participant(models.Model):
    """A person or organisation that takes part (Beteiligte, § 13 VwVfG) with a role, in a file, one of its cases or one of its documents.

    `disclosure_block`: an Auskunftssperre (§ 51 BMG) stands in the register of residents; people are warned before anything leaves the house.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey(RecordFile, models.CASCADE, related_name="participants")
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="participants")
    document = models.ForeignKey(Document, models.CASCADE, null=True, blank=True, related_name="participants")
    kind = models.CharField(_("Kind"), max_length=12, choices=Kind, default=Kind.PERSON)
    name = models.CharField(_("Name"), max_length=200)
    role = models.CharField(_("Role"), max_length=80)
    address = models.CharField(_("Address"), max_length=300, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    telephone = models.CharField(_("Telephone"), max_length=50, blank=True)
    disclosure_block = models.BooleanField(_("Disclosure block"), default=False)

    class Meta:
        verbose_name = _("Participant")
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(role=""), name="participant_name_and_role"),
            models.CheckConstraint(condition=Q(case__isnull=True) | Q(document__isnull=True), name="participant_of_one_thing"),
        ]
        indexes = [GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="participant_name_trgm")]

    def __str__(self) -> str:
        return self.name
