"""Tickets that were there before service levels: their pauses are made of the history of their states."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.apps import apps

from hotline import answering, handling, taking_in
from hotline.models import Ticket, TicketPause
from tests.centre.hotline_factories import AT, QueueFactory, agent, requester

remember_pauses: Any = import_module("hotline.migrations.0004_service_levels").remember_pauses


def hour(number: int) -> Any:
    return AT + timedelta(hours=number)


def asked() -> Ticket:
    return taking_in.open_ticket(subject="Hilfe", body="Bitte.", by=requester(), at=AT)


class TestRememberPauses:
    def test_makes_the_pauses_that_the_acts_would_have_made(self) -> None:
        QueueFactory()
        waited, settled, waits, untouched = asked(), asked(), asked(), asked()
        staff = agent()
        answering.say(ticket=waited, body="Welcher?", by=staff, at=hour(1))
        answering.say(ticket=waited, body="Der.", by=waited.requester, at=hour(2))
        answering.say(ticket=settled, body="Welcher?", by=staff, at=hour(1))
        handling.solve(ticket=settled, by=staff, at=hour(3))
        handling.close(ticket=settled, by=staff, at=hour(4))
        answering.say(ticket=waits, body="Welcher?", by=staff, at=hour(5))
        handling.take(ticket=untouched, by=staff, at=hour(1))
        columns = ("ticket", "since", "until")
        by_acts = list(TicketPause.objects.order_by(*columns).values_list(*columns))
        TicketPause.objects.all().delete()

        remember_pauses(apps, SimpleNamespace(connection=SimpleNamespace(alias="default")))

        assert list(TicketPause.objects.order_by(*columns).values_list(*columns)) == by_acts
        assert len(by_acts) == 4
