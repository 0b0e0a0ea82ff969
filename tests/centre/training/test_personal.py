"""My enrolment: the page behind the link in the mails of somebody who cannot sign in."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from tenants.models import User
from tests.centre.hotline.test_sending import Postman
from tests.centre.hotline_factories import MunicipalityFactory
from tests.centre.training.attended import certified
from tests.centre.training.post import send, words
from tests.centre.training_factories import course_date, people, session, trainer
from training import accommodating, certifying, enrolling, personal_links, reminding, standing
from training.models import Certificate, CourseDate, Enrolment, Need, Notice, Session

HOST = {"HTTP_HOST": "zentrum.localhost"}


def unknown_person(name: str = "Anna Beispiel", email: str = "anna@stadt.example") -> User:
    """Somebody whom a list made known: no password, no node."""
    town = MunicipalityFactory(slug="musterstadt")
    return standing.make_contact(municipality=town, name=name, email=email, by=None, at=timezone.now())


def enrolled(person: User | None = None, *, days: int = 40, **more: Any) -> Enrolment:
    """Her place on a date to come."""
    person = person or unknown_person()
    date = course_date(session(timezone.now() + timedelta(days=days)), **more)
    return enrolling.enrol(date=date, person=person, by=person, at=timezone.now())


def path(enrolment: Enrolment) -> str:
    return personal_links.path_of(enrolment, at=timezone.now())


def soon(enrolment: Enrolment, begins: datetime) -> None:
    """Let her date begin then, long after she got her place, and the deadlines be over."""
    times = {"starts_at": begins, "ends_at": begins + timedelta(hours=4)}
    Session.objects.filter(date=enrolment.date_id).update(**times)
    over = timezone.now() - timedelta(hours=1)
    CourseDate.objects.filter(pk=enrolment.date_id).update(**times, register_until=over, withdraw_until=over)
    Enrolment.objects.filter(pk=enrolment.pk).update(enrolled_at=timezone.now() - timedelta(days=5))


def state(enrolment: Enrolment) -> str:
    return Enrolment.objects.get(pk=enrolment.pk).state


class TestLink:
    def test_stands_in_her_mails_with_her_code_and_no_page_behind_the_login(self, postman: Postman, client: Client) -> None:
        enrolled()
        send(timezone.now())

        [mail] = postman.mails()

        [link] = re.findall(r"http://zentrum\.localhost\S*?(/schulungen/anmeldung/\S+)", words(mail)) or [""]
        assert client.get(link, **HOST).status_code == 200
        assert re.search(r"Ihr Code.*: [A-Z2-7]{4}-[A-Z2-7]{4}", words(mail))
        assert "/schulungen/termine/" not in words(mail)
        assert "/schulungen/meine/" not in words(mail)

    def test_stands_in_a_reminder_too(self, postman: Postman) -> None:
        mine = enrolled()
        soon(mine, timezone.now() + timedelta(days=1))
        send(timezone.now())
        postman.got.clear()

        reminding.remind(at=timezone.now())
        send(timezone.now())

        assert "/schulungen/anmeldung/" in words(postman.mails()[0])

    def test_is_not_sent_to_who_can_sign_in(self, postman: Postman) -> None:
        [person] = people(1)
        person.set_password("Ein langes Kennwort 7!")
        person.save()
        enrolled(person)
        send(timezone.now())

        assert "/schulungen/anmeldung/" not in words(postman.mails()[0])
        assert "/schulungen/termine/" in words(postman.mails()[0])

    @pytest.mark.parametrize("broken", ["x", "eyJ", "{token}x", "%00", "%C3%A4"])
    def test_that_is_not_ours_says_so(self, client: Client, broken: str) -> None:
        token = path(enrolled()).removeprefix("/schulungen/anmeldung/").rstrip("/")

        for answer in (client.get(f"/schulungen/anmeldung/{broken.format(token=token)}/", **HOST),):
            assert answer.status_code == 422
            assert "nicht vollständig" in answer.content.decode()

    def test_of_another_kind_does_not_open_it(self, client: Client) -> None:
        mine = enrolled()
        offer = signing.dumps(str(mine.public_id), salt="training.offer")

        assert client.get(f"/schulungen/anmeldung/{offer}/", **HOST).status_code == 422

    def test_ends_some_weeks_after_the_course_or_after_its_mail(self, client: Client) -> None:
        mine = enrolled()
        old = personal_links.path_of(mine, at=timezone.now() - timedelta(days=200))
        CourseDate.objects.filter(pk=mine.date_id).update(
            starts_at=timezone.now() - timedelta(days=100),
            ends_at=timezone.now() - timedelta(days=99),
            register_until=timezone.now() - timedelta(days=101),
            withdraw_until=timezone.now() - timedelta(days=101),
        )

        assert client.get(path(mine), **HOST).status_code == 200  # the mail is new
        answer = client.get(old, **HOST)

        assert answer.status_code == 422
        assert "abgelaufen" in answer.content.decode()

    def test_of_somebody_who_has_left_leads_nowhere(self, client: Client) -> None:
        mine = enrolled()
        User.objects.filter(pk=mine.person_id).update(is_active=False)

        assert client.get(path(mine), **HOST).status_code == 422

    def test_is_not_tried_without_end(self, client: Client) -> None:
        good = path(enrolled())
        for _try in range(30):
            assert client.get("/schulungen/anmeldung/falsch/", **HOST).status_code == 422

        answer = client.get(good, **HOST)

        assert answer.status_code == 429
        assert answer["Retry-After"] == "3600"


class TestPage:
    def test_shows_her_date_and_nobody_else(self, client: Client) -> None:
        other = unknown_person("Berta Fremd", "berta@stadt.example")
        mine = enrolled()
        enrolling.enrol(date=mine.date, person=other, by=other, at=timezone.now())

        answer = client.get(path(mine), **HOST)

        said = answer.content.decode()
        assert "Anna Beispiel" in said
        assert "Ablegen und wiederfinden" in said
        assert "Sie haben einen Platz" in said
        assert "Berta Fremd" not in said
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "same-origin"  # none at all would take the origin from the forms, and they were refused
        assert "no-store" in answer["Cache-Control"]

    def test_changes_nothing_by_being_opened(self, client: Client) -> None:
        mine = enrolled()
        before = Notice.objects.count()

        for _scanner in range(3):
            client.get(path(mine) + "?act=withdraw", **HOST)
            client.head(path(mine), **HOST)

        assert state(mine) == "enrolled"
        assert Notice.objects.count() == before

    def test_withdraws_and_passes_the_place_on(self, client: Client) -> None:
        mine = enrolled(capacity=1)
        [waits] = people(1)
        line = enrolling.enrol(date=mine.date, person=waits, by=waits, at=timezone.now())

        answer = client.post(path(mine), {"act": "withdraw", "reason": "Urlaub"}, follow=True, **HOST)

        assert "Sie sind abgemeldet" in answer.content.decode()
        assert state(mine) == "withdrawn"
        assert state(line) == "offered"

    def test_refuses_to_withdraw_after_the_deadline(self, client: Client) -> None:
        mine = enrolled()
        soon(mine, timezone.now() + timedelta(days=2))

        answer = client.post(path(mine), {"act": "withdraw"}, **HOST)

        assert answer.status_code == 422
        assert "Die Abmeldung war bis" in answer.content.decode()
        assert state(mine) == "enrolled"

    def test_of_an_enrolment_that_is_over_does_not_withdraw_her_next_one(self, client: Client) -> None:
        mine = enrolled()
        enrolling.withdraw(date=mine.date, person=mine.person, by=mine.person, at=timezone.now())
        again = enrolling.enrol(date=mine.date, person=mine.person, by=mine.person, at=timezone.now())

        answer = client.post(path(mine), {"act": "withdraw"}, **HOST)

        assert answer.status_code == 422
        assert state(again) == "enrolled"

    @pytest.mark.parametrize(("act", "becomes", "said"), [("accept", "enrolled", "angemeldet"), ("decline", "declined", "abgelehnt")])
    def test_answers_an_offer(self, client: Client, act: str, becomes: str, said: str) -> None:
        [first] = people(1)
        held = enrolled(first, capacity=1)
        person = unknown_person()
        mine = enrolling.enrol(date=held.date, person=person, by=person, at=timezone.now())
        enrolling.withdraw(date=held.date, person=first, by=first, at=timezone.now())

        answer = client.post(path(mine), {"act": act}, follow=True, **HOST)

        assert state(mine) == becomes
        assert said in answer.content.decode()
        assert client.post(path(mine), {"act": act}, **HOST).status_code == 422  # a second click

    def test_takes_her_needs_and_deletes_them_and_never_shows_them(self, client: Client) -> None:
        mine = enrolled()

        said = client.post(path(mine), {"act": "need", "text": "Große Schrift, bitte."}, follow=True, **HOST).content.decode()

        assert accommodating.told_by(mine) == "Große Schrift, bitte."
        assert "Große Schrift" not in said
        assert "wird hier nicht angezeigt" in said
        assert "gelöscht" in client.post(path(mine), {"act": "forget"}, follow=True, **HOST).content.decode()
        assert not Need.objects.exists()

    @pytest.mark.parametrize(
        ("sent", "said"), [({"act": "need", "text": "x" * 501}, "höchstens 500"), ({"act": "need"}, "Bitte schreiben Sie")]
    )
    def test_refuses_needs_that_are_none_or_too_long(self, client: Client, sent: dict[str, str], said: str) -> None:
        mine = enrolled()

        answer = client.post(path(mine), sent, **HOST)

        assert answer.status_code == 422
        assert said in answer.content.decode()

    @pytest.mark.parametrize("sent", [{}, {"act": "unsinn"}, {"act": "shown", "certificate": "x", "shown": "full"}])
    def test_refuses_what_no_button_sends(self, client: Client, sent: dict[str, str]) -> None:
        assert client.post(path(enrolled()), sent, **HOST).status_code == 422

    def test_asks_for_the_token_against_forged_forms(self) -> None:
        mine = enrolled()

        assert Client(enforce_csrf_checks=True).post(path(mine), {"act": "withdraw"}, **HOST).status_code == 403
        assert state(mine) == "enrolled"

    def test_needs_as_many_queries_for_many_people_as_for_few(self, client: Client, queries: Any) -> None:
        mine = enrolled(capacity=30)
        client.get(path(mine), **HOST)
        with queries() as few:
            client.get(path(mine), **HOST)
        for person in people(6):
            enrolling.enrol(date=mine.date, person=person, by=person, at=timezone.now())

        with queries() as many:
            client.get(path(mine), **HOST)

        assert len(many) == len(few)


class TestCertificate:
    def held(self) -> Certificate:
        [made] = certified(who=[unknown_person()], sheets=True)
        return made

    def link(self, made: Certificate) -> str:
        return personal_links.path_of(made.enrolment, at=timezone.now())

    def test_is_fetched_by_her_link(self, client: Client) -> None:
        made = self.held()

        page = client.get(self.link(made), **HOST).content.decode()
        [file] = re.findall(r'href="(/schulungen/anmeldung/\S+/bescheinigung/\S+)"', page)
        answer = client.get(file, **HOST)

        assert answer.status_code == 200
        assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
        assert "noindex" in answer["X-Robots-Tag"]

    def test_of_somebody_else_is_not_there(self, client: Client) -> None:
        made = self.held()
        [others] = certified(sheets=True)

        answer = client.get(f"{self.link(made)}bescheinigung/{others.public_id}/", **HOST)

        assert answer.status_code == 422

    def test_that_is_being_made_says_so(self, client: Client) -> None:
        [made] = certified(who=[unknown_person()])

        answer = client.get(f"{self.link(made)}bescheinigung/{made.public_id}/", **HOST)

        assert answer.status_code == 404
        assert "wird gerade erstellt" in answer.content.decode()

    def test_shows_as_much_of_her_name_as_she_says(self, client: Client) -> None:
        made = self.held()

        client.post(self.link(made), {"act": "shown", "certificate": str(made.public_id), "shown": "nothing"}, **HOST)
        assert Certificate.objects.get(pk=made.pk).shown == "nothing"

        refused = client.post(self.link(made), {"act": "shown", "certificate": str(made.public_id), "shown": "alles"}, **HOST)
        assert refused.status_code == 422

    def test_that_was_revoked_says_so(self, client: Client) -> None:
        made = self.held()
        certifying.revoke(certificate=made, reason="Irrtum", by=trainer(), at=datetime(2026, 6, 1, tzinfo=UTC))

        assert "Irrtum" in client.get(self.link(made), **HOST).content.decode()
