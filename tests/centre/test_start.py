"""The centre's start page: what waits for whoever has signed in, and nothing of anybody else."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenants.centre.models import Site
from tests.centre.hotline_factories import TicketFactory, agent, incident, requester
from tests.centre.training_factories import course, course_date, session, trainer
from training import enrolling

pytestmark = pytest.mark.django_db(databases=["default"])
Clients = Callable[..., Client]


def text_of(client: Client) -> str:
    answer = client.get("/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_an_agent_sees_her_own_and_what_nobody_has_taken(client_of: Clients) -> None:
    me, other = agent(), agent()
    TicketFactory(subject="Meine eigene", assignee=me, state="open")
    TicketFactory(subject="Noch von niemandem", assignee=None)
    TicketFactory(subject="Bei der Kollegin", assignee=other, state="open")
    TicketFactory(subject="Längst erledigt", assignee=me, state="closed", solved_at=timezone.now())
    shown = text_of(client_of(me))
    mine, nobodys = shown.index('id="mine-word"'), shown.index('id="nobodys-word"')
    assert mine < shown.index("Meine eigene") < nobodys < shown.index("Noch von niemandem")
    assert "Bei der Kollegin" not in shown
    assert "Längst erledigt" not in shown


def test_who_asks_sees_her_own_and_what_was_announced_to_her_town(client_of: Clients) -> None:
    me = requester("musterstadt")
    TicketFactory(subject="Meine Anfrage zum Scannen", requester=me)
    TicketFactory(subject="Die Anfrage von nebenan", requester=requester("beispielheim"))
    incident("musterstadt", title="Scans bleiben stehen", at=timezone.now())
    incident("beispielheim", title="Nur nebenan gestört", at=timezone.now())
    shown = text_of(client_of(me))
    assert "Meine Anfrage zum Scannen" in shown
    assert "Scans bleiben stehen" in shown
    assert "nebenan" not in shown
    assert "Noch von niemandem übernommen" not in shown
    assert "Sie sind zurzeit zu keiner Schulung angemeldet." in shown


def test_a_trainer_sees_what_she_holds_and_whose_attendance_is_open(client_of: Clients) -> None:
    me, colleague, now = trainer(), trainer(), timezone.now()
    soon = now + timedelta(days=20)
    course_date(session(soon, trainer=me), of=course("Suchen für Fortgeschrittene", by=me), by=me)
    course_date(session(soon, trainer=colleague), of=course("Etwas ganz anderes", by=colleague), by=colleague)
    begun = course_date(session(soon), of=course("Schon begonnen", by=me), by=me)
    begun.sessions.update(starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=1))
    type(begun).objects.filter(pk=begun.pk).update(
        starts_at=now - timedelta(hours=3),
        ends_at=now - timedelta(hours=1),
        register_until=now - timedelta(days=1),
        withdraw_until=now - timedelta(days=1),
    )
    shown = text_of(client_of(me))
    held = shown.index('id="teaching-word"')
    unfinished = shown.index('id="unfinished-word"')
    assert held < shown.index("Suchen für Fortgeschrittene") < unfinished < shown.index("Schon begonnen")
    assert "Etwas ganz anderes" not in shown
    assert "Anfrage aufnehmen" not in shown


def test_places_in_courses_are_shown_to_whoever_has_them(client_of: Clients) -> None:
    me, now = requester(), timezone.now()
    date = course_date(session(now + timedelta(days=20)), of=course("Akten schließen"))
    enrolling.enrol(date=date, person=me, by=me, at=now)
    assert "Akten schließen" in text_of(client_of(me))
    assert "Akten schließen" not in text_of(client_of(requester("beispielheim")))


def test_more_of_everything_asks_no_more_often(client_of: Clients) -> None:
    me = agent()
    client = client_of(me)

    def queries() -> int:
        with CaptureQueriesContext(connections["default"]) as asked:
            text_of(client)
        return len(asked)

    def grow() -> None:
        TicketFactory(assignee=me, state="open")
        TicketFactory()
        incident("musterstadt", at=timezone.now())

    grow()
    queries()
    few = queries()
    for _more in range(3):
        grow()
    assert queries() == few


def test_staff_see_which_site_needs_attention(client_of: Clients) -> None:
    now = timezone.now()
    kept = {"state": "confirmed", "asked_at": now, "confirmed_at": now, "confirmed_by": "k.wolters"}
    Site.objects.create(public_id=uuid.uuid4(), name="Rathaus am Markt", last_heartbeat_at=now - timedelta(days=2), **kept)
    Site.objects.create(public_id=uuid.uuid4(), name="Rathaus am Fluss", last_heartbeat_at=now, **kept)
    shown = text_of(client_of(agent()))
    assert "Rathaus am Markt</a>: Kritisch" in shown
    assert "Rathaus am Fluss" not in shown
    assert "Rathaus am Markt" not in text_of(client_of(requester()))
