"""The demo's tickets are made by the product's own acts, once."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from hotline import proposing, searching
from hotline.demo.articles import ARTICLES
from hotline.models import Agreement, Article, Tag, Ticket, TimeEntry
from tenants.centre.models import Municipality
from tenants.models import User
from tests.centre.hotline_factories import requester
from tests.factories import UserFactory


class TestLoadDemoTickets:
    def test_makes_at_least_twenty_in_every_state_and_does_so_once(self) -> None:
        UserFactory(username="j.behrens", roles=["agent"])
        UserFactory(username="k.wolters", roles=["operator"])
        UserFactory(username="fachverfahren", roles=["requester"])

        for _twice in range(2):
            call_command("load_demo_tickets", stdout=StringIO())

        assert Ticket.objects.count() >= 20
        assert set(Ticket.objects.values_list("state", flat=True)) == set(Ticket.State.values)
        assert set(Ticket.objects.values_list("municipality__slug", flat=True)) == set(Municipality.objects.values_list("slug", flat=True))

    def test_has_promises_and_time_booked(self) -> None:
        for username, role in (("j.behrens", "agent"), ("k.wolters", "operator"), ("fachverfahren", "requester")):
            UserFactory(username=username, roles=[role])

        call_command("load_demo_tickets", stdout=StringIO())

        assert Agreement.objects.get().default
        assert not Ticket.objects.exclude(state="waiting").filter(due_resolution=None).exists()
        assert TimeEntry.objects.exists()

    def test_has_tags_on_requests_and_a_retired_one(self) -> None:
        for username, role in (("j.behrens", "agent"), ("k.wolters", "operator"), ("fachverfahren", "requester")):
            UserFactory(username=username, roles=[role])

        call_command("load_demo_tickets", stdout=StringIO())

        assert Ticket.objects.filter(tags__name="Drucken").exists()
        assert list(Tag.objects.filter(active=False, tickets__isnull=False).distinct()) == [Tag.objects.get(name="Update 0.1")]
        assert Ticket.objects.values("changed_at").distinct().count() > 10

    def test_writes_the_knowledge_base_once(self) -> None:
        for username, role in (("j.behrens", "agent"), ("k.wolters", "operator"), ("fachverfahren", "requester")):
            UserFactory(username=username, roles=[role])

        for _twice in range(2):
            call_command("load_demo_tickets", stdout=StringIO())

        assert set(Article.objects.values_list("state", flat=True)) == {"published"}
        assert Article.objects.count() == len(ARTICLES)
        assert Article.objects.filter(current__audience="internal").count() == 1
        found = searching.matching(person=requester(), subject="Mein Scan ist nicht lesbar")
        assert found[0].title == "Mein Scan ist „Nicht lesbar“. Was nun?"

    def test_three_of_its_tickets_are_proposed_as_one_incident(self) -> None:
        for username, role in (("j.behrens", "agent"), ("k.wolters", "operator"), ("fachverfahren", "requester")):
            UserFactory(username=username, roles=[role])

        call_command("load_demo_tickets", stdout=StringIO())

        [one] = proposing.propose(by=User.objects.get(username="j.behrens"), at=timezone.now())
        assert (len(one.tickets), one.towns) == (3, ["Beispielheim", "Musterstadt"])
        assert all("Scan" in ticket.subject for ticket in one.tickets)

    def test_refuses_in_production(self, settings: object) -> None:
        settings.PRODUCTION = True  # type: ignore[attr-defined]

        with pytest.raises(CommandError):
            call_command("load_demo_tickets", stdout=StringIO())
