"""What happened to courses, dates, rooms and enrolments."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from .courses import Course
from .dates import CourseDate, Room
from .enrolments import Enrolment


class TrainingEvent(models.Model):
    """An act on a course, a date, a room or an enrolment: who, when, old and new value of each field. It stores names: it tells what was, whoever leaves."""

    course = models.ForeignKey(Course, models.CASCADE, null=True, related_name="events")
    date = models.ForeignKey(CourseDate, models.CASCADE, null=True, related_name="events")
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, null=True, related_name="events")
    room = models.ForeignKey(Room, models.CASCADE, null=True, related_name="events")
    act = models.CharField(max_length=40)
    actor = models.CharField(max_length=200)
    at = models.DateTimeField()
    changes = models.JSONField(default=dict)

    objects: ClassVar[models.Manager[TrainingEvent]] = models.Manager()

    class Meta:
        indexes = [
            models.Index(fields=["date", "at", "id"], name="training_event_of_date"),
            models.Index(fields=["enrolment", "at", "id"], name="training_event_of_enrolment"),
        ]
