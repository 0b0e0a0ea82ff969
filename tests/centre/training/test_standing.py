"""Who decides about whose training: as nodes say it at each arrival, and by an operator's word before there is a node."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from hotline.models import Message
from tenants import channel
from tenants.centre import arriving
from tenants.centre.models import Contact
from tenants.models import User
from tests.centre.hotline_factories import MunicipalityFactory, TicketFactory
from tests.centre.nodes import Node
from tests.centre.training_factories import AT, course_date, requester, trainer
from tests.factories import UserFactory
from training import enrolling, standing
from training.models import Enrolment, Standing

TODAY = timezone.localdate


def said(**other: Any) -> dict[str, Any]:
    clerk = {"id": str(uuid4()), "name": "Lena Amsel", "email": "l.amsel@stadt.example", "telephone": ""}
    more = {"landing": "training", "office": "63 Bauordnung", "leads": [], "stands_in": []}
    return {
        "municipality": "musterstadt",
        "clerk": {**clerk, **other.pop("clerk", {})},
        "screen": "",
        "roles": ["clerk"],
        "version": "0.1.0",
        "error": "",
        **more,
        **other,
    }


def arrive(node: Node, **other: Any) -> arriving.Arrival:
    return arriving.arrive(token=node.says(channel.HANDOFF, said(**other)), at=timezone.now())


def held(person: User) -> set[tuple[str, str]]:
    return set(Standing.objects.in_force().filter(person=person).values_list("role", "office"))


ID = {"id": "6c1f1f3e-6b1e-4a39-8d53-0d6a6f0a7a11"}


class TestKeepInStep:
    def test_a_supervisor_decides_about_the_offices_that_she_leads(self, node: Node) -> None:
        clerk, elsewhere = arrive(node).person, arrive(node, office="50 Soziales").person

        boss = arrive(node, roles=["supervisor"], leads=["63 Bauordnung", "63.1 Statik"]).person

        assert held(boss) == {("supervisor", "63 Bauordnung"), ("supervisor", "63.1 Statik")}
        assert enrolling.may_decide_for(clerk, by=boss)
        assert not enrolling.may_decide_for(elsewhere, by=boss)

    def test_a_coordinator_decides_about_her_municipality_and_no_other(self, node: Node) -> None:
        clerk = arrive(node).person

        coordinator = arrive(node, roles=["coordinator"], office="10 Hauptamt").person

        assert enrolling.may_decide_for(clerk, by=coordinator)
        assert not enrolling.may_decide_for(requester("beispielheim"), by=coordinator)

    def test_what_she_is_no_more_ends_with_the_next_arrival(self, node: Node) -> None:
        boss = arrive(node, clerk=ID, roles=["supervisor", "coordinator"], leads=["63 Bauordnung"]).person

        arrive(node, clerk=ID, roles=["clerk"])

        assert held(boss) == set()

    def test_a_deputy_decides_until_the_last_day_and_not_after_it(self, node: Node) -> None:
        today = TODAY()
        deputy = arrive(node, stands_in=[{"office": "63 Bauordnung", "until": today.isoformat()}]).person
        clerk = arrive(node).person

        assert enrolling.may_decide_for(clerk, by=deputy)
        Standing.objects.filter(person=deputy).update(ends_at=timezone.now() - timedelta(seconds=1))
        assert not enrolling.may_decide_for(clerk, by=deputy)

    def test_a_substitution_that_is_over_is_none(self, node: Node) -> None:
        yesterday = (TODAY() - timedelta(days=1)).isoformat()

        assert held(arrive(node, stands_in=[{"office": "63 Bauordnung", "until": yesterday}]).person) == set()

    def test_an_office_follows_her_and_reading_the_old_one_ends(self, node: Node) -> None:
        person = arrive(node, clerk=ID).person
        Contact.objects.filter(person=person).update(sees_office=True)

        arrive(node, clerk=ID, office="50 Soziales")

        contact = Contact.objects.get(person=person)
        assert (contact.office, contact.sees_office) == ("50 Soziales", False)

    def test_a_node_of_an_earlier_version_still_hands_over(self, node: Node) -> None:
        told = {name: value for name, value in said(clerk=ID, roles=["coordinator", "supervisor"]).items() if name not in arriving.MORE}
        before = arrive(node, clerk=ID).person  # of the version that said her office

        arrival = arriving.arrive(token=node.says(channel.HANDOFF, told), at=timezone.now())

        assert (arrival.person, arrival.landing) == (before, "help")
        assert held(before) == {("coordinator", ""), ("supervisor", "63 Bauordnung")}
        assert Contact.objects.get(person=before).office == "63 Bauordnung"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"landing": "https://boese.example/"},
            {"landing": "/verwaltung/"},
            {"landing": ["training"]},
            {"office": None},
            {"leads": "63 Bauordnung"},
            {"leads": [1]},
            {"leads": ["x"] * 201},
            {"stands_in": [{"office": "63", "until": "bald"}]},
            {"stands_in": [{"office": "63"}]},
            {"stands_in": ["63"]},
        ],
    )
    def test_what_does_not_fit_lets_nobody_in(self, node: Node, wrong: dict[str, Any]) -> None:
        with pytest.raises(arriving.CannotArrive):
            arrive(node, **wrong)

        assert not Contact.objects.exists()

    def test_she_lands_on_the_courses(self, node: Node) -> None:
        browser = Client(headers={"host": "zentrum.localhost"})

        answer = browser.post("/hilfe/ankommen/", {"token": node.says(channel.HANDOFF, said())})

        assert (answer.status_code, answer["Location"]) == (302, "/schulungen/")

    def test_what_an_operator_said_stays(self, node: Node) -> None:
        person = arrive(node, clerk=ID).person
        name_coordinator(email=person.email)

        arrive(node, clerk=ID)

        assert held(person) == {("coordinator", "")}


def operator() -> User:
    return UserFactory(roles=["operator"])


def name_coordinator(*, email: str = "neu@stadt.example", name: str = "Kim Ohlsen", by: User | None = None) -> User:
    return standing.name_coordinator(municipality=MunicipalityFactory(), name=name, email=email, by=by or operator(), at=AT)


class TestNameCoordinator:
    def test_makes_a_contact_without_a_password(self) -> None:
        person = name_coordinator()

        assert (person.display_name, person.has_usable_password(), person.role_names) == ("Kim Ohlsen", False, {"requester"})
        assert held(person) == {("coordinator", "")}

    def test_takes_who_is_known_by_her_address(self) -> None:
        known = requester(email="neu@stadt.example")

        assert name_coordinator(email="NEU@stadt.example") == known

    @pytest.mark.parametrize("wrong", [{"email": "keine"}, {"name": " "}])
    def test_refuses_nobody_and_no_address(self, wrong: dict[str, str]) -> None:
        with pytest.raises(standing.CannotName):
            name_coordinator(**wrong)

    def test_is_for_operators(self) -> None:
        with pytest.raises(standing.CannotName, match="benennt"):
            name_coordinator(by=trainer())

    def test_can_be_ended(self) -> None:
        person = name_coordinator()

        standing.end_by_hand(standing=Standing.objects.get(person=person), by=operator(), at=AT)

        assert held(person) == set()


class TestUnite:
    def both(self, node: Node) -> tuple[Contact, Contact]:
        earlier = standing.make_contact(municipality=MunicipalityFactory(), name="L. Amsel", email="l.amsel@stadt.example", by=None, at=AT)
        arrived = arrive(node, clerk=ID).person
        return earlier.contact, arrived.contact

    def test_the_earlier_account_becomes_hers_with_all_that_came_meanwhile(self, node: Node) -> None:
        earlier, arrived = self.both(node)
        ticket, date = TicketFactory(requester=arrived.person), course_date()
        ticket.watchers.add(arrived.person)
        enrolling.enrol(date=date, person=arrived.person, by=arrived.person, at=AT)
        assert Message.objects.filter(author=arrived.person).exists()

        person = standing.unite(earlier=earlier, arrived=arrived, by=name_coordinator(), at=AT)

        ticket.refresh_from_db()
        assert list(ticket.watchers.all()) == [person]
        assert not Message.objects.exclude(author=person).exists()
        assert (ticket.requester, Enrolment.objects.get().person) == (person, person)
        assert not User.objects.get(pk=arrived.person.pk).is_active
        assert arrive(node, clerk=ID).person == person  # and comes as one from now on
        assert person.display_name == "Lena Amsel"

    def test_whoever_has_two_places_on_one_date_gives_one_back_first(self, node: Node) -> None:
        earlier, arrived = self.both(node)
        date = course_date()
        for contact in (earlier, arrived):
            enrolling.enrol(date=date, person=contact.person, by=contact.person, at=AT)

        with pytest.raises(standing.uniting.CannotUnite, match="zuerst"):
            standing.unite(earlier=earlier, arrived=arrived, by=name_coordinator(), at=AT)

        assert User.objects.get(pk=arrived.person.pk).is_active

    def test_a_coordinator_unites_only_the_same_address_of_her_municipality(self, node: Node) -> None:
        earlier, arrived = self.both(node)
        User.objects.filter(pk=earlier.person.pk).update(email="andere@stadt.example")
        earlier = Contact.objects.get(pk=earlier.pk)

        for somebody in (name_coordinator(), requester(), trainer()):
            with pytest.raises(standing.uniting.CannotUnite):
                standing.unite(earlier=earlier, arrived=arrived, by=somebody, at=AT)

    def test_two_whom_the_node_knows_are_two(self, node: Node) -> None:
        one, other = arrive(node).person.contact, arrive(node).person.contact

        with pytest.raises(standing.uniting.CannotUnite, match="zwei"):
            standing.unite(earlier=one, arrived=other, by=operator(), at=AT)

    def test_staff_are_never_made_one_with_somebody(self, node: Node) -> None:
        earlier, arrived = self.both(node)
        earlier.person.groups.add(*UserFactory(roles=["agent"]).groups.all())

        with pytest.raises(standing.uniting.CannotUnite):
            standing.unite(earlier=Contact.objects.get(pk=earlier.pk), arrived=arrived, by=operator(), at=AT)

    def test_who_seems_to_be_two_is_shown(self, node: Node) -> None:
        pair = self.both(node)

        assert standing.twins_of(MunicipalityFactory()) == [pair]


def test_ended_standings_are_forgotten() -> None:
    person = requester()
    row = Standing.objects.create(
        person=person, municipality=person.contact.municipality, role="deputy", office="x", ends_at=datetime(2026, 1, 1, tzinfo=AT.tzinfo)
    )

    standing.forget_ended(at=AT)

    assert not Standing.objects.filter(pk=row.pk).exists()
