"""Practice towns follow the places: whoever gets a place later gets a town, and whoever gives hers up loses it, with her slip.

Acts do not order towns themselves; they ask for this (`soon`), and the clock does it in any case. It looks at what is, not at what happened: whoever has a
place and no town, and has a town and no place. So it may run twice, late, and after any act, and a node that is away holds up nobody's withdrawal.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery

from tenants import current, queues
from tenants.centre import practising as towns
from tenants.centre.models import Municipality, PracticePlace

from . import events, places
from .models import CourseDate, Enrolment, ExerciseState, TrainingEvent

logger = logging.getLogger(__name__)
OPEN_AFTER = timedelta(days=2)  # so long after the last session a trainee can go on by herself
OPENED, ENDED = "practice_open", "practice_end"


def soon(held: CourseDate) -> None:
    """Have the towns of a date follow after this transaction, if anything is practised in its course. Inside an act that gives or takes a place."""
    if held.course.practice_town:
        queues.send_once("training.follow_practice", lane=queues.CENTRE)


def follow(*, at: datetime) -> int:
    """Order towns for those who came later, and end those of whom does not come; gives for how many people. Safe to run twice, and at once.

    Where the course ends later now, its towns stay open longer.

    Only on dates whose towns the trainers have opened and not ended. A node that is away is logged, and asked the next time.
    """
    dates = list(_opened(at))
    coming, known = _coming(dates), _known(dates)
    return sum(_follow(date, at) for date in dates if coming.get(date.public_id, set()) != known.get(date.public_id, set()))


def _opened(at: datetime) -> Any:
    last = TrainingEvent.objects.filter(date=OuterRef("pk"), act__in=[OPENED, ENDED]).order_by("-at", "-pk").values("act")[:1]
    found = CourseDate.objects.filter(ends_at__gt=at - OPEN_AFTER).exclude(state=CourseDate.State.DRAFT)
    return found.annotate(said=Subquery(last)).filter(said=OPENED).select_related("course").order_by("pk")


def _coming(dates: list[CourseDate]) -> dict[Any, set[Any]]:
    rows = Enrolment.objects.filter(date__in=dates, state=Enrolment.State.ENROLLED).values_list("date__public_id", "public_id")
    return _grouped(rows)


def _known(dates: list[CourseDate]) -> dict[Any, set[Any]]:
    """Trainees whose towns are open, or asked for, as long as their course wants it."""
    wanted = {date.public_id: date.ends_at + OPEN_AFTER for date in dates}
    rows = PracticePlace.objects.filter(course__in=list(wanted)).values_list("course", "trainee", "until")
    return _grouped((course, trainee) for course, trainee, until in rows if until >= wanted[course])


def _grouped(rows: Any) -> dict[Any, set[Any]]:
    found: dict[Any, set[Any]] = {}
    for key, value in rows:
        found.setdefault(key, set()).add(value)
    return found


def _follow(date: CourseDate, at: datetime) -> int:
    """One date, held: whoever gives a place, or ends the towns, comes before or after."""
    try:
        with current.atomic():
            held = places.locked(date)
            if not _opened(at).filter(pk=held.pk).exists():
                return 0
            return _end_those_of_others(held, at) + _open_for_those_who_came(held, at)
    except towns.CannotPractise as refusal:
        logger.warning("the practice towns of %s do not follow yet: %s", date.public_id, refusal)
        return 0


def _end_those_of_others(held: CourseDate, at: datetime) -> int:
    coming = Enrolment.objects.filter(date=held, state=Enrolment.State.ENROLLED).values_list("public_id", flat=True)
    gone = list(PracticePlace.objects.filter(course=held.public_id).exclude(trainee__in=list(coming)).values_list("trainee", flat=True))
    for trainee in gone:
        towns.end_towns(course=held.public_id, trainee=trainee, by=None, at=at)
    ExerciseState.objects.filter(enrolment__date=held, enrolment__public_id__in=gone).delete()
    if gone:
        events.enter(act="practice_withdraw", about=held, by=None, at=at, changes={"people": (None, len(gone))})
    return len(gone)


def _open_for_those_who_came(held: CourseDate, at: datetime) -> int:
    until = held.ends_at + OPEN_AFTER
    known = PracticePlace.objects.filter(course=held.public_id, until__gte=until)
    rows = Enrolment.objects.filter(date=held, state=Enrolment.State.ENROLLED).exclude(public_id__in=known.values("trainee"))
    came = [towns.Trainee(one.public_id, str(one.person)) for one in rows.select_related("person").order_by("person__display_name", "pk")]
    golden = _golden(held)
    if not came or golden is None:
        return 0
    towns.open_towns(golden=golden, course=held.public_id, until=until, trainees=came, by=None, at=at)
    events.enter(act="practice_add", about=held, by=None, at=at, changes={"people": (None, len(came))})
    return len(came)


def _golden(held: CourseDate) -> Municipality | None:
    """Where the others of the date are already; else the one that the course names."""
    known = PracticePlace.objects.filter(course=held.public_id).select_related("golden").order_by("pk").first()
    if known is not None:
        return known.golden
    return Municipality.objects.filter(slug=held.course.practice_town, active=True).first()
