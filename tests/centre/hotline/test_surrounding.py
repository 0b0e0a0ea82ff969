"""What stands beside a ticket: among it whether the municipality's server is in contact, for whoever looks for a cause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from hotline.models import Ticket
from tenants.centre.models import Municipality, Site
from tests.centre.hotline_factories import TicketFactory, agent
from tests.centre.nodes import Node


@pytest.fixture
def ticket() -> Ticket:
    Node(towns=("musterstadt",)).joins()
    made: Ticket = TicketFactory(municipality=Municipality.objects.get(slug="musterstadt"))
    return made


def shown(ticket: Ticket, client_of: Callable[..., Any]) -> str:
    answer: str = client_of(agent()).get(reverse("hotline:ticket", args=[ticket.public_id])).content.decode()
    return answer


class TestServer:
    def test_is_told_with_its_version(self, ticket: Ticket, client_of: Callable[..., Any]) -> None:
        Site.objects.update(version="0.1.0", last_heartbeat_at=timezone.now())

        page = shown(ticket, client_of)

        assert "Ihr Server" in page
        assert "meldet sich" in page
        assert "Version 0.1.0" in page

    def test_that_is_silent_is_told_since_when(self, ticket: Ticket, client_of: Callable[..., Any]) -> None:
        last = timezone.now() - timedelta(minutes=6)
        Site.objects.update(last_heartbeat_at=last)

        assert f"seit {timezone.localtime(last):%d.%m.%Y %H:%M} nichts gehört" in shown(ticket, client_of)

    def test_that_never_called_is_told(self, ticket: Ticket, client_of: Callable[..., Any]) -> None:
        Site.objects.update(last_heartbeat_at=None)

        assert "noch nichts gehört" in shown(ticket, client_of)

    def test_is_not_told_of_where_there_is_none(self, client_of: Callable[..., Any]) -> None:
        assert "Ihr Server" not in shown(TicketFactory(), client_of)
        assert "Ihr Server" not in shown(TicketFactory(municipality=None), client_of)
