"""Attendance and certificates by programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.centre.training.attended import AFTER, begun, certified, places_of, sessions
from tests.centre.training_factories import trainer

pytestmark = pytest.mark.usefixtures("fresh_cache")


class TestProgramsDoor:
    def test_takes_attendance_finishes_and_issues(self, api_client: Callable[..., Any], now: Any) -> None:
        date, by = begun(2), trainer()
        client = api_client(by)
        address = f"/api/v1/course-dates/{date.public_id}"
        rows = client.get(f"{address}/attendance/").json()
        marks = [{"enrolment": row["enrolment"], "state": "present", "minutes_late": 3} for row in rows]

        taken = client.post(f"{address}/attendance/", {"session": rows[0]["session"], "marks": marks}, format="json")
        early = client.post(f"{address}/finish/")
        now(AFTER)
        client = api_client(by)
        done, issued = client.post(f"{address}/finish/"), client.post(f"{address}/certificates/")

        assert [row["state"] for row in rows] == [None, None]
        assert taken.json() == {"changed": 2}
        assert (early.status_code, done.json()["state"], issued.status_code) == (409, "done", 201)
        assert [each["number"] for each in issued.json()] == ["2026-000001", "2026-000002"]

    def test_names_the_field_that_is_wrong(self, api_client: Callable[..., Any], now: Any) -> None:
        date, other, client = begun(1), begun(1), api_client(trainer())
        mark = {"enrolment": str(places_of(date)[0].public_id), "state": "present"}
        address, one = f"/api/v1/course-dates/{date.public_id}/attendance/", str(sessions(date)[0].public_id)

        for sent, field in (
            ({"session": str(sessions(other)[0].public_id), "marks": [mark]}, "session"),
            ({"session": one, "marks": [{**mark, "enrolment": str(places_of(other)[0].public_id)}]}, "marks"),
            ({"session": one, "marks": [mark, mark]}, "marks"),
            ({"session": one, "marks": []}, "marks"),
        ):
            answer = client.post(address, sent, format="json")
            assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])

    def test_everybody_reads_her_own_certificates_and_nobody_elses(self, api_client: Callable[..., Any]) -> None:
        made, other = certified(2, sheets=True)
        client = api_client(made.person)

        listed = client.get("/api/v1/certificates/").json()["results"]
        content = client.get(f"/api/v1/certificates/{made.public_id}/content/")

        assert [each["number"] for each in listed] == [made.number]
        assert listed[0]["address"].endswith(f"/bescheinigung/{made.code}/")
        assert b"".join(content).startswith(b"%PDF")
        assert client.get(f"/api/v1/certificates/{other.public_id}/").status_code == 404
        assert client.get(f"/api/v1/course-dates/{made.enrolment.date.public_id}/attendance/").status_code == 404

    def test_a_sheet_that_is_still_being_made_is_a_conflict(self, api_client: Callable[..., Any]) -> None:
        [made] = certified()

        assert api_client(made.person).get(f"/api/v1/certificates/{made.public_id}/content/").status_code == 409
