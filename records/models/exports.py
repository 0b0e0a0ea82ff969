from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .files import RecordFile
from .reading import Lease


class Export(Lease):
    """Something made of a file in the background for leaving the house or for printing. `options` is what was asked for.

    `done` of `total` sheets or documents; `left_out` lists what is not in it and why; the result lies in the store until `expires_at`.
    """

    class Kind(models.TextChoices):
        FILE_PDF = "file_pdf", _("File as one PDF")
        COURT_PACKAGE = "court_package", _("Package for the court")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey(RecordFile, models.CASCADE, related_name="exports")
    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    options = models.JSONField(default=dict)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=list)
    failure = models.CharField(max_length=300, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)
    name = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(state="ready") | ~Q(sha256=""), name="export_ready_has_bytes")]
        indexes = [
            models.Index(fields=["queued_at"], condition=Q(done_at__isnull=True), name="export_unfinished"),
            models.Index(fields=["sha256"], condition=~Q(sha256=""), name="export_sha256"),
        ]

    @property
    def called(self) -> str:
        """What it is, in words: its kind, or that it is made of one document only."""
        return str(_("One document with sheet numbers and stamp")) if self.options.get("document") else self.get_kind_display()


class Information(models.Model):
    """An export by which somebody outside is informed: an act of its own, by two persons, with a reason (Art. 15 GDPR; § 29 VwVfG).

    Until the second person has released it, nobody gets the result. It goes when its export goes; the journal keeps that it was.
    """

    class Purpose(models.TextChoices):
        INFORMATION = "information", _("Information (Art. 15 GDPR)")
        INSPECTION = "inspection", _("Inspection of the file")

    export = models.OneToOneField(Export, models.CASCADE, related_name="information")
    purpose = models.CharField(_("Purpose"), max_length=20, choices=Purpose)
    recipient = models.CharField(_("To whom"), max_length=200)
    reason = models.CharField(_("Reason"), max_length=500)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason="") & ~Q(recipient=""), name="information_to_whom_and_why"),
            models.CheckConstraint(
                condition=Q(released_by__isnull=True) | ~Q(released_by=F("asked_by")), name="information_by_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(released_by__isnull=True, released_at__isnull=True) | Q(released_by__isnull=False, released_at__isnull=False),
                name="information_released_by_and_at",
            ),
        ]
