"""Queues as teams: who belongs to them, what they see, what they take next, and that giving a ticket to somebody else is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hotline import desk_keeping, handling, overview
from hotline.models import Queue, QueueMember, Ticket
from tenants.models import User
from tests.centre.hotline_factories import AT, QueueFactory, TicketFactory, agent, requester
from tests.factories import UserFactory


@pytest.fixture(autouse=True)
def hotline() -> Queue:
    return QueueFactory()


@pytest.fixture
def technik() -> Queue:
    return QueueFactory(key="technik", name="Technik")


def member(queue: Queue, *, lead: bool = False, **more: Any) -> User:
    person = agent(**more)
    QueueMember.objects.create(queue=queue, person=person, lead=lead)
    return person


def operator() -> User:
    person: User = UserFactory(roles=["operator"])
    return person


class TestSetTeam:
    def test_is_exactly_these_and_who_leads_belongs_to_it(self, technik: Queue) -> None:
        gone, stays, leads = member(technik), agent(), agent()

        desk_keeping.set_team(queue=technik, members=[stays], leads=[leads], by=operator(), at=AT)

        assert dict(technik.team.values_list("person", "lead")) == {stays.pk: False, leads.pk: True}
        assert not QueueMember.objects.filter(person=gone).exists()

    def test_is_of_staff_only_and_set_by_operators(self, technik: Queue) -> None:
        with pytest.raises(desk_keeping.CannotKeepDesk, match="Beschäftigte"):
            desk_keeping.set_team(queue=technik, members=[requester()], leads=[], by=operator(), at=AT)
        with pytest.raises(desk_keeping.CannotKeepDesk):
            desk_keeping.set_team(queue=technik, members=[], leads=[], by=agent(), at=AT)

    def test_is_set_on_the_queues_page_and_shown_in_the_list(self, technik: Queue, client_of: Callable[..., Any]) -> None:
        browser, jule = client_of(operator()), agent(display_name="Jule Behrens")
        address = f"/verwaltung/warteschlangen/{technik.public_id}/"

        browser.post(f"{address}team/", {"members": [str(jule.public_id)]})

        assert "Jule Behrens" in browser.get("/verwaltung/warteschlangen/").content.decode()
        assert "checked" in browser.get(address).content.decode()

    def test_a_stranger_is_refused_on_the_page(self, technik: Queue, client_of: Callable[..., Any]) -> None:
        asks = requester()

        page = client_of(operator()).post(f"/verwaltung/warteschlangen/{technik.public_id}/team/", {"members": [str(asks.public_id)]})

        assert page.status_code == 200
        assert not QueueMember.objects.exists()

    def test_programs_read_and_set_it(self, technik: Queue, api_client: Callable[..., Any]) -> None:
        jule, asks = agent(username="jule"), requester()
        api, address = api_client(operator()), f"/api/v1/queues/{technik.public_id}/team/"

        answer = api.post(address, {"members": ["jule"], "leads": ["jule"]}, format="json")

        assert (answer.status_code, answer.json()["members"], answer.json()["leads"]) == (200, ["jule"], ["jule"])
        listed = {one["key"]: one["members"] for one in api_client(jule).get("/api/v1/queues/").json()["results"]}
        assert listed == {"hotline": [], "technik": ["jule"]}
        assert api.post(address, {"members": [asks.username]}, format="json").status_code == 400
        assert api.post(address, {"members": ["niemand"]}, format="json").status_code == 400
        assert api_client(jule).post(address, {"members": []}, format="json").status_code == 404


class TestNextOne:
    def test_comes_from_her_own_queues_only(self, technik: Queue) -> None:
        TicketFactory(priority="urgent")
        own = TicketFactory(queue=technik)
        person = member(technik)

        assert [handling.next_for(by=person, at=AT) for _n in range(2)] == [own, None]

    def test_who_belongs_to_no_team_takes_from_all(self, technik: Queue) -> None:
        urgent, other = TicketFactory(priority="urgent", queue=technik), TicketFactory()
        person = agent()

        assert [handling.next_for(by=person, at=AT) for _n in range(2)] == [urgent, other]

    def test_a_queue_out_of_use_does_not_count(self, technik: Queue) -> None:
        person, ticket = member(technik), TicketFactory()
        Queue.objects.filter(pk=technik.pk).update(active=False)

        assert handling.next_for(by=person, at=AT) == ticket

    def test_that_nothing_waits_in_her_queues_is_said(self, technik: Queue, client_of: Callable[..., Any]) -> None:
        TicketFactory()

        page = client_of(member(technik)).post("/anfragen/naechste/", follow=True).content.decode()

        assert "In Ihren Warteschlangen wartet zurzeit nichts" in page


class TestOverview:
    def test_shows_her_queues_unless_she_asks_for_more(self, technik: Queue, client_of: Callable[..., Any]) -> None:
        TicketFactory(queue=technik, subject="Bei uns"), TicketFactory(subject="Woanders")
        browser = client_of(member(technik))

        usual, everything = (browser.get(address).content.decode() for address in ("/anfragen/", "/anfragen/?stand=offen"))

        assert ("Bei uns" in usual, "Woanders" in usual) == (True, False)
        assert ("Bei uns" in everything, "Woanders" in everything) == (True, True)
        assert '<option value="-meine" selected>Meine Warteschlangen' in usual

    def test_of_somebody_without_a_team_is_as_before(self, technik: Queue, client_of: Callable[..., Any]) -> None:
        TicketFactory(queue=technik, subject="Bei Technik")

        page = client_of(agent()).get("/anfragen/").content.decode()

        assert "Bei Technik" in page
        assert "Meine Warteschlangen" not in page

    def test_leafs_through_several_queues(self, technik: Queue) -> None:
        third = QueueFactory(key="dritte", name="Dritte")
        person = member(technik)
        QueueMember.objects.create(queue=third, person=person)
        own = [TicketFactory(queue=queue) for queue in (technik, third, technik)]
        TicketFactory()
        asked = {"stand": "offen", "warteschlange": overview.MINE}

        first = overview.page_of(person=person, asked=asked, at=AT, size=2)
        second = overview.page_of(person=person, asked={**asked, "nach": first.next_number or ""}, at=AT, size=2)

        assert [*first.tickets, *second.tickets] == own

    def test_programs_ask_for_it(self, technik: Queue, api_client: Callable[..., Any]) -> None:
        TicketFactory(queue=technik, subject="Bei uns"), TicketFactory()

        told = api_client(member(technik)).get("/api/v1/tickets/?own_queues=true").json()

        assert [one["subject"] for one in told["results"]] == ["Bei uns"]
        assert api_client(requester()).get("/api/v1/tickets/?own_queues=true").status_code == 403


class TestOutsiders:
    def test_giving_a_ticket_to_one_is_done_and_said(self, technik: Queue, client_of: Callable[..., Any]) -> None:
        ticket, other = TicketFactory(queue=technik), agent(display_name="Ole Fremd")
        inside = member(technik)
        sent = {"queue": "technik", "priority": "normal", "assignee": str(other.public_id), "seen": "1"}

        page = client_of(inside).post(f"/anfragen/{ticket.public_id}/einordnen/", sent, follow=True).content.decode()

        assert "Ole Fremd gehört nicht zum Team von Technik" in page
        assert Ticket.objects.get(pk=ticket.pk).assignee == other

    def test_taking_one_from_another_team_is_said_too(self, technik: Queue, client_of: Callable[..., Any]) -> None:
        member(technik)
        ticket = TicketFactory(queue=technik)

        page = client_of(agent()).post(f"/anfragen/{ticket.public_id}/uebernehmen/", follow=True).content.decode()

        assert "gehört nicht zum Team von Technik" in page

    def test_nothing_is_said_of_members_and_where_there_is_no_team(self, technik: Queue, client_of: Callable[..., Any]) -> None:
        inside = member(technik)

        pages = [
            client_of(inside).post(f"/anfragen/{ticket.public_id}/uebernehmen/", follow=True).content.decode()
            for ticket in (TicketFactory(queue=technik), TicketFactory())
        ]

        assert all("gehört nicht zum Team" not in page for page in pages)

    def test_programs_are_told_the_same(self, technik: Queue, api_client: Callable[..., Any]) -> None:
        inside, other, ticket = (
            member(technik, username="inge"),
            agent(username="ole", display_name="Ole Fremd"),
            TicketFactory(queue=technik),
        )
        client, address = api_client(inside), f"/api/v1/tickets/{ticket.public_id}/"

        given = client.patch(address, {"assignee": "ole"}, format="json")
        again = client.patch(address, {"priority": "low"}, format="json", headers={"If-Match": given["ETag"]})
        taken = client.post(f"{address}take/")
        by_other = api_client(other).post(f"{address}take/")

        said = "Ole Fremd gehört nicht zum Team von Technik. Die Anfrage ist trotzdem zugewiesen."
        assert [answer.json()["notice"] for answer in (given, again, taken, by_other)] == [said, "", "", said]
        assert given.json()["assignee"] == "ole"
        assert "notice" not in client.get(address).json()

    @pytest.mark.parametrize("whose", ["requester", "left", "nobody of this name"])
    def test_nobody_but_staff_gets_a_ticket_through_any_door(
        self, technik: Queue, client_of: Callable[..., Any], api_client: Callable[..., Any], whose: str
    ) -> None:
        ticket, staff, only_staff = TicketFactory(queue=technik), agent(), "Anfragen werden nur Mitarbeitenden der Hotline zugewiesen."
        person = None if whose == "nobody of this name" else agent(is_active=False) if whose == "left" else requester()
        named, key = (person.username, str(person.public_id)) if person else ("gibtsnicht", "3f1f7a52-2f51-4c5b-9a54-6a2f2f5d8a11")

        refused = api_client(staff).patch(f"/api/v1/tickets/{ticket.public_id}/", {"assignee": named}, format="json")
        sent = {"queue": "technik", "priority": "normal", "assignee": key, "seen": "1"}
        page = client_of(staff).post(f"/anfragen/{ticket.public_id}/einordnen/", sent, follow=True).content.decode()

        assert refused.status_code == 400
        expected = only_staff if person else "Es gibt niemanden mit diesem Benutzernamen."
        assert refused.json()["errors"]["assignee"] == [expected]
        assert only_staff in page
        assert Ticket.objects.get(pk=ticket.pk).assignee is None

    def test_the_team_is_offered_first(self, technik: Queue, client_of: Callable[..., Any]) -> None:
        inside = member(technik, display_name="Zoe Innen")
        agent(display_name="Anna Außen")

        page = client_of(inside).get(f"/anfragen/{TicketFactory(queue=technik).public_id}/").content.decode()

        assert page.index("Team der Warteschlange") < page.index(">Zoe Innen</option>") < page.index(">Anna Außen</option>")
