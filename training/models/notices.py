"""What people are told: written with the act that it tells of, sent by mail afterwards."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from tenants.models import User

from .dates import CourseDate
from .enrolments import Enrolment


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, person: User) -> Self:
        """Keep what she was told herself. What others are told is nobody else's affair, a trainer's neither."""
        return self.filter(person=person) if person.is_active else self.none()

    def due(self, at: datetime) -> Self:
        """Keep those that are to be sent now.

        What goes into calendars waits for what went there before it, to the same person about the same course date: it arrives in its order.
        """
        before = Notice.objects.filter(
            person=OuterRef("person"), date=OuterRef("date"), next_try_at__isnull=False, pk__lt=OuterRef("pk")
        ).exclude(calendar=Notice.Calendar.NONE)
        return self.filter(next_try_at__lte=at).exclude(~Q(calendar=Notice.Calendar.NONE) & Exists(before))

    def undelivered(self) -> Self:
        """Keep those that could not be sent, and those that are tried again after a fault."""
        return self.filter(Q(failed_at__isnull=False) | Q(next_try_at__isnull=False) & ~Q(fault=""))


class Notice(models.Model):
    """One thing that one person is told, once: `once` names it, and a second one of the same name is not written.

    `facts` are what the text is made of when it is sent. `calendar`: invitations or cancellations go along for sessions of the date.

    `next_try_at` is when it is sent (again) by mail; without one nothing is to be done: it was sent (`sent_at`), given up (`failed_at`, with the last
    `fault`), or is only read on her page. `mails_sent` of the mails of a notice have gone out: there is one for each session in her calendar.
    """

    class Kind(models.TextChoices):
        ENROLLED = "enrolled", _("Enrolled")
        WAITING = "waiting", _("On the waiting list")
        APPROVAL = "approval", _("Approval is asked for")
        REFUSED = "refused", _("Enrolment not approved")
        OFFER = "offer", _("A place is offered")
        EXPIRED = "expired", _("An offer has expired")
        WITHDRAWN = "withdrawn", _("You are withdrawn")
        CHANGED = "changed", _("A date has changed")
        CANCELLED = "cancelled", _("A date is cancelled")
        REMINDER = "reminder", _("Reminder of a session")
        CERTIFICATE = "certificate", _("Confirmation of attendance")
        EVALUATION = "evaluation", _("How was it?")
        REFRESHER = "refresher", _("To be refreshed")
        CHECK_IN = "check_in", _("A code to say that you are there")
        MINIMUM = "minimum", _("Too few people so far")

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
    failed_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=400, blank=True)
    mails_sent = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[models.Manager[Notice]] = models.Manager.from_queryset(NoticeQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=Q(next_try_at__isnull=False), name="notice_to_be_sent"),
            models.Index(fields=["person", "at", "id"], name="notice_of_person"),
            models.Index(fields=["person", "date", "id"], name="notice_of_person_and_date"),
            models.Index(fields=["failed_at"], condition=Q(failed_at__isnull=False), name="notice_failed"),
        ]
