"""Practising: each trainee of a course date gets a practice town of her own for the course's time, and the trainers see how far everybody has come.

Who a trainee is to the node is her enrolment's id. What her node says of her exercises is for the trainers of this date, and for nobody else: no supervisor,
no figures; it is deleted two days after the course.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tenants import current
from tenants.centre import practising as towns
from tenants.centre.admitting import as_uuid
from tenants.centre.models import Municipality, PracticePlace, SiteMessage
from tenants.models import User

from . import events
from .models import CourseDate, Enrolment, ExerciseState
from .models.courses import STAFF
from .practice_following import OPEN_AFTER

logger = logging.getLogger(__name__)
PROGRESS = "practice_progress"  # a message of the golden town's node
EXERCISE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


class CannotPractise(Exception):
    """It cannot be done; the message says why."""


@dataclass(frozen=True)
class Row:
    """A trainee, her town (None: not asked for), and what she has begun and done."""

    enrolment: Enrolment
    place: PracticePlace | None
    done: int
    last: ExerciseState | None
    states: list[ExerciseState]

    @property
    def done_titles(self) -> list[str]:
        """What she has done, as she reads it there."""
        return [one.title or one.exercise for one in self.states if one.state == ExerciseState.State.DONE]


def open_towns(*, date: CourseDate, by: User, at: datetime) -> int:
    """Have a practice town made for each person who has a place; whoever has one keeps it. Gives how many people. Raises CannotPractise."""
    _staff_only(by)
    golden = golden_of(date)
    trainees = [towns.Trainee(one.public_id, str(one.person)) for one in _people(date)]
    with current.atomic():
        try:
            towns.open_towns(golden=golden, course=date.public_id, until=date.ends_at + OPEN_AFTER, trainees=trainees, by=by, at=at)
        except towns.CannotPractise as refusal:
            raise CannotPractise(str(refusal)) from refusal
        events.enter(act="practice_open", about=date, by=by, at=at, changes={"people": (None, len(trainees))})
    return len(trainees)


def reset(*, enrolment: Enrolment, even_now: bool, by: User, at: datetime) -> None:
    """Ask for one trainee's town to be made anew; the others' stay. Her exercises are forgotten when it is (see forget_done). Raises CannotPractise."""
    _staff_only(by)
    with current.atomic():
        try:
            towns.reset_town(course=enrolment.date.public_id, trainee=enrolment.public_id, even_now=even_now, by=by, at=at)
        except towns.CannotPractise as refusal:
            raise CannotPractise(str(refusal)) from refusal
        events.enter(act="practice_reset", about=enrolment, by=by, at=at)


def reset_all(*, date: CourseDate, even_now: bool, by: User, at: datetime) -> int:
    """Ask for all open towns of a date to be made anew; gives how many. Without `even_now` those stay in which somebody works. Raises CannotPractise."""
    _staff_only(by)
    opened = PracticePlace.objects.filter(course=date.public_id, state=PracticePlace.State.OPEN, until__gt=at).values("trainee")
    found = list(Enrolment.objects.filter(date=date, public_id__in=opened).select_related("date"))
    if not found:
        raise CannotPractise(_("No practice town is open yet."))
    with current.atomic():
        for enrolment in found:
            reset(enrolment=enrolment, even_now=even_now, by=by, at=at)
    return len(found)


def forget_done(trainee: UUID) -> None:
    """Forget the exercises of somebody whose town was made anew: for tenants.centre.practising."""
    ExerciseState.objects.filter(enrolment__public_id=trainee).delete()


def end(*, date: CourseDate, by: User, at: datetime) -> None:
    """End the practice towns of a date, and forget what was done in them. Raises CannotPractise."""
    _staff_only(by)
    _end(date, by, at)


def slips(*, date: CourseDate, by: User, at: datetime) -> bytes:
    """A PDF with a one-time slip for each trainee whose town is open. Raises CannotPractise."""
    _staff_only(by)
    trainees = [towns.Trainee(one.public_id, str(one.person)) for one in _people(date)]
    try:
        return towns.print_slips(course=date.public_id, trainees=trainees, by=by, at=at)
    except towns.CannotPractise as refusal:
        raise CannotPractise(str(refusal)) from refusal


def way(*, enrolment: Enrolment, by: User, at: datetime) -> towns.Way:
    """The way of a trainee into her own town, for 60 seconds. Raises CannotPractise."""
    if enrolment.person_id != by.pk or enrolment.state != Enrolment.State.ENROLLED:
        raise CannotPractise(_("There is no practice town for you on this course date."))
    try:
        return towns.way_for(course=enrolment.date.public_id, trainee=enrolment.public_id, at=at)
    except towns.CannotPractise as refusal:
        raise CannotPractise(str(refusal)) from refusal


def is_open_for(enrolment: Enrolment, *, at: datetime) -> bool:
    """Whether a trainee can go into her town now."""
    places = PracticePlace.objects.filter(course=enrolment.date.public_id, trainee=enrolment.public_id, until__gt=at)
    return places.filter(state=PracticePlace.State.OPEN).exists()


def rows_of(*, date: CourseDate) -> list[Row]:
    """The trainees of a date by name, with their towns and how far they have come; for its trainers. Three queries."""
    places = {one.trainee: one for one in PracticePlace.objects.filter(course=date.public_id)}
    of: dict[int, list[ExerciseState]] = {}
    for state in ExerciseState.objects.filter(enrolment__date=date).order_by("at", "pk"):
        of.setdefault(state.enrolment_id, []).append(state)
    found = []
    for one in _people(date):
        states = of.get(one.pk, [])
        done = sum(state.state == ExerciseState.State.DONE for state in states)
        found.append(Row(one, places.get(one.public_id), done, states[-1] if states else None, states))
    return found


def take_progress(*, message: SiteMessage, at: datetime) -> None:
    """A node says that a trainee has begun or done an exercise: for tenants.centre.receiving. What does not fit is logged and has no effect."""
    said, trainee = message.body, as_uuid(str(message.body.get("trainee")))
    exercise, state, title = said.get("exercise"), said.get("state"), said.get("title")
    held = PracticePlace.objects.filter(trainee=trainee, golden=message.municipality, until__gt=at).exists() if trainee else False
    found = Enrolment.objects.filter(public_id=trainee).first() if trainee and held else None
    if found is None or not isinstance(exercise, str) or not EXERCISE.fullmatch(exercise) or state not in ExerciseState.State.values:
        logger.warning("%s spoke of an exercise of nobody here", message.site)
        return
    known, _made = ExerciseState.objects.select_for_update().get_or_create(
        enrolment=found, exercise=exercise, defaults={"state": state, "at": message.at, "title": _title(title)}
    )
    if known.state != ExerciseState.State.DONE and message.at >= known.at:
        known.state, known.at = state, message.at
        known.save(update_fields=["state", "at"])


def _title(said: object) -> str:
    """One line of at most 120 characters, or nothing."""
    return " ".join(said.replace("\x00", " ").split())[:120] if isinstance(said, str) else ""


def forget(*, at: datetime) -> None:
    """End what is left of courses that are over, with what was noted in them: for tenants.housekeeping. Safe to run twice."""
    over = CourseDate.objects.filter(ends_at__lt=at - OPEN_AFTER)
    courses = PracticePlace.objects.filter(until__lt=at).values_list("course", flat=True)
    for date in over.filter(public_id__in=list(courses)):
        try:
            _end(date, None, at)
        except CannotPractise as refusal:
            logger.warning("practice towns of %s end by themselves: %s", date.public_id, refusal)
    ExerciseState.objects.filter(enrolment__date__in=over).delete()


def golden_of(date: CourseDate) -> Municipality:
    """The practice municipality that a date's course names. Raises CannotPractise: none, or one that the centre does not know."""
    slug = date.course.practice_town
    found = Municipality.objects.filter(slug=slug, active=True).first() if slug else None
    if found is None:
        raise CannotPractise(_("This course names no practice municipality that the centre knows."))
    return found


def _end(date: CourseDate, by: User | None, at: datetime) -> None:
    with current.atomic():
        try:
            towns.end_towns(course=date.public_id, by=by, at=at)
        except towns.CannotPractise as refusal:
            raise CannotPractise(str(refusal)) from refusal
        ExerciseState.objects.filter(enrolment__date=date).delete()
        events.enter(act="practice_end", about=date, by=by, at=at)


def _people(date: CourseDate) -> list[Enrolment]:
    enrolled = Enrolment.objects.filter(date=date, state=Enrolment.State.ENROLLED).select_related("person")
    return list(enrolled.order_by("person__display_name", "pk"))


def _staff_only(by: User) -> None:
    if not by.has_role(*STAFF):
        raise CannotPractise(_("Practice towns are opened by trainers."))
