"""What goes into one person's calendar, and out of it: which message, under which UID, with which number."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from tests.centre.hotline.test_sending import Postman
from tests.centre.training.post import calendars, event, send, words
from tests.centre.training.test_enrolling import enrol
from tests.centre.training_factories import AT, BEGINS, course_date, people, requester, room, session, trainer
from training import enrolling, planning, telling
from training.models import CourseDate, Session

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def uid(date: CourseDate, number: int = 0) -> str:
    return str(Session.objects.filter(date=date).order_by("pk")[number].public_id)


def move(date: CourseDate, *told: Any, number: int = 0, at: Any = AT + HOUR) -> None:
    """Move a session and tell people, as planning does."""
    found = Session.objects.filter(date=date).order_by("pk")[number]
    Session.objects.filter(pk=found.pk).update(
        starts_at=found.starts_at + HOUR, ends_at=found.ends_at + HOUR, sequence=F("sequence") + 1, changed_at=at
    )
    facts = {"session": str(found.public_id)}
    telling.tell_all(people=told, kind="changed", about=date, once=f"changed:{found.pk}:{at}", at=at, calendar="request", facts=facts)


class TestInvitation:
    def test_names_one_person_only(self, postman: Postman) -> None:
        date = course_date(session(room=room(), trainer=(teacher := trainer(display_name="Frau Linde"))), by=teacher)
        enrol(date, requester(email="anna@x.example", display_name="Anna Kurz"), requester(email="bea@x.example"))

        send(AT + HOUR)

        method, found = event(postman.mails()[0])
        assert method == "REQUEST"
        assert found["ATTENDEE"] == "mailto:anna@x.example"
        assert found["ATTENDEE"].params["RSVP"] == "FALSE"
        assert found["ORGANIZER"] == "mailto:hilfe@zentrale.example"
        assert (found.decoded("DTSTART"), found.decoded("DTEND")) == (BEGINS, BEGINS + 4 * HOUR)
        assert (str(found["SUMMARY"]), str(found["LOCATION"])) == ("Schulung: Ablegen und wiederfinden", "Schulungsraum 1")
        assert "Leitung: Frau Linde" in str(found["DESCRIPTION"])
        assert b"bea@x.example" not in postman.got[0].content

    def test_of_two_sessions_is_a_mail_each(self, postman: Postman) -> None:
        date = course_date(session(), session(BEGINS + DAY))
        enrol(date, requester())

        assert send() == 1

        assert calendars(postman.mails()) == [("REQUEST", uid(date), 0), ("REQUEST", uid(date, 1), 0)]
        assert postman.mails()[1]["Subject"].endswith("(Schulungstag 2 von 2 für Ihren Kalender)")
        assert "15. April 2026, 09:00 bis 13:00 Uhr" in words(postman.mails()[0])

    def test_of_somebody_who_waits_is_none(self, postman: Postman) -> None:
        enrol(course_date(capacity=1), *people(2))

        send(AT + HOUR)

        assert len(postman.mails()) == 2
        assert len(calendars(postman.mails())) == 1


class TestChange:
    def test_of_one_session_is_told_of_that_one_only_with_a_higher_number(self, postman: Postman) -> None:
        date, person = course_date(session(), session(BEGINS + DAY)), requester()
        enrol(date, person)
        send()

        move(date, person, number=1)
        send(AT + HOUR)

        assert calendars(postman.mails())[2:] == [("REQUEST", uid(date, 1), 1)]
        assert event(postman.mails()[2])[1].decoded("DTSTART") == BEGINS + DAY + HOUR


class TestCancellation:
    def test_on_withdrawal_has_a_higher_number_and_coming_back_a_higher_one_still(self, postman: Postman) -> None:
        date, person, other = course_date(), requester(email="anna@x.example"), requester(email="bea@x.example")
        enrol(date, person, other)
        enrolling.withdraw(date=date, person=person, by=person, at=AT + HOUR)
        enrol(date, person, at=AT + 2 * HOUR)
        send(AT + 2 * HOUR)
        move(date, person, other, at=AT + 3 * HOUR)
        send(AT + 3 * HOUR)

        hers = [mail for mail, one in zip(postman.mails(), postman.got, strict=True) if one.rcpt_tos == ["anna@x.example"]]
        others = [mail for mail, one in zip(postman.mails(), postman.got, strict=True) if one.rcpt_tos == ["bea@x.example"]]
        assert [(method, number) for method, _uid, number in calendars(hers)] == [
            ("REQUEST", 0),
            ("CANCEL", 1),
            ("REQUEST", 2),
            ("REQUEST", 3),
        ]
        assert [(method, number) for method, _uid, number in calendars(others)] == [("REQUEST", 0), ("REQUEST", 1)]
        assert {each for _method, each, _number in calendars(hers)} == {uid(date)}

    def test_of_a_date_takes_out_each_session_of_those_who_had_a_place(self, postman: Postman) -> None:
        date = course_date(session(), session(BEGINS + DAY), capacity=1)
        enrol(date, *people(2))
        send(AT + HOUR)
        postman.got.clear()

        planning.cancel_date(date=date, reason="Krank.", by=trainer(), at=AT + HOUR)
        send(AT + HOUR)

        assert len(postman.mails()) == 3
        assert calendars(postman.mails()) == [("CANCEL", uid(date), 1), ("CANCEL", uid(date, 1), 1)]
        _method, found = event(next(mail for mail in postman.mails() if mail.get_content_type() == "multipart/mixed"))
        assert str(found["STATUS"]) == "CANCELLED"

    @pytest.mark.parametrize("calendar", ["cancel", "request"])
    def test_of_a_session_that_is_called_off_takes_out_that_one(self, postman: Postman, calendar: str) -> None:
        date, person = course_date(session(), session(BEGINS + DAY)), requester()
        enrol(date, person)
        send()
        off = Session.objects.filter(date=date).order_by("pk")[1]
        Session.objects.filter(pk=off.pk).update(called_off_at=AT + HOUR, sequence=1)
        facts = {"session": str(off.public_id), "reason": "Krank."}
        telling.tell(person=person, kind="changed", about=date, once="off", at=AT + HOUR, calendar=calendar, facts=facts)

        send(AT + HOUR)

        assert calendars(postman.mails())[2:] == [("CANCEL", uid(date, 1), 1)]
        assert postman.mails()[2]["Subject"] == "Schulungstag abgesagt: Ablegen und wiederfinden, 15.04.2026"

    def test_never_overtakes_the_invitation_that_it_takes_back(self, postman: Postman) -> None:
        """The invitation is refused for now: what takes it back waits for it."""
        date, person = course_date(), requester()
        enrol(date, person)
        postman.says["DATA"] = "451 Later"
        send()
        postman.says.clear()
        enrolling.withdraw(date=date, person=person, by=person, at=AT + timedelta(seconds=30))

        assert send(AT + timedelta(seconds=30)) == 0
        assert send(AT + timedelta(minutes=1)) == 2
        assert [method for method, _uid, _number in calendars(postman.mails())] == ["REQUEST", "CANCEL"]


class TestNote:
    def test_that_is_changed_goes_out_again_with_a_higher_number(self, postman: Postman) -> None:
        date, person = course_date(), requester(email="anna@x.example")
        enrol(date, person)
        send(AT + HOUR)
        fresh = CourseDate.objects.get(pk=date.pk)
        planning.change_date(date=date, fields={"note": "Bitte Ausweis mitbringen."}, etag=fresh.etag, by=trainer(), at=AT + HOUR)

        send(AT + 2 * HOUR)

        (_first, before), (method, after) = (event(mail) for mail in postman.mails())
        assert (method, after["SEQUENCE"]) == ("REQUEST", before["SEQUENCE"] + 1)
        assert "Bitte Ausweis mitbringen." in str(after["DESCRIPTION"])
        assert "Bitte Ausweis mitbringen." in words(postman.mails()[1])

    def test_that_stays_changes_no_number(self) -> None:
        date = course_date()

        fresh = CourseDate.objects.get(pk=date.pk)
        planning.change_date(date=date, fields={"capacity": 3, "note": ""}, etag=fresh.etag, by=trainer(), at=AT + HOUR)

        assert Session.objects.get(date=date).sequence == 0
