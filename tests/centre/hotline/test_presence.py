"""Who else is at a ticket: shown to staff for some seconds, and stored in no table."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from hotline import presence
from hotline.presence import Here
from tests.centre.hotline_factories import AT, TicketFactory, agent


class TestTell:
    def test_names_the_others_and_who_is_typing(self) -> None:
        ticket, one, other = TicketFactory(), agent(display_name="Jule"), agent(display_name="Tarik")

        first = presence.tell(ticket=ticket, by=one, typing=True, at=AT)
        second = presence.tell(ticket=ticket, by=other, typing=False, at=AT + timedelta(seconds=5))
        third = presence.tell(ticket=ticket, by=one, typing=False, at=AT + timedelta(seconds=10))

        assert (first, second, third) == ([], [Here("Jule", True)], [Here("Tarik", False)])

    def test_forgets_who_has_gone(self) -> None:
        ticket = TicketFactory()
        presence.tell(ticket=ticket, by=agent(), typing=True, at=AT)

        assert presence.tell(ticket=ticket, by=agent(), typing=False, at=AT + timedelta(seconds=presence.SECONDS)) == []

    def test_knows_one_ticket_from_another(self) -> None:
        presence.tell(ticket=TicketFactory(), by=agent(), typing=True, at=AT)

        assert presence.tell(ticket=TicketFactory(), by=agent(), typing=False, at=AT) == []

    def test_asks_and_writes_no_table(self) -> None:
        ticket, staff = TicketFactory(), agent()

        with CaptureQueriesContext(connections["default"]) as asked:
            presence.tell(ticket=ticket, by=staff, typing=True, at=AT)

        assert len(asked) == 0


class TestScreen:
    def test_staff_hear_who_is_there_and_whether_something_is_new(self, client_of: Any) -> None:
        ticket = TicketFactory()
        address = f"/anfragen/{ticket.public_id}/anwesend/"
        client_of(agent(display_name="Jule")).post(address, {"typing": "1"})

        heard = client_of(agent()).post(address).json()

        assert heard == {"others": [{"name": "Jule", "typing": True}], "revision": 1}

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_requesters_do_not(self, method: str, client_of: Any) -> None:
        ticket = TicketFactory()

        assert getattr(client_of(ticket.requester), method)(f"/anfragen/{ticket.public_id}/anwesend/").status_code in (404, 405)
