"""Screens of attendance: the tick list, lists of people, and the code in the room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.centre.training.attended import AFTER, begun, places_of, sessions
from tests.centre.training_factories import BEGINS, requester, trainer
from training import attendance_codes
from training.models import Attendance

pytestmark = pytest.mark.usefixtures("fresh_cache")


class TestTickList:
    def test_takes_what_is_ticked_and_leaves_what_is_not(self, client_of: Callable[..., Any], now: Any) -> None:
        date = begun(3)
        first, second, _third = places_of(date)
        sent = {
            "sitzung": sessions(date)[0].public_id,
            f"state-{first.pk}": "present",
            f"late-{first.pk}": "20",
            f"state-{second.pk}": "absent",
        }

        answer = client_of(trainer()).post(f"/schulungen/termine/{date.public_id}/anwesenheit/", sent, follow=True)

        assert "Die Anwesenheit von 2 Personen ist erfasst." in answer.content.decode()
        assert list(Attendance.objects.order_by("enrolment").values_list("state", "minutes_late")) == [("present", 20), ("absent", 0)]

    def test_keeps_what_was_typed_where_it_is_refused(self, client_of: Callable[..., Any], now: Any) -> None:
        date = begun(1)
        [place] = places_of(date)

        answer = client_of(trainer()).post(
            f"/schulungen/termine/{date.public_id}/anwesenheit/", {f"state-{place.pk}": "present", f"late-{place.pk}": "240"}
        )

        assert answer.status_code == 422
        assert "0 bis 239 Minuten" in answer.content.decode()
        assert 'value="240"' in answer.content.decode()
        assert not Attendance.objects.exists()

    def test_asks_no_more_queries_for_more_people(
        self, client_of: Callable[..., Any], now: Any, django_assert_max_num_queries: Any
    ) -> None:
        few, many, client = begun(1), begun(8, days=3), client_of(trainer())
        for date in (few, many):
            client.get(f"/schulungen/termine/{date.public_id}/anwesenheit/")

        for date in (few, many):
            with django_assert_max_num_queries(14):
                client.get(f"/schulungen/termine/{date.public_id}/anwesenheit/")

    def test_the_list_for_signing_has_a_sheet_for_each_session_with_all_names(self, client_of: Callable[..., Any]) -> None:
        date = begun(2, days=2)

        page = client_of(trainer()).get(f"/schulungen/termine/{date.public_id}/anwesenheit/drucken/").content.decode()

        assert page.count('class="card signing"') == 2
        assert all(page.count(str(place.person)) == 2 for place in places_of(date))


class TestLists:
    def test_a_typed_list_stays_on_the_screen_with_the_lines_that_cannot_be_taken(self, client_of: Callable[..., Any], now: Any) -> None:
        date = begun(who=[requester(display_name="Jule Behrens")])

        answer = client_of(trainer()).post(
            f"/schulungen/sitzungen/{sessions(date)[0].public_id}/liste/", {"typed": "Jule Behrens\nNiemand Sonst"}
        )

        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Zeile 2: „Niemand Sonst“ ist hier nicht angemeldet." in page
        assert "Jule Behrens\nNiemand Sonst" in page
        assert not Attendance.objects.exists()

    def test_a_table_is_taken_and_a_broken_one_refused_whole(self, client_of: Callable[..., Any], now: Any) -> None:
        date = begun(who=[requester(display_name="Jule Behrens")])
        address, client = f"/schulungen/sitzungen/{sessions(date)[0].public_id}/liste/", client_of(trainer())

        broken = client.post(address, {"sheet": SimpleUploadedFile("liste.xlsx", b"PK\x03\x04kaputt")})
        taken = client.post(address, {"sheet": SimpleUploadedFile("liste.csv", b"Name;Anwesenheit\nJule Behrens;entschuldigt\n")})

        assert (broken.status_code, taken.status_code) == (422, 302)
        assert Attendance.objects.get().state == "excused"


class TestCode:
    def test_nothing_happens_by_following_the_link_and_one_press_says_that_she_is_here(
        self, client_of: Callable[..., Any], now: Any
    ) -> None:
        date = begun(1)
        [place], one = places_of(date), sessions(date)[0]
        address = attendance_codes.address_of(session=one, at=BEGINS).partition("/schulungen")[2]
        client = client_of(place.person)

        page = client.get(f"/schulungen{address}")
        assert not Attendance.objects.exists()
        now(BEGINS + timedelta(seconds=100))
        answer = client.post(f"/schulungen{address}", {"proof": page.context["proof"]})

        assert "Sie sind als anwesend eingetragen." in answer.content.decode()
        assert Attendance.objects.get().way == "code"

    def test_a_stranger_is_asked_who_she_is_and_an_old_code_is_refused_with_a_sentence(
        self, client_of: Callable[..., Any], now: Any
    ) -> None:
        date = begun(1)
        [place], one = places_of(date), sessions(date)[0]
        old = f"/schulungen/anwesend/{one.public_id}/{attendance_codes.code_of(session=one, at=BEGINS - timedelta(minutes=5))}/"

        for answer in (client_of(None).get(old), client_of(place.person).get(old)):
            assert answer.status_code == 422
            assert "Dieser Code ist abgelaufen." in answer.content.decode()

    def test_the_trainers_screen_shows_another_code_every_half_minute(self, client_of: Callable[..., Any], now: Any) -> None:
        one, client = sessions(begun(1))[0], client_of(trainer())
        shown = []
        for seconds in (0, 29, 30):
            now(BEGINS + timedelta(seconds=seconds))
            shown.append(client.get(f"/schulungen/sitzungen/{one.public_id}/code/?nur=1").context["code"])

        assert shown[0] == shown[1] != shown[2]

    def test_no_code_is_shown_long_before_or_after_the_session(self, client_of: Callable[..., Any], now: Any) -> None:
        one = sessions(begun(1))[0]
        now(AFTER)

        assert "room-code__picture" not in client_of(trainer()).get(f"/schulungen/sitzungen/{one.public_id}/code/?nur=1").content.decode()
