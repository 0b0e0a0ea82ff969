"""What people are told: written with the act that it tells of, sent by mail afterwards."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .dates import CourseDate
from .enrolments import Enrolment


class Notice(models.Model):
    """One thing that one person is told, once: `once` names it, and a second one of the same name is not written.

    `facts` are what the text is made of when it is sent. `calendar`: invitations or cancellations go along for sessions of the date.
    """

    class Kind(models.TextChoices):
        ENROLLED = "enrolled", _("Enrolled")
        WAITING = "waiting", _("On the waiting list")
        APPROVAL = "approval", _("Approval is asked for")
        REFUSED = "refused", _("Not approved")
        OFFER = "offer", _("A place is offered")
        EXPIRED = "expired", _("An offer has expired")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        CHANGED = "changed", _("A date has changed")
        CANCELLED = "cancelled", _("A date is cancelled")
        REMINDER = "reminder", _("Reminder")
        CERTIFICATE = "certificate", _("Confirmation of attendance")
        EVALUATION = "evaluation", _("How was it?")
        REFRESHER = "refresher", _("To be refreshed")

    class Calendar(models.TextChoices):
        NONE = "", _("Nothing")
        REQUEST = "request", _("Invitation")
        CANCEL = "cancel", _("Cancellation")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    date = models.ForeignKey(CourseDate, models.CASCADE, null=True, related_name="notices")
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, null=True, related_name="notices")
    kind = models.CharField(max_length=20, choices=Kind)
    calendar = models.CharField(max_length=10, choices=Calendar, blank=True, default=Calendar.NONE)
    facts = models.JSONField(default=dict)
    once = models.CharField(max_length=200, unique=True)
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=400, blank=True)

    objects: ClassVar[models.Manager[Notice]] = models.Manager()

    class Meta:
        indexes = [
            models.Index(fields=["at", "id"], condition=Q(sent_at=None), name="notice_to_be_sent"),
            models.Index(fields=["person", "at"], name="notice_of_person"),
        ]
