"""What planners keep on screens: the catalogue with its paths, rooms, absences."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tenants.models import User
from tests.centre.training.test_plan_screens import PLAN, browser, planned, planner, workday
from tests.centre.training_factories import course, room, trainer
from tests.factories import UserFactory
from training import absences
from training.models import Course, LearningStep, Session, TrainerAbsence

__all__ = ["browser", "planner"]  # fixtures


class TestCatalogue:
    def test_a_course_is_written_changed_retired_and_offered_again(self, browser: Any) -> None:
        first = course()
        sent = {"title": "Suchen", "aims": "Finden", "minutes": "90", "attendance_percent": "80", "prerequisites": [first.public_id]}
        browser.post(f"{PLAN}kurse/neu/", sent)
        made = Course.objects.get(title="Suchen")

        browser.post(f"{PLAN}kurse/{made.public_id}/", {**sent, "minutes": "120", "prerequisites": [], "etag": made.etag})
        browser.post(f"{PLAN}kurse/{made.public_id}/zurueckziehen/")
        made.refresh_from_db()

        assert (made.minutes, made.active, made.prerequisites.count()) == (120, False, 0)
        browser.post(f"{PLAN}kurse/{made.public_id}/anbieten/")
        made.refresh_from_db()
        assert made.active

    def test_says_what_somebody_else_has_saved_and_can_be_saved_over_it(self, browser: Any) -> None:
        made = course()
        old = made.etag
        sent = {"title": "Meins", "aims": made.aims, "minutes": "90", "attendance_percent": "80", "etag": old}
        Course.objects.filter(pk=made.pk).update(title="Ihres", revision=made.revision + 1)
        made.refresh_from_db()

        page = browser.post(f"{PLAN}kurse/{made.public_id}/", sent).content.decode()

        assert "<dt>Titel</dt><dd>Ihres</dd>" in page
        assert 'value="Meins"' in page
        assert browser.post(f"{PLAN}kurse/{made.public_id}/", {**sent, "etag": made.etag}).status_code == 302

    def test_a_path_is_put_in_order_by_buttons(self, browser: Any) -> None:
        one, other = course("Eins"), course("Zwei")
        for act, chosen in (("add", one), ("add", other), ("up", other)):
            browser.post(f"{PLAN}lernwege/clerk/", {"act": act, "course": chosen.public_id})

        steps = LearningStep.objects.filter(role="clerk").order_by("position")
        assert [step.course.title for step in steps] == ["Zwei", "Eins"]
        browser.post(f"{PLAN}lernwege/clerk/", {"act": "out", "course": other.public_id})
        assert LearningStep.objects.get().course == one

    def test_a_path_of_nobody_does_not_exist(self, browser: Any) -> None:
        assert browser.post(f"{PLAN}lernwege/koenigin/", {"act": "add"}).status_code == 404


class TestRoomsAndAbsences:
    def test_a_room_with_sessions_is_not_retired_and_it_is_said_why(self, browser: Any) -> None:
        here = room()
        Session.objects.filter(date=planned()).update(room=here)

        page = browser.post(f"{PLAN}raeume/{here.public_id}/zurueckziehen/", follow=True).content.decode()

        assert "Hier finden noch Schulungstage statt" in page

    def test_a_trainer_notes_whole_days_and_hours_of_her_own(self, browser: Any, planner: User) -> None:
        day = workday()
        browser.post(f"{PLAN}abwesenheiten/", {"trainer": planner.public_id, "first_day": day, "last_day": day})
        browser.post(
            f"{PLAN}abwesenheiten/", {"trainer": planner.public_id, "first_day": day, "last_day": day, "begins": "09:00", "until": "11:00"}
        )

        whole, hours = TrainerAbsence.objects.order_by("pk")
        assert (whole.whole_days, whole.ends_at - whole.starts_at) == (True, timedelta(days=1))
        assert (hours.whole_days, hours.ends_at - hours.starts_at) == (False, timedelta(hours=2))

    def test_nobody_notes_or_strikes_one_of_somebody_else(self, browser: Any) -> None:
        other, day = trainer(), workday()
        browser.post(f"{PLAN}abwesenheiten/", {"trainer": other.public_id, "first_day": day, "last_day": day})
        assert not TrainerAbsence.objects.exists()
        now = timezone.now()
        hers = absences.note_absence(trainer=other, starts_at=now, ends_at=now + timedelta(days=9), by=other, at=now)

        page = browser.post(f"{PLAN}abwesenheiten/{hers.public_id}/streichen/", follow=True).content.decode()

        assert "tragen ihre Abwesenheit selbst ein" in page
        assert TrainerAbsence.objects.exists()

    def test_an_operator_does_it_for_others(self, client_of: Callable[..., Any]) -> None:
        other, day = trainer(), workday()

        client_of(UserFactory(roles=["operator"])).post(
            f"{PLAN}abwesenheiten/", {"trainer": other.public_id, "first_day": day, "last_day": day}
        )

        assert TrainerAbsence.objects.get().trainer == other
