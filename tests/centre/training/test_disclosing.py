"""What training stores about somebody is told to her, all of it, and nothing of anybody else."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from hotline import disclosing as exports
from tenants.centre import telling
from tenants.models import User
from tests.centre.hotline import everything_of_training
from tests.centre.hotline.everything import zita
from tests.centre.hotline.mails import SETTINGS
from tests.centre.hotline_factories import AT, QueueFactory
from tests.centre.training.attended import certified
from tests.centre.training_factories import BEGINS, course_date, people, session
from training import disclosing, enrolling
from training.models import Attendance, Certificate, Need


@pytest.fixture(autouse=True)
def _own_stores(tmp_path: Path) -> Iterator[None]:
    QueueFactory()
    with override_settings(**SETTINGS, MAIL_STORE=tmp_path / "mails", VAR=tmp_path):
        yield


@pytest.fixture
def person() -> User:
    """She has attended a course, holds a certificate, and has a row in each other table."""
    found = zita()
    everything_of_training.build(found)
    return found


class TestStoredOf:
    def test_is_all_that_there_is(self, person: User) -> None:
        held, sat = Certificate.objects.get(person=person), Attendance.objects.get(enrolment__person=person)

        told = json.loads(json.dumps(disclosing.stored_of(person)))

        [course] = told["enrolments"]
        assert (course["course"], course["state"], course["what_she_needs"]) == (
            held.enrolment.date.course.title,
            "enrolled",
            Need.objects.get(enrolment__person=person).text,
        )
        assert [one["state"] for one in course["attendance"]] == [sat.state]
        assert (course["examination_passed"], [one["exercise"] for one in course["exercises"]]) == (True, ["file-scan"])
        assert [(one["number"], one["name"]) for one in told["certificates"]] == [(held.number, held.name)]
        assert [(one["role"], one["office"]) for one in told["roles_at_municipalities"]] == [("coordinator", "x")]
        assert told["mails"]
        assert told["calendar_feed_made_at"] == AT.isoformat()

    def test_is_nothing_of_anybody_else(self, person: User) -> None:
        [other] = people(1)

        told = disclosing.stored_of(other)

        assert {name: value for name, value in told.items() if value} == {"reminders_by_mail": True}

    def test_costs_the_same_number_of_queries_for_any_number_of_rows(self, queries: Callable[[], Any]) -> None:
        few, many = people(2)
        certified(who=[few, many])
        for week in range(1, 4):
            date = course_date(session(BEGINS + timedelta(weeks=week)))
            enrolling.enrol(date=date, person=many, by=many, at=AT)

        with queries() as of_few:
            disclosing.stored_of(few)
        with queries() as of_many:
            disclosing.stored_of(many)

        assert len(of_few) == len(of_many)


class TestExport:
    def test_holds_it_for_programs_and_for_people(self, person: User) -> None:
        course = Certificate.objects.get(person=person).enrolment.date.course.title
        export = exports.ask(person=person, by=person, at=AT)
        exports.make(export=export.pk, now=lambda: AT)
        export.refresh_from_db()

        with exports.fetch(export=export, by=person, at=AT) as opened:
            packed = zipfile.ZipFile(io.BytesIO(opened.read()))

        assert json.loads(packed.read("daten.json"))["training"]["enrolments"][0]["course"] == course
        shown = packed.read("auskunft.html").decode()
        assert "Ihre Schulungen" in shown
        assert f"<h3>{course}, " in shown

    def test_no_app_is_asked_under_a_name_that_the_hotline_uses(self, person: User) -> None:
        assert [part.name for part in telling.parts_of(person)] == ["training"]
