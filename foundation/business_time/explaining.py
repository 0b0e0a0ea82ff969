"""Why a deadline is when it is: the way to it, step by step, as a screen can show it to a clerk."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from foundation.business_time.calendars import Calendar
from foundation.business_time.counting import Pause, due_second, merged, to_seconds
from foundation.business_time.timeline import Kind, Stretch, to_moment, to_second


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of the way to a deadline: of one kind from `start` to `until` (in UTC), with what it counted and the total so far.

    `name` is that of the holiday or closing day, otherwise empty. `until` is None for a pause that goes on.
    """

    start: datetime
    until: datetime | None
    kind: Kind
    name: str
    seconds: int
    total_seconds: int

    @property
    def minutes(self) -> float:
        """What the step counted."""
        return self.seconds / 60

    @property
    def total_minutes(self) -> float:
        """What is used up at its end."""
        return self.total_seconds / 60


def explain(calendar: Calendar, start: datetime, minutes: float, pauses: Iterable[Pause] = ()) -> list[Step]:
    """Tell the way to a deadline: steps without gaps, from the start to the very moment that `deadline` gives.

    What they counted adds up to the minutes. Without a deadline the last step is the pause that goes on. Neighbours of one kind and name are one
    step: a night, a weekend, a week of closing days. A pause comes before all other reasons, then a
    holiday, a closing day, the weekend. Raises as `deadline` does.
    """
    begin, held = to_second(start), merged(pauses)
    due = due_second(calendar, begin, to_seconds(minutes), held)
    end = max(begin, held[-1][0]) if due is None else due
    total, steps = 0, []
    for since, until, kind, name in _joined(_paused(calendar.timeline.stretches(begin, end), held)):
        counted = until - since if kind is Kind.WORKING else 0
        total += counted
        steps.append(Step(to_moment(since), to_moment(until), kind, name, counted, total))
    if due is None:
        steps.append(Step(to_moment(end), None, Kind.PAUSED, "", 0, total))
    return steps


def _paused(stretches: Iterable[Stretch], pauses: list[tuple[int, int]]) -> Iterator[Stretch]:
    """Lay pauses over stretches."""
    for start, end, kind, name in stretches:
        at = start
        for since, until in pauses:
            if until <= at or since >= end:
                continue
            if at < since:
                yield Stretch(at, since, kind, name)
            at = min(until, end)
            yield Stretch(max(since, start), at, Kind.PAUSED)
        if at < end:
            yield Stretch(at, end, kind, name)


def _joined(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Make one of neighbours that are the same."""
    last: Stretch | None = None
    for stretch in stretches:
        if last is not None and (last.kind, last.name) == (stretch.kind, stretch.name):
            last = Stretch(last.start, stretch.end, last.kind, last.name)
            continue
        if last is not None:
            yield last
        last = stretch
    if last is not None:
        yield last
