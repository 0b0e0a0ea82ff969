"""Several people at one incident in the same moment: each in a transaction of its own, as in life."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connections, transaction

from hotline import announcing, gathering
from hotline.models import Incident, Message, Ticket, TicketCounter
from hotline.models.events import TicketEvent
from hotline.models.finding import TicketText
from hotline.models.incidents import IncidentEvent, IncidentTown, IncidentUpdate
from tenants.centre.models import Contact, Municipality
from tenants.models import User
from tests.centre.hotline_factories import AT, QueueFactory, agent, incident, requester

CROWD = 8
TOWN = "gedraenge"


@pytest.fixture
def apart(django_db_blocker: Any) -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """Run something on a connection of its own, and commit it; what was made is removed afterwards."""

    def run(act: Callable[[], Any]) -> Any:
        with django_db_blocker.unblock():
            try:
                with transaction.atomic(using="default"):  # noqa: TID251 - a request of its own
                    return act()
            finally:
                connections["default"].close()

    with ThreadPoolExecutor(CROWD) as pool:
        yield lambda act, times=1: list(pool.map(lambda _turn: run(act), range(times)))
        pool.submit(run, _forget).result()


def _forget() -> None:
    for model in (TicketText, TicketEvent, Message, Ticket, IncidentEvent, IncidentUpdate, IncidentTown, Incident, Contact):
        model.objects.all().delete()  # type: ignore[attr-defined]
    Municipality.objects.filter(slug=TOWN).delete()
    Municipality.objects.filter(slug=TOWN).delete()
    TicketCounter.objects.filter(year=AT.year).delete()
    User.objects.filter(username__startswith="person").delete()  # those of the factories


class TestAtOnce:
    def test_who_clicks_eight_times_has_one_ticket_and_is_counted_once(self, apart: Any) -> None:
        def prepare() -> tuple[Incident, User]:
            Group.objects.get_or_create(name="requester")
            QueueFactory()
            return incident(TOWN), requester(TOWN, display_name="Gedränge")

        [(made, her)] = apart(prepare)

        def join() -> bool:
            return gathering.join(incident=made, by=User.objects.get(pk=her.pk), at=AT + timedelta(minutes=1))[1]

        new = apart(join, CROWD)

        assert sum(new) == 1
        assert (Ticket.objects.filter(requester=her.pk).count(), Incident.objects.get(pk=made.pk).joined) == (1, 1)

    def test_two_who_end_it_at_once_answer_once(self, apart: Any) -> None:
        [made] = apart(lambda: incident(TOWN))
        [staff] = apart(lambda: agent(display_name="Gedränge"))

        def end() -> bool:
            try:
                announcing.end(incident=Incident.objects.get(pk=made.pk), answer="Behoben.", by=User.objects.get(pk=staff.pk), at=AT)
            except announcing.CannotAnnounce:
                return False
            return True

        done = apart(end, CROWD)

        assert sum(done) == 1
        assert Incident.objects.get(pk=made.pk).updates.filter(kind="end").count() == 1
