"""The demo's courses and dates are made by the product's own acts, once."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.factories import UserFactory
from training.demo import loading
from training.models import Course, CourseDate, Enrolment, LearningStep


@pytest.fixture(autouse=True)
def people() -> None:
    for username, role in (("j.behrens", "agent"), ("k.wolters", "operator"), ("fachverfahren", "requester"), ("t.sander", "trainer")):
        UserFactory(username=username, roles=[role])
    call_command("load_demo_tickets", stdout=StringIO())


class TestLoadDemoTraining:
    def test_makes_courses_and_dates_once(self) -> None:
        for _twice in range(2):
            call_command("load_demo_training", stdout=StringIO())

        assert Course.objects.count() >= 6
        assert CourseDate.objects.filter(state="open").count() >= 12
        assert set(Enrolment.objects.values_list("state", flat=True)) == {"enrolled", "waiting", "cancelled"}
        assert {step.role for step in LearningStep.objects.all()} == set(LearningStep.Role.values)

    @pytest.mark.parametrize(
        "at", [datetime(2026, 3, 27, 22, 30, tzinfo=UTC), datetime(2026, 10, 24, 3, tzinfo=UTC), datetime(2028, 2, 29, 12, tzinfo=UTC)]
    )
    def test_can_be_made_on_any_day(self, at: datetime) -> None:
        assert loading.load(at=at)[1] >= 12

    def test_is_refused_in_production(self, settings: Any) -> None:
        settings.PRODUCTION = True

        with pytest.raises(CommandError):
            call_command("load_demo_training", stdout=StringIO())
