"""The history of a date in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from training.enrolling import moment
from training.models import CourseDate, Enrolment, TrainingEvent

MOST = 200
ACTS = {
    "plan": _("planned"),
    "open": _("opened to enrolment"),
    "change": _("changed"),
    "cancel": _("cancelled"),
    "move": _("day moved"),
    "add_session": _("day added"),
    "call_off": _("day called off"),
    "copy": _("made as a copy"),
    "series": _("made as part of a series"),
    "enrol": _("place asked for"),
    "withdraw": _("withdrawn"),
    "leave": _("withdrawn: the municipality takes part no more"),
    "replace": _("somebody else comes instead"),
    "approve": _("approved"),
    "refuse": _("not approved"),
    "offer": _("place offered"),
    "accept": _("offer accepted"),
    "decline": _("offer declined"),
    "expire": _("offer expired"),
    "practice_open": _("practice towns opened"),
    "practice_add": _("practice towns for those who came later"),
    "practice_withdraw": _("practice towns of those who do not come ended"),
    "practice_reset": _("practice town set up anew"),
    "practice_end": _("practice towns ended"),
    "attend": _("attendance taken"),
    "examine": _("result of the examination entered"),
    "finish": _("closed after the course"),
    "certify": _("certificate issued"),
    "revoke": _("certificate revoked"),
}
FIELDS = {
    "starts_at": _("From"),
    "ends_at": _("Until"),
    "room": _("Room"),
    "link": _("Video link"),
    "trainer": _("Taught by"),
    "capacity": _("Places"),
    "minimum": _("At least so many people"),
    "price_cents": _("Share of the cost in cents"),
    "register_until": _("Enrolment until"),
    "withdraw_until": _("Withdrawing until"),
    "note": _("Remark for those who come"),
    "reason": _("Reason"),
    "state": _("State"),
    "people": _("People"),
    "person": _("Person"),
    "instead_of": _("Instead of"),
    "certificate": _("Number of the certificate"),
    "passed": _("Passed"),
    "copied_from": _("Copied from the date of"),
}
STATES = {**dict(CourseDate.State.choices), **dict(Enrolment.State.choices)}


@dataclass(frozen=True)
class Told:
    """An event: `who` it concerns if it is an enrolment's; changes as (field, old, new)."""

    at: datetime
    actor: str
    act: Any
    who: str
    changes: list[tuple[Any, str, str]]


def of(date: CourseDate) -> list[Told]:
    """What happened, the latest first; one query."""
    rows = TrainingEvent.objects.filter(date=date).select_related("enrolment__person").order_by("-at", "-pk")[:MOST]
    return [_told(row) for row in rows]


def _told(event: TrainingEvent) -> Told:
    who = str(event.enrolment.person) if event.enrolment else ""
    changes = [(_field(name), _word(name, old), _word(name, new)) for name, (old, new) in event.changes.items()]
    return Told(event.at, event.actor, ACTS.get(event.act, event.act), who, changes)


def _field(name: str) -> Any:
    """Attendance is entered for each session, with its day and hour in the field's name."""
    day = name.removeprefix("attendance ")
    return FIELDS.get(name, name) if day == name else f"{_('Attendance')} {day}"


def _word(name: str, value: str | None) -> str:
    if not value:
        return "–"
    if name == "state":
        return str(STATES.get(value, value))
    if name == "passed":
        return str(_("yes") if value == "True" else _("no"))
    if name.endswith(("_at", "_until", "_from")) and (at := parse_datetime(value)):
        return moment(at)
    return value
