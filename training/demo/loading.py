"""Loading the demo's courses and dates by the product's own acts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from tenants import current
from tenants.models import User
from training import catalogue, enrolling, planning
from training.models import Course, CourseDate, LearningStep, Room

from .courses import COURSES, DATES, ROOMS, VIDEO, Held

TRAINER = "t.sander"
PLANNED_BEFORE = timedelta(days=70)


def load(*, at: datetime) -> tuple[int, int]:
    """Make rooms, courses, learning paths, dates and enrolments; gives how many courses and dates: none where there are some already.

    After the demo's requests, which make the people who come.
    """
    if Course.objects.exists():
        return 0, 0
    trainer = User.objects.get(username=TRAINER)
    with current.atomic():
        rooms = {name: Room.objects.create(name=name, address=address, seats=seats, equipment=has) for name, address, seats, has in ROOMS}
        begun = at - PLANNED_BEFORE
        courses: dict[str, Course] = {}
        for taught in COURSES:
            said = {name: getattr(taught, name) for name in catalogue.FIELDS if hasattr(taught, name)}
            courses[taught.title] = catalogue.add_course(
                fields=said, prerequisites=[courses[title] for title in taught.after], by=trainer, at=begun
            )
        for role in LearningStep.Role.values:
            catalogue.set_path(role=role, courses=[courses[one.title] for one in COURSES if role in one.paths], by=trainer, at=begun)
        for held in DATES:
            _hold(held, courses[held.course], rooms, trainer, at)
    return len(courses), len(DATES)


def _hold(held: Held, course: Course, rooms: dict[str, Room], trainer: User, at: datetime) -> CourseDate:
    """A date with those who come; people asked in their order, some days after it was planned."""
    planned = at - PLANNED_BEFORE
    monday = timezone.localdate(at) - timedelta(days=timezone.localdate(at).weekday()) + timedelta(weeks=held.weeks)
    first = monday + timedelta(days=held.weekday)
    where = {"room": rooms[held.room]} if held.room else {"link": VIDEO}
    sessions = [
        planning.Planned(
            _moment(first + timedelta(days=later), begins), _moment(first + timedelta(days=later), ends), trainer=trainer, **where
        )
        for later, begins, ends in held.sessions
    ]
    date = planning.plan_date(
        course=course,
        sessions=sessions,
        capacity=held.capacity,
        minimum=min(3, held.capacity),
        price_cents=held.price,
        by=trainer,
        at=planned,
    )
    if held.state == "draft":
        return date
    planning.open_date(date=date, by=trainer, at=planned)
    asked_at = min(at, date.register_until) - timedelta(days=5)
    people = {person.username: person for person in User.objects.filter(username__in=held.who)}
    for hours, username in enumerate(held.who):
        enrolling.enrol(date=date, person=people[username], by=people[username], at=asked_at + timedelta(hours=hours))
    if held.state == "cancelled":
        planning.cancel_date(date=date, reason="Der Raum wird renoviert.", by=trainer, at=at - timedelta(days=1))
    return date


def _moment(day: date, clock: str) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(clock)))
