"""Rows of training for tests, made by the acts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tenants.models import User
from tests.centre.hotline_factories import MunicipalityFactory
from tests.centre.hotline_factories import requester as requester
from tests.factories import UserFactory
from training import catalogue, planning
from training.models import Course, CourseDate, Room, Standing, TownTraining

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday, 09:00 in Berlin
BEGINS = datetime(2026, 4, 14, 7, 0, tzinfo=UTC)  # six weeks later, 09:00 in Berlin, summer time


def trainer(**more: Any) -> User:
    return UserFactory(roles=["trainer"], **more)


def course(title: str = "Ablegen und wiederfinden", *, by: User | None = None, prerequisites: Any = (), **fields: Any) -> Course:
    said = {"title": title, "aims": "Sie legen Schriftstücke in der richtigen Akte ab.", "minutes": 240, **fields}
    return catalogue.add_course(fields=said, prerequisites=prerequisites, by=by or trainer(), at=AT)


def room(name: str = "Schulungsraum 1", seats: int = 30) -> Room:
    made: Room = Room.objects.create(name=name, seats=seats)
    return made


def session(begins: datetime = BEGINS, hours: float = 4, **more: Any) -> planning.Planned:
    where = {} if "link" in more or "room" in more else {"link": "https://video.example/raum"}
    return planning.Planned(starts_at=begins, ends_at=begins + timedelta(hours=hours), **where, **more)


def course_date(
    *sessions: planning.Planned, capacity: int = 2, opened: bool = True, of: Course | None = None, by: User | None = None, **more: Any
) -> CourseDate:
    """A date, open to enrolment unless told otherwise."""
    planner = by or trainer()
    made = planning.plan_date(
        course=of or course(by=planner), sessions=sessions or [session()], capacity=capacity, by=planner, at=AT, **more
    )
    return planning.open_date(date=made, by=planner, at=AT) if opened else made


def people(count: int, municipality: str = "musterstadt") -> list[User]:
    return [requester(municipality) for _place in range(count)]


def supervisor_of(*people: User, role: str = "supervisor", **more: Any) -> User:
    """Somebody of the same office who decides about these people's training."""
    contact = people[0].contact  # type: ignore[attr-defined]
    person = requester(contact.municipality.slug, **more)
    Standing.objects.create(person=person, municipality=contact.municipality, role=role, office=contact.office)
    return person


def approves(municipality: str = "musterstadt") -> None:
    """Let a municipality approve each enrolment."""
    TownTraining.objects.update_or_create(municipality=MunicipalityFactory(slug=municipality), defaults={"needs_approval": True})
