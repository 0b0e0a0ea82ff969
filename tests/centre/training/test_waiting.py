"""The waiting list: offers in strict order, their end, and that nobody is served twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.centre.training.test_enrolling import enrol, states
from tests.centre.training_factories import AT, BEGINS, approves, course_date, people, requester, supervisor_of, trainer
from training import approving, enrolling, planning, waiting, wording
from training.models import CourseDate, Enrolment, Notice

State = Enrolment.State
LATER = AT + timedelta(hours=1)


def of(date: CourseDate, person: object) -> Enrolment:
    found: Enrolment = Enrolment.objects.filter(date=date, person=person).latest("pk")
    return found


def offered(count: int = 3) -> tuple[CourseDate, list]:  # type: ignore[type-arg]
    """A date of one place that the second of some people is offered; the others wait."""
    date, some = course_date(capacity=1), people(count)
    enrol(date, *some)
    enrolling.withdraw(date=date, person=some[0], by=some[0], at=AT)
    return date, some


class TestAccept:
    def test_gives_the_place(self) -> None:
        date, (_first, second, _third) = offered()

        waiting.accept(enrolment=of(date, second), by=second, at=LATER)

        assert states(date) == ["withdrawn", "enrolled", "waiting"]
        assert Notice.objects.get(person=second, kind="enrolled").calendar == "request"

    def test_refuses_a_second_time(self) -> None:
        date, (_first, second, _third) = offered()
        waiting.accept(enrolment=of(date, second), by=second, at=LATER)

        with pytest.raises(waiting.CannotAnswer, match="haben diesen Platz schon"):
            waiting.accept(enrolment=of(date, second), by=second, at=LATER)

    def test_refuses_an_ended_offer_and_passes_it_on(self) -> None:
        date, (_first, second, _third) = offered()

        with pytest.raises(waiting.CannotAnswer, match="abgelaufen"):
            waiting.accept(enrolment=of(date, second), by=second, at=AT + waiting.OFFER_HOLDS)

        assert states(date) == ["withdrawn", "expired", "offered"]

    def test_refuses_whoever_only_waits(self) -> None:
        date, (_first, _second, third) = offered()

        with pytest.raises(waiting.CannotAnswer, match="kein Platz angeboten"):
            waiting.accept(enrolment=of(date, third), by=third, at=LATER)

    def test_refuses_a_stranger(self) -> None:
        date, (_first, second, third) = offered()

        with pytest.raises(waiting.CannotAnswer, match="jemand anderem"):
            waiting.accept(enrolment=of(date, second), by=third, at=LATER)


class TestDecline:
    def test_offers_it_to_the_next_down_to_the_last(self) -> None:
        date, (_first, second, third) = offered()

        waiting.decline(enrolment=of(date, second), by=second, at=LATER)
        waiting.accept(enrolment=of(date, third), by=third, at=LATER)

        assert states(date) == ["withdrawn", "declined", "enrolled"]


class TestExpireOffers:
    def test_ends_what_is_over_and_nothing_else(self) -> None:
        date, _some = offered()

        assert waiting.expire_offers(at=AT + waiting.OFFER_HOLDS - timedelta(seconds=1)) == 0
        assert waiting.expire_offers(at=AT + waiting.OFFER_HOLDS) == 1
        assert waiting.expire_offers(at=AT + waiting.OFFER_HOLDS) == 0
        assert states(date) == ["withdrawn", "expired", "offered"]

    def test_tells_her_and_the_next_once_each(self) -> None:
        _date, (_first, second, third) = offered()

        for _twice in range(2):
            waiting.expire_offers(at=AT + waiting.OFFER_HOLDS)

        assert Notice.objects.filter(person=second, kind="expired").count() == 1
        assert Notice.objects.filter(person=third, kind="offer").count() == 1

    def test_an_offer_never_lasts_longer_than_until_the_course_begins(self) -> None:
        date, (first, second) = course_date(capacity=1), people(2)
        enrol(date, first, second)
        late = BEGINS - timedelta(hours=2)

        enrolling.withdraw(date=date, person=first, by=trainer(), at=late)

        assert of(date, second).offered_until == BEGINS
        assert waiting.expire_offers(at=BEGINS) == 1
        assert states(date) == ["withdrawn", "expired"]

    def test_passes_one_place_on_to_one_person_however_many_wait(self) -> None:
        date, _some = offered(12)

        waiting.expire_offers(at=AT + waiting.OFFER_HOLDS)

        assert states(date)[:3] == ["withdrawn", "expired", "offered"]
        assert set(states(date)[3:]) == {"waiting"}


class TestEndBegun:
    def test_ends_what_waits_and_what_awaits_approval_and_tells_each_once(self) -> None:
        date, (has, waits) = course_date(capacity=1), people(2)
        enrol(date, has, waits)
        approves()
        hopes = requester()
        enrol(date, hopes)
        before = Notice.objects.count()

        assert waiting.end_begun(at=BEGINS - timedelta(seconds=1)) == 0
        assert waiting.end_begun(at=BEGINS) == 2
        assert waiting.end_begun(at=BEGINS) == 0

        assert states(date) == ["enrolled", "withdrawn", "withdrawn"]
        told = list(Notice.objects.order_by("pk")[before:])
        assert [(one.person, one.calendar) for one in told] == [(waits, ""), (hopes, "")]
        assert "nicht mehr möglich" in wording.letter(told[0]).subject.lower()


class TestMoreAndFewerPlaces:
    def test_new_places_are_offered_in_order(self) -> None:
        date, some = course_date(capacity=1), people(5)
        enrol(date, *some)

        planning.change_date(date=date, fields={"capacity": 3}, etag=CourseDate.objects.get(pk=date.pk).etag, by=trainer(), at=LATER)

        assert states(date) == ["enrolled", "offered", "offered", "waiting", "waiting"]

    def test_fewer_places_than_are_given_or_offered_are_refused(self) -> None:
        date, some = course_date(capacity=3), people(4)
        enrol(date, *some)

        with pytest.raises(planning.CannotPlan, match="3 Plätze sind schon vergeben"):
            planning.change_date(date=date, fields={"capacity": 2}, etag=CourseDate.objects.get(pk=date.pk).etag, by=trainer(), at=LATER)

        assert states(date) == ["enrolled", "enrolled", "enrolled", "waiting"]


class TestApproval:
    def test_gives_a_place_where_one_is_free(self) -> None:
        approves()
        date, person = course_date(capacity=1), requester()
        enrol(date, person)

        approving.approve(enrolment=of(date, person), by=supervisor_of(person), at=LATER)

        assert states(date) == ["enrolled"]

    def test_puts_her_in_line_where_she_asked(self) -> None:
        approves()
        date = course_date(capacity=1)
        [has] = people(1, "beispielheim")
        late = requester("beispielheim")
        early = requester()
        enrol(date, has)
        enrol(date, early, at=AT + timedelta(minutes=1))
        enrol(date, late, at=AT + timedelta(minutes=2))

        approving.approve(enrolment=of(date, early), by=supervisor_of(early), at=LATER)
        enrolling.withdraw(date=date, person=has, by=has, at=LATER)

        assert states(date) == ["withdrawn", "offered", "waiting"]

    def test_nobody_is_offered_a_place_before_she_is_approved(self) -> None:
        approves()
        date = course_date(capacity=1)
        has, hopes = requester("beispielheim"), requester()
        enrol(date, has)
        enrol(date, hopes, at=AT + timedelta(minutes=1))

        enrolling.withdraw(date=date, person=has, by=has, at=LATER)

        assert states(date) == ["withdrawn", "awaiting_approval"]

    def test_is_refused_with_a_reason_that_she_reads(self) -> None:
        approves()
        date, person = course_date(), requester()
        enrol(date, person)

        approving.refuse(enrolment=of(date, person), reason=" Haushaltssperre ", by=supervisor_of(person), at=LATER)

        assert states(date) == ["refused"]
        assert Notice.objects.get(person=person, kind="refused").facts == {"reason": "Haushaltssperre"}

    def test_is_for_those_who_decide_and_once(self) -> None:
        approves()
        date, person = course_date(), requester()
        enrol(date, person)
        for stranger in (person, trainer(), requester(), supervisor_of(requester("beispielheim"))):
            with pytest.raises(approving.CannotApprove, match="Vorgesetzte"):
                approving.approve(enrolment=of(date, person), by=stranger, at=LATER)
        chief = supervisor_of(person)
        approving.approve(enrolment=of(date, person), by=chief, at=LATER)

        with pytest.raises(approving.CannotApprove, match="schon entschieden"):
            approving.refuse(enrolment=of(date, person), reason="Doch nicht", by=chief, at=LATER)

    def test_stands_on_the_list_of_those_who_decide(self) -> None:
        approves()
        date, person = course_date(), requester()
        enrol(date, person)

        assert [each.person for each in approving.asked_of(supervisor_of(person), at=LATER)] == [person]
        assert approving.asked_of(supervisor_of(requester("beispielheim")), at=LATER) == []
        assert approving.asked_of(supervisor_of(person), at=BEGINS) == []


class TestCancel:
    def test_ends_everything_and_tells_each_once(self) -> None:
        date, some = course_date(capacity=1), people(3)
        enrol(date, *some)
        before = Notice.objects.count()

        planning.cancel_date(date=date, reason="Zu wenige Anmeldungen.", by=trainer(), at=LATER)

        assert set(states(date)) == {"cancelled"}
        told = list(Notice.objects.order_by("pk")[before:])
        assert sorted((n.person_id, n.calendar) for n in told) == sorted([(some[0].pk, "cancel"), (some[1].pk, ""), (some[2].pk, "")])
        with pytest.raises(planning.CannotPlan, match="schon abgesagt"):
            planning.cancel_date(date=date, reason="Nochmal", by=trainer(), at=LATER)
        assert Notice.objects.count() == before + 3
