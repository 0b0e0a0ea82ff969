"""Retention dates under random acts: whatever is set, closed, reopened and changed in the file plan, the rules of domain §5 hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from records import filing, retaining, retention
from records.models import WITH_CLOSING, FilePlanUnit, RecordFile
from records.models.files import awaiting_event
from records.retaining import Wanted
from tests.node.factories import FilePlanUnitFactory

from .lives import AT, new_file

PERIODS = some.tuples(some.integers(1, 30), some.just(False)) | some.just((None, True))
STARTS = some.sampled_from(["", WITH_CLOSING, "Abbruch", "Auszug"])
ACTIONS = some.sampled_from(["", "A", "V"])
DAYS = some.none() | some.dates(date(1990, 1, 1), date(2060, 12, 31)) | some.just(date(2028, 2, 29))
ACTS = some.one_of(
    some.tuples(some.just("plan"), some.tuples(PERIODS, STARTS, ACTIONS)),
    some.tuples(some.just("own"), some.tuples(PERIODS | some.just((None, False)), STARTS, ACTIONS)),
    some.tuples(some.just("day"), DAYS),
    some.tuples(some.just("close"), some.integers(2020, 2040)),
    some.tuples(some.just("reopen"), some.none()),
)
Said = tuple[tuple[int | None, bool], str, str]


@dataclass
class Expected:
    """The rules in their simplest form: what is the file's own, else what the plan says, of a closed file what it said on that day."""

    plan: Said
    own: Said = ((None, False), "", "")
    day: tuple[str, date | None] = ("", None)
    closed: tuple[int, Said] | None = None

    @property
    def holds(self) -> Said:
        plan = self.closed[1] if self.closed else self.plan
        period = self.own[0] if self.own[0] != (None, False) else plan[0]
        start = self.own[1] or plan[1]
        return period, "" if start == WITH_CLOSING else start, self.own[2] or plan[2]

    @property
    def end(self) -> date | None:
        (years, _unlimited), event, _action = self.holds
        if self.closed is None or years is None:
            return None
        if not event:
            return date(self.closed[0] + years, 12, 31)
        return date(self.day[1].year + years, 12, 31) if self.day[1] and self.day[0] == event else None


class TestRandomActs:
    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(begun=some.tuples(PERIODS, STARTS, ACTIONS), acts=some.lists(ACTS, max_size=12))
    def test_what_holds_is_the_files_own_or_what_the_plan_said_on_the_day_of_closing(self, begun: Said, acts: list[Any]) -> None:
        unit = FilePlanUnitFactory(**fields(begun))
        file, expected = new_file(unit), Expected(begun)
        for act in acts:
            do(act, file, unit, expected)

            now = RecordFile.objects.select_related("unit").get(pk=file.pk)
            period = retention.period_of(file=now)
            assert ((period.years, period.unlimited), period.starts_with, period.disposal_action) == expected.holds
            assert now.retain_until == expected.end
            own = retention.set_at(file=now)
            assert (own["retention_starts_with"], own["disposal_action"]) == expected.own[1:]
            (_years, unlimited), event, _action = expected.holds
            assert now.awaits_event == bool(expected.closed and event and not unlimited and expected.end is None)
            assert RecordFile.objects.filter(awaiting_event(), pk=now.pk).exists() == now.awaits_event


def fields(said: Said) -> dict[str, Any]:
    (years, unlimited), start, action = said
    return {"retention_years": years, "retention_unlimited": unlimited, "retention_starts_with": start, "disposal_action": action}


def do(act: tuple[str, Any], file: RecordFile, unit: FilePlanUnit, expected: Expected) -> None:
    """Do one act, and what it means."""
    name, value = act
    by = file.created_by
    if name == "plan":
        FilePlanUnit.objects.filter(pk=unit.pk).update(**fields(value))
        expected.plan = value
    elif name == "own":
        wanted = Wanted(value[0][0], value[0][1], value[1], value[2])
        retaining.set_period(file=file, wanted=wanted, reason="Anlass", by=by, at=AT)
        expected.own = value
    elif name == "day" and not expected.holds[1]:
        with pytest.raises(retaining.CannotKeep):
            retaining.enter_event(file=file, on=value, by=by, at=AT)
    elif name == "day":
        retaining.enter_event(file=file, on=value, by=by, at=AT)
        expected.day = (expected.holds[1] if value else "", value)
    elif name == "close" and expected.closed is None:
        filing.close_file(file=file, by=by, at=datetime(value, 6, 1, tzinfo=UTC))
        expected.closed = (value, expected.plan)
    elif name == "reopen" and expected.closed is not None:
        filing.reopen_file(file=file, reason="Nachtrag", by=by, at=AT)
        expected.closed = None
