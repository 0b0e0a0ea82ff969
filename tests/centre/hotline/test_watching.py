"""Who may follow a ticket: watchers, and an office's people whose contact allows it."""

from __future__ import annotations

import pytest

from hotline import watching
from hotline.models import Ticket
from tenants.centre.models import Contact
from tests.centre.hotline_factories import AT, TicketFactory, agent, requester


def seen(person: object) -> list[Ticket]:
    return list(Ticket.objects.visible_to(person).order_by("pk"))


class TestWatch:
    def test_keeps_a_ticket_among_the_watched_ones_until_it_is_let_go(self) -> None:
        ticket, staff = TicketFactory(), agent()

        watching.watch(ticket=ticket, by=staff, at=AT)
        watching.watch(ticket=ticket, by=staff, at=AT)

        assert list(staff.watched_tickets.all()) == [ticket]
        assert [event.act for event in ticket.events.all()] == ["watch"]
        watching.unwatch(ticket=ticket, by=staff, at=AT)
        assert not staff.watched_tickets.exists()

    def test_is_for_whoever_may_see_the_ticket(self) -> None:
        ticket, stranger = TicketFactory(), requester()

        with pytest.raises(watching.CannotWatch):
            watching.watch(ticket=ticket, by=stranger, at=AT)
        assert seen(stranger) == []

    def test_makes_nobodys_reading_stale(self) -> None:
        ticket = TicketFactory()

        watching.watch(ticket=ticket, by=agent(), at=AT)

        assert Ticket.objects.get(pk=ticket.pk).revision == 1


class TestLetSeeOffice:
    def test_shows_what_her_own_office_asks_and_no_other(self) -> None:
        reader, same, elsewhere, other = requester(), TicketFactory(), TicketFactory(), TicketFactory(requester=requester("beispielheim"))
        Contact.objects.filter(person=elsewhere.requester).update(office="Standesamt")
        assert seen(reader) == []

        watching.let_see_office(person=reader, allowed=True, by=agent(), at=AT)

        assert seen(reader) == [same]
        assert other.municipality is None

    def test_an_unknown_office_is_not_shared(self) -> None:
        reader, nameless = requester(), TicketFactory()
        Contact.objects.update(office="")

        with pytest.raises(watching.CannotWatch):
            watching.let_see_office(person=reader, allowed=True, by=agent(), at=AT)
        Contact.objects.update(sees_office=True)
        assert nameless not in seen(reader)

    def test_taken_back_it_takes_what_she_watched_with_it(self) -> None:
        reader, theirs = requester(), TicketFactory()
        watching.let_see_office(person=reader, allowed=True, by=agent(), at=AT)
        watching.watch(ticket=theirs, by=reader, at=AT)

        watching.let_see_office(person=reader, allowed=False, by=agent(), at=AT)

        assert seen(reader) == []
