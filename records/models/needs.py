"""Protection need: how much harm it would do if what stands in a file became known, were changed or lost."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, Func, Max, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _


class ProtectionNeed(models.TextChoices):
    """Schutzbedarf (BSI-Standard 200-2, section 8.2). Matter classified above VS-NfD does not come into this system."""

    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")
    VERY_HIGH = "very_high", _("Very high")


STEPS = {ProtectionNeed.NORMAL: 1, ProtectionNeed.HIGH: 2, ProtectionNeed.VERY_HIGH: 3}


def step_of(field: str) -> Case:
    steps = {ProtectionNeed.HIGH: 2, ProtectionNeed.VERY_HIGH: 3}
    return Case(*(When(**{field: need}, then=Value(step)) for need, step in steps.items()), default=Value(1))


class NeedOfStep(Func):
    """The protection need of a step (1 normal, 2 high, 3 very high)."""

    template = f"(ARRAY[{', '.join(repr(str(need.value)) for need in ProtectionNeed)}])[%(expressions)s]"
    output_field = models.CharField()


def highest_of(field: str, *, among: Q) -> NeedOfStep:
    """Aggregate: the highest need that `field` has in the joined rows that `among` keeps; normal where there are none."""
    return NeedOfStep(Coalesce(Max(step_of(field), filter=among), 1))
