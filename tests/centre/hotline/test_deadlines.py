"""Deadlines on screens and at the API: the nearest first, in words, and explained to whoever may see the ticket."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from hotline import answering, deadline_words, explaining, handling, overview, recounting, reminding
from hotline.models import Ticket
from tests.centre.hotline.test_promises import fresh, local, opened
from tests.centre.hotline_factories import AT, TicketFactory, agent, agreement, closed, requester

pytestmark = pytest.mark.usefixtures("queue")


def walk(**asked: str) -> list[Ticket]:
    """All pages of an overview, one after the other."""
    found, after, person = [], "", agent()
    while True:
        page = overview.page_of(person=person, asked={"stand": "offen", **asked, "nach": after}, at=local("2026-03-02T15:00"))
        found += page.tickets
        if page.next_number is None:
            return found
        after = page.next_number


class TestOverview:
    def test_the_nearest_deadline_comes_first_and_none_last(self) -> None:
        low, waiting, urgent, normal = TicketFactory(), TicketFactory(), TicketFactory(), TicketFactory()
        for ticket, due in ((low, AT + timedelta(days=3)), (urgent, AT), (normal, AT + timedelta(days=1))):
            Ticket.objects.filter(pk=ticket.pk).update(next_due=due)

        assert walk() == [urgent, normal, low, waiting]

    def test_pages_lose_and_double_nothing_also_where_deadlines_are_equal(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(overview, "PAGE", 3)
        tickets = [TicketFactory(next_due=None if n % 3 == 0 else AT + timedelta(hours=n % 2)) for n in range(20)]

        found = walk()

        assert len(found) == 20
        assert found == sorted(tickets, key=lambda t: (t.next_due is None, t.next_due or AT, t.number))

    def test_can_be_narrowed_to_what_is_overdue_or_will_be_soon(self) -> None:
        agreement()
        overdue, soon, later = opened("2026-03-02T09:00"), opened("2026-03-02T11:00"), opened("2026-03-02T14:30")
        reminding.tell(at=local("2026-03-02T15:00"))

        assert walk(frist="ueberfaellig") == [overdue]
        assert walk(frist="bald") == [soon]
        assert walk() == [overdue, soon, later]

    @pytest.mark.parametrize("after", ["2026-02-30T25:00_x", "_", "morgen_1", "2026-03-02T09:00_2026-000001", "\x00", "9" * 500])
    def test_an_address_that_somebody_has_typed_breaks_nothing(self, after: str, client_of: Any) -> None:
        TicketFactory()

        assert client_of(agent()).get("/anfragen/", {"stand": "offen", "nach": after}).status_code == 200

    def test_the_desk_is_told_how_it_stands(self, client_of: Any) -> None:
        agreement()
        ticket = TicketFactory(next_due=AT, due_first_response=AT)

        page = client_of(agent()).get("/anfragen/").content.decode()

        assert "1 Anfrage ist überfällig" in page
        assert "überfällig seit" in page
        assert "überfällig" not in client_of(ticket.requester).get("/anfragen/").content.decode().split("<table")[0]

    def test_asks_the_same_number_of_queries_for_any_length(self, client_of: Any) -> None:
        browser, counts = client_of(agent()), []
        agreement()
        browser.get("/anfragen/")
        for more in (1, 8):
            for _n in range(more):
                opened()
            with CaptureQueriesContext(connections["default"]) as asked:
                browser.get("/anfragen/?frist=ueberfaellig")
            counts.append(len(asked))

        assert counts[0] == counts[1]


class TestWords:
    @pytest.mark.parametrize(
        ("seconds", "words"),
        [
            (0, "weniger als einer Minute"),
            (59, "weniger als einer Minute"),
            (60, "1 Min."),
            (3599, "59 Min."),
            (3600, "1 Std."),
            (2 * 3600 + 10 * 60, "2 Std. 10 Min."),
            (86_399, "23 Std. 59 Min."),
            (86_400, "1 Tag"),
            (3 * 86_400 + 5 * 3600, "3 Tagen 5 Std."),
        ],
    )
    def test_a_length_of_time(self, seconds: int, words: str) -> None:
        assert deadline_words.length(seconds) == words

    @pytest.mark.parametrize(
        ("seconds", "words"),
        [(0, "0 Min."), (60, "1 Min."), (3600, "1 Std."), (12_000, "3 Std. 20 Min."), (61, "1 Min. 1 Sek."), (30, "30 Sek.")],
    )
    def test_an_amount_of_working_time(self, seconds: int, words: str) -> None:
        assert deadline_words.amount(seconds) == words

    def test_say_what_is_next_and_whether_it_is_over(self) -> None:
        agreement()
        ticket = opened()

        before, after = (deadline_words.next_due(ticket, at=local(at)) for at in ("2026-03-02T11:50", "2026-03-02T14:00"))

        assert (before.promise, before.words, before.state) == ("Erste Antwort", "in 2 Std. 10 Min.", "running")
        assert (after.words, after.state) == ("überfällig seit weniger als einer Minute", "overdue")

    def test_say_why_there_is_none(self) -> None:
        agreement()
        ticket = opened()
        answering.say(ticket=ticket, body="Welcher?", by=agent(), at=local("2026-03-02T10:00"))

        waiting = deadline_words.next_due(ticket, at=AT).words
        handling.solve(ticket=ticket, by=agent(), at=local("2026-03-02T11:00"))

        assert (waiting, deadline_words.next_due(ticket, at=AT).words) == ("steht: wartet auf Antwort", "erledigt")


def told(ticket: Ticket, at: str = "2026-03-02T09:30") -> dict[str, explaining.Explained]:
    return {one.promise: one for one in explaining.deadlines(ticket=fresh(ticket), at=local(at))}


class TestDeadlines:
    def test_are_explained_step_by_step_and_end_at_the_deadline(self) -> None:
        closed(agreement(), "Personalversammlung", date(2026, 3, 2), start=600, end=660)
        ticket = opened()

        found = told(ticket)["first_response"]

        steps = [(f"{step.start:%H:%M}", explaining.sentence(step), step.minutes) for step in found.steps]
        assert steps == [  # UTC
            ("08:00", "gezählt", 60),
            ("09:00", "geschlossen: Personalversammlung", 0),
            ("10:00", "gezählt", 60),
            ("11:00", "Pause", 0),
            ("12:00", "gezählt", 120),
        ]
        assert (found.steps[-1].until, found.minutes, found.state) == (fresh(ticket).due_first_response, 240, "running")

    def test_pauses_are_steps(self) -> None:
        agreement()
        ticket = opened()
        answering.say(ticket=ticket, body="Welcher?", by=agent(), at=local("2026-03-02T10:00"))
        answering.say(ticket=ticket, body="Der.", by=ticket.requester, at=local("2026-03-02T11:00"))

        sentences = [explaining.sentence(step) for step in told(ticket)["resolution"].steps]

        assert sentences[:3] == ["gezählt", "die Uhr stand: auf Antwort gewartet oder erledigt", "gezählt"]

    def test_while_it_waits_there_is_no_deadline_but_a_reason(self) -> None:
        agreement()
        ticket = opened()
        answering.say(ticket=ticket, body="Welcher?", by=agent(), at=local("2026-03-02T10:00"))

        found = told(ticket)["resolution"]

        assert (found.due, found.state, found.steps[-1].until) == (None, "paused", None)

    def test_say_whether_they_were_kept(self) -> None:
        agreement()
        quick, slow = opened(), opened()
        answering.say(ticket=quick, body="So.", by=agent(), then="solved", at=local("2026-03-02T10:00"))
        answering.say(ticket=slow, body="So.", by=agent(), then="open", at=local("2026-03-02T14:01"))

        assert [told(quick)[name].state for name in ("first_response", "resolution")] == ["kept", "kept"]
        assert (told(slow)["first_response"].state, told(slow)["first_response"].frozen) == ("missed", False)

    def test_of_an_earlier_priority_are_not_explained_wrongly(self) -> None:
        agreement()
        ticket = opened()
        answering.say(ticket=ticket, body="So.", by=agent(), then="open", at=local("2026-03-02T10:00"))
        handling.put(ticket=ticket, priority="urgent", by=agent(), at=local("2026-03-02T10:30"))

        found = told(ticket)["first_response"]

        assert (found.due, found.frozen, found.steps) == (local("2026-03-02T14:00"), True, [])

    def test_solved_and_closed_later_is_explained_too(self) -> None:
        agreement()
        ticket = opened()
        handling.solve(ticket=ticket, by=agent(), at=local("2026-03-02T10:00"))
        handling.close(ticket=ticket, by=agent(), at=local("2026-03-02T11:00"))

        assert not told(ticket)["resolution"].frozen

    def test_nothing_promised_is_nothing_explained(self) -> None:
        assert told(opened()) == {}


class TestScreen:
    def test_explains_to_the_requester_too(self, client_of: Any) -> None:
        agreement()
        ticket = opened()

        page = client_of(ticket.requester).get(f"/anfragen/{ticket.public_id}/fristen/").content.decode()

        assert "Mo 02.03. 09:00" in page
        assert "4 Std. der Servicezeit, bei Priorität Normal" in page
        assert "Pause" in page

    def test_but_to_nobody_elses(self, client_of: Any) -> None:
        assert client_of(requester()).get(f"/anfragen/{opened().public_id}/fristen/").status_code == 404

    def test_the_tickets_page_says_the_next_one(self, client_of: Any) -> None:
        ticket = TicketFactory(next_due=AT, due_first_response=AT)

        page = client_of(ticket.requester).get(f"/anfragen/{ticket.public_id}/").content.decode()

        assert "überfällig seit" in page
        assert "Fristen erklärt" in page


class TestApi:
    def test_due_is_filled(self, api_client: Any) -> None:
        agreement()
        ticket = opened()

        due = api_client(ticket.requester).get(f"/api/v1/tickets/{ticket.public_id}/").json()["due"]

        assert {name: datetime.fromisoformat(moment) for name, moment in due.items()} == {
            "first_response": local("2026-03-02T14:00"),
            "resolution": local("2026-03-09T11:30"),
        }

    def test_a_new_deadline_is_another_etag(self, api_client: Any) -> None:
        made, client = agreement(), api_client(agent())
        ticket = opened()
        before = client.get(f"/api/v1/tickets/{ticket.public_id}/")["ETag"]
        made.levels.update(first_response=30)
        recounting.count_anew(at=AT)

        assert client.get(f"/api/v1/tickets/{ticket.public_id}/")["ETag"] != before

    def test_deadlines_are_explained(self, api_client: Any) -> None:
        agreement()
        ticket = opened()

        found = api_client(ticket.requester).get(f"/api/v1/tickets/{ticket.public_id}/deadlines/").json()

        assert [one["promise"] for one in found] == ["first_response", "resolution"]
        assert [(step["kind"], step["seconds"]) for step in found[0]["steps"]] == [("working", 10_800), ("break", 0), ("working", 3600)]
        assert api_client(requester()).get(f"/api/v1/tickets/{ticket.public_id}/deadlines/").status_code == 404
