"""Tickets that have to do with each other, and one answer for those below another one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline import answering, attaching, bundling, handling, linking
from hotline.models import Attachment, Link, TicketEvent
from tests.centre.hotline_factories import AT, TicketFactory, agent

LATER = AT + timedelta(hours=1)


class TestLink:
    def test_is_seen_from_both_and_said_once(self) -> None:
        one, other = TicketFactory(), TicketFactory()

        for first, second in ((one, other), (other, one)):
            linking.link(ticket=first, other=second, by=agent(), at=LATER)

        assert (linking.linked_with(one), linking.linked_with(other)) == ([other], [one])
        assert TicketEvent.objects.filter(act="link").count() == 2

    def test_is_taken_away(self) -> None:
        one, other = TicketFactory(), TicketFactory()
        linking.link(ticket=one, other=other, by=agent(), at=LATER)

        linking.unlink(ticket=other, other=one, by=agent(), at=LATER)

        assert not Link.objects.exists()
        with pytest.raises(linking.CannotLink):
            linking.unlink(ticket=one, other=other, by=agent(), at=LATER)

    def test_a_ticket_has_nothing_to_do_with_itself(self) -> None:
        ticket = TicketFactory()

        with pytest.raises(linking.CannotLink):
            linking.link(ticket=ticket, other=ticket, by=agent(), at=LATER)


class TestPutBelow:
    def test_one_level_only(self) -> None:
        top, middle, low = TicketFactory(), TicketFactory(), TicketFactory()
        linking.put_below(ticket=middle, parent=top, by=agent(), at=LATER)

        for ticket, parent in ((low, middle), (top, low), (top, middle)):
            with pytest.raises(linking.CannotLink):
                linking.put_below(ticket=ticket, parent=parent, by=agent(), at=LATER)

    def test_is_released(self) -> None:
        top, low = TicketFactory(), TicketFactory()
        linking.put_below(ticket=low, parent=top, by=agent(), at=LATER)

        linking.release(ticket=low, by=agent(), at=LATER)

        assert low.parent is None
        assert [event.changes for event in TicketEvent.objects.filter(ticket=low).order_by("pk")] == [
            {"parent": [None, top.number]},
            {"parent": [top.number, None]},
        ]


class TestAnswerAll:
    def test_reaches_and_closes_those_below(self) -> None:
        top, low, done = TicketFactory(), TicketFactory(), TicketFactory()
        for ticket in (low, done):
            linking.put_below(ticket=ticket, parent=top, by=agent(), at=LATER)
        handling.solve(ticket=done, by=agent(), at=LATER)
        files = attaching.keep([attaching.Given("plan.txt", b"Plan")])

        bundling.answer_all(ticket=top, body="Behoben.", then="solved", files=files, by=agent(), at=LATER)

        for ticket in (top, low, done):
            ticket.refresh_from_db()
        assert [ticket.state for ticket in (top, low, done)] == ["solved", "closed", "solved"]
        assert [ticket.messages.count() for ticket in (top, low, done)] == [2, 2, 1]
        assert Attachment.objects.filter(message__ticket=low).count() == 1

    def test_is_for_staff(self) -> None:
        ticket = TicketFactory()

        with pytest.raises(answering.CannotAnswer):
            bundling.answer_all(ticket=ticket, body="Behoben.", by=ticket.requester, at=LATER)

    def test_on_a_stale_state_answers_nobody(self) -> None:
        top, low = TicketFactory(), TicketFactory()
        linking.put_below(ticket=low, parent=top, by=agent(), at=LATER)
        answering.say(ticket=top, body="Schneller.", kind="note", by=agent(), at=LATER)

        with pytest.raises(handling.Stale):
            bundling.answer_all(ticket=top, body="Behoben.", by=agent(), at=LATER, seen=1)
        assert low.messages.count() == 1
