"""What somebody was told, her reminders and her calendar on screens; what could not be sent, for operators; the door of the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIRequestFactory, force_authenticate

from tests.centre.training.test_enrolling import enrol
from tests.centre.training_factories import AT, course_date, people, requester, trainer
from tests.factories import UserFactory
from training import choosing, enrolling, subscribing
from training.api.notices import NoticeDoor
from training.models import Notice
from training.views.notices import PAGE

HOST = {"headers": {"host": "zentrum.localhost"}}
MINE = "/schulungen/meine/mitteilungen/"
UNDELIVERED = "/schulungen/verwaltung/mitteilungen/"


class TestNotices:
    def test_are_hers_also_without_an_address(self, client_of: Callable[..., Any]) -> None:
        date, person, other = course_date(capacity=1), requester(email=""), requester()
        enrol(date, person, other)

        said = client_of(person).get(MINE, **HOST).content.decode()

        assert "Angemeldet" in said
        assert "Ablegen und wiederfinden" in said
        assert "Auf der Warteliste" not in said

    def test_come_in_pages_with_the_same_number_of_queries(self, client_of: Callable[..., Any], queries: Callable[..., Any]) -> None:
        person, date = requester(), course_date()
        Notice.objects.bulk_create(
            Notice(person=person, date=date, kind="reminder", once=f"x:{n}", at=AT + timedelta(minutes=n)) for n in range(PAGE + 7)
        )
        client = client_of(person)
        with queries() as first:
            page = client.get(MINE, **HOST)
        with queries() as second:
            rest = client.get(MINE + page.context["next_url"], **HOST)

        shown = [each.pk for each in [*page.context["notices"], *rest.context["notices"]]]
        assert shown == list(Notice.objects.order_by("-at").values_list("pk", flat=True))
        assert len(second) <= len(first) + 1
        assert rest.context["next_url"] is None

    @pytest.mark.parametrize("nonsense", ["x", "00000000-0000-0000-0000-000000000000", "%00"])
    def test_begin_at_the_newest_for_an_unknown_page(self, client_of: Callable[..., Any], nonsense: str) -> None:
        assert client_of(requester()).get(f"{MINE}?nach={nonsense}", **HOST).status_code == 200

    def test_keep_what_she_wants(self, client_of: Callable[..., Any]) -> None:
        person = requester()
        client = client_of(person)
        assert "checked" in client.get(MINE, **HOST).content.decode()

        client.post(MINE, {}, **HOST)
        assert not choosing.wants_reminders(person)
        client.post(MINE, {"reminders": "on"}, **HOST)
        assert choosing.wants_reminders(person)

    def test_give_her_calendar_an_address_and_take_it_away(self, client_of: Callable[..., Any]) -> None:
        person = requester()
        client = client_of(person)
        client.post(f"{MINE}kalender-adresse/", **HOST)
        first = subscribing.path_of(person)
        assert first in client.get(MINE, **HOST).content.decode()

        client.post(f"{MINE}kalender-adresse/", **HOST)
        assert subscribing.path_of(person) != first
        client.post(f"{MINE}kalender-adresse/aufheben/", **HOST)
        assert subscribing.path_of(person) == ""


class TestUndelivered:
    def test_are_shown_to_operators_with_the_fault_and_sent_again(self, client_of: Callable[..., Any]) -> None:
        enrol(course_date(), requester(display_name="Anna Kurz"))
        Notice.objects.update(failed_at=AT, fault="550 5.1.1 No such user")
        client = client_of(UserFactory(roles=["operator"]))

        assert "550 5.1.1 No such user" in client.get(UNDELIVERED, **HOST).content.decode()
        notice = Notice.objects.get()
        for _twice in range(2):
            assert client.post(f"{UNDELIVERED}{notice.public_id}/noch-einmal/", **HOST).status_code == 302

        notice.refresh_from_db()
        assert notice.failed_at is None
        assert notice.next_try_at is not None
        assert client_of(trainer()).get(UNDELIVERED, **HOST).status_code == 404
        assert client_of(trainer()).post(f"{UNDELIVERED}{notice.public_id}/noch-einmal/", **HOST).status_code == 404


class TestApi:
    def test_gives_her_own_notices_the_newest_first(self) -> None:
        date, (person, other) = course_date(capacity=2), people(2)
        enrol(date, person, other)
        enrolling.withdraw(date=date, person=person, by=person, at=AT + timedelta(minutes=1))
        asked = APIRequestFactory().get("/api/v1/notices/")
        force_authenticate(asked, user=person)

        answer = NoticeDoor.as_view({"get": "list"})(asked)

        assert [each["kind"] for each in answer.data["results"]] == ["withdrawn", "enrolled"]
        first = answer.data["results"][0]
        assert (first["title"], first["course_title"], first["sent_at"]) == ("Abgemeldet", "Ablegen und wiederfinden", None)
        assert first["course_date"] == str(date.public_id)
        assert datetime.fromisoformat(first["at"]) == AT + timedelta(minutes=1)
