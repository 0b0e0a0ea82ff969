"""The private calendar: hers alone, at an address that nobody guesses, and the same until something changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import icalendar
import pytest
from django.test import Client
from django.utils import timezone

from tests.centre.training.test_enrolling import enrol
from tests.centre.training_factories import course_date, requester, session, trainer
from training import enrolling, planning, subscribing
from training.models import CalendarFeed, Session

HOST = {"HTTP_HOST": "zentrum.localhost"}
DAY = timedelta(days=1)


@pytest.fixture
def soon() -> datetime:
    return timezone.now().replace(microsecond=0) + 40 * DAY


def read(content: bytes) -> list[tuple[str, str, int]]:
    """(UID, status, number) of what stands in a calendar."""
    events = icalendar.Calendar.from_ical(content).walk("VEVENT")
    return [(str(each["UID"]), str(each["STATUS"]), int(each["SEQUENCE"])) for each in events]


def uids(date: Any) -> set[str]:
    return {str(each) for each in Session.objects.filter(date=date).values_list("public_id", flat=True)}


class TestFeed:
    def test_holds_her_own_sessions_and_nobody_elses(self, client: Client, soon: datetime) -> None:
        hers, others, waited = (
            course_date(session(soon + n * DAY), session(soon + n * DAY + timedelta(hours=5)), capacity=1) for n in range(3)
        )
        person, other = requester(display_name="Anna Kurz"), requester(display_name="Bea Lang")
        enrol(hers, person)
        enrol(others, other)
        enrol(waited, other, person)
        link = subscribing.renew(by=person, at=timezone.now())

        answer = client.get(link, **HOST)

        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert {uid for uid, _status, _number in read(answer.content)} == uids(hers)
        assert b"Lang" not in answer.content
        assert b"ATTENDEE" not in answer.content

    def test_holds_what_a_trainer_teaches(self, client: Client, soon: datetime) -> None:
        teacher, other = trainer(), trainer()
        date = course_date(session(soon, trainer=teacher), session(soon + DAY, trainer=other), by=teacher)
        course_date(session(soon + 2 * DAY, trainer=teacher), opened=False, by=teacher)

        [first] = read(client.get(subscribing.renew(by=teacher, at=timezone.now()), **HOST).content)

        assert first[0] in uids(date)

    def test_strikes_out_what_is_called_off_and_forgets_what_she_left(self, client: Client, soon: datetime) -> None:
        person = requester()
        off, left = course_date(session(soon)), course_date(session(soon + DAY))
        now = timezone.now()
        enrol(off, person, at=now)
        enrol(left, person, at=now)
        link = subscribing.renew(by=person, at=now)
        planning.cancel_date(date=off, reason="Krank.", by=trainer(), at=now)
        enrolling.withdraw(date=left, person=person, by=person, at=now)

        assert read(client.get(link, **HOST).content) == [(uids(off).pop(), "CANCELLED", 1)]

    def test_counts_as_the_mails_do_after_she_left_and_came_back(self, client: Client, soon: datetime) -> None:
        person, date, now = requester(), course_date(session(soon)), timezone.now()
        enrol(date, person, at=now)
        enrolling.withdraw(date=date, person=person, by=person, at=now)
        enrol(date, person, at=now)

        [(_uid, _status, number)] = read(client.get(subscribing.renew(by=person, at=now), **HOST).content)

        assert number == 2

    def test_of_somebody_without_courses_is_an_empty_calendar(self, client: Client) -> None:
        answer = client.get(subscribing.renew(by=requester(), at=timezone.now()), **HOST)

        assert answer.status_code == 200
        assert read(answer.content) == []

    def test_is_sent_once_until_something_changes(self, client: Client, soon: datetime) -> None:
        person, date = requester(), course_date(session(soon))
        enrol(date, person, at=timezone.now())
        link = subscribing.renew(by=person, at=timezone.now())
        first = client.get(link, **HOST)
        assert first["Cache-Control"] == "private, no-cache"

        again = client.get(link, headers={"If-None-Match": first["ETag"]}, **HOST)
        Session.objects.filter(date=date).update(ends_at=soon + timedelta(hours=5), sequence=1)
        changed = client.get(link, headers={"If-None-Match": first["ETag"]}, **HOST)

        assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", "private, no-cache")
        assert (changed.status_code, read(changed.content)[0][2]) == (200, 1)

    def test_takes_the_same_number_of_queries_for_more_courses(self, soon: datetime, queries: Callable[..., Any]) -> None:
        person, asked = requester(), []
        for count in range(3):
            enrol(course_date(session(soon + count * DAY, trainer=(one := trainer())), by=one), person, at=timezone.now())
            with queries() as seen:
                subscribing.calendar_of(person, at=timezone.now())
            asked.append(len(seen))

        assert asked[0] == asked[2] <= 2


class TestAddress:
    def test_is_renewed_and_the_old_one_leads_nowhere(self, client: Client) -> None:
        person = requester()
        old = subscribing.renew(by=person, at=timezone.now())
        new = subscribing.renew(by=person, at=timezone.now())

        assert [client.get(link, **HOST).status_code for link in (old, new)] == [404, 200]
        assert subscribing.path_of(person) == new

    def test_is_taken_away(self, client: Client) -> None:
        person = requester()
        link = subscribing.renew(by=person, at=timezone.now())

        subscribing.end(by=person)
        subscribing.end(by=person)

        assert client.get(link, **HOST).status_code == 404
        assert subscribing.path_of(person) == ""

    def test_of_somebody_who_has_left_leads_nowhere(self, client: Client) -> None:
        person = requester()
        link = subscribing.renew(by=person, at=timezone.now())
        person.is_active = False
        person.save()

        assert client.get(link, **HOST).status_code == 404

    def test_is_not_known_to_who_reads_the_table(self, client: Client) -> None:
        person = requester()
        link = subscribing.renew(by=person, at=timezone.now())
        key = CalendarFeed.objects.get().key.hex
        assert key in link

        guesses = [key, f"{key}.", f"{key}.{'A' * 43}", "0" * 32, "x", f"{key}.\x00"]

        assert [client.get(f"/schulungen/kalender/{guess}.ics", **HOST).status_code for guess in guesses] == [404] * 6

    def test_takes_no_other_method(self, client: Client) -> None:
        link = subscribing.renew(by=requester(), at=timezone.now())

        assert client.post(link, **HOST).status_code == 405
        assert client.head(link, **HOST).status_code == 200
