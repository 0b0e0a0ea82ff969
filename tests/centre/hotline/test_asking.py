"""Asking a municipality for a look, and what its node answers: the centre can ask and end, and can grant itself nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from foundation import signed
from hotline import asking, closing, handling, merging
from hotline.models import SupportRequest, Ticket, TicketEvent
from tenants import channel, identity
from tenants.centre import admitting
from tenants.centre.models import Municipality, Order, Site
from tenants.models import User
from tests.centre.hotline_factories import TicketFactory, agent, requester
from tests.centre.nodes import Node

REFERENCE = "63.12.04-2026/0317"


@pytest.fixture
def behrens() -> User:
    return agent(display_name="Jule Behrens")


@pytest.fixture
def ticket(node: Node) -> Ticket:
    made: Ticket = TicketFactory(municipality=Municipality.objects.get(slug="musterstadt"))
    return made


def ask(ticket: Ticket, by: User, **other: Any) -> SupportRequest:
    return asking.ask(ticket=ticket, **{"file_reference": REFERENCE, "hours": 4, **other}, by=by, at=timezone.now())


def call(token: str) -> Any:
    body = {"token": token}
    return Client(headers={"host": "127.0.0.1"}).post("/api/v1/channel/messages/", body, content_type="application/json")


def says(node: Node, request: SupportRequest | str, state: Any, *, town: str = "musterstadt", **more: Any) -> None:
    """The node says what became of an access; answers of the channel are checked in tests/centre/test_ordering.py."""
    access = request if isinstance(request, str) else str(request.public_id)
    message = {"id": str(uuid4()), "kind": channel.SUPPORT_STATE, "at": timezone.now().isoformat()}
    call(node.says(channel.MESSAGES, {"municipality": town, "messages": [{**message, "body": {"access": access, "state": state, **more}}]}))


def answers(node: Node, order: Order, state: str, /, **answer: Any) -> None:
    message = {"id": str(uuid4()), "kind": channel.ORDER_ANSWER, "at": timezone.now().isoformat()}
    body = {"order": str(order.public_id), "state": state, "answer": answer}
    call(node.says(channel.MESSAGES, {"municipality": "musterstadt", "messages": [{**message, "body": body}]}))


def accepts(node: Node, request: SupportRequest, *, hours: float = 2, **more: Any) -> None:
    until = (timezone.now() + timedelta(hours=hours)).isoformat()
    says(node, request, "accepted", **{"until": until, "address": "http://musterstadt.localhost:8000", **more})
    request.refresh_from_db()


def acts(ticket: Ticket) -> list[str]:
    return list(TicketEvent.objects.filter(ticket=ticket).order_by("pk").values_list("act", flat=True))


class TestAsk:
    def test_is_an_order_to_the_tickets_municipality_and_gives_nothing(self, ticket: Ticket, behrens: User) -> None:
        request = ask(ticket, behrens)

        assert (request.state, request.until, request.order.kind) == ("sent", None, "support_access")
        assert request.order.body == {
            "access": str(request.public_id),
            "do": "ask",
            "agent": {"id": str(behrens.public_id), "name": "Jule Behrens"},
            "ticket": ticket.number,
            "hours": 4,
            "file": REFERENCE,
        }
        assert request.order.municipality == ticket.municipality
        event = TicketEvent.objects.get(ticket=ticket, act="ask_support_access")
        assert event.actor == "Jule Behrens"
        assert REFERENCE not in str(event.changes)  # webhooks are told of events

    def test_of_an_area(self, ticket: Ticket, behrens: User) -> None:
        request = ask(ticket, behrens, file_reference="", area="settings")

        assert request.order.body["area"] == "settings"
        assert "file" not in request.order.body
        assert SupportRequest.Area.values == ["settings", "organisation", "register_sets"]  # as in records.models.SupportAccess

    @pytest.mark.parametrize(
        "wrong",
        [
            {"hours": 0},
            {"hours": 73},
            {"file_reference": "", "area": ""},
            {"area": "settings"},
            {"file_reference": "", "area": "files"},
            {"file_reference": "1" * 121},
            {"file_reference": " \x00\n"},
        ],
    )
    def test_names_one_thing_for_1_to_72_hours(self, ticket: Ticket, behrens: User, wrong: dict[str, Any]) -> None:
        with pytest.raises(asking.CannotAsk):
            ask(ticket, behrens, **wrong)

        assert not Order.objects.exists()

    def test_is_for_staff_on_a_ticket_that_is_worked_on(self, ticket: Ticket, behrens: User) -> None:
        with pytest.raises(asking.CannotAsk):
            ask(ticket, requester())
        handling.solve(ticket=ticket, by=behrens, at=timezone.now())
        with pytest.raises(asking.CannotAsk):
            ask(ticket, behrens)

    def test_wants_a_municipality_that_is_connected(self, ticket: Ticket, behrens: User) -> None:
        for other in (TicketFactory(municipality=None), TicketFactory(municipality=Municipality.objects.create(slug="fern", name="Fern"))):
            with pytest.raises(asking.CannotAsk):
                ask(other, behrens)
        admitting.revoke(site=Site.objects.get(), by=None, at=timezone.now())
        with pytest.raises(asking.CannotAsk):
            ask(ticket, behrens)

    def test_once_at_a_time_on_a_ticket(self, ticket: Ticket, behrens: User) -> None:
        first = ask(ticket, behrens)
        with pytest.raises(asking.CannotAsk):
            ask(ticket, behrens)

        asking.end(request=first, by=behrens, at=timezone.now())

        assert ask(ticket, behrens).state == "sent"


class TestAnswers:
    def test_asked_accepted_until_and_ended_stand_on_the_ticket(self, node: Node, ticket: Ticket, behrens: User) -> None:
        request = ask(ticket, behrens)

        answers(node, request.order, "done", state="asked")
        request.refresh_from_db()
        assert request.state == "asked"
        accepts(node, request)
        assert request.in_force(timezone.now())
        says(node, request, "ended")

        request.refresh_from_db()
        assert (request.state, request.in_force(timezone.now())) == ("ended", False)
        assert acts(ticket) == ["ask_support_access", "accept_support_access", "end_support_access"]
        assert TicketEvent.objects.get(act="accept_support_access").actor == "Musterstadt"

    def test_refused(self, node: Node, ticket: Ticket, behrens: User) -> None:
        request = ask(ticket, behrens)

        says(node, request, "refused")
        accepts(node, request)

        assert request.state == "refused"
        assert acts(ticket)[-1] == "refuse_support_access"

    def test_a_node_that_does_no_such_thing_refuses_with_its_reason(self, node: Node, ticket: Ticket, behrens: User) -> None:
        request = ask(ticket, behrens)

        answers(node, request.order, "refused", reason="Dieser Knoten lässt das nicht zu.")

        request.refresh_from_db()
        assert (request.state, request.reason) == ("refused", "Dieser Knoten lässt das nicht zu.")

    def test_an_answer_to_the_end_changes_nothing(self, node: Node, ticket: Ticket, behrens: User) -> None:
        request = ask(ticket, behrens)
        asking.end(request=request, by=behrens, at=timezone.now())

        for order in Order.objects.all():
            answers(node, order, "done", state="ended")

        request.refresh_from_db()
        assert request.state == "ended"

    @pytest.mark.parametrize("state", ["granted", "sent", "asked", None, 7, ["accepted"], ""])
    def test_what_is_no_state_has_no_effect(self, node: Node, ticket: Ticket, behrens: User, state: Any) -> None:
        request = ask(ticket, behrens)

        says(node, request, state, until=(timezone.now() + timedelta(hours=1)).isoformat())

        request.refresh_from_db()
        assert request.state == "sent"

    @pytest.mark.parametrize("until", [None, "morgen", "2026-11-26T12:00:00", 7])
    def test_without_an_end_nothing_is_accepted(self, node: Node, ticket: Ticket, behrens: User, until: Any) -> None:
        request = ask(ticket, behrens)

        accepts(node, request, until=until)

        assert request.state == "sent"

    def test_another_site_or_municipality_says_nothing_of_it(self, node: Node, ticket: Ticket, behrens: User) -> None:
        other = Node(towns=("beispielheim",))
        other.joins()
        request = ask(ticket, behrens)
        until = (timezone.now() + timedelta(hours=1)).isoformat()

        says(other, request, "accepted", town="beispielheim", until=until, address="http://beispielheim.localhost")
        says(other, request, "accepted", town="musterstadt", until=until, address="http://beispielheim.localhost")
        says(node, str(uuid4()), "accepted", until=until)
        says(node, "x", "accepted", until=until)

        request.refresh_from_db()
        assert request.state == "sent"

    def test_two_towns_of_one_site_do_not_speak_for_each_other(self, behrens: User) -> None:
        both = Node(towns=("musterstadt", "beispielheim"))
        both.joins()
        request = ask(TicketFactory(municipality=Municipality.objects.get(slug="musterstadt")), behrens)

        says(both, request, "refused", town="beispielheim")

        request.refresh_from_db()
        assert request.state == "sent"


class TestEnd:
    def test_tells_the_node(self, node: Node, ticket: Ticket, behrens: User) -> None:
        request = ask(ticket, behrens)
        accepts(node, request)

        asking.end(request=request, by=behrens, at=timezone.now())

        request.refresh_from_db()
        assert request.state == "ended"
        assert Order.objects.order_by("pk").last().body == {"access": str(request.public_id), "do": "end"}  # type: ignore[union-attr]
        with pytest.raises(asking.CannotAsk):
            asking.end(request=request, by=requester(), at=timezone.now())

    def test_comes_with_the_closing_of_the_ticket(self, node: Node, ticket: Ticket, behrens: User) -> None:
        request = ask(ticket, behrens)
        accepts(node, request)

        handling.close(ticket=ticket, by=ticket.requester, at=timezone.now())

        request.refresh_from_db()
        assert request.state == "ended"
        assert Order.objects.filter(body__do="end").count() == 1
        with pytest.raises(asking.CannotLook):
            asking.look(request=request, by=behrens, at=timezone.now())

    def test_and_with_its_being_closed_by_the_clock(self, node: Node, ticket: Ticket, behrens: User) -> None:
        request = ask(ticket, behrens, hours=72)
        accepts(node, request)
        handling.solve(ticket=ticket, by=behrens, at=timezone.now())
        request.refresh_from_db()
        assert request.state == "accepted"  # ends by time, revocation or closing

        closing.close_old(at=timezone.now() + timedelta(days=15))

        request.refresh_from_db()
        assert request.state == "ended"

    def test_and_with_its_being_merged(self, node: Node, ticket: Ticket, behrens: User) -> None:
        request = ask(ticket, behrens)

        merging.merge(ticket=ticket, into=TicketFactory(), by=behrens, at=timezone.now())

        request.refresh_from_db()
        assert request.state == "ended"

    def test_a_ticket_is_closed_though_the_node_can_not_be_told(self, node: Node, ticket: Ticket, behrens: User) -> None:
        request = ask(ticket, behrens)
        admitting.revoke(site=Site.objects.get(), by=None, at=timezone.now())

        handling.close(ticket=ticket, by=behrens, at=timezone.now())

        request.refresh_from_db()
        assert request.state == "ended"


class TestLook:
    def test_introduces_who_asked_for_a_minute_to_that_node_and_that_access(self, node: Node, ticket: Ticket, behrens: User) -> None:
        request = ask(ticket, behrens)
        accepts(node, request)
        at = timezone.now()

        way = asking.look(request=request, by=behrens, at=at)

        key = identity.mine().key
        told = signed.check(
            way.token,
            purpose=channel.VISIT,
            public_of={key.kid: key.public}.get,
            audience=node.id,
            at=at,
            longest=timedelta(seconds=60),
        )
        assert way.address == "http://musterstadt.localhost:8000/einblick/ankommen/"
        assert told.claims == {"municipality": "musterstadt", "access": str(request.public_id), "agent": str(behrens.public_id)}
        assert acts(ticket)[-1] == "look_by_support_access"

    def test_is_for_nobody_else(self, node: Node, ticket: Ticket, behrens: User) -> None:
        request = ask(ticket, behrens)
        accepts(node, request)

        for other in (agent(), requester(), ticket.requester):
            with pytest.raises(asking.CannotLook):
                asking.look(request=request, by=other, at=timezone.now())

    @pytest.mark.parametrize("state", ["sent", "asked", "refused", "ended", "expired"])
    def test_is_not_for_what_is_not_accepted(self, node: Node, ticket: Ticket, behrens: User, state: str) -> None:
        request = ask(ticket, behrens)
        SupportRequest.objects.update(state=state)

        with pytest.raises(asking.CannotLook):
            asking.look(request=request, by=behrens, at=timezone.now())

    def test_nor_after_its_time(self, node: Node, ticket: Ticket, behrens: User) -> None:
        request = ask(ticket, behrens)
        accepts(node, request)
        later: datetime = timezone.now() + timedelta(hours=3)

        with pytest.raises(asking.CannotLook):
            asking.look(request=request, by=behrens, at=later)

    @pytest.mark.parametrize("address", ["javascript:alert(1)", "http://a b", "http://x/path", "//x", "", "http://x; script-src *", 7])
    def test_nor_where_the_node_named_no_usable_address(self, node: Node, ticket: Ticket, behrens: User, address: Any) -> None:
        request = ask(ticket, behrens)
        accepts(node, request, address=address)

        with pytest.raises(asking.CannotLook):
            asking.look(request=request, by=behrens, at=timezone.now())

    def test_in_production_by_https_only(self, node: Node, ticket: Ticket, behrens: User, settings: Any) -> None:
        request = ask(ticket, behrens)
        settings.PRODUCTION = True

        accepts(node, request)

        assert request.address == ""
