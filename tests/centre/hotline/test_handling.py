"""What becomes of a ticket: replies move it on, a settled one is taken up again for 14 days, nobody overwrites anybody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline import answering, handling
from hotline.models import Message, Ticket, TicketEvent
from tests.centre.hotline_factories import AT, QueueFactory, TicketFactory, agent, requester
from tests.factories import UserFactory

LATER = AT + timedelta(hours=1)


class TestSay:
    def test_an_agents_reply_waits_for_the_requester(self) -> None:
        ticket = TicketFactory()

        answering.say(ticket=ticket, body="Bitte neu anmelden.", by=agent(), at=LATER)

        assert (ticket.state, ticket.answered_at, ticket.revision) == ("waiting", LATER, 2)

    @pytest.mark.parametrize("then", ["open", "waiting", "solved"])
    def test_or_does_as_the_agent_says(self, then: str) -> None:
        ticket = TicketFactory()

        answering.say(ticket=ticket, body="Erledigt.", by=agent(), at=LATER, then=then)

        assert (ticket.state, ticket.solved_at) == (then, LATER if then == "solved" else None)

    def test_a_note_moves_nothing_and_is_hidden_from_requesters(self) -> None:
        ticket, staff = TicketFactory(), agent()

        answering.say(ticket=ticket, body="Nur für uns.", by=staff, at=LATER, kind="note")

        assert (ticket.state, ticket.answered_at) == ("new", None)
        assert Message.objects.visible_to(staff).filter(ticket=ticket).count() == 2
        assert [m.body for m in Message.objects.visible_to(ticket.requester)] == ["Es kommt nur ein leeres Blatt."]

    @pytest.mark.parametrize(("state", "after"), [("new", "new"), ("open", "open"), ("waiting", "open"), ("solved", "open")])
    def test_a_requesters_reply_brings_the_ticket_back_to_work(self, state: str, after: str) -> None:
        ticket = TicketFactory(state=state, solved_at=AT if state == "solved" else None)

        answering.say(ticket=ticket, body="Es geht noch nicht.", by=ticket.requester, at=LATER)

        assert (ticket.state, ticket.solved_at) == (after, None)

    def test_a_closed_ticket_is_not_closed_again(self) -> None:
        ticket = TicketFactory(state="closed", solved_at=AT)
        before = ticket.revision

        with pytest.raises(handling.CannotHandle, match="schon geschlossen"):
            handling.close(ticket=ticket, by=ticket.requester, at=LATER)
        ticket.refresh_from_db()
        assert ticket.revision == before

    def test_a_closed_ticket_stays_closed(self) -> None:
        ticket = TicketFactory(state="closed", solved_at=AT)

        with pytest.raises(answering.CannotAnswer, match="geschlossen"):
            answering.say(ticket=ticket, body="Danke!", by=ticket.requester, at=LATER)
        assert ticket.messages.count() == 1

    @pytest.mark.parametrize("kind", ["note", "phone"])
    def test_requesters_write_replies_only(self, kind: str) -> None:
        ticket = TicketFactory()

        with pytest.raises(answering.CannotAnswer):
            answering.say(ticket=ticket, body="Ich", by=ticket.requester, at=LATER, kind=kind)

    def test_a_reply_on_a_stale_state_writes_nothing(self) -> None:
        ticket = TicketFactory()
        answering.say(ticket=Ticket.objects.get(pk=ticket.pk), body="Schneller.", by=agent(display_name="Jule Behrens"), at=LATER)

        with pytest.raises(handling.Stale, match="Jule Behrens hat diese Anfrage"):
            answering.say(ticket=ticket, body="Zu spät.", by=agent(), at=LATER, seen=1)
        assert ticket.messages.count() == 2


class TestPut:
    def test_who_takes_a_ticket_opens_it(self) -> None:
        ticket, staff = TicketFactory(), agent()

        handling.take(ticket=ticket, by=staff, at=LATER)

        assert (ticket.assignee, ticket.state) == (staff, "open")
        assert TicketEvent.objects.get(ticket=ticket).changes == {"assignee": [None, str(staff)], "state": ["new", "open"]}

    def test_goes_into_another_queue_with_another_priority(self) -> None:
        ticket, second = TicketFactory(), QueueFactory(key="technik", name="Technik")

        handling.put(ticket=ticket, queue=second, priority="urgent", by=agent(), at=LATER)

        assert (ticket.queue, ticket.priority, ticket.assignee) == (second, "urgent", None)
        assert TicketEvent.objects.get(ticket=ticket).changes == {"queue": ["Hotline", "Technik"], "priority": ["normal", "urgent"]}

    def test_is_given_back_to_nobody(self) -> None:
        ticket = TicketFactory(assignee=agent(), state="open")

        handling.assign(ticket=ticket, to=None, by=agent(), at=LATER)

        assert (ticket.assignee, ticket.state) == (None, "open")

    @pytest.mark.parametrize("who", [requester, lambda: agent(is_active=False), lambda: UserFactory(roles=["trainer"])])
    def test_is_given_to_staff_only(self, who: object) -> None:
        with pytest.raises(handling.CannotHandle):
            handling.assign(ticket=TicketFactory(), to=who(), by=agent(), at=LATER)  # type: ignore[operator]

    def test_a_settled_ticket_is_reopened_first(self) -> None:
        with pytest.raises(handling.CannotHandle, match="erledigt"):
            handling.put(ticket=TicketFactory(state="solved", solved_at=AT), priority="low", by=agent(), at=LATER)


class TestReopen:
    def test_takes_a_settled_ticket_up_again_within_14_days(self) -> None:
        ticket = TicketFactory(state="closed", solved_at=AT)

        handling.reopen(ticket=ticket, reason="Der Fehler ist wieder da.", by=ticket.requester, at=AT + timedelta(days=14))

        assert (ticket.state, ticket.solved_at) == ("open", None)

    def test_but_not_later(self) -> None:
        ticket = TicketFactory(state="closed", solved_at=AT)

        with pytest.raises(handling.CannotHandle, match="14 Tagen"):
            handling.reopen(ticket=ticket, reason="Doch.", by=ticket.requester, at=AT + timedelta(days=14, seconds=1))

    def test_what_is_being_worked_on_needs_no_reopening(self) -> None:
        with pytest.raises(handling.CannotHandle):
            handling.reopen(ticket=TicketFactory(), reason="Doch.", by=agent(), at=LATER)


class TestClose:
    def test_remembers_when_the_matter_was_solved(self) -> None:
        ticket = TicketFactory(state="solved", solved_at=AT)

        handling.close(ticket=ticket, by=ticket.requester, at=LATER)

        assert (ticket.state, ticket.solved_at) == ("closed", AT)
