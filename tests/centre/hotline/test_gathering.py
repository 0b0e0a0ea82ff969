"""Tickets are put to an incident and taken out; whoever is about to ask says that it concerns her, too."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline import announcing, attaching, gathering, handling
from hotline.models import Incident, Message, Ticket, TicketContext, TicketEvent
from tenants.centre.models import Order
from tests.centre.hotline_factories import AT, MunicipalityFactory, TicketFactory, agent, incident, requester
from tests.centre.nodes import Node

LATER = AT + timedelta(hours=1)


pytestmark = pytest.mark.usefixtures("queue")


def ticket_of(town: str) -> Ticket:
    made: Ticket = TicketFactory(requester=requester(town), municipality=MunicipalityFactory(slug=town))
    return made


class TestAdd:
    def test_its_municipality_is_affected_and_told_and_no_other_one_again(self) -> None:
        Node(towns=("musterstadt", "beispielheim")).joins()
        made, ticket = incident("musterstadt"), ticket_of("beispielheim")

        gathering.add(incident=made, ticket=ticket, by=agent(), at=LATER)

        assert [one.municipality.slug for one in Order.objects.filter(given_at=LATER)] == ["beispielheim"]
        assert Incident.objects.visible_to(ticket.requester).exists()
        assert TicketEvent.objects.get(ticket=ticket).changes == {"incident": [None, made.title]}

    def test_who_has_read_the_ticket_before_is_told_so(self) -> None:
        made, ticket = incident("musterstadt"), ticket_of("musterstadt")

        gathering.add(incident=made, ticket=ticket, by=agent(), at=LATER)

        with pytest.raises(handling.Stale):
            handling.take(ticket=ticket, by=agent(), at=LATER, seen=1)

    def test_said_twice_it_is_said_once(self) -> None:
        made, ticket = incident("musterstadt"), ticket_of("musterstadt")

        for _twice in range(2):
            gathering.add(incident=made, ticket=ticket, by=agent(), at=LATER)

        assert TicketEvent.objects.filter(ticket=ticket, act="join_incident").count() == 1

    def test_not_to_one_that_has_ended_and_not_by_requesters(self) -> None:
        made, ticket = incident("musterstadt"), ticket_of("musterstadt")

        with pytest.raises(gathering.CannotAnnounce):
            gathering.add(incident=made, ticket=ticket, by=ticket.requester, at=LATER)
        announcing.end(incident=made, answer="Behoben.", by=agent(), at=LATER)
        with pytest.raises(gathering.CannotAnnounce):
            gathering.add(incident=made, ticket=ticket, by=agent(), at=LATER)


class TestTakeOut:
    def test_the_end_does_not_reach_it_any_more(self) -> None:
        ticket = ticket_of("musterstadt")
        made = incident(tickets=[ticket])
        ticket.refresh_from_db()

        gathering.take_out(incident=made, ticket=ticket, by=agent(), at=LATER)
        announcing.end(incident=made, answer="Behoben.", by=agent(), at=LATER)

        assert Ticket.objects.get(pk=ticket.pk).state == "open"
        assert not Message.objects.filter(body="Behoben.").exists()

    def test_what_is_not_in_it_is_not_taken_out(self) -> None:
        with pytest.raises(gathering.CannotAnnounce):
            gathering.take_out(incident=incident("musterstadt"), ticket=ticket_of("musterstadt"), by=agent(), at=LATER)


class TestJoin:
    def test_she_gets_a_ticket_with_what_she_has_typed_and_hears_of_the_end(self) -> None:
        made, her = incident("musterstadt"), requester("musterstadt")
        context = {"screen": "records:file", "roles": ["clerk"], "version": "0.1.0", "error": ""}
        files = attaching.keep([attaching.Given("bild.txt", b"Bild")])

        ticket, new = gathering.join(
            incident=made, subject="Mein Scan", body="Steht seit acht.", files=files, context=context, by=her, at=LATER
        )
        announcing.end(incident=made, answer="Behoben.", by=agent(), at=LATER)

        assert new
        assert (ticket.subject, ticket.requester) == ("Mein Scan", her)
        assert TicketContext.objects.get(ticket=ticket).screen == "records:file"
        assert [one.body for one in Message.objects.visible_to(her).filter(ticket=ticket).order_by("pk")] == [
            "Steht seit acht.",
            "Behoben.",
        ]
        assert Incident.objects.get().joined == 1

    def test_with_nothing_typed_the_incident_says_it_for_her(self) -> None:
        ticket, _new = gathering.join(incident=incident("musterstadt"), by=requester("musterstadt"), at=LATER)

        assert ticket.subject == "Scans werden nicht gelesen"
        assert "betrifft mich auch" in ticket.messages.get().body

    def test_said_twice_she_has_one_ticket_and_nothing_typed_is_lost(self) -> None:
        made, her = incident("musterstadt"), requester("musterstadt")
        first, _new = gathering.join(incident=made, by=her, at=LATER)

        second, new = gathering.join(incident=made, body="Jetzt auch im Archiv.", by=her, at=LATER)

        assert (second, new) == (first, False)
        assert first.messages.filter(body="Jetzt auch im Archiv.").exists()
        assert Incident.objects.get().joined == 1

    def test_is_not_for_other_municipalities_drafts_ended_ones_and_staff(self) -> None:
        here = requester("musterstadt")
        running, draft, ended = incident("musterstadt"), incident("musterstadt", announced=False), incident("musterstadt")
        announcing.end(incident=ended, answer="Behoben.", by=agent(), at=LATER)

        for made, person in ((running, requester("beispielheim")), (draft, here), (ended, here), (running, agent())):
            with pytest.raises(gathering.CannotAnnounce):
                gathering.join(incident=made, by=person, at=LATER)
        assert not Ticket.objects.exists()


class TestCountSpared:
    def test_counts_without_a_person_while_it_runs(self) -> None:
        made = incident("musterstadt")

        gathering.count_spared(incident=made)
        announcing.end(incident=made, answer="Behoben.", by=agent(), at=LATER)
        gathering.count_spared(incident=made)

        assert Incident.objects.get().spared == 1
