"""I am here, without a login: the code of the room, and who somebody is."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.centre.hotline.test_sending import Postman
from tests.centre.training.post import send, words
from tests.centre.training.test_personal import unknown_person
from tests.centre.training_factories import course_date, people, trainer
from tests.centre.training_factories import session as planned
from training import attendance_codes, attending, enrolling, personal_links
from training.models import Attendance, CourseDate, Enrolment, Notice, Session, TrainingEvent

HOST = {"HTTP_HOST": "zentrum.localhost"}


@pytest.fixture
def mine() -> Enrolment:
    """Her place on a date whose session has just begun."""
    person = unknown_person()
    date = course_date(planned(timezone.now() + timedelta(days=40)), capacity=20)
    made = enrolling.enrol(date=date, person=person, by=person, at=timezone.now())
    return at_time(made, timezone.now() - timedelta(minutes=2))


def at_time(enrolment: Enrolment, begins: Any) -> Enrolment:
    """The same, with the session at another time."""
    times = {"starts_at": begins, "ends_at": begins + timedelta(hours=4)}
    Session.objects.filter(date=enrolment.date_id).update(**times)
    CourseDate.objects.filter(pk=enrolment.date_id).update(**times, register_until=begins, withdraw_until=begins)
    found: Enrolment = Enrolment.objects.select_related("date", "person").get(pk=enrolment.pk)
    return found


def session(enrolment: Enrolment) -> Session:
    return Session.objects.get(date=enrolment.date_id)


def code_path(enrolment: Enrolment) -> str:
    """What the QR code of the room opens now."""
    address = attendance_codes.address_of(session=session(enrolment), at=timezone.now())
    return address[address.index("/schulungen/") :]


def proof(client: Client, enrolment: Enrolment) -> str:
    page = client.get(code_path(enrolment), **HOST).content.decode()
    return re.findall(r'name="proof" value="([^"]+)"', page)[0]


def present(enrolment: Enrolment) -> list[str]:
    return list(Attendance.objects.filter(enrolment=enrolment).values_list("state", flat=True))


class TestQrCode:
    def test_asks_whom_nobody_knows_and_names_nobody(self, client: Client, mine: Enrolment) -> None:
        answer = client.get(code_path(mine), **HOST)

        assert answer.status_code == 200
        said = answer.content.decode()
        assert "Ihr Code" in said
        assert "Anna Beispiel" not in said
        assert "noindex" in answer["X-Robots-Tag"]
        assert not present(mine)

    @pytest.mark.parametrize("typed", ["{code}", " {code} ", "{lower}", "{bare}"])
    def test_enters_who_types_her_code(self, client: Client, mine: Enrolment, typed: str) -> None:
        code = attendance_codes.personal_code(mine)
        sent = typed.format(code=code, lower=code.lower(), bare=code.replace("-", " "))

        answer = client.post(code_path(mine), {"act": "code", "proof": proof(client, mine), "typed": sent}, **HOST)

        assert answer.status_code == 200
        assert "als anwesend eingetragen" in answer.content.decode()
        assert present(mine) == ["present"]
        assert TrainingEvent.objects.filter(enrolment=mine, act="attend", actor="Anna Beispiel").exists()

    @pytest.mark.parametrize("typed", ["", "AAAA-AAAA", "x" * 400, "ÄÖÜ", "{other}"])
    def test_refuses_a_code_that_is_nobodys_here(self, client: Client, mine: Enrolment, typed: str) -> None:
        [person] = people(1)
        other = enrolling.enrol(date=course_date(planned(timezone.now() + timedelta(days=41))), person=person, by=person, at=timezone.now())
        sent = typed.format(other=attendance_codes.personal_code(other))

        answer = client.post(code_path(mine), {"act": "code", "proof": proof(client, mine), "typed": sent}, **HOST)

        assert answer.status_code == 422
        assert "hier nicht bekannt" in answer.content.decode()
        assert not Attendance.objects.exists()

    def test_is_no_good_without_having_opened_the_code_of_the_room(self, client: Client, mine: Enrolment) -> None:
        code, at = attendance_codes.personal_code(mine), timezone.now() - timedelta(minutes=16)
        old = attendance_codes.room_proof_for(session=session(mine), at=at)

        for sent in ("", "falsch", old):
            answer = client.post(code_path(mine), {"act": "code", "proof": sent, "typed": code}, **HOST)
            assert answer.status_code == 422
        assert client.get(f"/schulungen/anwesend/{session(mine).public_id}/alt/", **HOST).status_code == 422
        assert not present(mine)

    @pytest.mark.parametrize(
        ("begins", "said"), [(timedelta(hours=2), "erst ab"), (timedelta(hours=-5), "zu Ende"), (timedelta(minutes=29), "")]
    )
    def test_keeps_to_the_time_of_the_session(self, client: Client, mine: Enrolment, begins: timedelta, said: str) -> None:
        mine = at_time(mine, timezone.now() + begins)

        answer = client.get(code_path(mine), **HOST)

        assert answer.status_code == (422 if said else 200)
        assert said in answer.content.decode()

    def test_notes_who_comes_late(self, client: Client, mine: Enrolment) -> None:
        mine = at_time(mine, timezone.now() - timedelta(minutes=25, seconds=5))
        sent = {"act": "code", "proof": proof(client, mine), "typed": attendance_codes.personal_code(mine)}

        client.post(code_path(mine), sent, **HOST)

        assert Attendance.objects.get(enrolment=mine).minutes_late == 25

    def test_is_not_tried_without_end(self, client: Client, mine: Enrolment) -> None:
        sent = {"act": "code", "proof": proof(client, mine), "typed": "AAAA-AAAA"}
        for _try in range(30):
            assert client.post(code_path(mine), sent, **HOST).status_code == 422

        assert client.post(code_path(mine), sent, **HOST).status_code == 429

    def test_leads_whoever_is_signed_in_as_before(self, client_of: Any, mine: Enrolment) -> None:
        client = client_of(mine.person)

        page = client.get(code_path(mine)).content.decode()
        assert "Sie sind angemeldet als" in page
        answer = client.post(code_path(mine), {"proof": re.findall(r'name="proof" value="([^"]+)"', page)[0]})

        assert answer.status_code == 200
        assert present(mine) == ["present"]


class TestCodeByMail:
    def test_goes_to_her_address_and_lets_her_in(self, client: Client, mine: Enrolment, postman: Postman) -> None:
        kept = proof(client, mine)
        Notice.objects.all().delete()

        answer = client.post(code_path(mine), {"act": "mail", "proof": kept, "email": "ANNA@stadt.example"}, **HOST)

        assert "Code finden" in answer.content.decode()
        send(timezone.now())
        [mail] = postman.mails()
        assert mail["To"].addresses[0].addr_spec == "anna@stadt.example"
        [code] = re.findall(r"[A-Z2-7]{4}-[A-Z2-7]{4}", words(mail))
        assert code != attendance_codes.personal_code(mine)
        done = client.post(code_path(mine), {"act": "code", "proof": kept, "typed": code}, **HOST)
        assert done.status_code == 200
        assert present(mine) == ["present"]

    def test_answers_the_same_to_every_address(self, client: Client, mine: Enrolment, postman: Postman) -> None:
        kept = proof(client, mine)
        Notice.objects.all().delete()

        said = [
            re.sub(
                r"\S+@stadt\.example|value=\"[^\"]+\"",
                "",
                client.post(code_path(mine), {"act": "mail", "proof": kept, "email": email}, **HOST).content.decode(),
            )
            for email in ("anna@stadt.example", "niemand@stadt.example")
        ]

        assert said[0] == said[1]
        assert Notice.objects.filter(kind="check_in").count() == 1

    def test_is_sent_once_in_ten_minutes(self, client: Client, mine: Enrolment, postman: Postman) -> None:
        sent = {"act": "mail", "proof": proof(client, mine), "email": "anna@stadt.example"}
        for _click in range(3):
            client.post(code_path(mine), sent, **HOST)

        assert Notice.objects.filter(kind="check_in").count() <= 2  # two where the ten minutes ended in between

    def test_holds_for_some_minutes(self, mine: Enrolment) -> None:
        now = timezone.now()
        code = attendance_codes.mailed_code(enrolment=mine, session=session(mine), at=now)

        for minutes, holds in ((0, True), (9, True), (21, False)):
            later = now + timedelta(minutes=minutes)
            assert attendance_codes.is_hers(enrolment=mine, session=session(mine), typed=code, at=later) is holds

    def test_is_no_longer_sent_when_it_would_be_too_late(self, client: Client, mine: Enrolment, postman: Postman) -> None:
        kept = proof(client, mine)
        Notice.objects.all().delete()
        client.post(code_path(mine), {"act": "mail", "proof": kept, "email": "anna@stadt.example"}, **HOST)

        assert send(timezone.now() + timedelta(minutes=11)) == 0

    def test_is_not_offered_where_no_mail_goes_out(self, client: Client, mine: Enrolment) -> None:
        assert "Code zusenden" not in client.get(code_path(mine), **HOST).content.decode()


class TestPersonalLink:
    def test_opened_before_with_the_same_telephone_names_her_to_herself(self, client: Client, mine: Enrolment) -> None:
        client.get(personal_links.path_of(mine, at=timezone.now()), **HOST)

        page = client.get(code_path(mine), **HOST).content.decode()
        assert "Anna Beispiel" in page
        kept = re.findall(r'name="proof" value="([^"]+)"', page)[0]
        assert client.post(code_path(mine), {"act": "link", "proof": kept}, **HOST).status_code == 200
        assert present(mine) == ["present"]

    def test_of_another_date_does_not_let_her_in(self, client: Client, mine: Enrolment) -> None:
        date = course_date(planned(timezone.now() + timedelta(days=41)))
        other = enrolling.enrol(date=date, person=mine.person, by=mine.person, at=timezone.now())
        client.get(personal_links.path_of(other, at=timezone.now()), **HOST)

        answer = client.post(code_path(mine), {"act": "link", "proof": proof(client, mine)}, **HOST)

        assert answer.status_code == 422
        assert not present(mine)


class TestTrainer:
    def entered(self, mine: Enrolment) -> None:
        attending.note_present(session=session(mine), person=mine.person, at=timezone.now())

    def test_sees_it_and_takes_it_back(self, client_of: Any, client: Client, mine: Enrolment) -> None:
        self.entered(mine)
        browser = client_of(trainer())
        page = browser.get(f"/schulungen/termine/{mine.date.public_id}/anwesenheit/").content.decode()
        assert "selbst gemeldet" in page

        answer = browser.post(f"/schulungen/sitzungen/{session(mine).public_id}/zuruecknehmen/", {"enrolment": mine.pk}, follow=True)

        assert "zurückgenommen" in answer.content.decode()
        assert not present(mine)
        assert TrainingEvent.objects.filter(enrolment=mine, act="attend").count() == 2
        self.entered(mine)  # she may say it once more
        assert present(mine) == ["present"]

    @pytest.mark.parametrize("key", ["", "x", "0", "9" * 40])
    def test_takes_nothing_back_where_nothing_is(self, client_of: Any, mine: Enrolment, key: str) -> None:
        answer = client_of(trainer()).post(
            f"/schulungen/sitzungen/{session(mine).public_id}/zuruecknehmen/", {"enrolment": key}, follow=True
        )

        assert "nichts eingetragen" in answer.content.decode()

    def test_is_who_takes_it_back(self, mine: Enrolment) -> None:
        self.entered(mine)

        with pytest.raises(attending.CannotAttend):
            attending.undo(session=session(mine), enrolment=mine.pk, by=mine.person, at=timezone.now())
