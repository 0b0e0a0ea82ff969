"""How far trainees have come with their exercises, for the course's time only."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from .enrolments import Enrolment


class ExerciseState(models.Model):
    """That a trainee has begun or done an exercise in her practice town, as its node said. For the trainers of the date; forgotten after the course."""

    class State(models.TextChoices):
        STARTED = "started", _("Begun")
        DONE = "done", _("Done")

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="exercises")
    exercise = models.SlugField(max_length=60)
    title = models.CharField(max_length=120, blank=True)  # as the node calls it; an older one does not say
    state = models.CharField(max_length=10, choices=State)
    at = models.DateTimeField()

    objects: ClassVar[models.Manager[ExerciseState]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "exercise"], name="exercise_state_once"),
            models.CheckConstraint(condition=models.Q(state__in=["started", "done"]), name="exercise_state_known"),
        ]
