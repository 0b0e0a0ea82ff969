"""Programs merge, split, link and watch: each act has its verb, and each refusal its sentence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hotline import answering, linking
from hotline.models import Message, Ticket
from tests.centre.hotline_factories import AT, TicketFactory, agent, requester

LATER = AT + timedelta(hours=1)


pytestmark = pytest.mark.usefixtures("queue")


def verb(ticket: Ticket, name: str) -> str:
    return f"/api/v1/tickets/{ticket.public_id}/{name}/"


class TestMerging:
    def test_and_undoing(self, api_client: Any) -> None:
        first, second, client = TicketFactory(), TicketFactory(), api_client(agent())

        merged = client.post(verb(second, "merge"), {"ticket": str(first.public_id)}, format="json").json()
        undone = client.post(verb(second, "unmerge")).json()

        assert (merged["state"], merged["merged_into"]) == ("closed", str(first.public_id))
        assert (undone["state"], undone["merged_into"]) == ("new", None)

    def test_messages_of_a_merged_ticket_are_those_of_the_other(self, api_client: Any) -> None:
        first, second = TicketFactory(body="Erste"), TicketFactory(body="Zweite")
        api_client(agent()).post(verb(second, "merge"), {"ticket": str(first.public_id)}, format="json")
        hers = api_client(second.requester)

        posted = hers.post(verb(second, "messages"), {"body": "Noch etwas."}, format="json")
        said = hers.get(verb(second, "messages")).json()["results"]

        assert posted.status_code == 201
        assert [one["body"] for one in said] == ["Erste", "Zweite", "Noch etwas."]
        assert {one["id"] for one in hers.get("/api/v1/tickets/").json()["results"]} == {str(first.public_id), str(second.public_id)}

    def test_a_refusal_is_a_sentence(self, api_client: Any) -> None:
        ticket, client = TicketFactory(), api_client(agent())

        itself = client.post(verb(ticket, "merge"), {"ticket": str(ticket.public_id)}, format="json")
        unknown = client.post(verb(ticket, "merge"), {"ticket": "00000000-0000-0000-0000-000000000000"}, format="json")

        assert (itself.status_code, itself.json()["detail"]) == (409, "Eine Anfrage kann nicht mit sich selbst zusammengeführt werden.")
        assert (unknown.status_code, list(unknown.json()["errors"])) == (400, ["ticket"])

    def test_a_closed_ticket_is_not_reopened_past_the_merge(self, api_client: Any) -> None:
        first, second, client = TicketFactory(), TicketFactory(), api_client(agent())
        client.post(verb(second, "merge"), {"ticket": str(first.public_id)}, format="json")

        answer = client.post(verb(second, "reopen"), {"reason": "Doch."}, format="json")

        assert (answer.status_code, first.number in answer.json()["detail"]) == (409, True)


class TestSplitting:
    def test_makes_a_ticket(self, api_client: Any) -> None:
        ticket = TicketFactory()
        message = answering.say(ticket=ticket, body="Anderes.", by=ticket.requester, at=LATER)

        new = api_client(agent()).post(f"/api/v1/messages/{message.public_id}/split/", {"subject": "Anderes"}, format="json").json()

        assert (new["subject"], new["requester"]) == ("Anderes", ticket.requester.username)

    def test_sent_again_with_its_key_makes_no_second_one(self, api_client: Any) -> None:
        ticket = TicketFactory()
        message = answering.say(ticket=ticket, body="Anderes.", by=ticket.requester, at=LATER)
        address, key = f"/api/v1/messages/{message.public_id}/split/", {"headers": {"Idempotency-Key": "eins"}}
        client = api_client(agent())

        first, again = (client.post(address, {"subject": "Anderes"}, format="json", **key) for _twice in range(2))

        assert (first.status_code, first.json()) == (201, again.json())
        assert Ticket.objects.count() == 2

    def test_is_not_for_requesters(self, api_client: Any) -> None:
        ticket = TicketFactory()
        address = f"/api/v1/messages/{ticket.messages.get().public_id}/split/"

        assert [api_client(one).post(address, {"subject": "x"}, format="json").status_code for one in (ticket.requester, requester())] == [
            403,
            404,
        ]


class TestLinking:
    def test_is_said_taken_back_and_answered_together(self, api_client: Any) -> None:
        top, low, client = TicketFactory(), TicketFactory(), api_client(agent())
        other = {"ticket": str(top.public_id)}

        linked = client.post(verb(low, "links"), other, format="json").json()
        unlinked = client.post(verb(low, "unlink"), other, format="json").json()
        below = client.post(verb(low, "put-below"), other, format="json").json()
        client.post(verb(top, "messages"), {"body": "Behoben.", "children": True}, format="json")

        assert (linked, unlinked, below["parent"]) == ({"linked": [str(top.public_id)]}, {"linked": []}, str(top.public_id))
        assert Ticket.objects.get(pk=low.pk).state == "closed"
        assert Message.objects.filter(body="Behoben.").count() == 2

    def test_requesters_reach_nobody_below(self, api_client: Any) -> None:
        top, low = TicketFactory(), TicketFactory()
        linking.put_below(ticket=low, parent=top, by=agent(), at=LATER)

        answer = api_client(top.requester).post(verb(top, "messages"), {"body": "x", "children": True}, format="json")

        assert (answer.status_code, low.messages.count()) == (403, 1)


class TestNext:
    def test_takes_the_most_urgent_one_or_says_that_there_is_none(self, api_client: Any) -> None:
        staff = agent()
        TicketFactory(), TicketFactory(subject="Eilig", priority="urgent", state="new")
        client = api_client(staff)

        answers = [client.post("/api/v1/tickets/next/") for _n in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 204]
        assert (answers[0].json()["subject"], answers[0].json()["assignee"]) == ("Eilig", staff.username)


class TestWatching:
    def test_and_no_longer(self, api_client: Any) -> None:
        ticket, staff = TicketFactory(), agent()

        for name, watching in (("watch", True), ("unwatch", False)):
            assert api_client(staff).post(verb(ticket, name)).status_code == 204
            assert staff.watched_tickets.exists() == watching
