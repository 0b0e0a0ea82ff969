"""Inviting people who are not known yet: links that a coordinator gives out, and what was answered by them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tenants.centre.models import Municipality

from .dates import CourseDate


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def of_towns(self, towns: models.QuerySet[Municipality]) -> Self:
        """Keep those of municipalities, the newest first."""
        return self.filter(municipality__in=towns).select_related("municipality", "date__course").order_by("-made_at", "-pk")


class Invitation(models.Model):
    """A link by which people of a municipality make themselves known: for one course date, or (`date` is None) to be known only.

    Of the link only a digest is kept: it is shown once, when it is made. It holds until `expires_at` and for `places` people.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="invitations")
    date = models.ForeignKey(CourseDate, models.CASCADE, null=True, blank=True, related_name="invitations", verbose_name=_("Course date"))
    places = models.PositiveSmallIntegerField(_("For at most so many people"))
    used = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("Until"))
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Invitation]] = models.Manager.from_queryset(InvitationQuerySet)()

    class Meta:
        verbose_name = _("Invitation")
        verbose_name_plural = _("Invitations")
        constraints = [
            models.CheckConstraint(condition=Q(places__range=(1, 500)), name="invitation_has_places"),
            models.CheckConstraint(condition=Q(used__lte=F("places")), name="invitation_not_overused"),
        ]
        indexes = [models.Index(fields=["municipality", "-made_at"], name="invitation_of_town")]

    def __str__(self) -> str:
        return str(self.date or self.municipality)


class InvitationAnswerQuerySet(models.QuerySet["InvitationAnswer"]):
    def due(self, at: datetime) -> Self:
        """Keep those whose mail is to be sent now, the oldest first."""
        return self.filter(next_try_at__lte=at, confirmed_at=None, expires_at__gt=at).order_by("next_try_at", "pk")


class InvitationAnswer(models.Model):
    """What somebody typed who followed a link. She is known once she has opened the mail that was sent to her address; until `expires_at`.

    `next_try_at` is when that mail is sent (again); without one it was sent (`sent_at`) or given up (`fault`).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="answers")
    name = models.CharField(_("Name"), max_length=200)
    office = models.CharField(_("Office"), max_length=200, blank=True)
    email = models.EmailField(_("E-mail"), max_length=254)
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=400, blank=True)

    objects: ClassVar[models.Manager[InvitationAnswer]] = models.Manager.from_queryset(InvitationAnswerQuerySet)()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name="") & ~Q(email=""), name="invitation_answer_says_who")]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(next_try_at__isnull=False), name="invitation_answer_to_be_sent"),
            models.Index(fields=["invitation", "email"], name="invitation_answer_of"),
            models.Index(fields=["expires_at"], name="invitation_answer_ends"),
        ]
