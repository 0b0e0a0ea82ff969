"""What the planners' screens share: the rows of an address, and acts that may ask before they are done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from tenants.doors import ClerkRequest
from tenants.models import User
from training import absences, catalogue, clashes, enrolling, planning, room_keeping, waiting
from training.models import CourseDate, Enrolment, Room, Session
from training.plan_forms import teachers

R = TypeVar("R")
NAV = {"nav": "training"}
REFUSALS = (
    absences.CannotBeAbsent,
    catalogue.CannotKeep,
    enrolling.CannotEnrol,
    enrolling.CannotWithdraw,
    planning.CannotPlan,
    room_keeping.CannotKeepRoom,
    waiting.CannotAnswer,
)
STALE = (catalogue.Stale, planning.Stale)


def plan_or_404(request: ClerkRequest, public_id: UUID) -> CourseDate:
    found = CourseDate.objects.visible_to(request.user).select_related("course").with_counts().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def session_or_404(date: CourseDate, public_id: UUID) -> Session:
    found = Session.objects.filter(date=date, public_id=public_id).select_related("room", "trainer").first()
    if found is None:
        raise Http404
    found.date = date
    return found


def enrolment_or_404(date: CourseDate, public_id: UUID) -> Enrolment:
    found = Enrolment.objects.filter(date=date, public_id=public_id).select_related("person").first()
    if found is None:
        raise Http404
    return found


def to_choose(*, also: Session | None = None) -> dict[str, Any]:
    """Rooms and trainers of a form with sessions: those that are offered, and what a session has already."""
    rooms, trainers = list(Room.objects.filter(active=True).order_by("name", "pk")), list[User](teachers())
    if also and also.room and also.room not in rooms:
        rooms.append(also.room)
    if also and also.trainer and also.trainer not in trainers:
        trainers.append(also.trainer)
    return {"rooms": rooms, "trainers": trainers}


def confirmed(request: HttpRequest) -> list[str]:
    """Keys of the clashes that she has ticked off."""
    return [key for key in request.POST.get("confirmed", "").split("|") if key]


def tried(form: Any, act: Callable[[], R]) -> tuple[R | None, list[clashes.Clash]]:
    """Do the act. What it refuses goes into the form, with all that was typed; what it asks about comes back, to be confirmed."""
    try:
        return act(), []
    except planning.MustConfirm as asked:
        return None, asked.clashes
    except STALE as stale:
        form.add_error(None, str(stale))
    except REFUSALS as refusal:
        field = getattr(refusal, "field", "")
        form.add_error(field if field in form.fields else None, str(refusal))
    return None, []


def done(request: HttpRequest, act: Callable[[], Any], said: str = "") -> bool:
    """Do an act that a button stands for; what it refuses is said above the page to which the caller goes back."""
    try:
        act()
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, said or _("Saved."))
    return True


def key_of(found: list[clashes.Clash]) -> str:
    """What the tick box confirms: these clashes, and no others."""
    return "|".join(clash.key for clash in found)


def renewed(form: Any, etag: str, holds: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    """Where somebody was faster: what holds now and is not what she typed, as (field, value). What she typed stays; she may save it over that."""
    form.data = form.data.copy()
    form.data["etag"] = etag
    told = [(form.fields[name].label, value) for name, value in holds.items() if name in form.fields and name != "etag"]
    typed = {form.fields[name].label: form.cleaned_data.get(name) for name in form.fields}
    return [(label, "–" if value in ("", None) else value) for label, value in told if _shown(typed[label]) != _shown(value)]


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="minutes")  # forms know no seconds
    return "" if value is None else str(value)
