"""Who comes: enrolments, from the first wish to the seat, and the line in between."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, IntegerField, OuterRef, Q, Subquery, When
from django.utils.translation import gettext_lazy as _

from tenants.models import User

from .courses import STAFF
from .dates import CourseDate
from .towns import Standing


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def visible_to(self, person: User) -> Self:
        """Keep the enrolments a person may know of: all for trainers and operators; her own; those of the people whose training is hers to decide.

        What one person learns is nobody else's affair.
        """
        if not person.is_active:
            return self.none()
        if person.has_role(*STAFF):
            return self
        return self.filter(Q(person=person) | Q(person__in=Standing.objects.people_of(person)))

    def active(self) -> Self:
        """Keep those that hold: asked for, in line, offered or enrolled."""
        return self.filter(state__in=Enrolment.ACTIVE)

    def waiting(self) -> Self:
        """The waiting list: who asked first stands first."""
        return self.filter(state=Enrolment.State.WAITING).order_by("asked_at", "pk")

    def with_place_in_line(self) -> Self:
        """With `place_in_line`: where each stands on the waiting list of its date, from 1; None for what is not on it."""
        before = Enrolment.objects.filter(date=OuterRef("date"), state=Enrolment.State.WAITING).filter(
            Q(asked_at__lt=OuterRef("asked_at")) | Q(asked_at=OuterRef("asked_at"), pk__lte=OuterRef("pk"))
        )
        counted = Subquery(before.order_by().values("date").annotate(n=Count("pk")).values("n"), output_field=IntegerField())
        return self.annotate(place_in_line=Case(When(state=Enrolment.State.WAITING, then=counted)))

    def sharing_cost(self) -> Self:
        """Keep those for which a municipality shares the cost: who has a place, and who had one when the course began and did not go on."""
        went = Q(enrolled_at__isnull=False, ended_at__gte=models.F("date__starts_at"), state=Enrolment.State.WITHDRAWN)
        return self.filter(Q(state=Enrolment.State.ENROLLED) | went)


class Enrolment(models.Model):
    """A person's place on a course date, or her wish for one. Of those that hold there is one for a person and a date.

    `asked_at` is her place in line, whatever happens meanwhile. While a place is offered to her it is kept until `offered_until`. `municipality` is
    where she worked when she asked: it shares the cost.
    """

    class State(models.TextChoices):
        AWAITING_APPROVAL = "awaiting_approval", _("Awaiting approval")
        WAITING = "waiting", _("On the waiting list")
        OFFERED = "offered", _("Place offered")
        ENROLLED = "enrolled", _("Enrolled")
        WITHDRAWN = "withdrawn", _("Withdrawn from the course")
        REFUSED = "refused", _("Not approved")
        DECLINED = "declined", _("Offer declined")
        EXPIRED = "expired", _("Offer expired")
        CANCELLED = "cancelled", _("Date cancelled")

    ACTIVE = (State.AWAITING_APPROVAL, State.WAITING, State.OFFERED, State.ENROLLED)
    TAKING = (State.OFFERED, State.ENROLLED)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    date = models.ForeignKey(CourseDate, models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="enrolments")
    municipality = models.ForeignKey("centre.Municipality", models.PROTECT, related_name="+", null=True)
    state = models.CharField(_("State"), max_length=20, choices=State)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    offered_until = models.DateTimeField(null=True, blank=True)
    enrolled_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    # Whose very place this is now: that one costs her municipality nothing any more (training.figures).
    instead_of = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="passed_on_to")

    objects: ClassVar[models.Manager[Enrolment]] = models.Manager.from_queryset(EnrolmentQuerySet)()

    class Meta:
        verbose_name = _("Enrolment")
        verbose_name_plural = _("Enrolments")
        constraints = [
            models.UniqueConstraint(
                fields=["date", "person"],
                condition=Q(state__in=["awaiting_approval", "waiting", "offered", "enrolled"]),
                name="enrolment_holds_once",
            ),
            models.CheckConstraint(condition=~Q(state="offered") | Q(offered_until__isnull=False), name="enrolment_offered_until"),
            models.CheckConstraint(condition=~Q(state="enrolled") | Q(enrolled_at__isnull=False), name="enrolment_enrolled_at"),
            models.CheckConstraint(
                condition=Q(state__in=["awaiting_approval", "waiting", "offered", "enrolled"], ended_at__isnull=True)
                | Q(state__in=["withdrawn", "refused", "declined", "expired", "cancelled"], ended_at__isnull=False),
                name="enrolment_ended_at",
            ),
        ]
        indexes = [
            models.Index(fields=["date", "state", "asked_at", "id"], name="enrolment_in_line"),
            models.Index(fields=["person", "state"], name="enrolment_of_person"),
            models.Index(fields=["offered_until"], condition=Q(state="offered"), name="enrolment_offers"),
        ]
