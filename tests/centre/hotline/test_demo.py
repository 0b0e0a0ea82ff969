"""The demo's tickets are made by the product's own acts, once."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum
from django.utils import timezone

from hotline import figures, keeping_promises, proposing, searching, time_report
from hotline.demo import loading
from hotline.demo.articles import ARTICLES
from hotline.demo.requests import REQUESTS
from hotline.models import (
    Agreement,
    Article,
    DeskNotice,
    HelpfulCount,
    IncomingMail,
    OutgoingMail,
    Queue,
    QueueMember,
    Tag,
    Ticket,
    TimeEntry,
)
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


@pytest.fixture
def people() -> None:
    for username, role in (("j.behrens", "agent"), ("k.wolters", "operator"), ("fachverfahren", "requester")):
        UserFactory(username=username, roles=[role])


@pytest.mark.usefixtures("people")
class TestHistory:
    """Requests of earlier quarters, for the statistics."""

    AT = datetime(2026, 11, 27, 6, tzinfo=UTC)

    @pytest.fixture
    def earlier(self, people: None, settings: Any) -> Any:
        settings.MAIL_SMTP_URL = "smtp+plain://127.0.0.1:1"
        queue = Queue.objects.get(key="hotline")
        QueueMember.objects.create(queue=queue, person=User.objects.get(username="k.wolters"))
        made = loading.load(at=self.AT, with_history=True)
        return Ticket.objects.filter(pk__in=list(Ticket.objects.order_by("pk").values_list("pk", flat=True)[: made - len(REQUESTS)]))

    @pytest.mark.usefixtures("earlier")
    def test_fills_the_statistics(self) -> None:
        asked = figures.quarters(self.AT.date())[-2:]
        counted, kept = figures.of_quarters(asked), keeping_promises.of_quarters(asked, at=self.AT)

        for each, shares in zip(counted, kept, strict=True):
            assert each.cell() >= 40  # type: ignore[operator]
            assert all(None not in each.of_month(month)[:2] for month in each.quarter.months)
            assert sum(each.cell(figures.ALL, topic) is not None for topic in each.topics) >= 2
            assert shares["first_response"].percent in range(60, 100)
            assert shares["resolution"].percent in range(60, 100)
            assert shares["next_response"].words != "–"
            assert figures.spared(each.quarter)
        assert len({line.municipality for line in time_report.of_quarter(year=2026, quarter=3).lines if line.minutes}) == 3
        assert HelpfulCount.objects.aggregate(n=Sum("yes"))["n"] >= 30

    def test_everything_is_settled_came_by_every_way_and_is_told_to_nobody(self, earlier: Any, settings: Any) -> None:
        assert 90 <= earlier.count() <= 140
        assert not earlier.unsettled().exists()
        assert not earlier.filter(changed_at__gt=self.AT).exists()
        assert set(earlier.values_list("kind", flat=True)) == {"request", "phone"}
        assert IncomingMail.objects.filter(ticket__in=earlier, outcome="ticket").count() >= 5
        assert not OutgoingMail.objects.filter(ticket__in=earlier).exists()
        assert not DeskNotice.objects.filter(ticket__in=earlier).exists()
        assert OutgoingMail.objects.exists()  # of the present ones, as ever
        assert settings.MAIL_SMTP_URL

    def test_a_second_time_nothing_is_made(self, earlier: Any) -> None:
        before = Ticket.objects.count(), TimeEntry.objects.count(), list(Ticket.objects.values_list("subject", "created_at"))

        call_command("load_demo_tickets", "--history", stdout=StringIO())

        assert (Ticket.objects.count(), TimeEntry.objects.count(), list(Ticket.objects.values_list("subject", "created_at"))) == before

    def test_can_be_made_on_any_day(self) -> None:
        at = datetime(2027, 1, 2, 23, tzinfo=UTC)

        assert loading.load(at=at, with_history=True) >= 90
        assert not Ticket.objects.filter(changed_at__gt=at).exists()
