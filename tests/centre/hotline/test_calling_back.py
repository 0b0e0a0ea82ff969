"""Call-backs: with a number and a time, shown to staff until the call was made."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from hotline import calling_back
from hotline.models import CallBack, Ticket
from tests.centre.hotline_factories import AT, TicketFactory, agent

WANTED = {"telephone": "0208 12345", "earliest": AT + timedelta(hours=1), "latest": AT + timedelta(hours=2)}


class TestAsk:
    def test_opens_a_waiting_ticket_and_replaces_an_earlier_one(self) -> None:
        ticket = TicketFactory(state="waiting")

        for telephone in ("0208 1", "0208 2"):
            calling_back.ask(ticket=ticket, **WANTED | {"telephone": telephone}, by=ticket.requester, at=AT)

        assert list(CallBack.objects.filter(done_at=None).values_list("telephone", flat=True)) == ["0208 2"]
        assert Ticket.objects.get(pk=ticket.pk).state == "open"
        assert ticket.events.order_by("pk").first().changes["call_back"] == [None, "02.03.2026 10:00–11:00"]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"telephone": "ja"},
            {"latest": AT + timedelta(minutes=70)},
            {"earliest": AT - timedelta(hours=2), "latest": AT},
            {"latest": AT + timedelta(days=31)},
        ],
    )
    def test_refuses(self, wrong: dict[str, Any]) -> None:
        ticket = TicketFactory()

        with pytest.raises(calling_back.CannotCallBack):
            calling_back.ask(ticket=ticket, **WANTED | wrong, by=ticket.requester, at=AT)
        assert not CallBack.objects.exists()

    def test_not_on_a_closed_ticket(self) -> None:
        ticket = TicketFactory(state="closed", solved_at=AT)

        with pytest.raises(calling_back.CannotCallBack):
            calling_back.ask(ticket=ticket, **WANTED, by=ticket.requester, at=AT)


class TestTickOff:
    def test_once(self) -> None:
        ticket = TicketFactory()
        callback = calling_back.ask(ticket=ticket, **WANTED, by=ticket.requester, at=AT)

        calling_back.tick_off(callback=callback, by=agent(), at=AT)

        with pytest.raises(calling_back.CannotCallBack):
            calling_back.tick_off(callback=callback, by=agent(), at=AT)


class TestScreens:
    def test_a_requester_asks_and_staff_see_it_and_tick_it_off(self, client_of: Any) -> None:
        ticket = TicketFactory()
        day = timezone.localdate() + timedelta(days=1)
        sent = {"telephone": "0208 12345", "day": day.isoformat(), "since": "09:00", "until": "11:00"}

        client_of(ticket.requester).post(f"/anfragen/{ticket.public_id}/rueckruf/", sent)
        page = client_of(agent()).get(f"/anfragen/{ticket.public_id}/").content.decode()
        client_of(agent()).post(f"/anfragen/rueckrufe/{CallBack.objects.get().public_id}/erledigt/")

        assert f"{day:%d.%m.%Y} 09:00–11:00" in page
        assert CallBack.objects.get().done_at is not None

    def test_what_is_wrong_is_said_and_her_entries_stay(self, client_of: Any) -> None:
        ticket = TicketFactory()
        sent = {"telephone": "0208 777", "day": "2020-01-01", "since": "09:00", "until": "11:00"}

        page = client_of(ticket.requester).post(f"/anfragen/{ticket.public_id}/rueckruf/", sent).content.decode()

        assert "noch bevorsteht" in page
        assert "0208 777" in page
