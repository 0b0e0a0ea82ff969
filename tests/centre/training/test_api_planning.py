"""The planners' doors of the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tenants.models import User
from tests.centre.training.test_enrolling import enrol
from tests.centre.training.test_plan_screens import planned, workday
from tests.centre.training_factories import course, requester, room, trainer
from training.models import CourseDate, Notice

DATES = "/api/v1/course-dates/"


def session(days: int = 0, **more: Any) -> dict[str, Any]:
    day = workday() + timedelta(days=days)
    return {"starts_at": f"{day}T09:00:00+02:00", "ends_at": f"{day}T12:00:00+02:00", "link": "https://video.example/raum", **more}


@pytest.fixture
def planner() -> User:
    return trainer()


@pytest.fixture
def api(planner: User, api_client: Callable[..., Any]) -> Any:
    return api_client(planner)


def new(**more: Any) -> dict[str, Any]:
    return {"course": str(course().public_id), "capacity": 5, "sessions": [session(), session(1)], **more}


class TestCreate:
    def test_plans_a_date(self, api: Any, planner: User) -> None:
        here = room()
        sent = new(sessions=[session(room=str(here.public_id), trainer=planner.username)])

        answer = api.post(DATES, sent, format="json")

        assert answer.status_code == 201, answer.content
        told = answer.json()
        assert (told["state"], told["sessions"][0]["room"], told["sessions"][0]["trainer"]) == (
            "draft",
            str(here.public_id),
            planner.username,
        )
        assert answer["ETag"]

    def test_answers_the_same_key_with_the_same_date(self, api: Any) -> None:
        sent = new()

        first, again = (api.post(DATES, sent, format="json", headers={"Idempotency-Key": "a"}).json() for _turn in range(2))

        assert first == again
        assert CourseDate.objects.count() == 1

    def test_names_what_is_in_the_way_and_takes_its_keys(self, api: Any) -> None:
        sent = new(sessions=[session(3)])  # a Saturday

        refused = api.post(DATES, sent, format="json")

        assert (refused.status_code, refused["Content-Type"]) == (409, "application/problem+json")
        [clash] = refused.json()["clashes"]
        assert (clash["kind"], clash["hard"]) == ("weekend", False)
        assert api.post(DATES, {**sent, "confirmed": [clash["key"]]}, format="json").status_code == 201

    def test_what_is_taken_stays_taken(self, api: Any) -> None:
        sent = new(sessions=[session(room=str(room().public_id))])
        api.post(DATES, sent, format="json")

        refused = api.post(DATES, sent, format="json").json()

        assert [clash["hard"] for clash in refused["clashes"]] == [True]
        key = refused["clashes"][0]["key"]
        assert api.post(DATES, {**sent, "confirmed": [key]}, format="json").status_code == 409

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [({"capacity": 0}, "capacity"), ({"sessions": []}, "sessions"), ({"course": "x"}, "course"), ({"minimum": 9}, "minimum")],
    )
    def test_names_the_field_that_is_wrong(self, wrong: dict[str, Any], field: str, api: Any) -> None:
        answer = api.post(DATES, new(**wrong), format="json")

        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])

    def test_is_for_planners(self, api_client: Callable[..., Any]) -> None:
        assert api_client(requester()).post(DATES, new(), format="json").status_code == 403


class TestChange:
    def test_takes_the_current_etag_and_refuses_a_stale_one(self, api: Any) -> None:
        date = planned()
        at = f"{DATES}{date.public_id}/"

        good = api.patch(at, {"capacity": 6}, format="json", headers={"If-Match": f'"{date.etag}"'})
        stale = api.patch(at, {"capacity": 7}, format="json", headers={"If-Match": f'"{date.etag}"'})

        assert (good.status_code, good.json()["capacity"], stale.status_code) == (200, 6, 412)

    def test_is_forbidden_for_whoever_sees_it_and_hidden_from_others(self, api_client: Callable[..., Any]) -> None:
        client = api_client(requester())

        assert client.patch(f"{DATES}{planned().public_id}/", {"capacity": 6}, format="json").status_code == 403
        assert client.patch(f"{DATES}{planned(opened=False).public_id}/", {"capacity": 6}, format="json").status_code == 404


class TestActs:
    def test_opens_and_cancels(self, api: Any) -> None:
        at = f"{DATES}{planned(opened=False).public_id}/"

        assert api.post(f"{at}open/").json()["state"] == "open"
        assert api.post(f"{at}open/").status_code == 409
        assert api.post(f"{at}cancel/", {}, format="json").status_code == 400
        assert api.post(f"{at}cancel/", {"reason": "Krank"}, format="json").json()["state"] == "cancelled"

    def test_discards_a_draft_only(self, api: Any) -> None:
        assert api.post(f"{DATES}{planned(opened=False).public_id}/discard/").status_code == 204
        assert api.post(f"{DATES}{planned().public_id}/discard/").status_code == 409

    def test_adds_moves_and_calls_off_sessions_and_tells(self, api: Any) -> None:
        date, person = planned(), requester()
        enrol(date, person, at=timezone.now())
        at = f"{DATES}{date.public_id}/sessions/"

        added = api.post(at, session(1), format="json")
        one, other = (each["id"] for each in added.json()["sessions"])
        moved = api.post(f"{at}{one}/move/", session(2), format="json").json()
        off = api.post(f"{at}{other}/call-off/").json()

        assert added.status_code == 201
        assert [each["sequence"] for each in moved["sessions"] if each["id"] == one] == [1]
        assert [each["called_off_at"] is None for each in off["sessions"]] == [False, True]
        assert Notice.objects.filter(person=person, kind="changed").count() == 3
        assert api.post(f"{at}{one}/call-off/").status_code == 409

    def test_copies_and_repeats(self, api: Any) -> None:
        at = f"{DATES}{planned().public_id}/"
        day = str(workday() + timedelta(days=1))

        copied = api.post(f"{at}copy/", {"first_day": day}, format="json")
        series = api.post(f"{at}series/", {"every_weeks": 1, "times": 2}, format="json")

        assert (copied.status_code, copied.json()["starts_at"][:10]) == (201, day)
        assert (series.status_code, len(series.json())) == (201, 2)

    @pytest.mark.parametrize(
        ("begins", "ends"),
        [
            ("0001-01-01T00:00:00Z", "0001-01-01T01:00:00Z"),
            ("2999-01-01T09:00:00Z", "2999-01-01T10:00:00Z"),
            ("9999-12-31T23:00:00Z", "9999-12-31T23:59:59Z"),
            ("9999-12-31T23:00:00-12:00", "9999-12-31T23:59:59-12:00"),
        ],
    )
    def test_refuses_sessions_with_which_no_calendar_can_reckon(self, begins: str, ends: str, api: Any) -> None:
        answer = api.post(f"{DATES}{planned().public_id}/sessions/", session(starts_at=begins, ends_at=ends), format="json")

        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
