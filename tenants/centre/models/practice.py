from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PracticePlace(models.Model):
    """What the centre knows of one trainee's practice town: which golden town it is a copy of, and what its node said of it.

    `course` and `trainee` are ids that the training app gives; who that is, this table does not know. `town` is what the node calls it
    ("uebung-07"), `address` where browsers reach it. Forgotten with the course.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Being made")
        OPEN = "open", _("Open")
        REFUSED = "refused", _("Not possible")

    golden = models.ForeignKey("centre.Municipality", models.PROTECT, related_name="practice_places")
    course = models.UUIDField()
    trainee = models.UUIDField()
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.ASKED)
    until = models.DateTimeField()
    town = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    objects: ClassVar[models.Manager[PracticePlace]] = models.Manager()

    class Meta:
        verbose_name = _("Practice town of a trainee")
        constraints = [
            models.UniqueConstraint(fields=["course", "trainee"], name="practice_place_once"),
            models.CheckConstraint(condition=Q(state__in=["asked", "open", "refused"]), name="practice_place_state_known"),
            models.CheckConstraint(condition=~Q(state="open") | ~Q(address=""), name="practice_place_open_somewhere"),
        ]
