"""Who was there: attendance for each session, and how an examination ended."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .dates import Session
from .enrolments import Enrolment


class Attendance(models.Model):
    """That somebody who is enrolled was at a session, or was not. `minutes_late` counts for those who were.

    It holds its session: one at which attendance was taken cannot be deleted.
    """

    class State(models.TextChoices):
        PRESENT = "present", _("Present")
        EXCUSED = "excused", _("Excused")
        ABSENT = "absent", _("Absent")

    class Way(models.TextChoices):
        TICK = "tick", _("Ticked")
        CODE = "code", _("By the code on the screen")
        LIST = "list", _("From a list")

    session = models.ForeignKey(Session, models.PROTECT, related_name="attendances")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attendances")
    state = models.CharField(_("Attendance"), max_length=8, choices=State)
    minutes_late = models.PositiveSmallIntegerField(_("Minutes late"), default=0)
    way = models.CharField(max_length=5, choices=Way)
    at = models.DateTimeField()

    objects: ClassVar[models.Manager[Attendance]] = models.Manager()

    class Meta:
        verbose_name = _("Attendance")
        verbose_name_plural = _("Attendance")
        constraints = [
            models.UniqueConstraint(fields=["session", "enrolment"], name="attendance_once"),
            models.CheckConstraint(condition=Q(state__in=["present", "excused", "absent"]), name="attendance_state_known"),
            models.CheckConstraint(condition=Q(state="present") | Q(minutes_late=0), name="attendance_late_if_present"),
        ]


class ExaminationResult(models.Model):
    """How an examination ended for somebody, as the trainer entered it."""

    enrolment: models.OneToOneField[Any, Any] = models.OneToOneField(Enrolment, models.CASCADE, related_name="examination")
    passed = models.BooleanField(_("Passed"))
    at = models.DateTimeField()

    objects: ClassVar[models.Manager[ExaminationResult]] = models.Manager()
