"""Incidents by program: staff write, announce, update and end them; those who ask read those of their municipality."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from hotline import announcing
from hotline.models import Incident, IncidentTown, Message, Ticket
from tests.centre.hotline_factories import MunicipalityFactory, TicketFactory, agent, incident, requester

ADDRESS = "/api/v1/incidents/"


pytestmark = pytest.mark.usefixtures("queue")


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def new(**more: Any) -> dict[str, Any]:
    return {"title": "Scans", "text": "Sie stehen.", "until": (timezone.now() + timedelta(days=1)).isoformat(), **more}


def at(made: Incident, act: str) -> str:
    return f"{ADDRESS}{made.public_id}/{act}/"


class TestStaff:
    def test_create_announce_update_and_end(self, api_client: Any) -> None:
        ticket = TicketFactory(municipality=MunicipalityFactory(slug="beispielheim"))
        MunicipalityFactory(), MunicipalityFactory(slug="uebungsstadt")
        client = api_client(agent())
        sent = new(municipalities=["musterstadt"], tickets=[str(ticket.public_id)], note="Speicher?")

        made = client.post(ADDRESS, sent, format="json").json()
        address = f"{ADDRESS}{made['id']}/"
        announced = client.post(f"{address}announce/").json()
        told = {"text": "Ab 14 Uhr.", "municipalities": ["uebungsstadt"], "tell_tickets": True}
        updated = client.post(f"{address}updates/", told, format="json").json()
        ended = client.post(f"{address}end/", {"answer": "Behoben."}, format="json").json()

        assert (made["state"], made["note"], made["tickets"]) == ("draft", "Speicher?", [str(ticket.public_id)])
        assert {town["municipality"] for town in made["municipalities"]} == {"musterstadt", "beispielheim"}
        assert (announced["state"], [one["kind"] for one in announced["updates"]]) == ("announced", ["begin"])
        assert (updated["text"], len(updated["municipalities"])) == ("Ab 14 Uhr.", 3)
        assert (ended["state"], next(one["text"] for one in ended["updates"])) == ("ended", "Behoben.")
        assert Ticket.objects.get().state == "closed"
        assert Message.objects.filter(by_staff=True).count() == 3

    def test_why_a_banner_is_not_shown(self, api_client: Any, now: datetime) -> None:
        made = incident("musterstadt", at=now)
        IncidentTown.objects.update(banner="refused", reason="Zu viele.")

        answer = api_client(agent()).get(f"{ADDRESS}{made.public_id}/").json()

        assert answer["municipalities"] == [{"municipality": "musterstadt", "banner": "refused", "reason": "Zu viele."}]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("municipalities", ["nirgends"]),
            ("municipalities", ["\x00"]),
            ("tickets", [str(uuid4())]),
            ("tickets", ["x"]),
            ("until", "gestern"),
            ("until", "2020-01-01T00:00:00Z"),
            ("title", ""),
            ("text", "x" * 501),
        ],
    )
    def test_what_is_wrong_is_said_of_its_field(self, field: str, value: Any, api_client: Any) -> None:
        answer = api_client(agent()).post(ADDRESS, new(**{field: value}), format="json")

        assert (answer.status_code, [name.partition(".")[0] for name in answer.json()["errors"]]) == (400, [field])
        assert not Incident.objects.exists()

    def test_a_refusal_is_a_conflict_and_a_stale_tag_is_said(self, api_client: Any, now: datetime) -> None:
        made, client = incident("musterstadt", at=now), api_client(agent())
        tag = client.get(f"{ADDRESS}{made.public_id}/")["ETag"]
        announcing.report(incident=made, text="Schneller.", by=agent(), at=now)

        again = client.post(at(made, "announce"))
        stale = client.post(at(made, "end"), {"answer": "Behoben."}, format="json", headers={"if-match": tag})

        assert (again.status_code, again.json()["detail"]) == (409, "Diese Störung ist schon bekannt gegeben.")
        assert stale.status_code == 412
        assert Incident.objects.get().state == "announced"

    def test_the_same_call_with_its_key_makes_one(self, api_client: Any) -> None:
        client, sent = api_client(agent()), new()

        answers = [client.post(ADDRESS, sent, format="json", headers={"idempotency-key": "eins"}).json()["id"] for _twice in range(2)]

        assert answers[0] == answers[1]
        assert Incident.objects.count() == 1


class TestThoseWhoAsk:
    def test_read_those_of_their_municipality_without_what_is_for_staff(self, api_client: Any, now: datetime) -> None:
        made = incident("musterstadt", note="Speicher?", at=now)
        incident("beispielheim", at=now), incident("musterstadt", announced=False, at=now)
        client = api_client(requester("musterstadt"))

        listed = client.get(ADDRESS).json()["results"]

        assert [one["id"] for one in listed] == [str(made.public_id)]
        assert set(listed[0]) == {"id", "state", "title", "text", "begun_at", "until", "announced_at", "ended_at", "updates"}
        assert client.get(f"{ADDRESS}{made.public_id}/").json() == listed[0]
        assert client.get(f"{ADDRESS}?state=ended").json()["results"] == []

    def test_join_and_nothing_else(self, api_client: Any, now: datetime) -> None:
        made, her = incident("musterstadt", at=now), requester("musterstadt")
        client = api_client(her)

        first, second = client.post(at(made, "join")), client.post(at(made, "join"))
        refused = [client.post(at(made, act), {"text": "x", "answer": "x"}, format="json") for act in ("announce", "updates", "end")]
        refused.append(client.post(ADDRESS, new(), format="json"))

        assert (first.status_code, second.status_code, first.json()["id"]) == (201, 200, second.json()["id"])
        assert {answer.status_code for answer in refused} == {403}
        assert Incident.objects.get().state == "announced"


class TestCost:
    def test_lists_ask_the_same_number_of_queries_for_any_length(self, api_client: Any, queries: Any, now: datetime) -> None:
        counts = []
        clients = [api_client(agent()), api_client(requester("musterstadt"))]
        for more in (1, 5):
            for _n in range(more):
                incident("musterstadt", tickets=[TicketFactory()], at=now)
            for client in clients:
                with queries() as seen:
                    client.get(ADDRESS)
                counts.append(len(seen))

        assert counts[:2] == counts[2:]
