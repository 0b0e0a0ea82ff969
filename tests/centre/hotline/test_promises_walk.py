"""Deadlines of tickets against a clerk who walks through their history minute by minute.

    bin/test tests/centre/hotline/test_promises_walk.py
    bin/test --services -- env EAKTE_PROPERTY_EXAMPLES=10000 EAKTE_MODE=test DJANGO_SETTINGS_MODULE=ebehoerdenakte.settings.centre \\
        .venv/bin/python -m pytest -p no:cacheprovider tests/centre/hotline/test_promises_walk.py

The first line tries 300 random histories, the second one 10,000. Each history is made by the product's own acts; the clerk keeps a diary of what was done
and knows neither tables nor pauses: each minute she looks at the calendar and whether the ticket's clock runs.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from foundation.business_time import Calendar, Kind
from hotline import answering, handling, recounting, taking_in, terms
from hotline.models import Agreement, ClosingTime, Promise, Ticket
from tests.centre.hotline_factories import FRIDAY, FULL, OFFICE_HOURS, QueueFactory, agent, agreement, requester
from tests.foundation.test_business_time_walk import reason

EXAMPLES = int(os.environ.get("EAKTE_PROPERTY_EXAMPLES", "300"))
many = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
PRIORITIES = ("low", "normal", "high", "urgent")
SPOTS = [  # both changes of the clock, Easter, Corpus Christi, Rosenmontag, All Saints, Christmas, the first of May
    *("2026-03-27", "2026-10-23", "2026-04-01", "2026-06-02", "2026-02-13", "2026-10-30", "2026-12-22", "2026-04-29", "2026-03-10"),
]
WEEKS = [
    OFFICE_HOURS,
    [FULL, FULL, FRIDAY, FULL, FRIDAY, [[540, 660]], []],
    [[[0, 1440]]] * 7,  # counts on the Sundays of the clock, too
    [[], [[415, 611], [611, 700]], [], [[1, 1439]], [], [], [[100, 200]]],
]
ACTS = ("reply_open", "reply_waiting", "reply_solved", "note", "she_writes", "priority", "solve", "close", "reopen")
LONGEST = 40 * 24 * 60  # minutes: the clerk walks no further
Looked = dict[datetime, bool]  # minutes at which she has looked at the calendar already


@dataclass
class Story:
    """What is agreed on, and what happens to a ticket: (minutes after the one before, act, priority)."""

    week: list[list[list[int]]]
    closing: tuple[int, int, int]  # days after the opening, from minute, until minute
    levels: dict[str, tuple[int | None, int | None, int | None]]
    start: datetime
    priority: str
    acts: list[tuple[int, str, str]]


@dataclass
class Diary:
    """What the clerk knows of a ticket."""

    opened: datetime
    priority: str
    state: str = "new"
    answered: datetime | None = None
    asked: datetime | None = None
    stands: list[list[datetime | None]] = field(default_factory=list)  # from, until

    def to(self, state: str, at: datetime) -> None:
        if state == self.state or (self.settled and state == "closed"):
            self.state = state
            return
        if self.stands and self.stands[-1][1] is None:
            self.stands[-1][1] = at
        if state in ("waiting", "solved", "closed"):
            self.stands.append([at, None])
        self.state = state

    @property
    def settled(self) -> bool:
        return self.state in ("solved", "closed")


minutes = st.one_of(st.none(), st.integers(1, 90), st.sampled_from([60, 120, 240, 480]), st.integers(1, 600))
gaps = st.one_of(st.integers(0, 90), st.integers(0, 600), st.integers(0, 2800))  # seven of them are less than the 14 days for reopening


@st.composite
def stories(draw: st.DrawFn) -> Story:
    start = datetime.fromisoformat(draw(st.sampled_from(SPOTS))).replace(tzinfo=UTC) + timedelta(minutes=draw(st.integers(0, 3 * 1440)))
    begin = draw(st.one_of(st.just(0), st.integers(0, 1439)))
    return Story(
        week=draw(st.sampled_from(WEEKS)),
        closing=(draw(st.integers(0, 4)), begin, draw(st.one_of(st.just(1440), st.integers(begin + 1, 1440)))),
        levels={priority: draw(st.tuples(minutes, minutes, minutes)) for priority in PRIORITIES},
        start=start,
        priority=draw(st.sampled_from(PRIORITIES)),
        acts=draw(st.lists(st.tuples(gaps, st.sampled_from(ACTS), st.sampled_from(PRIORITIES)), max_size=7)),
    )


def possible(act: str, diary: Diary) -> bool:
    if act == "reopen":
        return diary.settled
    if act == "she_writes":
        return diary.state != "closed"
    return not diary.settled or (act == "close" and diary.state == "solved")


def write_down(diary: Diary, act: str, priority: str, at: datetime) -> None:
    """The rules as a clerk would say them."""
    if act.startswith("reply_"):
        diary.answered, diary.asked = diary.answered or at, None
        diary.to(act.removeprefix("reply_"), at)
    elif act in ("she_writes", "reopen"):
        if diary.answered and diary.asked is None:
            diary.asked = at
        diary.to("new" if act == "she_writes" and diary.state == "new" else "open", at)
    elif act == "priority":
        diary.priority = priority
    elif act in ("solve", "close"):
        diary.to("solved" if act == "solve" else "closed", at)


def walked(calendar: Calendar, looked: Looked, diary: Diary, begun: datetime | None, amount: int | None) -> datetime | None:
    """Walk from the beginning until so many minutes have counted; None if the clock stands before and nobody knows how long."""
    if begun is None or amount is None:
        return None
    stands = [pair for pair in diary.stands if not (diary.settled and pair[1] is None)]  # that it is settled takes no time away
    at = begun
    for _minute in range(LONGEST):
        standing = [until for since, until in stands if since <= at and (until is None or at < until)]  # type: ignore[operator]
        if None in standing:
            return None
        if at not in looked:
            looked[at] = reason(calendar, int(at.timestamp()))[0] is Kind.WORKING
        if not standing and looked[at]:
            amount -= 1
        at += timedelta(minutes=1)
        if amount == 0:
            return at
    raise AssertionError("The walk is too long.")


def doing(ticket: Ticket, act: str, priority: str, at: datetime, staff: object) -> Callable[[], object]:
    by = {"ticket": ticket, "by": staff, "at": at}
    hers = {**by, "by": ticket.requester}
    if act.startswith("reply_"):
        return lambda: answering.say(body="Antwort", then=act.removeprefix("reply_"), **by)  # type: ignore[arg-type]
    acts: dict[str, Callable[[], object]] = {
        "note": lambda: answering.say(body="Notiz", kind="note", **by),  # type: ignore[arg-type]
        "she_writes": lambda: answering.say(body="Noch etwas", **hers),  # type: ignore[arg-type]
        "priority": lambda: handling.put(priority=priority, **by),  # type: ignore[arg-type]
        "solve": lambda: handling.solve(**by),  # type: ignore[arg-type]
        "close": lambda: handling.close(**by),  # type: ignore[arg-type]
        "reopen": lambda: handling.reopen(reason="Doch nicht.", **hers),  # type: ignore[arg-type]
    }
    return acts[act]


class TestAgainstAWalk:
    @many
    @given(stories())
    def test_deadlines_are_those_of_one_who_walks_through_the_history_minute_by_minute(self, story: Story) -> None:
        Agreement.objects.all().delete()
        Ticket.objects.unsettled().update(state="closed", solved_at=story.start)  # those of the examples before
        made = agreement(levels=story.levels, week=story.week)
        day, begin, end = story.closing
        first = (story.start + timedelta(days=day)).date()
        ClosingTime.objects.create(agreement=made, name="Umbau", first=first, last=first, start=begin, end=end)
        calendar, staff, person, looked = terms.of_agreement(made).calendar, agent(), requester(), Looked()
        at = story.start
        ticket = taking_in.open_ticket(subject="Hilfe", body="Bitte.", by=person, at=at, priority=story.priority, queue=QueueFactory())
        diary = Diary(opened=at, priority=story.priority)
        first_due = walked(calendar, looked, diary, at, story.levels[story.priority][0])

        for gap, act, priority in story.acts:
            at += timedelta(minutes=gap)
            if not possible(act, diary):
                continue
            answered, settled = diary.answered, diary.settled
            if act.startswith("reply_") and not answered:  # it is kept or broken now: what it was until now stays
                first_due = walked(calendar, looked, diary, diary.opened, story.levels[diary.priority][0])
            doing(ticket, act, priority, at, staff)()
            write_down(diary, act, priority, at)
            event(f"settled {settled} → {diary.settled}")

        if not diary.answered:
            first_due = walked(calendar, looked, diary, diary.opened, story.levels[diary.priority][0])
        _first, following, resolution = story.levels[diary.priority]
        expected = {
            Promise.FIRST_RESPONSE: first_due,
            Promise.NEXT_RESPONSE: walked(calendar, looked, diary, diary.asked, following),
            Promise.RESOLUTION: walked(calendar, looked, diary, diary.opened, resolution),
        }
        found = Ticket.objects.get(pk=ticket.pk)
        assert {promise: found.due(promise) for promise in expected} == expected
        running = [due for promise, due in expected.items() if due and not (promise == Promise.FIRST_RESPONSE and diary.answered)]
        assert found.next_due == (None if diary.settled else min(running, default=None))
        event("counted" if any(expected.values()) else "nothing counted")

        assert recounting.count_anew(at=at) == 0, "many at once are counted as the acts count one"

    def test_the_walk_is_not_trusted_blindly(self) -> None:
        story = Story(OFFICE_HOURS, (0, 0, 1440), {}, datetime(2026, 4, 1, 6, 0, tzinfo=UTC), "normal", [])
        diary = Diary(opened=story.start, priority="normal")
        diary.to("waiting", datetime(2026, 4, 1, 7, 0, tzinfo=UTC))
        diary.to("open", datetime(2026, 4, 1, 8, 0, tzinfo=UTC))
        made = agreement(week=OFFICE_HOURS)
        ClosingTime.objects.create(agreement=made, name="Gründonnerstag", first=date(2026, 4, 2), last=date(2026, 4, 2), start=720)
        calendar, looked = terms.of_agreement(made).calendar, Looked()

        # Wednesday 8–9 and 10–12, 13–16: 6 hours; Maundy Thursday 8–12: 4; Good Friday to Easter Monday: none; Tuesday 8–9: 1
        assert walked(calendar, looked, diary, story.start, 11 * 60) == datetime(2026, 4, 7, 7, 0, tzinfo=UTC)
