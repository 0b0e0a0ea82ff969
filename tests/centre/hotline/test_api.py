"""Programs open tickets, read them and say something on them: as api.md has it."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.models import Message, Ticket
from tests.centre.hotline_factories import MunicipalityFactory, QueueFactory, TicketFactory, agent, requester

URL = "/api/v1/tickets/"
NOBODY = "00000000-0000-0000-0000-000000000000"


pytestmark = pytest.mark.usefixtures("queue")


class TestTickets:
    def test_a_requester_opens_a_ticket(self, api_client: Any) -> None:
        person = requester()

        answer = api_client(person).post(URL, {"subject": "Hilfe", "body": "Bitte.", "priority": "high"}, format="json")

        assert answer.status_code == 201
        found = answer.json()
        assert {name: found[name] for name in ("subject", "municipality", "requester", "queue", "priority", "state", "assignee")} == {
            "subject": "Hilfe",
            "municipality": "musterstadt",
            "requester": person.username,
            "queue": "hotline",
            "priority": "high",
            "state": "new",
            "assignee": None,
        }
        assert set(found["due"]) == {"first_response", "resolution"}
        assert Ticket.objects.get(public_id=found["id"]).number == found["number"]

    def test_the_same_key_opens_one_ticket(self, api_client: Any) -> None:
        client, sent = api_client(requester()), {"subject": "Hilfe", "body": "Bitte."}

        answers = [client.post(URL, sent, format="json", headers={"Idempotency-Key": "a-1"}).json() for _twice in range(2)]

        assert answers[0] == answers[1]
        assert Ticket.objects.count() == 1

    def test_staff_take_in_a_call(self, api_client: Any) -> None:
        caller, town = requester(), MunicipalityFactory(slug="beispielheim")
        sent = {
            "subject": "Anruf",
            "body": "Ruft zurück.",
            "kind": "phone",
            "municipality": town.slug,
            "requester": caller.username.upper(),
        }

        found = api_client(agent()).post(URL, sent, format="json").json()

        assert (found["kind"], found["municipality"], found["requester"]) == ("phone", "beispielheim", caller.username)

    @pytest.mark.parametrize(
        "more", [{"kind": "phone"}, {"municipality": "musterstadt"}, {"requester": "person0"}, {"requester": "niemand"}]
    )
    def test_a_requester_may_not_speak_for_others_nor_learn_who_there_is(self, api_client: Any, more: dict[str, str]) -> None:
        answer = api_client(requester()).post(URL, {"subject": "x", "body": "y", **more}, format="json")

        assert answer.status_code == 403
        assert not Ticket.objects.exists()

    @pytest.mark.parametrize(
        "sent",
        [
            *(
                {},
                {"subject": "", "body": "x"},
                {"subject": "x" * 201, "body": "x"},
                {"subject": "x", "body": "x", "queue": "fehlt"},
                [],
                "x",
            ),
            {"subject": "x", "body": "x", "queue": "hot\x00line"},
        ],
    )
    def test_bad_input_is_a_problem_and_opens_nothing(self, api_client: Any, sent: Any) -> None:
        answer = api_client(requester()).post(URL, sent, format="json")

        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
        assert not Ticket.objects.exists()

    def test_the_list_is_filtered_and_has_the_newest_first(self, api_client: Any) -> None:
        staff = agent()
        first, second, third = (
            TicketFactory(),
            TicketFactory(state="open", assignee=staff),
            TicketFactory(queue=QueueFactory(key="technik")),
        )

        def numbers(query: str = "") -> list[str]:
            return [row["number"] for row in api_client(staff).get(URL + query).json()["results"]]

        assert numbers() == [third.number, second.number, first.number]
        assert numbers("?state=open") == numbers(f"?assignee={staff.username}") == [second.number]
        assert numbers("?queue=technik") == [third.number]
        assert numbers("?municipality=beispielheim") == []
        assert api_client(staff).get(URL + "?state=wach").status_code == 400

    def test_the_list_asks_the_same_number_of_queries_for_any_length(self, api_client: Any) -> None:
        from django.db import connections
        from django.test.utils import CaptureQueriesContext

        client = api_client(agent())
        TicketFactory(municipality=MunicipalityFactory(), assignee=agent())
        client.get(URL)
        with CaptureQueriesContext(connections["default"]) as few:
            client.get(URL)
        for _n in range(7):
            TicketFactory(municipality=MunicipalityFactory(), assignee=agent())
        with CaptureQueriesContext(connections["default"]) as many:
            assert len(client.get(URL).json()["results"]) == 8

        assert len(many) == len(few)

    @pytest.mark.parametrize("id", [NOBODY, "kein-ticket"])
    def test_an_unknown_ticket_is_a_404(self, api_client: Any, id: str) -> None:
        assert api_client(agent()).get(f"{URL}{id}/").status_code == 404

    def test_somebody_elses_ticket_is_a_404_by_every_way(self, api_client: Any) -> None:
        ticket, client = TicketFactory(), api_client(requester())
        address = f"{URL}{ticket.public_id}/"

        calls = [client.get(address), client.patch(address, {"priority": "low"}, format="json"), client.get(f"{address}messages/")]
        calls += [
            client.post(f"{address}{act}/", {"reason": "x", "body": "x"}, format="json") for act in ("take", "close", "reopen", "messages")
        ]

        assert [call.status_code for call in calls] == [404] * 7
        assert ticket.messages.count() == 1

    def test_staff_change_a_ticket_unless_it_has_changed_meanwhile(self, api_client: Any) -> None:
        ticket, staff = TicketFactory(), agent()
        client, address = api_client(staff), f"{URL}{ticket.public_id}/"
        etag = client.get(address)["ETag"]

        changed = client.patch(address, {"assignee": staff.username, "priority": "urgent"}, format="json", headers={"If-Match": etag})
        stale = client.patch(address, {"priority": "low"}, format="json", headers={"If-Match": etag})

        assert (changed.status_code, changed.json()["state"], changed.json()["assignee"]) == (200, "open", staff.username)
        assert stale.status_code == 412
        assert client.get(address).json()["priority"] == "urgent"

    def test_a_requester_may_not_handle_her_own_ticket(self, api_client: Any) -> None:
        ticket = TicketFactory()
        client, address = api_client(ticket.requester), f"{URL}{ticket.public_id}/"

        assert client.patch(address, {"priority": "urgent"}, format="json").status_code == 403
        assert client.post(f"{address}take/").status_code == 403

    def test_a_requester_closes_and_reopens_it(self, api_client: Any) -> None:
        from django.utils import timezone

        ticket = TicketFactory(created_at=timezone.now(), changed_at=timezone.now())
        client, address = api_client(ticket.requester), f"{URL}{ticket.public_id}/"

        assert client.post(f"{address}close/").json()["state"] == "closed"
        assert client.post(f"{address}reopen/", {"reason": "Doch nicht."}, format="json").json()["state"] == "open"
        assert client.post(f"{address}reopen/", {"reason": "Nochmal."}, format="json").status_code == 409


class TestMessages:
    def test_notes_are_never_shown_to_requesters(self, api_client: Any) -> None:
        ticket = TicketFactory()
        address, staff = f"{URL}{ticket.public_id}/messages/", api_client(agent(display_name="Jule Behrens"))

        note = staff.post(address, {"kind": "note", "body": "Intern: Gerät prüfen."}, format="json")
        reply = staff.post(address, {"body": "Bitte neu starten."}, format="json")
        seen = api_client(ticket.requester).get(address)

        assert (note.status_code, reply.status_code, reply.json()["author"]) == (201, 201, "Jule Behrens")
        assert [row["body"] for row in seen.json()["results"]] == ["Es kommt nur ein leeres Blatt.", "Bitte neu starten."]
        assert "Intern" not in seen.content.decode()
        assert len(staff.get(address).json()["results"]) == 3

    @pytest.mark.parametrize("kind", ["note", "phone"])
    def test_a_requester_writes_replies_only(self, api_client: Any, kind: str) -> None:
        ticket = TicketFactory()

        answer = api_client(ticket.requester).post(f"{URL}{ticket.public_id}/messages/", {"kind": kind, "body": "x"}, format="json")

        assert answer.status_code == 403
        assert not Message.objects.exclude(kind="reply").exists()

    def test_a_closed_ticket_takes_no_reply(self, api_client: Any) -> None:
        from django.utils import timezone

        ticket = TicketFactory(state="closed", solved_at=timezone.now())

        answer = api_client(ticket.requester).post(f"{URL}{ticket.public_id}/messages/", {"body": "Danke"}, format="json")

        assert answer.status_code == 409
        assert "geschlossen" in answer.json()["detail"]

    def test_the_same_key_says_it_once(self, api_client: Any) -> None:
        ticket = TicketFactory()
        client = api_client(ticket.requester)

        for _twice in range(2):
            client.post(f"{URL}{ticket.public_id}/messages/", {"body": "Noch etwas."}, format="json", headers={"Idempotency-Key": "b-2"})

        assert ticket.messages.count() == 2
