from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .documents import Document


class ErasureRequestQuerySet(models.QuerySet["ErasureRequest"]):
    def waiting(self) -> Self:
        """Keep those that nobody has decided yet."""
        return self.filter(approved_at__isnull=True, refused_at__isnull=True)


class ErasureRequest(models.Model):
    """Erasing a misfiled document (Art. 17 GDPR) takes two persons: one asks with a reason, another one approves, or refuses and says why.

    A document has one request that waits at most; what was refused stays, and may be asked for anew.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="erasures")
    reason = models.TextField(_("Reason"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    refused_at = models.DateTimeField(null=True)
    refusal = models.TextField(_("Why it was refused"), blank=True, default="", db_default="")

    objects: ClassVar[models.Manager[Any]] = ErasureRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="erasure_has_a_reason"),
            models.CheckConstraint(condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("asked_by")), name="erasure_by_two_persons"),
            models.UniqueConstraint(
                fields=["document"], condition=Q(approved_at__isnull=True, refused_at__isnull=True), name="erasure_asked_for_once"
            ),
            models.CheckConstraint(
                condition=Q(refused_by__isnull=True, refused_at__isnull=True, refusal="")
                | (Q(refused_by__isnull=False, refused_at__isnull=False, approved_at__isnull=True) & ~Q(refusal="")),
                name="erasure_refused_by_at_and_why",
            ),
            models.CheckConstraint(
                condition=Q(refused_by__isnull=True) | ~Q(refused_by=F("asked_by")), name="erasure_refused_by_a_second_person"
            ),
        ]
