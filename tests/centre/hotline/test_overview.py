"""The desk's lists: in which order, page after page, and by which index; what a person reads on a ticket."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from hotline import merging, overview, splitting
from hotline.models import Message, QueueMember, Ticket
from tests.centre.hotline_factories import AT, QueueFactory, TicketFactory, agent, requester

pytestmark = pytest.mark.usefixtures("queue")


def leafed(person: Any, asked: dict[str, str], size: int) -> list[list[str]]:
    """Numbers of all pages."""
    pages, after = [], ""
    while True:
        page = overview.page_of(person=person, asked={**asked, "nach": after}, at=AT, size=size)
        pages.append([ticket.number for ticket in page.tickets])
        if page.next_number is None:
            return pages
        after = page.next_number


class TestPageOf:
    @pytest.mark.parametrize("size", [1, 2, 3, 4, 7])
    def test_leafs_through_deadlines_and_what_has_none_without_a_gap_or_a_double(self, size: int) -> None:
        dues = [AT + timedelta(hours=hours) for hours in (3, 1, 1, 1, 2)] + [None, None]
        tickets = [TicketFactory(next_due=due) for due in dues]
        order = [tickets[place].number for place in (1, 2, 3, 4, 0, 5, 6)]

        pages = leafed(agent(), {"stand": "offen"}, size)

        assert [number for page in pages for number in page] == order
        assert all(len(page) == size for page in pages[:-1])

    def test_a_late_page_begins_where_the_last_one_ended_by_an_index(self) -> None:
        person, tickets = agent(), [TicketFactory(next_due=AT + timedelta(minutes=n)) for n in range(60)]
        asked = {"stand": "offen", "nach": f"{tickets[40].next_due.isoformat()}_{tickets[40].number}"}

        with CaptureQueriesContext(connections["default"]) as queries:
            overview.page_of(person=person, asked=asked, at=AT, size=5)

        [sql] = [query["sql"] for query in queries.captured_queries if "next_due" in query["sql"]]
        assert "ticket_open_by_deadline" in plan(sql)
        assert "Index Cond: (next_due >= " in plan(sql).replace("hotline_ticket.", "")

    @pytest.mark.parametrize(
        ("asked", "index"),
        [
            ({"stand": "offen"}, "ticket_open_by_deadline"),
            ({"stand": "offen", "warteschlange": "hotline"}, "ticket_open_in_queue"),
            ({"stand": "offen", "warteschlange": "-meine"}, "ticket_open_in_queue"),
            ({"stand": "offen", "bei": "mir"}, "ticket_open_of_agent"),
            ({"stand": "closed", "warteschlange": "hotline"}, "ticket_in_queue"),
            ({"stand": "closed", "bei": "mir"}, "ticket_of_agent"),
            ({"sortiert": "frist"}, "ticket_by_deadline"),
        ],
    )
    def test_each_list_has_an_index_in_its_own_order(self, asked: dict[str, str], index: str) -> None:
        person = agent()
        QueueMember.objects.create(queue=QueueFactory(), person=person)

        with CaptureQueriesContext(connections["default"]) as queries:
            overview.page_of(person=person, asked=asked, at=AT)

        [sql] = [query["sql"] for query in queries.captured_queries if "hotline_ticket" in (query["sql"] or "")]
        assert index in plan(sql)
        assert "Sort" not in plan(sql)


def plan(sql: str) -> str:
    """How PostgreSQL would answer a query if the tables were too large to be read whole or sorted, whatever it has counted in them lately."""
    with connections["default"].cursor() as cursor:
        cursor.execute("UPDATE pg_class SET relpages = 1, reltuples = 100000 WHERE oid = 'hotline_ticket'::regclass")
        cursor.execute("DELETE FROM pg_statistic WHERE starelid = 'hotline_ticket'::regclass")
        for way in ("seqscan", "sort", "bitmapscan", "hashjoin", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute("EXPLAIN " + sql)
        return "\n".join(row[0] for row in cursor.fetchall())


class TestVisibleMessages:
    """Message.read_on gives what visible_to and of give together; it is written down twice because it is asked on every page."""

    def world(self) -> tuple[Ticket, Ticket, Any]:
        """A ticket with a merged one, a note, and a message that was split off; a stranger."""
        ticket, other = TicketFactory(), TicketFactory()
        staff = agent()
        Message.objects.create(ticket=ticket, kind="note", author=staff, by_staff=True, body="Unter uns.", at=AT)
        asked = Message.objects.create(ticket=ticket, kind="reply", author=ticket.requester, body="Und noch etwas anderes.", at=AT)
        merging.merge(ticket=other, into=ticket, by=staff, at=AT)
        splitting.split(message=asked, subject="Anderes", by=staff, at=AT)
        TicketFactory(body="Ganz fremd")
        return Ticket.objects.get(pk=ticket.pk), other, requester()

    def test_read_on_is_what_is_visible_of_a_ticket_that_she_may_know_of(self) -> None:
        ticket, other, _stranger = self.world()

        for person in (ticket.requester, other.requester, agent()):
            known: QuerySet[Message] = Message.objects.visible_to(person).of(ticket)
            assert Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists()
            assert set(Message.objects.read_on(ticket, person)) == set(known)
            assert len(known) > 2

    def test_notes_are_for_staff_only(self) -> None:
        ticket, _other, _stranger = self.world()

        assert not Message.objects.read_on(ticket, ticket.requester).filter(kind="note").exists()
        assert Message.objects.read_on(ticket, agent()).filter(kind="note").exists()

    def test_who_may_sign_in_no_more_reads_nothing(self) -> None:
        ticket, _other, _stranger = self.world()

        assert not Message.objects.read_on(ticket, requester(is_active=False)).exists()
        assert not Message.objects.read_on(ticket, agent(is_active=False)).exists()

    def test_a_message_is_read_once_however_many_ways_lead_to_it(self) -> None:
        ticket, other, _stranger = self.world()
        first = Message.objects.filter(ticket=ticket).first()
        first.also_on.add(ticket, other)

        said = list(Message.objects.read_on(ticket, ticket.requester))

        assert len(said) == len(set(said))
