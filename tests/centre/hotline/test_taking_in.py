"""Requests are taken in with a number of their own; only staff speak for somebody else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hotline import taking_in
from hotline.models import Message, Queue, Ticket, TicketCounter, TicketEvent
from tests.centre.hotline_factories import AT, MunicipalityFactory, TicketFactory, agent, requester
from tests.factories import UserFactory

pytestmark = pytest.mark.usefixtures("queue")


def asked(**more: object) -> Ticket:
    given = {"subject": "Hilfe", "body": "Bitte.", "at": AT, **more}
    return taking_in.open_ticket(**{"by": requester(), **given})  # type: ignore[arg-type]


class TestOpenTicket:
    def test_takes_a_request_in_with_what_was_written(self) -> None:
        person = requester()

        ticket = asked(by=person, subject="  Anmelden \n geht nicht ", body="Seit heute früh.\r\nDanke.  ")

        message = ticket.messages.get()
        assert (ticket.subject, ticket.state, ticket.municipality.slug) == ("Anmelden geht nicht", "new", "musterstadt")
        assert (message.body, message.kind, message.by_staff) == ("Seit heute früh.\nDanke.", "reply", False)
        assert list(TicketEvent.objects.filter(ticket=ticket).values_list("act", "actor")) == [("open", person.display_name)]

    def test_numbers_count_in_each_local_year(self) -> None:
        old = asked(at=datetime(2026, 12, 31, 22, 59, tzinfo=UTC))
        new = asked(at=datetime(2026, 12, 31, 23, 0, tzinfo=UTC))
        next_one = asked(at=datetime(2027, 1, 1, 9, 0, tzinfo=UTC))

        assert [ticket.number for ticket in (old, new, next_one)] == ["2026-000001", "2027-000001", "2027-000002"]

    def test_staff_take_a_call_in_for_somebody(self) -> None:
        caller = UserFactory(roles=["requester"])

        ticket = asked(by=agent(), requester=caller, kind="phone", municipality=MunicipalityFactory(slug="beispielheim"))

        assert (ticket.requester, ticket.kind, ticket.municipality.slug) == (caller, "phone", "beispielheim")
        assert ticket.messages.get().kind == Message.Kind.PHONE

    @pytest.mark.parametrize("more", [{"kind": "phone"}, {"municipality": "other"}, {"requester": "other"}])
    def test_a_requester_speaks_for_herself_only(self, more: dict[str, str]) -> None:
        given = {"municipality": MunicipalityFactory, "requester": UserFactory}
        filled = {name: given[name]() if value == "other" else value for name, value in more.items()}

        with pytest.raises(taking_in.CannotTakeIn, match="Mitarbeitende der Hotline"):
            asked(**filled)
        assert not Ticket.objects.exists()

    @pytest.mark.parametrize(
        ("subject", "body", "field"),
        [(" \n", "x", "subject"), ("x" * 201, "x", "subject"), ("x", "\x00 ", "body"), ("x", "x" * 50_001, "body")],
    )
    def test_refuses_what_says_nothing_or_too_much(self, subject: str, body: str, field: str) -> None:
        with pytest.raises(taking_in.CannotTakeIn) as refused:
            asked(subject=subject, body=body)

        assert refused.value.field == field
        assert not TicketCounter.objects.exists()

    def test_says_so_where_there_is_no_queue(self, queue: Queue) -> None:
        queue.delete()

        with pytest.raises(taking_in.CannotTakeIn, match="Warteschlange"):
            asked()


class TestVisibleTo:
    def test_requesters_see_their_own_and_watched_tickets(self) -> None:
        own, watched, foreign = TicketFactory(), TicketFactory(), TicketFactory()
        watched.watchers.add(own.requester)

        assert set(Ticket.objects.visible_to(own.requester)) == {own, watched}
        assert set(Ticket.objects.visible_to(foreign.requester)) == {foreign}

    def test_staff_see_all_and_a_trainer_sees_none(self) -> None:
        ticket = TicketFactory()

        assert set(Ticket.objects.visible_to(agent())) == {ticket}
        assert not Ticket.objects.visible_to(UserFactory(roles=["trainer"])).exists()

    def test_whoever_has_left_sees_nothing(self) -> None:
        ticket = TicketFactory()
        gone = agent(is_active=False)
        ticket.requester.is_active = False

        assert not Ticket.objects.visible_to(gone).exists()
        assert not Ticket.objects.visible_to(ticket.requester).exists()
