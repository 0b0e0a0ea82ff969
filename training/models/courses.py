"""What is taught: courses, and in which order somebody learns them."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.models import User
from tenants.roles import CentreRole

STAFF = (CentreRole.TRAINER, CentreRole.OPERATOR)


class CourseQuerySet(models.QuerySet["Course"]):
    def visible_to(self, person: User) -> Self:
        """Keep the courses a person may know of: all for trainers and operators, for everybody else those that are offered."""
        if not person.is_active:
            return self.none()
        return self if person.has_role(*STAFF) else self.filter(active=True)

    def in_order(self) -> Self:
        return self.order_by("title", "pk")


class Course(models.Model):
    """A course of the catalogue; it is held on course dates.

    `minutes` is how long it is taught, breaks not counted. `attendance_percent` of them somebody has to be there for a confirmation of attendance.
    `examination`: it ends with one, and only who passes gets a certificate. `valid_months`: after so long it is to be refreshed. `topic` is one that
    requests and articles of the hotline may have, too. `practice_town` is the slug of the practice municipality in which it is practised.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("Title"), max_length=200)
    aims = models.TextField(_("What you can do afterwards"), max_length=4000)
    contents = models.TextField(_("Contents"), max_length=8000, blank=True)
    audience = models.CharField(_("For whom"), max_length=400, blank=True)
    minutes = models.PositiveIntegerField(_("Length in minutes"), validators=[MinValueValidator(15), MaxValueValidator(60_000)])
    prerequisites: models.ManyToManyField[Any, Any] = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="leads_to")
    attendance_percent = models.PositiveSmallIntegerField(
        _("Attendance needed (percent)"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    examination = models.BooleanField(_("Ends with an examination"), default=False)
    valid_months = models.PositiveSmallIntegerField(
        _("To be refreshed after months"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    topic = models.CharField(_("Topic"), max_length=60, blank=True)
    practice_town = models.SlugField(_("Practice municipality"), max_length=50, blank=True)
    active = models.BooleanField(_("Is offered"), default=True)
    revision = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager[Course]] = models.Manager.from_queryset(CourseQuerySet)()

    class Meta:
        verbose_name = _("Course")
        verbose_name_plural = _("Courses")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="course_has_a_title"),
            models.CheckConstraint(condition=Q(minutes__gte=15), name="course_has_a_length"),
            models.CheckConstraint(condition=Q(attendance_percent__range=(1, 100)), name="course_attendance_percent"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def etag(self) -> str:
        return f"{self.public_id}.{self.revision}"

    @property
    def length_text(self) -> str:
        """How long it is taught, as people say it: "4 Std. 30 Min."."""
        hours, minutes = divmod(self.minutes, 60)
        told = [_("%(hours)d h") % {"hours": hours} if hours else "", _("%(minutes)d min") % {"minutes": minutes} if minutes else ""]
        return " ".join(str(part) for part in told if part)


class LearningStep(models.Model):
    """A course on the learning path of a role; `position` counts from 1."""

    class Role(models.TextChoices):
        CLERK = "clerk", _("Clerk")
        REGISTRY = "registry", _("Registry")
        SCANNING = "scanning", _("Scanning station")
        ADMINISTRATOR = "administrator", _("Administrator")
        TRAINER = "trainer", _("Trainers")

    role = models.CharField(_("Role"), max_length=20, choices=Role)
    course = models.ForeignKey(Course, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()

    objects: ClassVar[models.Manager[LearningStep]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "course"], name="learning_step_once"),
            models.UniqueConstraint(fields=["role", "position"], name="learning_step_place"),
        ]
