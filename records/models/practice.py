"""Exercises of a practice municipality: what they are about, and how far somebody has got. Both tables are empty in every real town."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.models import User

from .documents import Document
from .files import RecordFile


class ExerciseSubject(models.Model):
    """What one exercise is about in this town: a file, in it perhaps a document, and perhaps a sheet of paper that is yet to be filed.

    `paper` holds the scan itself, so that a copy of the database has the very bytes that are looked for; `expected` what the check compares
    with (a date, say) because it hangs on the day on which the stories were told.
    """

    exercise = models.SlugField(max_length=40, unique=True)
    file = models.ForeignKey(RecordFile, models.CASCADE, related_name="+")
    document = models.ForeignKey(Document, models.CASCADE, null=True, blank=True, related_name="+")
    paper_name = models.CharField(max_length=120, blank=True)
    paper = models.BinaryField(null=True, blank=True)
    paper_sha256 = models.CharField(max_length=64, blank=True)
    expected = models.JSONField(default=dict, blank=True)

    objects: ClassVar[models.Manager[ExerciseSubject]] = models.Manager()

    class Meta:
        verbose_name = _("Subject of an exercise")
        constraints = [
            models.CheckConstraint(
                condition=Q(paper__isnull=True, paper_sha256="") | Q(paper__isnull=False, paper_sha256__regex=r"^[0-9a-f]{64}$"),
                name="exercise_subject_paper_and_digest",
            ),
        ]


class ExerciseProgressQuerySet(models.QuerySet["ExerciseProgress"]):
    def of(self, person: User) -> Self:
        """Somebody's own: nobody else is ever shown them, not even her superiors."""
        return self.filter(person=person)

    def at_hand(self) -> Self:
        """What is being worked on: begun, not put away, not done."""
        return self.filter(done_at__isnull=True, picked_at__isnull=False).order_by("-picked_at", "-pk")


class ExerciseProgress(models.Model):
    """How far a person has got with an exercise. Hers alone; it goes with the town, and the journal of acts knows nothing of it.

    `picked_at`: when she took the exercise up last; None when she has put it away. `tries` counts checks until it was done.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    exercise = models.SlugField(max_length=40)
    started_at = models.DateTimeField()
    picked_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Any]] = ExerciseProgressQuerySet.as_manager()

    class Meta:
        verbose_name = _("Progress of an exercise")
        constraints = [
            models.UniqueConstraint(fields=["person", "exercise"], name="exercise_progress_once"),
            models.CheckConstraint(condition=Q(done_at__isnull=True) | Q(tries__gte=1), name="exercise_done_by_a_check"),
        ]
