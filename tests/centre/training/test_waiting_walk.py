"""The waiting list beside a clerk with a sheet of paper, who does the same by the simplest rules there are: they never differ."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.centre.training_factories import AT, approves, course_date, people, session, supervisor_of, trainer
from training import approving, enrolling, planning, waiting
from training.models import CourseDate, Enrolment

HOLDS = timedelta(hours=48)
BEGINS = AT + timedelta(days=900)
FREE_TOWN, APPROVING_TOWN = 4, 3  # so many people of each
PERSON = st.integers(0, FREE_TOWN + APPROVING_TOWN - 1)
ACT = st.one_of(
    st.tuples(st.sampled_from(["enrol", "enrol", "enrol", "withdraw", "accept", "decline", "approve", "refuse"]), PERSON),
    st.tuples(st.just("places"), st.integers(1, 5)),
    st.tuples(st.just("hours"), st.sampled_from([1, 30, 48])),
)


@dataclass
class Line:
    person: int
    state: str
    until: datetime | None = None


@dataclass
class Paper:
    """Lines in the order in which people asked."""

    capacity: int
    lines: list[Line] = field(default_factory=list)

    def of(self, person: int) -> Line | None:
        return next((line for line in self.lines if line.person == person and line.state in Enrolment.ACTIVE), None)

    def free(self) -> int:
        return self.capacity - sum(line.state in ("enrolled", "offered") for line in self.lines)

    def offer(self, now: datetime) -> None:
        for line in self.lines:
            if line.state == "waiting" and self.free() > 0:
                line.state, line.until = "offered", now + HOLDS

    def seat(self, line: Line) -> None:
        somebody_waits = any(other.state == "waiting" for other in self.lines)
        line.state = "enrolled" if self.free() > 0 and not somebody_waits else "waiting"

    def do(self, act: str, number: int, now: datetime) -> bool:
        """Whether it can be done; then it is."""
        if act == "hours":
            for line in self.lines:
                if line.state == "offered" and line.until <= now:  # type: ignore[operator]
                    line.state = "expired"
            self.offer(now)
            return True
        if act == "places":
            if number < self.capacity - self.free():
                return False
            self.capacity = number
            self.offer(now)
            return True
        line = self.of(number)
        if act == "enrol" and line is None:
            line = Line(number, "awaiting_approval")
            if number < FREE_TOWN:
                self.seat(line)
            self.lines.append(line)
            return True
        if (
            line is None
            or line.state
            not in {
                "enrol": ("offered",),
                "accept": ("offered",),
                "decline": ("offered",),
                "approve": ("awaiting_approval",),
                "refuse": ("awaiting_approval",),
                "withdraw": Enrolment.ACTIVE,
            }[act]
        ):
            return False
        if act == "approve":
            self.seat(line)
        else:
            line.state = {"enrol": "enrolled", "accept": "enrolled", "decline": "declined", "refuse": "refused", "withdraw": "withdrawn"}[
                act
            ]
        self.offer(now)
        return True


class Desk:
    """The product, asked for the same."""

    def __init__(self) -> None:
        self.people = [*people(FREE_TOWN, "beispielheim"), *people(APPROVING_TOWN, "musterstadt")]
        approves("musterstadt")
        self.chief, self.planner = supervisor_of(self.people[-1]), trainer()
        self.date = course_date(session(BEGINS), capacity=2, by=self.planner, register_until=BEGINS, withdraw_until=BEGINS)

    def of(self, number: int) -> Enrolment:
        found: Enrolment | None = Enrolment.objects.filter(date=self.date, person=self.people[number]).order_by("pk").last()
        if found is None:
            raise waiting.CannotAnswer
        return found

    def do(self, act: str, number: int, now: datetime) -> bool:
        person = self.people[number] if act not in ("hours", "places") else self.planner
        try:
            match act:
                case "enrol":
                    enrolling.enrol(date=self.date, person=person, by=person, at=now)
                case "withdraw":
                    enrolling.withdraw(date=self.date, person=person, by=person, at=now)
                case "accept":
                    waiting.accept(enrolment=self.of(number), by=person, at=now)
                case "decline":
                    waiting.decline(enrolment=self.of(number), by=person, at=now)
                case "approve":
                    approving.approve(enrolment=self.of(number), by=self.chief, at=now)
                case "refuse":
                    approving.refuse(enrolment=self.of(number), reason="Nein", by=self.chief, at=now)
                case "places":
                    etag = CourseDate.objects.get(pk=self.date.pk).etag
                    planning.change_date(date=self.date, fields={"capacity": number}, etag=etag, by=self.planner, at=now)
                case "hours":
                    waiting.expire_offers(at=now)
        except (
            approving.CannotApprove,
            enrolling.CannotEnrol,
            enrolling.CannotWithdraw,
            planning.CannotPlan,
            waiting.CannotAnswer,
        ):
            return False
        return True

    def lines(self) -> list[tuple[int, str]]:
        places = {person.pk: number for number, person in enumerate(self.people)}
        rows = Enrolment.objects.filter(date=self.date).order_by("asked_at", "pk").values_list("person", "state")
        return [(places[person], state) for person, state in rows]


@contextmanager
def undone() -> Any:
    with transaction.atomic(using="default"):  # noqa: TID251 - each walk begins with nothing
        yield
        transaction.set_rollback(True, using="default")


@given(acts=st.lists(ACT, min_size=4, max_size=25))
def test_the_product_and_a_sheet_of_paper_agree(acts: list[tuple[str, int]]) -> None:
    with undone():
        desk, paper, now = Desk(), Paper(2), AT
        for act, number in acts:
            now += timedelta(hours=number) if act == "hours" else timedelta(minutes=1)
            if act != "hours":  # the clock comes by in between, as it does each minute
                waiting.expire_offers(at=now)
                paper.do("hours", 0, now)

            assert desk.do(act, number, now) == paper.do(act, number, now), (act, number)

            assert desk.lines() == [(line.person, line.state) for line in paper.lines], (act, number)
            assert paper.free() >= 0


@pytest.mark.parametrize("seats", [1, 3])
def test_everybody_in_line_is_served_down_to_the_last(seats: int) -> None:
    desk = Desk()
    desk.do("places", seats, AT)
    for number in range(FREE_TOWN):
        desk.do("enrol", number, AT + timedelta(minutes=number))

    for number in range(FREE_TOWN):  # each leaves, and whoever is offered the place takes it
        desk.do("withdraw", number, AT + timedelta(hours=number))
        for other in range(FREE_TOWN):
            desk.do("accept", other, AT + timedelta(hours=number, minutes=1))

    assert [state for _person, state in desk.lines()] == ["withdrawn"] * FREE_TOWN
    ever = set(Enrolment.objects.filter(enrolled_at__isnull=False).values_list("person", flat=True))
    assert ever == {person.pk for person in desk.people[:FREE_TOWN]}
