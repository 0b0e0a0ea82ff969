"""How it was: what those who came say of a course date, without any trace of who said what."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from .dates import CourseDate


class Evaluation(models.Model):
    """All answers about a course date, added up at once: an answer is never a row of its own, so that nothing can be put beside a person.

    `counts`: question → points → how often. `texts`: question → what was written, in an order of its own that changes with each answer. `invited`
    people were asked; answers are taken until the end of `closes_on`.
    """

    date: models.OneToOneField[Any, Any] = models.OneToOneField(CourseDate, models.CASCADE, related_name="evaluation")
    invited = models.PositiveIntegerField()
    closes_on = models.DateField()
    answers = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    texts = models.JSONField(default=dict)

    objects: ClassVar[models.Manager[Evaluation]] = models.Manager()


class EvaluationUse(models.Model):
    """That an invitation was used: the hash of its token, which says neither whose it was nor when, nor what was answered."""

    digest = models.CharField(max_length=64, primary_key=True)

    objects: ClassVar[models.Manager[EvaluationUse]] = models.Manager()
