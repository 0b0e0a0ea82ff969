"""Links of an offer: followed by whoever has the mail, decided by a button, once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.centre.hotline.test_sending import Postman
from tests.centre.training.post import calendars, send, words
from tests.centre.training.test_enrolling import enrol, states
from tests.centre.training_factories import course_date, people, session, trainer
from training import enrolling, offering, planning, waiting
from training.models import CourseDate, Enrolment, Notice

HOST = {"HTTP_HOST": "zentrum.localhost"}
ANSWER = {"accept": "angemeldet", "decline": "abgelehnt"}


def offered(count: int = 3) -> tuple[CourseDate, list[Any], str]:
    """A date of one place that the second of some people is offered, and the link of her mail."""
    now = timezone.now()
    date, some = course_date(session(now + timedelta(days=40)), capacity=1), people(count)
    enrol(date, *some, at=now - timedelta(minutes=1))
    enrolling.withdraw(date=date, person=some[0], by=trainer(), at=now)
    return date, some, offering.path_of(of(date, some[1]))


def of(date: CourseDate, person: Any) -> Enrolment:
    found: Enrolment = Enrolment.objects.filter(date=date, person=person).latest("pk")
    return found


class TestLink:
    def test_shows_two_buttons_and_decides_nothing(self, client: Client) -> None:
        date, _some, link = offered()

        for _scanner in range(3):
            answer = client.get(link, **HOST)

        assert answer.status_code == 200
        said = answer.content.decode()
        assert "Platz annehmen" in said
        assert "Platz ablehnen" in said
        assert "Ablegen und wiederfinden" in said
        assert client.head(link, **HOST).status_code == 200
        assert states(date) == ["withdrawn", "offered", "waiting"]
        assert "no-store" in answer["Cache-Control"]

    def test_accepts_by_the_button_and_sends_the_invitation(self, client: Client, postman: Postman) -> None:
        date, (_first, second, _third), _link = offered()
        send(timezone.now())
        [mail] = [mail for mail in postman.mails() if "Ein Platz" in mail["Subject"]]
        [link, _decline] = re.findall(r"http://\S+(/schulungen/angebot/\S+)", words(mail))
        postman.got.clear()

        answer = client.post(link, {"answer": "accept"}, **HOST)

        assert "Sie sind angemeldet" in answer.content.decode()
        assert states(date) == ["withdrawn", "enrolled", "waiting"]
        send(timezone.now())
        assert [one.rcpt_tos for one in postman.got] == [[second.email]]
        assert calendars(postman.mails())[0][0] == "REQUEST"

    def test_declines_and_offers_it_to_the_next(self, client: Client) -> None:
        date, _some, link = offered()

        answer = client.post(link, {"answer": "decline"}, **HOST)

        assert "Sie haben den Platz abgelehnt" in answer.content.decode()
        assert states(date) == ["withdrawn", "declined", "offered"]

    @pytest.mark.parametrize(("first", "said"), [("accept", "bereits angenommen"), ("decline", "Sie haben dieses Angebot abgelehnt")])
    @pytest.mark.parametrize("again", ["accept", "decline"])
    def test_says_what_was_decided_when_it_is_used_again(self, client: Client, first: str, said: str, again: str) -> None:
        date, _some, link = offered()
        client.post(link, {"answer": first}, **HOST)
        before = states(date)

        for answer in (client.post(link, {"answer": again}, **HOST), client.get(link, **HOST)):
            assert answer.status_code == 422
            assert said in answer.content.decode()
        assert states(date) == before

    def test_that_is_over_passes_the_place_on(self, client: Client) -> None:
        date, (_first, second, third), link = offered()
        Enrolment.objects.filter(person=second).update(offered_until=timezone.now() - timedelta(seconds=1))

        assert "abgelaufen" in client.get(link, **HOST).content.decode()
        assert "abgelaufen" in client.post(link, {"answer": "accept"}, **HOST).content.decode()

        assert states(date) == ["withdrawn", "expired", "offered"]
        assert Notice.objects.filter(person=third, kind="offer").count() == 1

    def test_of_a_place_that_was_taken_back_or_called_off_says_so(self, client: Client) -> None:
        date, (_first, second, third), link = offered()
        enrolling.withdraw(date=date, person=second, by=second, at=timezone.now())
        assert "abgemeldet" in client.post(link, {"answer": "accept"}, **HOST).content.decode()
        link = offering.path_of(of(date, third))

        planning.cancel_date(date=date, reason="Krank.", by=trainer(), at=timezone.now())

        assert "abgesagt" in client.post(link, {"answer": "accept"}, **HOST).content.decode()
        assert states(date) == ["withdrawn", "withdrawn", "cancelled"]

    @pytest.mark.parametrize("broken", ["x", "eyJ", "{token}x", "%00"])
    def test_that_is_not_ours_says_so(self, client: Client, broken: str) -> None:
        date, _some, link = offered()
        token = link.removeprefix("/schulungen/angebot/").rstrip("/")

        answer = client.post(f"/schulungen/angebot/{broken.format(token=token)}/", {"answer": "accept"}, **HOST)

        assert answer.status_code == 422
        assert "nicht vollständig" in answer.content.decode()
        assert states(date) == ["withdrawn", "offered", "waiting"]

    def test_is_good_for_its_own_enrolment_only(self, client: Client) -> None:
        date, (_first, second, third), link = offered()
        waiting.decline(enrolment=of(date, second), by=second, at=timezone.now())
        enrolling.enrol(date=date, person=second, by=second, at=timezone.now())
        waiting.decline(enrolment=of(date, third), by=third, at=timezone.now())
        assert of(date, second).state == "offered"  # once more, by another enrolment

        assert client.post(link, {"answer": "accept"}, **HOST).status_code == 422

        assert of(date, second).state == "offered"

    def test_of_somebody_who_has_left_leads_nowhere(self, client: Client) -> None:
        _date, (_first, second, _third), link = offered()
        second.is_active = False
        second.save()

        assert client.post(link, {"answer": "accept"}, **HOST).status_code == 422

    def test_without_an_answer_decides_nothing(self, client: Client) -> None:
        date, _some, link = offered()

        assert client.post(link, {"answer": "vielleicht"}, **HOST).status_code == 200
        assert states(date) == ["withdrawn", "offered", "waiting"]

    def test_asks_for_the_token_against_forged_forms(self) -> None:
        date, _some, link = offered()

        assert Client(enforce_csrf_checks=True).post(link, {"answer": "accept"}, **HOST).status_code == 403
        assert states(date) == ["withdrawn", "offered", "waiting"]
