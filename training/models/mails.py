"""What a person wants of mails and calendars, and of which sessions people were reminded."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .dates import Session


class Wishes(models.Model):
    """What somebody wants to be told. Without a row she wants everything."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="training_wishes", primary_key=True)
    reminders = models.BooleanField(_("Remind me by e-mail before each session"), default=True)

    objects: ClassVar[models.Manager[Wishes]] = models.Manager()


class CalendarFeed(models.Model):
    """A person's calendar to subscribe to. `key` stands in its address, signed (training.subscribing): whoever reads this table knows no address."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="training_feed", primary_key=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    made_at = models.DateTimeField()

    objects: ClassVar[models.Manager[CalendarFeed]] = models.Manager()


class Reminded(models.Model):
    """That those who come were reminded of a session, `when` it was time to, for the moment at which it began then."""

    class When(models.TextChoices):
        DAYS = "days", _("Two days before")
        HOUR = "hour", _("One hour before")

    session = models.ForeignKey(Session, models.CASCADE, related_name="reminded")
    when = models.CharField(max_length=5, choices=When)
    starts_at = models.DateTimeField()
    at = models.DateTimeField()

    objects: ClassVar[models.Manager[Reminded]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "when", "starts_at"], name="reminded_once")]
