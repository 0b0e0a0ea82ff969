"""Screens of attendance, certificates and evaluations: what people press, and what they read when it is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.centre.training.attended import AFTER, begun, certified, held, places_of, sessions
from tests.centre.training_factories import BEGINS, course, requester, trainer
from training import attendance_codes, catalogue, certifying, evaluating
from training.models import Attendance, Certificate, CourseDate, Evaluation, Session


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Set the doors' clock."""

    def be(moment: Any) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    be(BEGINS)
    return be


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    cache.clear()


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


class TestCertificates:
    def test_a_trainer_finishes_issues_and_prints_and_the_holder_downloads_hers(self, client_of: Callable[..., Any], now: Any) -> None:
        date = begun(2)
        for place in places_of(date):
            Attendance.objects.create(session=sessions(date)[0], enrolment=place, state="present", way="tick", at=BEGINS)
        now(AFTER)
        client = client_of(trainer())

        client.post(f"/schulungen/termine/{date.public_id}/abschliessen/")
        page = client.post(f"/schulungen/termine/{date.public_id}/bescheinigungen/", follow=True).content.decode()
        assert "2 Bescheinigungen sind ausgestellt." in page
        assert "0 von 2 Blättern sind erstellt" in page
        certifying.make_sheets(at=AFTER)

        assert "2 Blätter sind erstellt." in client.get(f"/schulungen/termine/{date.public_id}/bescheinigungen/stand/").content.decode()
        assert client.get(f"/schulungen/termine/{date.public_id}/bescheinigungen/drucken/").content.startswith(b"%PDF")
        mine = Certificate.objects.first()
        assert mine is not None
        own = client_of(mine.person).get(f"/schulungen/bescheinigungen/{mine.public_id}/?laden=1")
        assert b"".join(own).startswith(b"%PDF")
        assert f"bescheinigung-{mine.number}.pdf" in own["Content-Disposition"]

    def test_nobody_elses_is_there(self, client_of: Callable[..., Any]) -> None:
        [made] = certified(sheets=True)

        assert client_of(requester()).get(f"/schulungen/bescheinigungen/{made.public_id}/").status_code == 404

    def test_a_sheet_that_is_damaged_is_not_handed_out_and_the_operator_reads_why(self, client_of: Callable[..., Any], caplog: Any) -> None:
        from tenants.centre import stores

        [made] = certified(sheets=True)
        path = stores.of_certificates().path(made.sha256)
        path.chmod(0o640)
        path.write_bytes(b"anderes")

        answer = client_of(made.person).get(f"/schulungen/bescheinigungen/{made.public_id}/", follow=True)

        assert "lässt sich zurzeit nicht lesen" in answer.content.decode()
        assert "could not be read from the store" in caplog.text

    def test_revoking_asks_why_and_issuing_anew_names_the_old_one(self, client_of: Callable[..., Any], now: Any) -> None:
        now(AFTER)
        [made], client = certified(), client_of(trainer())
        address = f"/schulungen/bescheinigungen/{made.public_id}/widerrufen/"

        assert client.post(address, {"reason": " "}).status_code == 422
        page = client.post(address, {"reason": "Geheiratet", "anew": "on"}, follow=True).content.decode()

        assert f"ersetzt {made.number}" in page
        assert Certificate.objects.valid().get().replaces == made

    def test_results_of_an_examination_are_entered_on_the_list(self, client_of: Callable[..., Any], now: Any) -> None:
        now(AFTER)
        date, client = held(2, examination=True), client_of(trainer())
        passed, failed = places_of(date)

        client.post(f"/schulungen/termine/{date.public_id}/pruefung/", {f"passed-{passed.pk}": "yes", f"passed-{failed.pk}": "no"})
        client.post(f"/schulungen/termine/{date.public_id}/bescheinigungen/")

        assert dict(Certificate.objects.values_list("enrolment", "kind")) == {passed.pk: "certificate", failed.pk: "attendance"}

    def test_the_list_asks_no_more_queries_for_more_people(self, client_of: Callable[..., Any], django_assert_max_num_queries: Any) -> None:
        few, many, client = certified(1)[0].enrolment.date, certified(7)[0].enrolment.date, client_of(trainer())
        client.get(f"/schulungen/termine/{few.public_id}/bescheinigungen/")

        for date in (few, many):
            with django_assert_max_num_queries(15):
                client.get(f"/schulungen/termine/{date.public_id}/bescheinigungen/")


class TestMyCertificates:
    def test_shows_what_she_has_until_when_it_holds_and_what_is_missing(self, client_of: Callable[..., Any], now: Any) -> None:
        [made] = certified(valid_months=12, title="Ablegen")
        catalogue.set_path(role="clerk", courses=[made.enrolment.date.course, course("Schließen")], by=trainer(), at=BEGINS)
        now(AFTER)

        page = client_of(made.person).get("/schulungen/meine/bescheinigungen/").content.decode()

        for words in (made.number, "Qualifiziert bis 14.04.2027", made.code, "erledigt", "Schließen", "fehlt noch"):
            assert words in page

    def test_she_chooses_how_her_name_is_shown(self, client_of: Callable[..., Any]) -> None:
        [made] = certified()

        client_of(made.person).post(f"/schulungen/bescheinigungen/{made.public_id}/name/", {"shown": "full"})

        assert Certificate.objects.get().shown == "full"

    def test_asks_no_more_queries_for_more_certificates(self, client_of: Callable[..., Any], django_assert_max_num_queries: Any) -> None:
        person = requester()
        certified(who=[person])
        client = client_of(person)
        client.get("/schulungen/meine/bescheinigungen/")
        with django_assert_max_num_queries(12):
            client.get("/schulungen/meine/bescheinigungen/")
        for _more in range(3):
            Session.objects.update(starts_at=BEGINS - timedelta(days=30), ends_at=BEGINS - timedelta(days=30) + timedelta(hours=1))
            certified(who=[person])

        with django_assert_max_num_queries(12):
            client.get("/schulungen/meine/bescheinigungen/")


class TestVerification:
    def test_whoever_has_the_sheet_reads_that_it_is_genuine_without_login(self, client_of: Callable[..., Any]) -> None:
        [made] = certified(who=[requester(display_name="Jule Behrens")])

        answer = client_of(None).get(f"/bescheinigung/{made.code}/")

        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Diese Bescheinigung ist echt." in page
        assert made.number in page
        assert "J. B." in page
        assert "Behrens" not in page
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex"

    def test_a_revoked_one_is_told_without_the_reason(self, client_of: Callable[..., Any]) -> None:
        [made] = certified()
        certifying.revoke(certificate=made, reason="Geheimer Grund", by=trainer(), at=AFTER)

        page = client_of(None).get(f"/bescheinigung/{made.code}/").content.decode()

        assert "gilt nicht mehr" in page
        assert "Geheimer" not in page

    def test_all_that_is_unknown_gets_the_same_page_and_status(self, client_of: Callable[..., Any]) -> None:
        [made] = certified()
        client, pages = client_of(None), set()

        for guess in ("a" * 32, made.number, "2026-999999", made.code[:-1] + ("a" if made.code[-1] != "a" else "b"), "x", "%00", "🂡" * 20):
            answer = client.get(f"/bescheinigung/{guess}/")
            assert answer.status_code == 404
            pages.add(answer.content)

        assert len(pages) == 1
        assert "Eine Bescheinigung mit diesem Code gibt es nicht." in pages.pop().decode()

    def test_whoever_guesses_on_and_on_is_slowed_down_and_a_neighbour_is_not(self, client_of: Callable[..., Any], caplog: Any) -> None:
        [made], client = certified(), client_of(None)

        answers = [client.get(f"/bescheinigung/{'b' * 31}{letter}/").status_code for letter in "abcdefghijklmnopqrstuvwxyz234567"]

        assert answers == [404] * 30 + [429] * 2
        assert client.get(f"/bescheinigung/{made.code}/").status_code == 429
        assert client.get(f"/bescheinigung/{made.code}/", REMOTE_ADDR="192.0.2.7").status_code == 200
        assert caplog.text.count("Too many tries") == 1

    def test_a_network_of_the_new_internet_counts_as_one(self, client_of: Callable[..., Any]) -> None:
        client = client_of(None)

        answers = {client.get(f"/bescheinigung/{'c' * 32}/", REMOTE_ADDR=f"2001:db8::{n:x}").status_code for n in range(1, 33)}

        assert answers == {404, 429}

    def test_a_code_can_be_typed(self, client_of: Callable[..., Any]) -> None:
        answer = client_of(None).get("/bescheinigung/", {"code": " abcd efgh "})

        assert answer["Location"] == "/bescheinigung/abcd%20efgh/"


class TestEvaluation:
    def test_is_answered_without_login_once(self, client_of: Callable[..., Any], now: Any) -> None:
        date = held(1)
        now(AFTER)
        path, client = evaluating.path_for(places_of(date)[0]), client_of(None)

        assert client.get(path).status_code == 200
        assert Evaluation.objects.get().answers == 0
        answer = client.post(path, {"aims": "5", "good": "Alles"})
        again = client.post(path, {"aims": "5"})

        assert "ohne Ihren Namen" in answer.content.decode()
        assert again.status_code == 422
        assert "schon geantwortet" in again.content.decode()

    def test_an_empty_answer_is_refused_and_what_was_typed_stays(self, client_of: Callable[..., Any], now: Any) -> None:
        now(AFTER)
        path, client = evaluating.path_for(places_of(held(1))[0]), client_of(None)

        empty, long = client.post(path, {}), client.post(path, {"good": "Satz. " * 200})

        assert (empty.status_code, long.status_code) == (422, 422)
        assert "mindestens eine Frage" in empty.content.decode()
        assert "Satz. Satz." in long.content.decode()

    def test_results_are_for_the_trainers_once_all_have_answered(self, client_of: Callable[..., Any], now: Any) -> None:
        date = held(5)
        now(AFTER)
        address, client = f"/schulungen/termine/{date.public_id}/rueckmeldungen/", client_of(trainer())
        paths = [evaluating.path_for(place) for place in places_of(date)]
        for path in paths[:4]:
            client_of(None).post(path, {"aims": "4"})

        assert "Die Ergebnisse werden erst danach gezeigt" in client.get(address).content.decode()
        client_of(None).post(paths[4], {"aims": "4"})
        page = client.get(address).content.decode()

        assert "5 von 5 Personen haben geantwortet" in page
        assert "4,0" in page


class TestProgramsDoor:
    def test_takes_attendance_finishes_and_issues(self, api_client: Callable[..., Any], now: Any) -> None:
        date, by = begun(2), trainer()
        client = api_client(by)
        address = f"/api/v1/course-dates/{date.public_id}"
        rows = client.get(f"{address}/attendance/").json()
        marks = [{"enrolment": row["enrolment"], "state": "present", "minutes_late": 3} for row in rows]

        taken = client.post(f"{address}/attendance/", {"session": rows[0]["session"], "marks": marks}, format="json")
        early = client.post(f"{address}/finish/")
        now(AFTER)
        client = api_client(by)
        done, issued = client.post(f"{address}/finish/"), client.post(f"{address}/certificates/")

        assert [row["state"] for row in rows] == [None, None]
        assert taken.json() == {"changed": 2}
        assert (early.status_code, done.json()["state"], issued.status_code) == (409, "done", 201)
        assert [each["number"] for each in issued.json()] == ["2026-000001", "2026-000002"]

    def test_names_the_field_that_is_wrong(self, api_client: Callable[..., Any], now: Any) -> None:
        date, other, client = begun(1), begun(1), api_client(trainer())
        mark = {"enrolment": str(places_of(date)[0].public_id), "state": "present"}
        address, one = f"/api/v1/course-dates/{date.public_id}/attendance/", str(sessions(date)[0].public_id)

        for sent, field in (
            ({"session": str(sessions(other)[0].public_id), "marks": [mark]}, "session"),
            ({"session": one, "marks": [{**mark, "enrolment": str(places_of(other)[0].public_id)}]}, "marks"),
            ({"session": one, "marks": [mark, mark]}, "marks"),
            ({"session": one, "marks": []}, "marks"),
        ):
            answer = client.post(address, sent, format="json")
            assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])

    def test_everybody_reads_her_own_certificates_and_nobody_elses(self, api_client: Callable[..., Any]) -> None:
        made, other = certified(2, sheets=True)
        client = api_client(made.person)

        listed = client.get("/api/v1/certificates/").json()["results"]
        content = client.get(f"/api/v1/certificates/{made.public_id}/content/")

        assert [each["number"] for each in listed] == [made.number]
        assert listed[0]["address"].endswith(f"/bescheinigung/{made.code}/")
        assert b"".join(content).startswith(b"%PDF")
        assert client.get(f"/api/v1/certificates/{other.public_id}/").status_code == 404
        assert client.get(f"/api/v1/course-dates/{made.enrolment.date.public_id}/attendance/").status_code == 404

    def test_a_sheet_that_is_still_being_made_is_a_conflict(self, api_client: Callable[..., Any]) -> None:
        [made] = certified()

        assert api_client(made.person).get(f"/api/v1/certificates/{made.public_id}/content/").status_code == 409


class TestFigures:
    def test_show_euros_and_are_to_be_taken_along(self, client_of: Callable[..., Any], now: Any) -> None:
        date = held(2, price_cents=123_450)
        now(AFTER)
        client = client_of(trainer())

        page = client.get("/schulungen/statistik/").content.decode()

        assert "2.469,00 €" in page
        assert client.get("/schulungen/statistik/tabelle/").content.startswith(b"PK")
        assert CourseDate.objects.get(pk=date.pk).state == "done"
