"""What the centre's worker does by itself: the queue it serves, the tasks it is given, the command beside them."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from hotline import taking_in, tasks
from hotline.models import Agreement, ServiceLevel, Ticket, TicketEvent
from tenants import queues
from tests.centre.hotline_factories import TicketFactory, agreement, requester

pytestmark = pytest.mark.usefixtures("queue")


def opened() -> Ticket:
    """A request of two weeks ago."""
    return taking_in.open_ticket(subject="Hilfe", body="Bitte.", by=requester(), at=timezone.now() - timedelta(days=14))


class TestQueue:
    def test_the_centres_worker_serves_its_queue(self) -> None:
        assert queues.queue(queues.CENTRE) == "centre"
        assert queues.served_queues() == ["sweeps", "house", "centre"]

    def test_every_task_that_the_scheduler_queues_is_there(self) -> None:
        current_app.loader.import_default_modules()

        planned = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

        assert {"hotline.tell_of_deadlines", "hotline.sweep_deadlines"} <= planned
        assert planned | {"hotline.count_deadlines_anew"} <= set(current_app.tasks)


class TestTellOfDeadlines:
    def test_escalates_by_the_clock(self) -> None:
        agreement()
        ticket = opened()

        tasks.tell_of_deadlines()

        assert set(TicketEvent.objects.filter(ticket=ticket).values_list("act", flat=True)) == {"open", "escalate"}


class TestSweepDeadlines:
    def test_counts_what_a_lost_task_has_left(self) -> None:
        agreement()
        ticket = TicketFactory()

        tasks.sweep_deadlines()

        assert Ticket.objects.get(pk=ticket.pk).due_resolution is not None
        assert Agreement.objects.get().counted == 1

    def test_does_nothing_where_nothing_is_behind(self) -> None:
        agreement(counted=1)
        ticket = TicketFactory()

        tasks.sweep_deadlines()

        assert Ticket.objects.get(pk=ticket.pk).due_resolution is None


class TestCommand:
    def test_says_how_many_deadlines_have_moved(self) -> None:
        agreement()
        opened(), opened()
        ServiceLevel.objects.update(resolution=30)

        out = StringIO()
        call_command("count_deadlines_anew", stdout=out)

        assert out.getvalue() == "2 Anfragen haben andere Fristen.\n"
