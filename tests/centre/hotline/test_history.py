"""The history of a request, on a screen for staff, in German words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

import hotline
from hotline import answering, handling
from hotline.asking import ACTS as OF_SUPPORT
from hotline.models import Message, TicketEvent
from hotline.reminding import ACTS as OF_DEADLINES
from hotline.views.history import ACTS
from tests.centre.hotline_factories import AT, TicketFactory, agent

ACT = re.compile(r'(?:events\.enter\(|_enter\()\s*(?:act=)?"([a-z_]+)", (?:ticket|both|found, str|request, by)')


def page(ticket: Any, person: Any, client_of: Callable[..., Any]) -> Any:
    return client_of(person).get(reverse("hotline:ticket_history", args=[ticket.public_id]))


class TestHistory:
    def test_tells_who_did_what_with_the_values_before_and_after_the_latest_first(self, client_of: Callable[..., Any]) -> None:
        ticket, person = TicketFactory(), agent(display_name="Jule Behrens")
        answering.say(ticket=ticket, body="Bitte einmal neu anmelden.", by=person, at=AT)
        handling.put(ticket=ticket, priority="urgent", by=person, at=AT + timedelta(minutes=1))

        shown = " ".join(re.sub(r"<[^>]+>", " ", page(ticket, person, client_of).content.decode()).split())

        assert re.search(r"eingeordnet \S+ \S+ · Jule Behrens Priorität: Normal → Dringend", shown)
        assert shown.index("eingeordnet") < shown.index("Antwort")

    def test_is_for_staff(self, client_of: Callable[..., Any]) -> None:
        ticket = TicketFactory()

        assert page(ticket, ticket.requester, client_of).status_code == 404

    def test_costs_the_same_number_of_queries_for_any_number_of_events(
        self, client_of: Callable[..., Any], queries: Callable[[], Any]
    ) -> None:
        ticket, person, counts = TicketFactory(), agent(), []
        for _time in range(2):
            TicketEvent.objects.bulk_create(TicketEvent(ticket=ticket, act="put", actor="x", at=AT) for _each in range(5))
            page(ticket, person, client_of)
            with queries() as asked:
                page(ticket, person, client_of)
            counts.append(len(asked))

        assert counts[0] == counts[1]

    def test_has_words_for_every_act(self) -> None:
        written = {act for path in Path(hotline.__file__).parent.glob("*.py") for act in ACT.findall(path.read_text())}
        written |= {f"say_{kind}" for kind in Message.Kind.values} | set(OF_SUPPORT.values()) | set(OF_DEADLINES.values())

        assert len(written) > 30
        assert written - set(ACTS) == set()

    @pytest.mark.parametrize("field", ["subject", "queue", "attachments", "call_back", "other", "linked", "next_response", "time_entry"])
    def test_names_no_field_as_programs_do(self, client_of: Callable[..., Any], field: str) -> None:
        ticket = TicketFactory()
        TicketEvent.objects.create(ticket=ticket, act="put", actor="x", at=AT, changes={field: [None, "neu"]})

        assert f"{field}:" not in page(ticket, agent(), client_of).content.decode()
