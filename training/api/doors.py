"""What training's doors of the API share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from foundation.api.problems import Conflict
from tenants.models import User
from training import approving, catalogue, enrolling, planning, waiting
from training.models import Standing
from training.models.courses import STAFF

R = TypeVar("R")
REFUSALS = (
    approving.CannotApprove,
    catalogue.CannotKeep,
    enrolling.CannotEnrol,
    enrolling.CannotWithdraw,
    planning.CannotPlan,
    waiting.CannotAnswer,
)


def acted(act: Callable[[], R]) -> R:
    """Run an act; what it refuses is a conflict (409), or the fault of a field (400)."""
    try:
        return act()
    except REFUSALS as refusal:
        if field := getattr(refusal, "field", ""):
            raise ValidationError({field: [str(refusal)]}) from refusal
        raise Conflict(str(refusal)) from refusal


def person_named(username: str | None, *, by: User) -> User:
    """The person of a user name, if her training is the caller's to decide; without one the caller. Raises ValidationError: unknown, or not hers."""
    if not username or username == by.username:
        return by
    known = User.objects.active().filter(username=username)
    found = (known if by.has_role(*STAFF) else known.filter(pk__in=Standing.objects.people_of(by))).first()
    if found is None:
        raise ValidationError({"person": [_("There is nobody of this user name whose training you decide about.")]})
    return found
