"""Statistics and cost shares: who is billed for what, and what is not told of few people."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest

from tests.centre.hotline_factories import MunicipalityFactory
from tests.centre.training.attended import AFTER, AWAY, HERE, begun, held, places_of
from tests.centre.training_factories import AT, BEGINS, people, requester, trainer
from training import enrolling, figure_sheets, figures, planning, replacing
from training.models import Enrolment

NEXT_YEAR = datetime(2027, 1, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def towns() -> None:
    MunicipalityFactory(slug="beispielheim", name="Beispielheim")


def cents(**more):  # type: ignore[no-untyped-def]
    return {line.name: line.cents for line in figures.of_year(2026, at=NEXT_YEAR, **more).towns}


class TestCost:
    def test_each_municipality_bears_the_price_for_each_of_its_people_who_had_a_place_or_came(self) -> None:
        held(who=[*people(2), *people(1, "beispielheim")], price_cents=12_050, marks=[HERE, AWAY, HERE])

        assert cents() == {"Musterstadt": 24_100, "Beispielheim": 12_050}

    def test_who_withdrew_in_time_costs_nothing_and_who_left_later_does(self) -> None:
        date = begun(3, price_cents=100)
        early, late, _there = places_of(date)
        enrolling.withdraw(date=date, person=early.person, by=early.person, at=AT + timedelta(days=2))
        enrolling.withdraw(date=date, person=late.person, by=trainer(), at=BEGINS - timedelta(days=1))
        finish(date)

        assert cents() == {"Musterstadt": 200}

    def test_a_place_that_was_given_on_late_costs_once(self) -> None:
        person, colleague = people(2)
        date = begun(who=[person], price_cents=100)
        [place] = places_of(date)
        replacing.replace(enrolment=place, replacement=colleague, by=trainer(), at=BEGINS - timedelta(hours=2))
        finish(date)

        assert cents() == {"Musterstadt": 100}

    def test_leaving_within_the_cooling_off_costs_nothing_even_after_the_deadline(self) -> None:
        person = requester()
        date = begun(who=[person], price_cents=100, withdraw_until=AT + timedelta(hours=1), register_until=BEGINS)
        enrolling.withdraw(date=date, person=person, by=person, at=AT + timedelta(hours=20))
        finish(date)

        assert cents() == {}

    def test_who_got_a_place_after_the_deadline_costs_something_only_if_she_came(self) -> None:
        came, away = people(2)
        date = begun(who=[], price_cents=100, withdraw_until=AT + timedelta(hours=1), register_until=BEGINS)
        for person in (came, away):
            enrolling.enrol(date=date, person=person, by=person, at=AT + timedelta(days=1))
        finish(date, [HERE, AWAY])

        assert cents() == {"Musterstadt": 100}

    def test_a_cancelled_date_and_one_that_is_not_finished_cost_nothing(self) -> None:
        cancelled = begun(1, price_cents=100)
        planning.cancel_date(date=cancelled, reason="Krank", by=trainer(), at=AT)
        begun(1, price_cents=100)

        assert cents() == {}
        assert figures.of_year(2026, at=NEXT_YEAR).running == 1

    def test_counts_by_the_local_year_in_which_a_date_begins(self) -> None:
        held(1, price_cents=100)

        assert figures.of_year(2027, at=NEXT_YEAR).dates == 0
        assert figures.of_year(2026, at=NEXT_YEAR).dates == 1


def finish(date, marks=None):  # type: ignore[no-untyped-def]
    from tests.centre.training.attended import sessions
    from training import attending

    for each in sessions(date):
        said = dict(zip([place.pk for place in places_of(date)], marks or [HERE] * 9, strict=False))
        attending.take(session=each, marks=said, by=trainer(), at=AFTER)
    attending.finish(date=date, by=trainer(), at=AFTER)


class TestSmallGroups:
    def test_few_who_came_or_stayed_away_are_left_out_with_what_would_tell_them(self) -> None:
        held(who=people(9), marks=[HERE] * 6 + [AWAY] * 3)

        [line] = figures.of_year(2026, at=NEXT_YEAR).towns

        assert (line.people, line.came, line.away) == (9, None, None)

    def test_many_are_told(self) -> None:
        held(who=people(12), marks=[HERE] * 7 + [AWAY] * 5)

        found = figures.of_year(2026, at=NEXT_YEAR)

        assert [(line.people, line.came, line.away) for line in (*found.towns, *found.courses, found.total)] == [(12, 7, 5)] * 3

    def test_one_that_is_left_out_cannot_be_worked_out_from_the_total(self) -> None:
        held(
            who=[*people(7), *people(7, "beispielheim"), *people(7, "drittdorf")],
            marks=[*[AWAY] * 2, *[HERE] * 5, *[AWAY] * 7, *[HERE] * 7],
        )

        found = figures.of_year(2026, at=NEXT_YEAR)

        hidden = [line.name for line in found.towns if line.away is None]
        assert found.total.away is None or len(hidden) > 1

    def test_nothing_is_said_of_who_came_before_the_year_is_over(self) -> None:
        held(who=people(12), marks=[HERE] * 7 + [AWAY] * 5)

        found = figures.of_year(2026, at=AFTER)

        assert (found.ended, found.towns[0].people, found.towns[0].came) == (False, 12, None)

    def test_no_person_appears(self) -> None:
        who = people(1)
        held(who=who)

        said = str(list(figure_sheets.rows(figures.of_year(2026, at=NEXT_YEAR))))

        assert str(who[0]) not in said
        assert who[0].username not in said

    def test_asks_no_more_queries_for_more_rows(self, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        held(1)
        held(6)

        with django_assert_num_queries(3):
            figures.of_year(2026, at=NEXT_YEAR)


class TestSheet:
    def test_a_name_that_begins_like_a_formula_is_a_name_and_amounts_are_euros(self) -> None:
        date = held(1, title="=1+1", price_cents=12_345)
        assert Enrolment.objects.filter(date=date).count() == 1

        book = openpyxl.load_workbook(io.BytesIO(figure_sheets.xlsx(figures.of_year(2026, at=NEXT_YEAR))))

        cells = [cell for row in book.active.iter_rows() for cell in row]
        assert [cell.data_type for cell in cells if cell.value == "=1+1"] == ["s"]
        assert 123.45 in [cell.value for cell in cells]
