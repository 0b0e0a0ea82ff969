"""An incident is written down, announced to those that are affected, told how it goes on, and ended with one answer for all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings

from hotline import announcing, answering, gathering, handling, linking, merging
from hotline.models import Incident, IncidentEvent, IncidentUpdate, Message, OutgoingMail, Ticket, TicketEvent
from tenants import banners
from tenants.centre.models import Municipality, Order
from tests.centre.hotline_factories import AT, MunicipalityFactory, TicketFactory, agent, incident, requester
from tests.centre.nodes import Node

LATER = AT + timedelta(hours=1)
UNTIL = AT + timedelta(days=1)


def ticket_of(town: str, **more: Any) -> Ticket:
    asker = requester(town)
    made: Ticket = TicketFactory(requester=asker, municipality=MunicipalityFactory(slug=town), **more)
    return made


def begin(**more: Any) -> Incident:
    return announcing.begin(**{"title": "Scans", "text": "Sie bleiben stehen.", "until": UNTIL, "by": agent(), "at": AT, **more})


def state_of(*tickets: Ticket) -> list[str]:
    return [Ticket.objects.get(pk=ticket.pk).state for ticket in tickets]


class TestBegin:
    def test_a_draft_tells_nobody(self) -> None:
        Node().joins()
        ticket = ticket_of("musterstadt")

        made = begin(tickets=[ticket])

        assert (made.state, made.announced_at) == ("draft", None)
        assert not Order.objects.exists()
        assert ticket.messages.count() == 1
        assert not Incident.objects.visible_to(ticket.requester).exists()

    def test_municipalities_of_its_tickets_are_affected_and_it_began_with_the_oldest(self) -> None:
        early = ticket_of("beispielheim", created_at=AT - timedelta(hours=3))

        made = begin(tickets=[ticket_of("musterstadt"), early], towns=[MunicipalityFactory(slug="uebungsstadt")])

        assert set(made.towns.values_list("slug", flat=True)) == {"musterstadt", "beispielheim", "uebungsstadt"}
        assert made.begun_at == early.created_at

    def test_is_for_staff(self) -> None:
        with pytest.raises(announcing.CannotAnnounce):
            begin(by=requester())

    @pytest.mark.parametrize(
        ("field", "value"),
        [("title", "  "), ("title", "x" * 81), ("text", "\x00\n"), ("text", "x" * 501), ("until", AT), ("until", AT + timedelta(days=31))],
    )
    def test_refuses_what_cannot_be_shown(self, field: str, value: Any) -> None:
        with pytest.raises(announcing.CannotAnnounce) as refused:
            begin(**{field: value})

        assert refused.value.field == field
        assert not Incident.objects.exists()

    def test_what_is_longest_still_fits_on_a_banner(self) -> None:
        assert announcing.LONGEST_TITLE + announcing.LONGEST_TEXT + len(" – ") <= banners.LONGEST_TEXT
        assert announcing.LONGEST < banners.LONGEST

    def test_a_ticket_is_part_of_one_incident_and_neither_settled_nor_merged(self) -> None:
        taken, settled, merged = ticket_of("musterstadt"), ticket_of("musterstadt"), ticket_of("musterstadt")
        begin(tickets=[taken])
        handling.solve(ticket=settled, by=agent(), at=AT)
        merging.merge(ticket=merged, into=ticket_of("musterstadt"), by=agent(), at=AT)

        for unfit in (taken, settled, merged):
            with pytest.raises(announcing.CannotAnnounce, match=unfit.number):
                begin(tickets=[ticket_of("musterstadt"), unfit])

        assert Incident.objects.count() == 1  # refused whole


class TestRevise:
    def test_keeps_municipalities_of_tickets_and_writes_what_changed(self) -> None:
        ticket, other = ticket_of("musterstadt"), MunicipalityFactory(slug="beispielheim", name="Beispielheim")
        made = begin(tickets=[ticket], towns=[other])

        announcing.revise(incident=made, title="Scanner", text=made.text, until=UNTIL, by=agent(), at=LATER)

        assert list(made.towns.values_list("slug", flat=True)) == ["musterstadt"]
        changes = IncidentEvent.objects.get(act="revise").changes
        assert changes["title"] == ["Scans", "Scanner"]
        assert "text" not in changes

    def test_not_once_it_is_announced(self) -> None:
        with pytest.raises(announcing.CannotAnnounce):
            announcing.revise(incident=incident("musterstadt"), title="X", text="Y", until=UNTIL, by=agent(), at=AT)


class TestAnnounce:
    def test_banners_go_to_the_affected_municipalities_only(self) -> None:
        Node(towns=("musterstadt", "beispielheim", "uebungsstadt")).joins()

        made = incident("musterstadt", "beispielheim")

        orders = Order.objects.order_by("municipality__slug")
        assert [(one.municipality.slug, one.kind) for one in orders] == [("beispielheim", "show_banner"), ("musterstadt", "show_banner")]
        assert orders[0].body == {
            "id": str(made.public_id),
            "text": "Scans werden nicht gelesen – Seit heute früh bleiben Scans stehen.",
            "from": AT.isoformat(),
            "until": made.until.isoformat(),
        }
        assert orders[0].expires_at == made.until

    def test_whoever_asked_is_answered_on_the_page_and_by_mail_and_her_ticket_stays_open(self) -> None:
        ticket, settled = ticket_of("musterstadt"), ticket_of("musterstadt")
        made = begin(tickets=[ticket, settled])
        handling.solve(ticket=settled, by=agent(), at=AT)

        with override_settings(MAIL_SMTP_URL="smtp+plain://127.0.0.1:1"):
            announcing.announce(incident=made, by=agent(), at=LATER)

        said = Message.objects.visible_to(ticket.requester).filter(ticket=ticket).order_by("pk").last()
        assert "Sie bleiben stehen." in said.body
        assert OutgoingMail.objects.get().to_address == ticket.requester.email
        assert state_of(ticket, settled) == ["open", "solved"]

    def test_refuses_twice_a_stale_reading_nobody_affected_and_an_end_that_is_past(self) -> None:
        made, alone = begin(towns=[MunicipalityFactory()]), begin()
        announcing.announce(incident=made, by=agent(), at=AT, seen=1)

        with pytest.raises(announcing.StaleIncident):
            announcing.announce(incident=made, by=agent(), at=AT, seen=1)
        for unfit, at in ((made, AT), (alone, AT), (begin(towns=[MunicipalityFactory()]), UNTIL)):
            with pytest.raises(announcing.CannotAnnounce):
                announcing.announce(incident=unfit, by=agent(), at=at)
        assert IncidentUpdate.objects.count() == 1


class TestVisibleTo:
    def test_those_who_ask_know_what_was_announced_to_their_own_municipality(self) -> None:
        here, there = requester("musterstadt"), requester("beispielheim")
        running = incident("musterstadt")
        incident("musterstadt", announced=False)

        assert list(Incident.objects.visible_to(here)) == [running]
        assert not Incident.objects.visible_to(there).exists()
        assert Incident.objects.visible_to(agent()).count() == 2

    def test_an_ended_one_stays_readable_and_one_that_was_thrown_away_was_never_there(self) -> None:
        here = requester("musterstadt")
        ended, thrown = incident("musterstadt"), incident("musterstadt", announced=False)
        announcing.end(incident=ended, answer="Behoben.", by=agent(), at=LATER)
        announcing.discard(incident=thrown, by=agent(), at=LATER)

        assert list(Incident.objects.visible_to(here)) == [ended]

    def test_nobody_without_a_role_and_no_inactive_account(self) -> None:
        person = requester("musterstadt")
        incident("musterstadt")
        person.is_active = False

        assert not Incident.objects.visible_to(person).exists()
        assert not Incident.objects.visible_to(agent(is_active=False)).exists()


class TestReport:
    def test_the_banner_is_replaced_and_a_further_municipality_is_told(self) -> None:
        Node(towns=("musterstadt", "beispielheim")).joins()
        made = incident("musterstadt")
        further = Municipality.objects.get(slug="beispielheim")

        announcing.report(incident=made, text="Ab 14 Uhr wieder.", towns=[further], until=UNTIL + timedelta(days=1), by=agent(), at=LATER)

        new = Order.objects.filter(given_at=LATER)
        assert {one.municipality.slug for one in new} == {"musterstadt", "beispielheim"}
        assert {one.body["id"] for one in Order.objects.all()} == {str(made.public_id)}
        assert {one.body["text"] for one in new} == {"Scans werden nicht gelesen – Ab 14 Uhr wieder."}
        assert [one.text for one in made.updates.order_by("pk")] == ["Seit heute früh bleiben Scans stehen.", "Ab 14 Uhr wieder."]

    @pytest.mark.parametrize(("tell", "messages"), [(False, 2), (True, 3)])
    def test_those_who_asked_are_told_if_it_is_wished(self, tell: bool, messages: int) -> None:
        ticket = ticket_of("musterstadt")
        made = incident(tickets=[ticket])

        announcing.report(incident=made, text="Ab 14 Uhr wieder.", tell_tickets=tell, by=agent(), at=LATER)

        assert ticket.messages.count() == messages

    def test_only_while_it_runs_and_on_what_was_read(self) -> None:
        made = incident("musterstadt")

        with pytest.raises(announcing.StaleIncident):
            announcing.report(incident=made, text="Neu", by=agent(), at=LATER, seen=1)
        announcing.end(incident=made, answer="Behoben.", by=agent(), at=LATER)
        with pytest.raises(announcing.CannotAnnounce):
            announcing.report(incident=made, text="Neu", by=agent(), at=LATER)

    def test_when_the_banner_has_gone_by_itself_a_later_moment_is_asked_for(self) -> None:
        made = incident("musterstadt")

        with pytest.raises(announcing.CannotAnnounce) as refused:
            announcing.report(incident=made, text="Neu", by=agent(), at=UNTIL + timedelta(hours=1))

        assert refused.value.field == "until"


class TestLeaveOut:
    def test_its_banner_is_taken_away_and_its_people_know_nothing_any_more(self) -> None:
        Node(towns=("musterstadt", "beispielheim")).joins()
        made, there = incident("musterstadt", "beispielheim"), requester("beispielheim")

        announcing.leave_out(incident=made, municipality=Municipality.objects.get(slug="beispielheim"), by=agent(), at=LATER)
        announcing.report(incident=made, text="Neuer Stand.", by=agent(), at=LATER)

        assert [(one.municipality.slug, one.kind) for one in Order.objects.filter(given_at=LATER).order_by("pk")] == [
            ("beispielheim", "end_banner"),
            ("musterstadt", "show_banner"),
        ]
        assert not Incident.objects.visible_to(there).exists()

    def test_it_can_be_affected_after_all(self) -> None:
        Node(towns=("musterstadt", "beispielheim")).joins()
        made, town = incident("musterstadt", "beispielheim"), Municipality.objects.get(slug="beispielheim")
        announcing.leave_out(incident=made, municipality=town, by=agent(), at=LATER)

        announcing.report(incident=made, text="Doch.", towns=[town], by=agent(), at=LATER + timedelta(minutes=1))

        assert Incident.objects.visible_to(requester("beispielheim")).exists()
        assert Order.objects.order_by("pk").filter(municipality=town).last().kind == "show_banner"  # type: ignore[union-attr]

    def test_not_the_last_one_nor_one_with_requests_in_it_nor_one_that_is_not_affected(self) -> None:
        alone, made = incident("musterstadt"), incident("beispielheim", tickets=[ticket_of("musterstadt")])

        for one, slug in ((alone, "musterstadt"), (made, "musterstadt"), (made, "uebungsstadt")):
            with pytest.raises(announcing.CannotAnnounce):
                announcing.leave_out(incident=one, municipality=MunicipalityFactory(slug=slug), by=agent(), at=LATER)


class TestEnd:
    def test_one_answer_reaches_and_closes_all_and_banners_are_taken_away(self) -> None:
        Node(towns=("musterstadt", "beispielheim")).joins()
        tickets = [ticket_of("musterstadt"), ticket_of("beispielheim"), ticket_of("beispielheim")]
        made = incident(tickets=tickets)

        announcing.end(incident=made, answer="Behoben.", by=agent(), at=LATER)

        assert state_of(*tickets) == ["closed"] * 3
        assert Message.objects.filter(body="Behoben.", kind="reply").count() == 3
        ends = Order.objects.filter(kind="end_banner")
        assert [one.body for one in ends] == [{"id": str(made.public_id)}] * 2
        assert (made.state, made.ended_at, made.updates.last().text) == ("ended", LATER, "Behoben.")

    def test_what_is_settled_stays_and_where_a_merged_one_goes_on_is_answered_once(self) -> None:
        settled, merged, goes_on = ticket_of("musterstadt"), ticket_of("musterstadt"), ticket_of("musterstadt")
        made = incident(tickets=[settled, merged, goes_on])
        handling.solve(ticket=settled, by=agent(), at=LATER)
        merging.merge(ticket=Ticket.objects.get(pk=merged.pk), into=Ticket.objects.get(pk=goes_on.pk), by=agent(), at=LATER)

        announcing.end(incident=made, answer="Behoben.", by=agent(), at=LATER)

        assert state_of(settled, goes_on) == ["solved", "closed"]
        assert Message.objects.filter(body="Behoben.").count() == 1

    def test_reaches_those_below_its_tickets(self) -> None:
        top, low = ticket_of("musterstadt"), ticket_of("musterstadt")
        linking.put_below(ticket=low, parent=top, by=agent(), at=AT)
        made = incident(tickets=[Ticket.objects.get(pk=top.pk)])

        announcing.end(incident=made, answer="Behoben.", by=agent(), at=LATER)

        assert state_of(top, low) == ["closed", "closed"]

    def test_on_a_stale_reading_or_with_no_words_nobody_is_told(self) -> None:
        ticket = ticket_of("musterstadt")
        made = incident(tickets=[ticket])
        read = made.revision
        gathering.add(incident=made, ticket=ticket_of("beispielheim"), by=agent(), at=LATER)

        with pytest.raises(announcing.StaleIncident):
            announcing.end(incident=made, answer="Behoben.", by=agent(), at=LATER, seen=read)
        with pytest.raises(announcing.CannotAnnounce) as refused:
            announcing.end(incident=made, answer=" ", by=agent(), at=LATER)

        assert refused.value.field == "answer"
        assert state_of(ticket) == ["open"]
        assert not Message.objects.filter(body="Behoben.").exists()

    def test_a_ticket_that_was_answered_can_be_part_of_the_next_incident(self) -> None:
        ticket = ticket_of("musterstadt")
        announcing.end(incident=incident(tickets=[ticket]), answer="Behoben.", by=agent(), at=LATER)
        handling.reopen(ticket=ticket, reason="Doch nicht.", by=agent(), at=LATER)

        again = incident(tickets=[ticket], at=LATER)

        assert Ticket.objects.get(pk=ticket.pk).incident == again


class TestDiscard:
    def test_tickets_are_as_before(self) -> None:
        ticket = ticket_of("musterstadt")
        made = begin(tickets=[ticket])

        announcing.discard(incident=made, by=agent(), at=LATER)

        ticket.refresh_from_db()
        assert (ticket.incident, ticket.state) == (None, "new")
        assert [event.act for event in TicketEvent.objects.filter(ticket=ticket).order_by("pk")] == ["join_incident", "leave_incident"]

    def test_not_once_it_is_announced(self) -> None:
        with pytest.raises(announcing.CannotAnnounce):
            announcing.discard(incident=incident("musterstadt"), by=agent(), at=LATER)


class TestEvents:
    def test_every_act_is_written_down_with_old_and_new_values(self) -> None:
        made = incident("musterstadt")
        announcing.report(incident=made, text="Neuer Text", by=agent(), at=LATER)
        announcing.end(incident=made, answer="Behoben.", by=agent(display_name="Jule Behrens"), at=LATER)

        events = list(IncidentEvent.objects.filter(incident=made).order_by("pk"))
        assert [event.act for event in events] == ["begin", "announce", "report", "end"]
        assert events[2].changes == {"text": ["Seit heute früh bleiben Scans stehen.", "Neuer Text"]}
        assert (events[3].actor, events[3].changes["state"]) == ("Jule Behrens", ["announced", "ended"])


class TestAnswersBySingleTickets:
    def test_a_requesters_answer_to_an_announced_one_is_an_answer_like_any(self) -> None:
        ticket = ticket_of("musterstadt")
        incident(tickets=[ticket])

        answering.say(ticket=ticket, body="Bei mir geht es wieder.", by=ticket.requester, at=LATER)

        assert state_of(ticket) == ["open"]
