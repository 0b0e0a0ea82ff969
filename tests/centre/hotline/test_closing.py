"""Fourteen days after it was solved nothing takes a ticket up again: the clock closes it, and no door waits for the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from hotline import answering, calling_back, closing, handling
from hotline.models import Ticket, TicketEvent
from tests.centre.hotline_factories import AT, TicketFactory, agent

OVER = AT + timedelta(days=14, seconds=1)


def state_of(ticket: Ticket) -> str:
    return str(Ticket.objects.get(pk=ticket.pk).state)


class TestClock:
    def test_closes_what_was_solved_14_days_ago_and_nothing_else(self) -> None:
        old, young = TicketFactory(state="solved", solved_at=AT), TicketFactory(state="solved", solved_at=AT + timedelta(days=1))
        waits = TicketFactory(state="waiting")

        assert closing.close_old(at=AT + timedelta(days=14)) == 0
        assert closing.close_old(at=OVER) == 1
        assert closing.close_old(at=OVER) == 0

        assert [state_of(one) for one in (old, young, waits)] == ["closed", "solved", "waiting"]
        assert Ticket.objects.get(pk=old.pk).solved_at == AT

    def test_writes_it_down(self) -> None:
        ticket = TicketFactory(state="solved", solved_at=AT)

        closing.close_old(at=OVER)

        event = TicketEvent.objects.get(ticket=ticket)
        assert (event.act, event.actor, event.changes["state"]) == ("close", "Zeitablauf (14 Tage nach der Lösung)", ["solved", "closed"])

    def test_takes_them_in_portions(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(closing, "AT_ONCE", 2)
        for _each in range(5):
            TicketFactory(state="solved", solved_at=AT)

        assert closing.close_old(at=OVER) == 5


class TestDoors:
    def test_a_reply_is_refused_before_the_clock_comes_by(self) -> None:
        ticket = TicketFactory(state="solved", solved_at=AT)

        with pytest.raises(answering.CannotAnswer, match="neue"):
            answering.say(ticket=ticket, body="Doch nicht.", by=ticket.requester, at=OVER)

        assert state_of(ticket) == "solved"
        answering.say(ticket=ticket, body="Doch nicht.", by=ticket.requester, at=AT + timedelta(days=14))
        assert state_of(ticket) == "open"

    def test_a_call_back_is_refused(self) -> None:
        ticket = TicketFactory(state="solved", solved_at=AT)
        wanted = {"telephone": "0208 12345", "earliest": OVER + timedelta(hours=1), "latest": OVER + timedelta(hours=2)}

        with pytest.raises(calling_back.CannotCallBack):
            calling_back.ask(ticket=ticket, **wanted, by=ticket.requester, at=OVER)

    @pytest.mark.parametrize("then", ["", "open", "solved"])
    def test_a_call_that_is_noted_takes_nothing_up_again(self, then: str) -> None:
        ticket = TicketFactory(state="solved", solved_at=AT)

        answering.say(ticket=ticket, body="Rief an.", kind="phone", then=then, by=agent(), at=OVER)

        assert state_of(ticket) == "closed"

    def test_the_page_offers_to_go_on_in_a_new_request_only(self, client_of: Any) -> None:
        ticket = TicketFactory(state="solved", solved_at=timezone.now() - timedelta(days=15))

        said = client_of(ticket.requester).get(f"/anfragen/{ticket.public_id}/").content.decode()

        assert "In einer neuen Anfrage" in said
        for word in ('id="id_body"', "rueckruf", "wieder-oeffnen", "/schliessen/"):
            assert word not in said
        assert handling.is_closed(ticket, at=timezone.now())
