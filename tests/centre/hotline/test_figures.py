"""Figures for managers: whole quarters, small groups left out everywhere alike, nobody named."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hotline import figure_sheets, figures, keeping_promises
from hotline.figures import ALL, Quarter
from hotline.models import Ticket
from tests.centre.hotline_factories import MunicipalityFactory, QueueFactory, agent, requester

FIRST = Quarter(2026, 1)
NOTHING_PROMISED = {"first_response": keeping_promises.Share(None, "–")}


def tickets(town: str, topic: str, number: int, at: datetime = datetime(2026, 2, 3, 9, tzinfo=UTC), **more: Any) -> None:
    """So many tickets of a municipality in a queue."""
    asker, queue, place = requester(town), QueueFactory(key=topic.lower(), name=topic), MunicipalityFactory(slug=town)
    place.name = town.title()
    place.save()
    known = Ticket.objects.count()
    said = {
        "subject": "x",
        "municipality": place,
        "requester": asker,
        "queue": queue,
        "created_at": at,
        "changed_at": at,
        "created_by": asker,
    }
    Ticket.objects.bulk_create(Ticket(number=f"2026-{known + n + 1:06}", **said, **more) for n in range(number))


class TestQuarter:
    def test_the_last_one_that_has_ended(self) -> None:
        assert figures.last_quarter(date(2026, 3, 31)) == Quarter(2025, 4)
        assert figures.last_quarter(date(2026, 4, 1)) == FIRST
        assert figures.quarters(date(2026, 4, 1))[0] == Quarter(2024, 2)

    def test_begins_in_local_time(self) -> None:
        assert Quarter(2026, 3).begins.astimezone(UTC) == datetime(2026, 6, 30, 22, tzinfo=UTC)


class TestOfQuarters:
    def test_counts_municipalities_and_topics_of_the_quarter(self) -> None:
        tickets("musterstadt", "Drucken", 7), tickets("beispielheim", "Drucken", 6), tickets("musterstadt", "Anmelden", 9)
        tickets("beispielheim", "Anmelden", 5), tickets("musterstadt", "Drucken", 30, datetime(2026, 3, 31, 22, 30, tzinfo=UTC))

        (counted,) = figures.of_quarters([FIRST])

        assert (counted.topics, counted.municipalities) == (["Anmelden", "Drucken"], ["Beispielheim", "Musterstadt"])
        assert counted.cell("Musterstadt", "Drucken") == 7  # not what came in April, local time
        assert (counted.cell("Musterstadt"), counted.cell(ALL, "Drucken"), counted.cell()) == (16, 13, 27)

    def test_leaves_small_groups_out_and_what_they_would_follow_from(self) -> None:
        tickets("musterstadt", "Drucken", 3), tickets("beispielheim", "Drucken", 20)
        tickets("musterstadt", "Anmelden", 30), tickets("beispielheim", "Anmelden", 40)

        (counted,) = figures.of_quarters([FIRST])

        assert counted.cell("Musterstadt", "Drucken") is None
        assert counted.cell("Musterstadt", "Anmelden") is None  # 33 - 30 would tell
        assert counted.cell("Beispielheim", "Drucken") is None  # 23 - 20 would tell
        assert counted.cell() == 93

    def test_a_quarter_of_few_tells_nothing_anywhere(self) -> None:
        tickets("musterstadt", "Drucken", 2), tickets("musterstadt", "Drucken", 40, datetime(2026, 5, 1, tzinfo=UTC))

        first, second = figures.of_quarters([FIRST, Quarter(2026, 2)])

        assert first.cell() is None
        assert not [key for key in first.shown if key[0] == "cell" and first.shown[key]]
        assert first.shown.get(("in", "2026-02-01")) is None
        # Neither the months before nor what is unsettled afterwards may give the two away.
        assert second.shown.get(("open", "2026-04-01")) is None or first.shown.get(("open", "2026-03-01")) is None
        assert second.cell() == 40

    def test_counts_what_is_unsettled_month_by_month(self) -> None:
        tickets("musterstadt", "Drucken", 50, datetime(2025, 12, 1, tzinfo=UTC))
        tickets(
            "musterstadt", "Drucken", 10, datetime(2026, 1, 10, tzinfo=UTC), state="closed", solved_at=datetime(2026, 2, 10, tzinfo=UTC)
        )

        (counted,) = figures.of_quarters([FIRST])

        flow = [[counted.shown.get((what, f"2026-0{month}-01")) for what in ("in", "out", "open")] for month in (1, 2, 3)]
        assert flow == [[10, 0, 60], [0, 10, 50], [0, 0, 50]]

    def test_asks_the_same_number_of_queries_for_any_time(self) -> None:
        tickets("musterstadt", "Drucken", 7)
        for asked in ([FIRST], figures.quarters(date(2026, 4, 1))):
            with CaptureQueriesContext(connections["default"]) as queries:
                figures.of_quarters(asked)
            assert len(queries) == 6

    def test_names_nobody(self) -> None:
        tickets("musterstadt", "Drucken", 7)
        person = agent(display_name="Jule Behrens")
        Ticket.objects.update(assignee=person)

        (counted,) = figures.of_quarters([FIRST])

        assert "Behrens" not in str(counted)


class TestWorthACourse:
    def test_what_several_municipalities_ask_often(self) -> None:
        tickets("musterstadt", "Aktenplan", 12), tickets("beispielheim", "Aktenplan", 15), tickets("musterstadt", "Drucken", 40)
        tickets("musterstadt", "Anmelden", 5), tickets("beispielheim", "Anmelden", 6)

        (counted,) = figures.of_quarters([FIRST])

        assert figures.worth_a_course(counted) == [("Aktenplan", 27)]  # printing is one town's trouble, signing in a small part of all

    def test_what_is_left_out_proposes_nothing(self) -> None:
        tickets("musterstadt", "Aktenplan", 12), tickets("beispielheim", "Aktenplan", 3)

        (counted,) = figures.of_quarters([FIRST])

        assert figures.worth_a_course(counted) == []


class TestServiceLevelsKept:
    AT = datetime(2026, 2, 3, 9, tzinfo=UTC)

    def promised(
        self, number: int, town: str = "musterstadt", *, answered: int | None = None, solved: int | None = None, **more: Any
    ) -> None:
        """Requests due after two hours to be answered and ten to be solved; what was done after how many hours."""
        hours = {name: self.AT + timedelta(hours=h) for name, h in (("answered_at", answered), ("solved_at", solved)) if h is not None}
        due = {"due_first_response": self.AT + timedelta(hours=2), "due_resolution": self.AT + timedelta(hours=10)}
        state = {"state": "solved"} if solved is not None else {}
        tickets(town, "Drucken", number, self.AT, **{**due, **hours, **state, **more})

    def shares(self, town: str = "", at: datetime = datetime(2026, 5, 1, tzinfo=UTC)) -> dict[str, str]:
        (shares,) = keeping_promises.of_quarters([FIRST], at=at, town=town)
        return {promise: share.words for promise, share in shares.items()}

    def test_are_those_of_requests_of_the_quarter_that_are_decided(self) -> None:
        self.promised(15, answered=1, solved=9)
        self.promised(5, answered=2, solved=11)  # to the very moment; a day late
        self.promised(10, answered=3)  # answered late, never solved: late by now
        self.promised(40, due_first_response=None, due_resolution=None, answered=1)  # nothing was promised

        assert self.shares() == {"first_response": "67 %", "next_response": "–", "resolution": "50 %"}

    def test_what_still_runs_is_not_counted(self) -> None:
        self.promised(6, answered=1)
        self.promised(5)

        assert self.shares(at=self.AT + timedelta(hours=1)) == {"first_response": "100 %", "next_response": "–", "resolution": "–"}
        assert self.shares(at=self.AT + timedelta(hours=2)) == {"first_response": "55 %", "next_response": "–", "resolution": "–"}

    def test_one_to_four_are_never_told(self) -> None:
        self.promised(57, answered=1, solved=20)
        self.promised(3, answered=5, solved=2)

        assert self.shares() == {"first_response": "mehr als 91 %", "next_response": "–", "resolution": "weniger als 9 %"}

    def test_a_quarter_of_few_tells_nothing(self) -> None:
        self.promised(4, answered=1, solved=2)

        assert self.shares() == {"first_response": "–", "next_response": "–", "resolution": "–"}

    def test_next_responses_are_counted_one_by_one(self) -> None:
        self.promised(5, next_kept=3)
        self.promised(5, next_kept=1, next_missed=1)
        late = {"unanswered_since": self.AT, "due_next_response": self.AT + timedelta(hours=8)}
        self.promised(2, **late)  # nobody has answered yet
        self.promised(3, solved=9, **late)  # settled without a word, too late
        self.promised(4, solved=7, **late)  # in time: nothing was owed any more
        self.promised(6, unanswered_since=self.AT)  # nothing was promised, or the clock stands

        assert self.shares()["next_response"] == "67 %"  # 20 of 30
        assert self.shares(at=self.AT + timedelta(hours=7))["next_response"] == "71 %"  # 20 of 28: two still run

    def test_of_one_to_four_requests_with_many_responses_nothing_is_told(self) -> None:
        self.promised(4, next_kept=20)
        assert self.shares()["next_response"] == "–"
        self.promised(50, next_kept=1)
        self.promised(2, next_missed=3)
        assert self.shares()["next_response"] == "mehr als 90 %"  # 130 of 136

    def test_of_one_municipality(self) -> None:
        self.promised(10, answered=1)
        self.promised(30, "beispielheim", answered=5)

        assert self.shares("Musterstadt")["first_response"] == "100 %"
        assert self.shares("Beispielheim")["first_response"] == "0 %"
        assert self.shares()["first_response"] == "25 %"

    def test_each_quarter_stands_for_itself(self) -> None:
        self.promised(10, answered=1)

        before, counted = keeping_promises.of_quarters([FIRST.plus(-1), FIRST], at=self.AT + timedelta(days=90))

        assert (before["first_response"].percent, counted["first_response"].percent) == (None, 100)


class TestSheets:
    def test_say_what_the_screen_says(self) -> None:
        (
            tickets("musterstadt", "Drucken", 3),
            tickets("beispielheim", "Drucken", 20),
            tickets("musterstadt", "=1+1", 30),
            tickets("beispielheim", "=1+1", 40),
        )
        (counted,) = figures.of_quarters([FIRST])

        rows = list(csv.reader(io.StringIO(figure_sheets.comma_separated(counted, NOTHING_PROMISED).decode("utf-8-sig")), delimiter=";"))
        sheet = openpyxl.load_workbook(io.BytesIO(figure_sheets.xlsx(counted, NOTHING_PROMISED))).active

        assert rows[1] == ["Kommune", "'=1+1", "Drucken", "Summe"]
        assert rows[2:5] == [["Beispielheim", "–", "–", "60"], ["Musterstadt", "–", "–", "33"], ["Summe", "70", "23", "93"]]
        assert sheet is not None
        assert (sheet["B2"].value, sheet["B2"].data_type, sheet["D5"].value) == ("=1+1", "s", 93)


class TestScreen:
    def test_shows_charts_with_their_tables(self, client_of: Any) -> None:
        at = figures.last_quarter(timezone.localdate()).begins
        tickets("musterstadt", "Drucken", 12, at)

        page = client_of(agent()).get("/statistik/?kommune=Musterstadt&thema=Drucken").content.decode()

        assert page.count('<svg class="chart"') == 2
        assert 'role="img"' in page
        assert page.count("<table") == 4
        assert "Eingehaltene Fristen · Musterstadt" in page
        assert "Musterstadt · Drucken" in page

    def test_names_the_newest_month_and_every_other_name_where_there_is_room_only(self, client_of: Any) -> None:
        last = figures.last_quarter(timezone.localdate())
        tickets("musterstadt", "Drucken", 12, last.begins)

        page = client_of(agent()).get("/statistik/").content.decode()
        pattern = r'<text class="chart__text chart__text--below( chart__text--wide)?"[^>]*text-anchor="(\w+)">(\d\d/\d{4})</text>'
        months = re.findall(pattern, page)

        assert [name for _wide, _anchor, name in months][-1] == f"{last.months[-1]:%m/%Y}"
        assert [bool(wide) for wide, _anchor, _name in months] == [True, False] * 3
        assert months[-1][1] == "end"  # it does not stand out of the picture

    @pytest.mark.parametrize("query", ["?quartal=1999-9", "?quartal=%00", "?kommune=Nirgendwo&thema=%00", ""])
    def test_strange_parameters_show_the_last_quarter(self, client_of: Any, query: str) -> None:
        assert client_of(agent()).get(f"/statistik/{query}").status_code == 200

    @pytest.mark.parametrize("kind", ["xlsx", "csv"])
    def test_is_taken_along(self, client_of: Any, kind: str) -> None:
        answer = client_of(agent()).get(f"/statistik/tabelle/{kind}/")

        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith('attachment; filename="anfragen-')

    def test_other_kinds_do_not_exist(self, client_of: Any) -> None:
        assert client_of(agent()).get("/statistik/tabelle/pdf/").status_code == 404
