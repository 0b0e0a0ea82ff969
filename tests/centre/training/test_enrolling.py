"""Enrolling and withdrawing: who gets a place, who waits, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.centre.training_factories import AT, BEGINS, approves, course_date, people, requester, session, supervisor_of, trainer
from training import enrolling, planning, waiting
from training.models import Enrolment, Notice, Standing, TrainingEvent

State = Enrolment.State


def enrol(date, *people, at=AT):  # type: ignore[no-untyped-def]
    return [enrolling.enrol(date=date, person=person, by=person, at=at + timedelta(seconds=n)) for n, person in enumerate(people)]


def states(date):  # type: ignore[no-untyped-def]
    return list(Enrolment.objects.filter(date=date).order_by("asked_at", "pk").values_list("state", flat=True))


class TestEnrol:
    def test_gives_places_in_the_order_of_asking_and_then_puts_in_line(self) -> None:
        date = course_date(capacity=2)

        enrol(date, *people(4))

        assert states(date) == ["enrolled", "enrolled", "waiting", "waiting"]

    def test_says_so_in_the_history_and_to_her(self) -> None:
        date, person = course_date(), requester()

        [made] = enrol(date, person)

        assert TrainingEvent.objects.get(enrolment=made).changes == {"state": [None, "enrolled"]}
        assert [(n.person, n.kind, n.calendar) for n in Notice.objects.all()] == [(person, "enrolled", "request")]

    def test_refuses_a_second_enrolment(self) -> None:
        date, person = course_date(), requester()
        enrol(date, person)

        with pytest.raises(enrolling.CannotEnrol, match="gibt schon eine Anmeldung"):
            enrol(date, person)

    def test_takes_her_again_after_she_withdrew_at_the_end_of_the_line(self) -> None:
        date, (first, second, third) = course_date(capacity=1), people(3)
        enrol(date, first, second, third)
        enrolling.withdraw(date=date, person=second, by=second, at=AT + timedelta(minutes=1))

        enrol(date, second, at=AT + timedelta(minutes=2))

        line = list(Enrolment.objects.filter(date=date).waiting().values_list("person", flat=True))
        assert line == [third.pk, second.pk]

    def test_takes_nobody_past_those_who_wait_even_if_a_place_is_free(self) -> None:
        date, (first, second, third) = course_date(capacity=1), people(3)
        enrol(date, first, second)
        Enrolment.objects.filter(person=first).delete()  # free, and not offered yet

        assert enrol(date, third)[0].state == State.WAITING

    @pytest.mark.parametrize(
        ("late", "words"),
        [
            (BEGINS - timedelta(days=2), "Anmeldung war bis"),
            (BEGINS, "hat schon begonnen"),
            (BEGINS + timedelta(days=9), "hat schon begonnen"),
        ],
    )
    def test_refuses_after_the_deadline_and_in_the_past(self, late, words) -> None:  # type: ignore[no-untyped-def]
        with pytest.raises(enrolling.CannotEnrol, match=words):
            enrol(course_date(), requester(), at=late)

    def test_refuses_a_date_that_is_only_planned(self) -> None:
        with pytest.raises(enrolling.CannotEnrol, match="nicht zur Anmeldung offen"):
            enrol(course_date(opened=False), requester())

    def test_refuses_a_cancelled_date(self) -> None:
        date = course_date()
        planning.cancel_date(date=date, reason="Die Trainerin ist krank.", by=trainer(), at=AT)

        with pytest.raises(enrolling.CannotEnrol, match="abgesagt"):
            enrol(date, requester())

    def test_refuses_two_courses_at_the_same_time(self) -> None:
        person = requester()
        enrol(course_date(session(hours=4)), person)
        other = course_date(session(BEGINS + timedelta(hours=3), hours=4))

        with pytest.raises(enrolling.CannotEnrol, match="gibt es schon einen Platz"):
            enrol(other, person)

    def test_allows_one_course_right_after_another(self) -> None:
        person = requester()
        enrol(course_date(session(hours=4)), person)

        assert enrol(course_date(session(BEGINS + timedelta(hours=4))), person)[0].state == State.ENROLLED

    def test_lets_nobody_enrol_a_stranger(self) -> None:
        with pytest.raises(enrolling.CannotEnrol, match="sich selbst"):
            enrolling.enrol(date=course_date(), person=requester(), by=requester(), at=AT)

    @pytest.mark.parametrize("role", ["supervisor", "deputy", "coordinator"])
    def test_lets_those_enrol_her_who_decide_about_her_training(self, role) -> None:  # type: ignore[no-untyped-def]
        person = requester()

        made = enrolling.enrol(date=course_date(), person=person, by=supervisor_of(person, role=role), at=AT)

        assert made.state == State.ENROLLED

    def test_a_supervisor_decides_about_her_own_office_only(self) -> None:
        elsewhere = requester("beispielheim")

        with pytest.raises(enrolling.CannotEnrol):
            enrolling.enrol(date=course_date(), person=elsewhere, by=supervisor_of(requester()), at=AT)

    def test_waits_for_approval_where_her_municipality_wants_it(self) -> None:
        approves()
        person = requester()
        chief = supervisor_of(person)

        [made] = enrol(course_date(), person)

        assert made.state == State.AWAITING_APPROVAL
        assert [(n.person, n.kind) for n in Notice.objects.all()] == [(chief, "approval")]

    def test_needs_no_further_approval_from_whoever_approves(self) -> None:
        approves()
        person = requester()

        assert enrolling.enrol(date=course_date(), person=person, by=supervisor_of(person), at=AT).state == State.ENROLLED

    def test_a_supervisor_does_not_approve_herself(self) -> None:
        approves()
        chief = supervisor_of(requester())

        assert enrol(course_date(), chief)[0].state == State.AWAITING_APPROVAL

    def test_the_centre_does_not_approve_for_a_municipality(self) -> None:
        approves()

        assert enrolling.enrol(date=course_date(), person=requester(), by=trainer(), at=AT).state == State.AWAITING_APPROVAL

    def test_takes_a_place_that_is_offered(self) -> None:
        date, (first, second) = course_date(capacity=1), people(2)
        enrol(date, first, second)
        enrolling.withdraw(date=date, person=first, by=first, at=AT)

        assert enrol(date, second, at=AT + timedelta(hours=1))[0].state == State.ENROLLED

    def test_says_that_an_offer_has_ended(self) -> None:
        date, (first, second) = course_date(capacity=1), people(2)
        enrol(date, first, second)
        enrolling.withdraw(date=date, person=first, by=first, at=AT)

        with pytest.raises(enrolling.CannotEnrol, match="Angebot ist abgelaufen"):
            enrol(date, second, at=AT + waiting.OFFER_HOLDS)


class TestWithdraw:
    def test_offers_the_place_to_the_next_in_line(self) -> None:
        date, (first, second, third) = course_date(capacity=1), people(3)
        enrol(date, first, second, third)

        enrolling.withdraw(date=date, person=first, by=first, at=AT + timedelta(hours=1))

        assert states(date) == ["withdrawn", "offered", "waiting"]
        offer = Notice.objects.get(kind="offer")
        assert (offer.person, offer.facts["until"]) == (second, (AT + timedelta(hours=49)).isoformat())

    def test_takes_it_out_of_her_calendar(self) -> None:
        date, person = course_date(), requester()
        enrol(date, person)

        enrolling.withdraw(date=date, person=person, by=person, at=AT)

        assert Notice.objects.get(kind="withdrawn").calendar == "cancel"

    def test_of_somebody_in_line_offers_nothing(self) -> None:
        date, (first, second, third) = course_date(capacity=1), people(3)
        enrol(date, first, second, third)

        enrolling.withdraw(date=date, person=second, by=second, at=AT)

        assert states(date) == ["enrolled", "withdrawn", "waiting"]

    def test_of_an_offer_passes_it_on(self) -> None:
        date, (first, second, third) = course_date(capacity=1), people(3)
        enrol(date, first, second, third)
        enrolling.withdraw(date=date, person=first, by=first, at=AT)

        enrolling.withdraw(date=date, person=second, by=second, at=AT)

        assert states(date) == ["withdrawn", "withdrawn", "offered"]

    def test_refuses_after_the_deadline(self) -> None:
        date, person = course_date(), requester()
        enrol(date, person)

        with pytest.raises(enrolling.CannotWithdraw, match="Abmeldung war bis"):
            enrolling.withdraw(date=date, person=person, by=person, at=BEGINS - timedelta(days=6))

    def test_allows_it_for_a_day_after_she_got_a_late_place(self) -> None:
        date, person = course_date(), requester()
        late = BEGINS - timedelta(days=4)
        enrol(date, person, at=late)

        assert enrolling.withdraw(date=date, person=person, by=person, at=late + timedelta(hours=23)).state == State.WITHDRAWN

    def test_is_possible_for_trainers_until_it_begins(self) -> None:
        date, person = course_date(), requester()
        enrol(date, person)

        made = enrolling.withdraw(date=date, person=person, by=trainer(), at=BEGINS - timedelta(hours=1), reason="  Krank \x00 ")

        assert (made.state, made.reason) == (State.WITHDRAWN, "Krank")

    def test_is_refused_once_it_has_begun(self) -> None:
        date, person = course_date(), requester()
        enrol(date, person)

        with pytest.raises(enrolling.CannotWithdraw, match="begonnen"):
            enrolling.withdraw(date=date, person=person, by=trainer(), at=BEGINS)

    def test_is_refused_for_whoever_is_not_enrolled(self) -> None:
        person = requester()

        with pytest.raises(enrolling.CannotWithdraw, match="nicht angemeldet"):
            enrolling.withdraw(date=course_date(), person=person, by=person, at=AT)

    def test_lets_nobody_withdraw_a_stranger(self) -> None:
        date, person = course_date(), requester()
        enrol(date, person)

        with pytest.raises(enrolling.CannotWithdraw, match="sich selbst"):
            enrolling.withdraw(date=date, person=person, by=requester(), at=AT)


class TestPeopleOf:
    def test_holds_nobody_where_there_is_no_office(self) -> None:
        chief = supervisor_of(requester())
        Standing.objects.filter(person=chief).update(office="")

        assert not Standing.objects.people_of(chief).exists()

    def test_is_the_other_way_round_of_who_decides(self) -> None:
        person = requester()
        chief, other = supervisor_of(person), supervisor_of(requester("beispielheim"))
        keeper = supervisor_of(person, role="coordinator")

        found = set(Standing.objects.deciding_for(person).values_list("person", flat=True))

        assert found == {chief.pk, keeper.pk}
        assert other.pk not in found
