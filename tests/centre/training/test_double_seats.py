"""Nobody sits in two courses at once, whichever way the second place comes to her, and however many ask at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from tenants.centre.models import Contact, Municipality
from tenants.models import User
from tests.centre.training_factories import AT, approves, course_date, people, requester, session, supervisor_of, trainer
from training import approving, double_seats, enrolling, offering, personal, personal_links, waiting, wording
from training.models import Course, CourseDate, Enrolment, Notice, Session, TrainingEvent

State = Enrolment.State
LATER = AT + timedelta(hours=1)


def offered_elsewhere(begins: Any = None, now: Any = AT) -> tuple[Enrolment, Enrolment]:
    """Somebody waits for one date, takes a place on another of the same hours, and is offered the first: (what she is offered, what she has)."""
    dates = [course_date(*([session(begins)] if begins else []), capacity=1) for _each in range(2)]
    first, she = people(2)
    enrolling.enrol(date=dates[0], person=first, by=first, at=now)
    enrolling.enrol(date=dates[0], person=she, by=she, at=now)
    has = enrolling.enrol(date=dates[1], person=she, by=she, at=now)
    enrolling.withdraw(date=dates[0], person=first, by=trainer(), at=now)
    return Enrolment.objects.get(date=dates[0], person=she), has


class TestAccept:
    def test_is_refused_while_she_has_a_place_at_that_hour_and_the_offer_stays(self) -> None:
        offer, has = offered_elsewhere()

        with pytest.raises(waiting.CannotAnswer, match="gibt es schon einen Platz"):
            waiting.accept(enrolment=offer, by=offer.person, at=LATER)

        assert Enrolment.objects.get(pk=offer.pk).state == State.OFFERED
        enrolling.withdraw(date=has.date, person=has.person, by=has.person, at=LATER)
        assert waiting.accept(enrolment=offer, by=offer.person, at=LATER).state == State.ENROLLED

    def test_of_two_offers_for_one_hour_she_takes_one(self) -> None:
        offer, other = offered_elsewhere()
        Enrolment.objects.filter(pk=other.pk).update(state=State.OFFERED, offered_until=offer.offered_until)

        waiting.accept(enrolment=other, by=other.person, at=LATER)

        with pytest.raises(waiting.CannotAnswer, match="gibt es schon einen Platz"):
            waiting.accept(enrolment=offer, by=offer.person, at=LATER)

    def test_by_the_links_is_refused_in_the_same_words(self) -> None:
        now = timezone.now()
        offer, _has = offered_elsewhere(now + timedelta(days=40), now)
        link = offering.token_for(offer)
        own = personal_links.address_of(offer, at=now).rstrip("/").rpartition("/")[2]

        with pytest.raises(offering.CannotFollow, match="gibt es schon einen Platz"):
            offering.accept(token=link, at=now)
        with pytest.raises(personal.CannotDo, match="gibt es schon einen Platz"):
            personal.accept(token=own, at=now)

    def test_the_offer_says_so_in_its_mail_and_on_each_page(self, client: Client) -> None:
        now = timezone.now()
        offer, _has = offered_elsewhere(now + timedelta(days=40), now)

        mail = " ".join(wording.letter(Notice.objects.get(person=offer.person, kind="offer")).sentences)
        by_link = client.get(offering.path_of(offer), HTTP_HOST="zentrum.localhost").content.decode()
        client.force_login(offer.person)
        page = client.get(f"/schulungen/termine/{offer.date.public_id}/", HTTP_HOST="zentrum.localhost").content.decode()

        for said in (mail, by_link, page):
            assert "gibt es schon einen Platz" in said
            assert "wenn Sie sich dort abgemeldet haben" in said
        assert personal.page_of(offer, at=now).clash


class TestApprove:
    def test_is_refused_while_she_has_a_place_at_that_hour(self) -> None:
        approves()
        she = requester()
        wishes = [enrolling.enrol(date=course_date(), person=she, by=she, at=AT) for _each in range(2)]
        chief = supervisor_of(she)
        approving.approve(enrolment=wishes[0], by=chief, at=LATER)

        with pytest.raises(approving.CannotApprove, match="gibt es schon einen Platz"):
            approving.approve(enrolment=wishes[1], by=chief, at=LATER)

        assert Enrolment.objects.get(pk=wishes[1].pk).state == State.AWAITING_APPROVAL

    def test_all_at_once_names_what_was_left(self) -> None:
        approves()
        she = requester()
        wishes = [enrolling.enrol(date=course_date(), person=she, by=she, at=AT) for _each in range(2)]

        left = approving.approve_all(enrolments=wishes, by=supervisor_of(she), at=LATER)

        assert [one.pk for one, _why in left] == [wishes[1].pk]


class TestQueries:
    def test_do_not_grow_with_sessions_and_courses(self, queries: Any) -> None:
        begins = timezone.now() + timedelta(days=40)
        date = course_date(*(session(begins + timedelta(days=n)) for n in range(5)))
        she = requester()
        for n in range(3):
            enrolling.enrol(date=course_date(session(begins + timedelta(days=10 + n))), person=she, by=she, at=AT)

        with queries() as asked:
            assert double_seats.said_of(date, she) == ""

        assert len(asked) == 2


@pytest.fixture
def two_dates(django_db_blocker: Any) -> Iterator[tuple[list[CourseDate], list[User]]]:
    """Two dates of the same hour and eight people, there for every connection."""
    begins = timezone.now() + timedelta(days=60)
    until = begins + timedelta(hours=1)

    def made() -> tuple[list[CourseDate], list[User]]:
        town = Municipality.objects.create(slug="doppelt", name="Doppelt")
        users = User.objects.bulk_create(User(username=f"doppelt.{n}", display_name=f"Person {n}") for n in range(8))
        Contact.objects.bulk_create(Contact(person=user, municipality=town) for user in users)
        course, dates = Course.objects.create(title="Doppelt", aims="Zwei zur selben Stunde.", minutes=60), []
        for _each in range(2):
            limits = {"register_until": begins, "withdraw_until": begins, "starts_at": begins, "ends_at": until}
            date = CourseDate.objects.create(course=course, state="open", capacity=20, created_at=timezone.now(), **limits)
            Session.objects.create(date=date, starts_at=begins, ends_at=until, link="https://v.example/", changed_at=begins)
            dates.append(date)
        return dates, users

    def gone() -> None:
        Notice.objects.filter(person__username__startswith="doppelt.").delete()
        TrainingEvent.objects.filter(date__course__title="Doppelt").delete()
        Enrolment.objects.filter(date__course__title="Doppelt").delete()
        CourseDate.objects.filter(course__title="Doppelt").delete()
        Course.objects.filter(title="Doppelt").delete()
        Contact.objects.filter(municipality__slug="doppelt").delete()
        User.objects.filter(username__startswith="doppelt.").delete()
        Municipality.objects.filter(slug="doppelt").delete()

    try:
        yield in_threads(django_db_blocker, [made])[0]
    finally:
        in_threads(django_db_blocker, [gone])


def in_threads(django_db_blocker: Any, acts: list[Callable[[], Any]]) -> list[Any]:
    """Do acts at once, each on a connection of its own; gives what each gave, or the refusal."""

    def run(act: Callable[[], Any]) -> Any:
        with django_db_blocker.unblock():
            try:
                return act()
            except enrolling.CannotEnrol as refusal:
                return refusal
            finally:
                connections["default"].close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_dates_of_one_hour_asked_for_at_once_give_one_place(
    two_dates: tuple[list[CourseDate], list[User]], django_db_blocker: Any
) -> None:
    dates, users = two_dates

    def asks(date: CourseDate, person: User) -> Callable[[], Enrolment]:
        return lambda: enrolling.enrol(date=date, person=person, by=person, at=timezone.now())

    told = in_threads(django_db_blocker, [asks(date, person) for person in users for date in dates])

    assert sum(isinstance(each, Enrolment) for each in told) == len(users)
    assert sum(isinstance(each, enrolling.CannotEnrol) and "schon einen Platz" in str(each) for each in told) == len(users)
