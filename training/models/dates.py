"""When and where: course dates of one or more sessions, and rooms."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, IntegerField, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from tenants.models import User

from .courses import STAFF, Course


class Room(models.Model):
    """Where sessions are held. A room that is not offered any more stays where it was used."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("Name"), max_length=120)
    address = models.CharField(_("Address"), max_length=300, blank=True)
    seats = models.PositiveSmallIntegerField(_("Seats"), validators=[MinValueValidator(1), MaxValueValidator(2000)])
    equipment = models.CharField(_("Equipment"), max_length=500, blank=True)
    active = models.BooleanField(_("Is offered"), default=True)

    objects: ClassVar[models.Manager[Room]] = models.Manager()

    class Meta:
        verbose_name = _("Room")
        verbose_name_plural = _("Rooms")
        constraints = [models.CheckConstraint(condition=~Q(name="") & Q(seats__gte=1), name="room_has_name_and_seats")]

    def __str__(self) -> str:
        return self.name


class CourseDateQuerySet(models.QuerySet["CourseDate"]):
    def visible_to(self, person: User) -> Self:
        """Keep the course dates a person may know of: all for trainers and operators; for everybody else those that are or were open to enrolment,
        and cancelled ones only to those who had asked for a place.
        """
        if not person.is_active:
            return self.none()
        if person.has_role(*STAFF):
            return self
        from .enrolments import Enrolment  # it knows dates

        mine = Enrolment.objects.filter(person=person).values("date")
        return self.filter(Q(state__in=[CourseDate.State.OPEN, CourseDate.State.DONE]) | Q(pk__in=mine)).exclude(
            state=CourseDate.State.DRAFT
        )

    def with_sessions(self) -> Self:
        """With the course and, in two more queries, sessions with their rooms and trainers (`told_sessions`, without those called off)."""
        held = Session.objects.filter(called_off_at=None).select_related("room", "trainer").order_by("starts_at", "pk")
        return self.select_related("course").prefetch_related(Prefetch("sessions", held, to_attr="told_sessions"))

    def with_counts(self) -> Self:
        """With `taken` (places that are given or offered) and `in_line` (people on the waiting list)."""
        from .enrolments import Enrolment  # it knows dates

        def counted(*states: str) -> Any:
            rows = Enrolment.objects.filter(date=OuterRef("pk"), state__in=states).order_by().values("date").annotate(n=Count("pk"))
            return Coalesce(Subquery(rows.values("n"), output_field=IntegerField()), 0)

        return self.annotate(taken=counted(*Enrolment.TAKING), in_line=counted(Enrolment.State.WAITING))

    def in_order(self) -> Self:
        return self.order_by("starts_at", "pk")


class CourseDate(models.Model):
    """A course held at a time: one or more sessions, and places.

    `starts_at` and `ends_at` are those of the first and the last session (training.planning keeps them). `capacity` places at most; with fewer than
    `minimum` people it may be called off. `price_cents` is what a municipality shares of the cost for each person. Enrolment is possible until
    `register_until`, withdrawing by oneself until `withdraw_until`.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Being planned")
        OPEN = "open", _("Open to enrolment")
        CANCELLED = "cancelled", _("Cancelled")
        DONE = "done", _("Held")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, models.PROTECT, related_name="dates")
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.DRAFT)
    capacity = models.PositiveSmallIntegerField(_("Places"), validators=[MinValueValidator(1), MaxValueValidator(2000)])
    minimum = models.PositiveSmallIntegerField(_("At least so many people"), default=0)
    price_cents = models.PositiveIntegerField(_("Share of the cost in cents"), default=0)
    register_until = models.DateTimeField(_("Enrolment until"))
    withdraw_until = models.DateTimeField(_("Withdrawing until"))
    note = models.TextField(_("Remark for those who come"), max_length=2000, blank=True)
    reason = models.CharField(_("Reason"), max_length=500, blank=True)  # why it was cancelled
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    created_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager[CourseDate]] = models.Manager.from_queryset(CourseDateQuerySet)()

    class Meta:
        verbose_name = _("Course date")
        verbose_name_plural = _("Course dates")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["draft", "open", "cancelled", "done"]), name="course_date_state_known"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="course_date_has_places"),
            models.CheckConstraint(condition=Q(minimum__lte=F("capacity")), name="course_date_minimum_fits"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="course_date_ends_later"),
            models.CheckConstraint(condition=Q(register_until__lte=F("starts_at")), name="course_date_register_before"),
            models.CheckConstraint(condition=Q(withdraw_until__lte=F("starts_at")), name="course_date_withdraw_before"),
            models.CheckConstraint(condition=~Q(state="cancelled") | ~Q(reason=""), name="course_date_cancelled_for_a_reason"),
        ]
        indexes = [
            models.Index(fields=["starts_at", "id"], name="course_date_in_order"),
            models.Index(fields=["course", "starts_at"], name="course_date_of_course"),
            models.Index(fields=["ends_at"], name="course_date_ends"),
        ]

    def __str__(self) -> str:
        return str(self.course)

    @property
    def etag(self) -> str:
        return f"{self.public_id}.{self.revision}"

    @property
    def price_text(self) -> str:
        """The share of the cost as people write it: "120,00 €"."""
        return f"{self.price_cents // 100:,}".replace(",", ".") + f",{self.price_cents % 100:02} €"


class Session(models.Model):
    """A part of a course date: from, until, in a room or by a video link (or both), with a trainer.

    `sequence` grows with each change that those who come have to know of (RFC 5545, 3.8.7.4); `public_id` is what calendars know it by.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    date = models.ForeignKey(CourseDate, models.CASCADE, related_name="sessions")
    starts_at = models.DateTimeField(_("From"))
    ends_at = models.DateTimeField(_("Until"))
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("Room"))
    link = models.URLField(_("Video link"), max_length=500, blank=True)
    trainer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="sessions_taught", verbose_name=_("Trainer")
    )
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    called_off_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Session]] = models.Manager()

    class Meta:
        verbose_name = _("Session")
        verbose_name_plural = _("Sessions")
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_later")]
        indexes = [
            models.Index(fields=["date", "starts_at"], name="session_of_date"),
            models.Index(fields=["starts_at"], name="session_starts"),
            models.Index(fields=["room", "starts_at"], name="session_in_room"),
            models.Index(fields=["trainer", "starts_at"], name="session_of_trainer"),
        ]
