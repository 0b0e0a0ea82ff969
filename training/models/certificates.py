"""What people take home: confirmations of attendance and certificates, as they were issued."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.models import User

from .courses import STAFF
from .enrolments import Enrolment


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, person: User) -> Self:
        """Keep those a person may know of: all for trainers and operators, for everybody else her own. Not those of her people: what somebody has
        learned is hers to show.
        """
        if not person.is_active:
            return self.none()
        return self if person.has_role(*STAFF) else self.filter(person=person)

    def valid(self) -> Self:
        """Keep those that have not been revoked."""
        return self.filter(revoked_at=None)

    def with_course(self) -> Self:
        return self.select_related("enrolment__date__course", "person", "replaces", "replaced_by")

    def newest_first(self) -> Self:
        return self.order_by("-issued_at", "-pk")


class Certificate(models.Model):
    """A confirmation of attendance, or a certificate for whoever passed the examination.

    `number` counts in each year without gaps. `code` is the secret part of the address where anybody can verify it. `facts` are what stands on the
    sheet; the sheet itself is made of them afterwards, once, and lies under `sha256` in the store ("" until then). `qualified_until`: when what was
    learned is to be refreshed. `shown`: how much of her name the holder agrees to show to whoever verifies it.
    """

    class Kind(models.TextChoices):
        ATTENDANCE = "attendance", _("Confirmation of attendance")
        CERTIFICATE = "certificate", _("Certificate")

    class Shown(models.TextChoices):
        FULL = "full", _("Full name")
        INITIALS = "initials", _("Initials")
        NOTHING = "nothing", _("Not at all")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("Number"), max_length=20, unique=True)
    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(_("Kind"), max_length=12, choices=Kind)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="certificates")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="certificates")
    name = models.CharField(_("Name"), max_length=200)
    facts = models.JSONField()
    issued_at = models.DateTimeField(_("Issued"))
    qualified_until = models.DateField(_("Qualified until"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    shown = models.CharField(_("Name shown"), max_length=8, choices=Shown, default=Shown.INITIALS)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    replaces: models.OneToOneField[Any, Any] = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    revoked_at = models.DateTimeField(_("Revoked"), null=True, blank=True)
    revoked_for = models.CharField(_("Reason"), max_length=500, blank=True)

    objects: ClassVar[models.Manager[Certificate]] = models.Manager.from_queryset(CertificateQuerySet)()

    class Meta:
        verbose_name = _("Certificate")
        verbose_name_plural = _("Certificates")
        constraints = [
            models.UniqueConstraint(fields=["enrolment"], condition=Q(revoked_at=None), name="certificate_valid_once"),
            models.CheckConstraint(condition=Q(kind__in=["attendance", "certificate"]), name="certificate_kind_known"),
            models.CheckConstraint(condition=Q(shown__in=["full", "initials", "nothing"]), name="certificate_shown_known"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_for="") | (Q(revoked_at__isnull=False) & ~Q(revoked_for="")),
                name="certificate_revoked_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "issued_at"], name="certificate_of_person"),
            models.Index(fields=["id"], condition=Q(sha256=""), name="certificate_to_be_made"),
            models.Index(
                fields=["qualified_until"],
                condition=Q(reminded_at=None, revoked_at=None, qualified_until__isnull=False),
                name="certificate_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_made(self) -> bool:
        return self.sha256 != ""

    def holds_on(self, day: date) -> bool:
        """Whether whoever has it is qualified on a day."""
        return self.revoked_at is None and (self.qualified_until is None or day <= self.qualified_until)


class CertificateCounter(models.Model):
    """The last number of each year (training.numbering)."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField()

    objects: ClassVar[models.Manager[CertificateCounter]] = models.Manager()
