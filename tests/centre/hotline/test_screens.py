"""The desk's screens: lists, a ticket, what is kept when somebody else was faster."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from hotline import answering
from hotline.models import Ticket
from tests.centre.hotline_factories import AT, QueueFactory, TicketFactory, agent, requester

pytestmark = pytest.mark.usefixtures("queue")


class TestTicketList:
    def test_staff_see_what_is_to_be_done_first(self, client_of: Any) -> None:
        TicketFactory(subject="Offenes"), TicketFactory(subject="Altes", state="closed", solved_at=AT)
        browser = client_of(agent())

        todo, everything = (browser.get(f"/anfragen/{query}").content.decode() for query in ("", "?stand="))

        assert "Offenes" in todo
        assert "Altes" not in todo
        assert "Offenes" in everything
        assert "Altes" in everything

    def test_is_narrowed_to_a_queue_and_to_ones_own(self, client_of: Any) -> None:
        staff = agent()
        (
            TicketFactory(subject="Meins", assignee=staff, state="open"),
            TicketFactory(subject="Technisches", queue=QueueFactory(key="technik")),
        )
        browser = client_of(staff)

        assert "Technisches" not in browser.get("/anfragen/?bei=mir").content.decode()
        assert "Meins" not in browser.get("/anfragen/?warteschlange=technik").content.decode()

    def test_a_requester_sees_her_own(self, client_of: Any) -> None:
        own = TicketFactory(subject="Meine Frage")
        TicketFactory(subject="Fremde Frage")

        page = client_of(own.requester).get("/anfragen/").content.decode()

        assert "Meine Frage" in page
        assert "Fremde Frage" not in page

    def test_goes_on_behind_fifty(self, client_of: Any) -> None:
        tickets = [TicketFactory() for _n in range(52)]
        browser = client_of(agent())

        for query, expected in (
            ("?stand=", list(reversed(tickets))),
            ("", tickets),
        ):  # the newest first; what is to be done: the oldest first
            first = browser.get("/anfragen/" + query).context
            second = browser.get("/anfragen/" + first["next_url"]).context

            assert [t.pk for t in (*first["tickets"], *second["tickets"])] == [t.pk for t in expected]
            assert second["next_url"] is None

    def test_asks_the_same_number_of_queries_for_any_length(self, client_of: Any) -> None:
        browser, counts = client_of(agent()), []
        browser.get("/anfragen/")
        for more in (1, 6):
            for _n in range(more):
                TicketFactory(assignee=agent())
            with CaptureQueriesContext(connections["default"]) as asked:
                browser.get("/anfragen/")
            counts.append(len(asked))

        assert counts[0] == counts[1]


class TestTicket:
    def test_staff_write_an_internal_note_unless_they_say_otherwise(self, client_of: Any) -> None:
        ticket = TicketFactory()
        page = client_of(agent()).get(f"/anfragen/{ticket.public_id}/")

        assert page.context["form"]["kind"].value() == "note"

    def test_a_reply_on_a_stale_state_is_kept_and_shows_what_is_new(self, client_of: Any) -> None:
        ticket = TicketFactory()
        answering.say(ticket=Ticket.objects.get(pk=ticket.pk), body="Ich war schneller.", by=agent(display_name="Jule Behrens"), at=AT)
        sent = {"body": "Mein langer Text", "kind": "reply", "then": "waiting", "seen": "1"}

        browser = client_of(agent())
        refused = browser.post(f"/anfragen/{ticket.public_id}/", sent)
        page = refused.content.decode()

        assert refused.status_code == 409
        assert "Jule Behrens hat diese Anfrage inzwischen geändert" in page
        assert "Ich war schneller." in page
        assert ">\nMein langer Text</textarea>" in page  # as it was typed, and nothing around it
        assert browser.post(f"/anfragen/{ticket.public_id}/", {**sent, "seen": refused.context["form"]["seen"].value()}).status_code == 302

    def test_a_script_in_subject_or_text_is_shown_and_not_run(self, client_of: Any) -> None:
        ticket = TicketFactory(subject="<script>alert(1)</script>", body="<img src=x onerror=alert(2)>")

        page = client_of(agent()).get(f"/anfragen/{ticket.public_id}/").content.decode()

        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;alert" in page

    def test_a_requester_sees_no_note_and_no_agents_controls(self, client_of: Any) -> None:
        ticket = TicketFactory()
        answering.say(ticket=ticket, body="Nur für uns.", kind="note", by=agent(), at=AT)

        page = client_of(ticket.requester).get(f"/anfragen/{ticket.public_id}/").content.decode()

        assert "Nur für uns." not in page
        assert "einordnen" not in page


class TestNewTicket:
    def test_a_requester_is_told_the_number(self, client_of: Any) -> None:
        answer = client_of(requester()).post("/anfragen/neu/", {"subject": "Hilfe", "body": "Bitte."}, follow=True)

        assert f"Ihre Anfrage hat die Nummer {Ticket.objects.get().number}." in answer.content.decode()

    def test_staff_take_a_call_in(self, client_of: Any) -> None:
        caller = requester()
        sent = {"requester": str(caller.public_id), "subject": "Anruf", "body": "Drucker", "kind": "phone", "priority": "high"}

        client_of(agent()).post("/anfragen/neu/", sent)

        assert Ticket.objects.get().requester == caller
