from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PracticeSlip(models.Model):
    """A code on a printed slip that lets one trainee into her practice town once. Kept in the golden town: it outlives a reset of hers.

    `code_hash` is the SHA-256 of the code: it has 79 bits of chance, so that nobody finds it by trying.
    """

    course = models.CharField(max_length=40)
    trainee = models.CharField(max_length=40)
    code_hash = models.CharField(max_length=64, unique=True)
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[PracticeSlip]] = models.Manager()

    class Meta:
        verbose_name = _("Slip for a practice town")
        indexes = [models.Index(fields=["course", "trainee"], name="practice_slip_of")]


class PracticeSignIn(models.Model):
    """A message of the centre that let a trainee in, kept in the golden town, so that it is believed once, also after a reset of hers."""

    token_id = models.CharField(max_length=100, unique=True)
    at = models.DateTimeField()

    objects: ClassVar[models.Manager[PracticeSignIn]] = models.Manager()


class CaughtMail(models.Model):
    """A mail that a practice municipality would have sent. It is shown there, and never leaves.

    `attachments`: names of the files that would have gone along.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField()
    sender = models.CharField(_("From"), max_length=320)
    recipients = models.JSONField(_("To"), default=list)
    subject = models.CharField(_("Subject"), max_length=998, blank=True)
    text = models.TextField(_("Text"), blank=True)
    attachments = models.JSONField(_("Attachments"), default=list)

    objects: ClassVar[models.Manager[CaughtMail]] = models.Manager()

    class Meta:
        verbose_name = _("Caught mail")
        constraints = [models.CheckConstraint(condition=~Q(recipients=[]), name="caught_mail_has_recipients")]
        indexes = [models.Index(fields=["-at", "-id"], name="caught_mail_in_order")]
