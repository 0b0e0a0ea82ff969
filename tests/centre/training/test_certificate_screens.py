"""Screens of certificates: trainers issue and revoke them, people fetch their own, and whoever has a sheet verifies it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.centre.training.attended import AFTER, begun, certified, held, places_of, sessions
from tests.centre.training_factories import BEGINS, course, requester, trainer
from training import catalogue, certifying
from training.models import Attendance, Certificate, Session

pytestmark = pytest.mark.usefixtures("fresh_cache")


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
