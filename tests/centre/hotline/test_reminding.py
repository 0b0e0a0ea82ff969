"""The desk is warned before a promise is broken and told when it is: once, also by two workers at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.test.utils import CaptureQueriesContext

from hotline import answering, handling, reminding
from hotline.models import Agreement, Message, Queue, Ticket, TicketEvent, Told
from tenants.centre.models import Contact, Municipality
from tenants.models import User
from tests.centre.hotline.test_promises import fresh, local, opened
from tests.centre.hotline_factories import QueueFactory, TicketFactory, agent, agreement

WARN, DUE = local("2026-03-02T12:00"), local("2026-03-02T14:00")  # of the first response to a request of 09:00


@pytest.fixture(autouse=True)
def queue() -> Queue:
    return QueueFactory()


def told(ticket: Ticket) -> list[str]:
    return list(TicketEvent.objects.filter(ticket=ticket, act__in=["warn", "escalate"]).order_by("pk").values_list("act", flat=True))


class TestTell:
    def test_nothing_before_its_time(self) -> None:
        agreement()
        ticket = opened()

        assert reminding.tell(at=WARN - timedelta(seconds=1)) == (0, 0)
        assert told(ticket) == []

    def test_warns_once_and_escalates_once(self) -> None:
        agreement()
        ticket = opened()

        tellings = [reminding.tell(at=at) for at in (WARN, WARN + timedelta(minutes=1), DUE, DUE + timedelta(minutes=1))]

        assert tellings == [(1, 0), (0, 0), (0, 1), (0, 0)]
        assert told(ticket) == ["warn", "escalate"]
        event = TicketEvent.objects.get(ticket=ticket, act="escalate")
        assert (event.actor, event.changes) == ("Fristenwache", {"first_response": [None, "2026-03-02T13:00:00+00:00"]})

    def test_a_worker_that_was_away_escalates_without_a_warning(self) -> None:
        agreement()
        ticket = opened()

        assert reminding.tell(at=DUE) == (0, 1)
        assert told(ticket) == ["escalate"]

    def test_nobody_is_told_of_what_was_answered_or_waits(self) -> None:
        agreement()
        ticket = opened()
        answering.say(ticket=ticket, body="Welcher?", by=agent(), at=local("2026-03-02T10:00"))

        assert reminding.tell(at=local("2026-04-01T12:00")) == (0, 0)

    def test_each_promise_is_told_of_by_itself(self) -> None:
        agreement(levels={"normal": (60, None, 120)})
        ticket = opened()

        reminding.tell(at=local("2026-03-02T10:00"))
        reminding.tell(at=local("2026-03-02T11:00"))

        fields = [list(event.changes) for event in TicketEvent.objects.filter(ticket=ticket, act="escalate").order_by("pk")]
        assert fields == [["first_response"], ["resolution"]]

    def test_more_time_by_a_new_priority_is_told_of_again_when_it_is_over(self) -> None:
        agreement()
        ticket = opened(priority="urgent")
        reminding.tell(at=local("2026-03-02T10:00"))
        handling.put(ticket=ticket, priority="low", by=agent(), at=local("2026-03-02T10:30"))

        reminding.tell(at=local("2026-03-03T10:00"))

        assert told(ticket) == ["escalate", "escalate"]

    def test_asks_the_same_number_of_queries_for_any_number_of_tickets(self) -> None:
        agreement()
        counts = []
        for more in (2, 20):
            for _n in range(more):
                opened()
            with CaptureQueriesContext(connections["default"]) as asked:
                assert reminding.tell(at=WARN) == (more, 0)
            counts.append(len(asked))

        assert counts[0] == counts[1]

    def test_changes_nothing_that_a_writer_has_read(self) -> None:
        agreement()
        ticket = opened()

        reminding.tell(at=DUE)

        assert fresh(ticket).revision == ticket.revision


class TestTwoWorkers:
    """With connections of their own: the rows are really in the database."""

    @pytest.fixture
    def tickets(self, django_db_blocker: Any) -> Iterator[list[int]]:
        def make() -> tuple[list[int], int]:
            with django_db_blocker.unblock(), transaction.atomic(using="default"):  # noqa: TID251
                made = agreement()
                rows = [TicketFactory(number=f"2099-{n:06}", tell_at=WARN, subject="Frist") for n in range(1, 41)]
            connections["default"].close()
            return [row.pk for row in rows], made.pk

        def forget(keys: list[int], made: int) -> None:
            with django_db_blocker.unblock():
                TicketEvent.objects.filter(ticket__in=keys).delete()
                people = list(Ticket.objects.filter(pk__in=keys).values_list("requester", flat=True))
                Message.objects.filter(ticket__in=keys).delete()
                Ticket.objects.filter(pk__in=keys).delete()
                Contact.objects.filter(person__in=people).delete()
                User.objects.filter(pk__in=people).delete()
                Agreement.objects.filter(pk=made).delete()
                Municipality.objects.filter(slug="musterstadt").delete()  # of those who asked
                connections["default"].close()

        with ThreadPoolExecutor(1) as other:
            keys, made = other.submit(make).result()
            try:
                yield keys
            finally:
                other.submit(forget, keys, made).result()

    def test_escalate_each_ticket_once(self, tickets: list[int], django_db_blocker: Any, monkeypatch: Any) -> None:
        monkeypatch.setattr(reminding, "AT_ONCE", 3)

        def work(_worker: int) -> int:
            with django_db_blocker.unblock():
                try:
                    return reminding.tell(at=local("2026-03-02T15:00"))[1]
                finally:
                    connections["default"].close()

        with ThreadPoolExecutor(4) as pool:
            escalated = sum(pool.map(work, range(4)))

        events = TicketEvent.objects.filter(ticket__in=tickets, act="escalate")
        assert (escalated, events.count(), events.values("ticket").distinct().count()) == (40, 40, 40)


class TestStanding:
    def test_counts_what_is_overdue_and_what_will_be(self) -> None:
        agreement()
        staff, watcher = agent(), agent()
        opened("2026-03-02T08:00")
        own, late = opened("2026-03-02T09:00"), opened("2026-03-02T08:00")
        handling.take(ticket=own, by=staff, at=local("2026-03-02T09:30"))
        late.watchers.add(watcher)
        opened("2026-03-02T13:30")

        reminding.tell(at=local("2026-03-02T13:00"))

        assert reminding.standing(person=staff, at=local("2026-03-02T13:00")) == reminding.Standing(2, 0, 1, 1)
        assert reminding.standing(person=watcher, at=local("2026-03-02T13:00")) == reminding.Standing(2, 1, 1, 0)

    def test_what_is_answered_is_not_counted(self) -> None:
        agreement(levels={"normal": (60, None, None)})
        ticket = opened()
        Ticket.objects.update(told_first_response=Told.WARNED)
        answering.say(ticket=ticket, body="Gesehen.", by=agent(), then="open", at=local("2026-03-02T09:50"))

        assert reminding.standing(person=agent(), at=local("2026-03-02T11:00")) == reminding.Standing(0, 0, 0, 0)
