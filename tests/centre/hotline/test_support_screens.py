"""Support access on the ticket's page and in the API: for staff only; the way to the node is a form that only this page may send."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from hotline.models import SupportRequest, Ticket
from tenants.centre.models import Municipality
from tenants.models import User
from tests.centre.hotline.test_asking import REFERENCE, accepts, ask
from tests.centre.hotline_factories import TicketFactory, agent
from tests.centre.nodes import Node


@pytest.fixture
def behrens() -> User:
    return agent()


@pytest.fixture
def ticket(node: Node) -> Ticket:
    made: Ticket = TicketFactory(municipality=Municipality.objects.get(slug="musterstadt"))
    return made


class TestPages:
    def test_ask_from_the_ticket_and_read_its_state_there(self, ticket: Ticket, behrens: User, client_of: Callable[..., Any]) -> None:
        browser, page = client_of(behrens), f"/anfragen/{ticket.public_id}/"
        assert f"{page}einblick/" in browser.get(page).content.decode()

        browser.post(f"{page}einblick/", {"file_reference": REFERENCE, "area": "", "hours": "4"})

        shown = browser.get(page).content.decode()
        assert REFERENCE in shown
        assert "/ansehen/" not in shown

    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, ticket: Ticket, behrens: User, client_of: Callable[..., Any]) -> None:
        answer = client_of(behrens).post(
            f"/anfragen/{ticket.public_id}/einblick/", {"file_reference": REFERENCE, "area": "settings", "hours": "4"}
        )

        assert answer.status_code == 422
        assert REFERENCE in answer.content.decode()
        assert not SupportRequest.objects.exists()

    def test_looking_sends_a_form_to_the_node_and_no_other_page_may(
        self, node: Node, ticket: Ticket, behrens: User, client_of: Callable[..., Any]
    ) -> None:
        browser, page = client_of(behrens), f"/anfragen/{ticket.public_id}/"
        request = ask(ticket, behrens)
        accepts(node, request)
        assert "/ansehen/" in browser.get(page).content.decode()

        answer = browser.post(f"{page}einblick/{request.public_id}/ansehen/")

        assert 'action="http://musterstadt.localhost:8000/einblick/ankommen/"' in answer.content.decode()
        assert "form-action 'self' http://musterstadt.localhost:8000;" in answer["Content-Security-Policy"] + ";"
        assert "musterstadt.localhost" not in browser.get(page)["Content-Security-Policy"]

    def test_a_colleague_sees_it_and_cannot_look(self, node: Node, ticket: Ticket, behrens: User, client_of: Callable[..., Any]) -> None:
        request = ask(ticket, behrens)
        accepts(node, request)
        browser, page = client_of(agent()), f"/anfragen/{ticket.public_id}/"

        assert "/ansehen/" not in browser.get(page).content.decode()
        assert browser.post(f"{page}einblick/{request.public_id}/ansehen/").status_code == 302

    def test_who_asked_for_help_is_shown_nothing_of_it(
        self, node: Node, ticket: Ticket, behrens: User, client_of: Callable[..., Any]
    ) -> None:
        request = ask(ticket, behrens)
        browser, page = client_of(ticket.requester), f"/anfragen/{ticket.public_id}/"

        assert REFERENCE not in browser.get(page).content.decode()
        for path in ("einblick/", f"einblick/{request.public_id}/ansehen/", f"einblick/{request.public_id}/beenden/"):
            assert browser.post(page + path).status_code == 404

    def test_of_another_ticket_is_not_found(self, node: Node, ticket: Ticket, behrens: User, client_of: Callable[..., Any]) -> None:
        request, other = ask(ticket, behrens), TicketFactory()

        assert client_of(behrens).post(f"/anfragen/{other.public_id}/einblick/{request.public_id}/beenden/").status_code == 404

    def test_the_page_asks_as_often_for_many_as_for_one(
        self, node: Node, ticket: Ticket, behrens: User, client_of: Callable[..., Any], queries: Callable[..., Any]
    ) -> None:
        browser, counts = client_of(behrens), []
        for more in (1, 6):
            for _each in range(more):
                ask(ticket, agent())
            browser.get(f"/anfragen/{ticket.public_id}/")  # the first one notes the session
            with queries() as seen:
                browser.get(f"/anfragen/{ticket.public_id}/")
            counts.append(len(seen))

        assert counts[0] == counts[1]


class TestApi:
    def test_asks_lists_and_ends(self, ticket: Ticket, behrens: User, api_client: Callable[..., Any]) -> None:
        client, address = api_client(behrens), f"/api/v1/tickets/{ticket.public_id}/support-accesses/"

        made = client.post(address, {"file_reference": REFERENCE, "hours": 4}, format="json")
        listed = client.get(address).json()
        ended = client.post(f"{address}{made.json()['id']}/end/")

        assert made.status_code == 201
        assert [(one["id"], one["state"], one["until"]) for one in listed] == [(made.json()["id"], "sent", None)]
        assert ended.status_code == 204
        assert client.get(address).json()[0]["state"] == "ended"

    def test_refuses_what_cannot_be_asked(self, ticket: Ticket, behrens: User, api_client: Callable[..., Any]) -> None:
        client, address = api_client(behrens), f"/api/v1/tickets/{ticket.public_id}/support-accesses/"

        for wrong in ({"hours": 4}, {"hours": 99, "area": "settings"}, {"hours": 4, "area": "files"}):
            assert client.post(address, wrong, format="json").status_code == 400
        client.post(address, {"area": "settings", "hours": 4}, format="json")
        assert client.post(address, {"area": "settings", "hours": 4}, format="json").status_code == 409

    def test_is_for_staff(self, ticket: Ticket, behrens: User, api_client: Callable[..., Any]) -> None:
        address = f"/api/v1/tickets/{ticket.public_id}/support-accesses/"
        ask(ticket, behrens)

        assert api_client(ticket.requester).get(address).status_code == 403
        assert api_client(ticket.requester).post(address, {"area": "settings", "hours": 4}, format="json").status_code == 403

    def test_says_until_when(self, node: Node, ticket: Ticket, behrens: User, api_client: Callable[..., Any]) -> None:
        accepts(node, ask(ticket, behrens), hours=1)

        [one] = api_client(behrens).get(f"/api/v1/tickets/{ticket.public_id}/support-accesses/").json()

        assert one["state"] == "accepted"
        assert one["until"] > (timezone.now() + timedelta(minutes=50)).isoformat()[:16]
