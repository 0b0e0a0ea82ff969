"""What a municipality wants of training: her training coordinator (or an operator) says it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from tenants import current, journal
from tenants.centre.models import Municipality
from tenants.models import User
from tenants.roles import CentreRole

from .models import Standing, TownTraining


class CannotKeepTown(Exception):
    """It is not hers to say, or cannot be; the message says why."""


def want_approval(*, municipality: Municipality, wanted: bool, by: User, at: datetime) -> TownTraining:
    """Say whether supervisors approve each enrolment. What waits for approval already still does. Raises CannotKeepTown."""
    if not by.has_role(CentreRole.OPERATOR) and not Standing.objects.towns_of(by).filter(pk=municipality.pk).exists():
        raise CannotKeepTown(_("This is for the municipality's training coordinator to say."))
    with current.atomic():
        row, _new = TownTraining.objects.select_for_update().get_or_create(municipality=municipality)
        was, row.needs_approval = row.needs_approval, wanted
        row.save(update_fields=["needs_approval"])
        journal.enter(act="change", object=municipality, by=by, at=at, changes={"needs_approval": (was, wanted)})
    return row
