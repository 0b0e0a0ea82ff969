"""What stands in the way of a session: a room or a trainer that is taken, a holiday, an absence, people who sit in another course then.

Whoever plans holds one lock (`hold`), looks, and writes: so of two who want the same room at once one gets it, and the other one is told who has it.
What cannot be is refused (`Clash.hard`); about everything else the planner is warned, and may plan so all the same if she says that she has seen it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.business_time.calendars import public_holidays
from tenants import current
from tenants.models import User

from .enrolling import moment
from .models import CourseDate, Enrolment, Room, Session, TrainerAbsence

HELD = 48_200_005  # an advisory lock of the centre's database: "sessions are being planned"
SUNDAY, SATURDAY = 6, 5
MOST_NAMED = 20


class Kind(models.TextChoices):
    ROOM = "room", gettext_lazy("The room is taken")
    TRAINER = "trainer", gettext_lazy("The trainer is taken")
    ABSENCE = "absence", gettext_lazy("The trainer is not there")
    HOLIDAY = "holiday", gettext_lazy("Public holiday")
    WEEKEND = "weekend", gettext_lazy("Weekend")
    PARTICIPANT = "participant", gettext_lazy("Somebody sits in another course")


HARD = (Kind.ROOM, Kind.TRAINER)


class Held(Protocol):
    """A session that is planned or to be."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def room(self) -> Room | None: ...
    @property
    def trainer(self) -> User | None: ...


@dataclass(frozen=True)
class Clash:
    """What clashes, in a sentence that says who, what and when. `key` is what a planner confirms: of another clash it is another one."""

    kind: str
    key: str
    sentence: str

    @property
    def hard(self) -> bool:
        return self.kind in HARD


def hold() -> None:
    """Wait until nobody else plans, and let others wait until the transaction ends."""
    current.ask("SELECT pg_advisory_xact_lock(%s)", [HELD])


def hard_of(sessions: Sequence[Held], *, besides: Collection[int] = ()) -> list[Clash]:
    """Rooms and trainers that are taken, by sessions other than `besides` (their keys). One query, however many sessions; none for none."""
    rooms = {session.room.pk for session in sessions if session.room}
    trainers = {session.trainer.pk for session in sessions if session.trainer}
    if not rooms and not trainers:
        return []
    taken = Session.objects.filter(Q(room__in=rooms) | Q(trainer__in=trainers), called_off_at=None).exclude(pk__in=besides)
    taken = taken.filter(**_around(sessions)).select_related("room", "trainer", "date__course").order_by("starts_at", "pk")
    return [clash for held in taken for session in sessions if _at_once(session, held) for clash in _taken(session, held)]


def soft_of(sessions: Sequence[Held], *, attending: CourseDate | None = None) -> list[Clash]:
    """Holidays, weekends, absences; and of those who have a place on `attending` the ones who have another course then. At most two queries."""
    return [*_free_days(sessions), *_absences(sessions), *(_elsewhere(sessions, attending) if attending else [])]


def holiday(day: date) -> str:
    """The public holiday on a day where the centre is; empty if it is none."""
    return public_holidays(settings.TRAINING_LAND, day.year).get(day, "") if settings.TRAINING_LAND else ""


def days_of(starts_at: datetime, ends_at: datetime) -> list[date]:
    """The local days on which something takes place; one that ends at midnight is over by then."""
    first, last = timezone.localdate(starts_at), timezone.localdate(ends_at - timedelta(microseconds=1))
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _around(sessions: Sequence[Held]) -> dict[str, datetime]:
    return {"starts_at__lt": max(each.ends_at for each in sessions), "ends_at__gt": min(each.starts_at for each in sessions)}


def _at_once(one: Held, other: Held | TrainerAbsence) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _taken(session: Held, held: Session) -> Iterator[Clash]:
    words = {"course": held.date.course, "moment": moment(held.starts_at), "until": _clock(held.ends_at)}
    if session.room and held.room_id == session.room.pk:
        sentence = _("%(room)s is taken: “%(course)s”, %(moment)s until %(until)s.") % {"room": session.room, **words}
        yield Clash(Kind.ROOM, f"{Kind.ROOM}:{held.public_id}", sentence)
    if session.trainer and held.trainer_id == session.trainer.pk:
        sentence = _("%(person)s teaches then: “%(course)s”, %(moment)s until %(until)s.") % {"person": session.trainer, **words}
        yield Clash(Kind.TRAINER, f"{Kind.TRAINER}:{held.public_id}", sentence)


def _free_days(sessions: Iterable[Held]) -> list[Clash]:
    found = []
    for day in sorted({day for session in sessions for day in days_of(session.starts_at, session.ends_at)}):
        words = {"day": date_format(day, "l, j. F Y"), "name": holiday(day)}
        if words["name"]:
            found.append(Clash(Kind.HOLIDAY, f"{Kind.HOLIDAY}:{day}", _("%(day)s is a public holiday (%(name)s).") % words))
        elif day.weekday() in (SATURDAY, SUNDAY):
            found.append(Clash(Kind.WEEKEND, f"{Kind.WEEKEND}:{day}", _("%(day)s is on a weekend.") % words))
    return found


def _absences(sessions: Sequence[Held]) -> list[Clash]:
    trainers = {session.trainer.pk for session in sessions if session.trainer}
    if not trainers:
        return []
    away = TrainerAbsence.objects.filter(trainer__in=trainers, **_around(sessions)).select_related("trainer").order_by("starts_at", "pk")
    found = {}
    for absence in away:
        for session in sessions:
            if session.trainer and session.trainer.pk == absence.trainer_id and _at_once(session, absence):
                words = {"person": absence.trainer, "moment": moment(session.starts_at), "span": span_of(absence)}
                key = f"{Kind.ABSENCE}:{absence.public_id}:{session.starts_at.timestamp():.0f}"
                found[key] = Clash(Kind.ABSENCE, key, _("%(person)s is not there at that time (%(moment)s): absent %(span)s.") % words)
    return list(found.values())


def _elsewhere(sessions: Sequence[Held], attending: CourseDate) -> list[Clash]:
    """People who have a place here and sit in another course then. Who has to be told of which one is the planner's to know."""
    people = Enrolment.objects.filter(date=attending, state__in=Enrolment.TAKING).values("person")
    others = Enrolment.objects.filter(person__in=people, state__in=Enrolment.TAKING).exclude(date=attending)
    at_once = Q()
    for session in sessions:
        at_once |= Q(date__sessions__starts_at__lt=session.ends_at, date__sessions__ends_at__gt=session.starts_at)
    others = others.filter(at_once, date__sessions__called_off_at=None).select_related("person", "date__course").distinct()
    found = []
    for other in others.order_by("person__display_name", "pk")[:MOST_NAMED]:
        words = {"person": other.person, "course": other.date.course}
        key = f"{Kind.PARTICIPANT}:{other.public_id}"
        found.append(Clash(Kind.PARTICIPANT, key, _("%(person)s has a place in “%(course)s” at that time.") % words))
    return found


def span_of(absence: TrainerAbsence) -> str:
    """When somebody is away, as people read it: "1.–5. Juni 2026", or with the hours."""
    if not absence.whole_days:
        return _("%(moment)s until %(until)s") % {"moment": moment(absence.starts_at), "until": moment(absence.ends_at)}
    days = days_of(absence.starts_at, absence.ends_at)
    first, last = (date_format(day, "j. F Y") for day in (days[0], days[-1]))
    return first if first == last else _("%(first)s until %(last)s") % {"first": first, "last": last}


def _clock(at: datetime) -> str:
    return date_format(timezone.localtime(at), "H:i") + _(" (o'clock)")
