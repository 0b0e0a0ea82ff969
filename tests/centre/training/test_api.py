"""Programs read the catalogue and course dates, enrol people and withdraw them: as api.md has it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.centre.training_factories import approves, course, course_date, people, requester, room, session, supervisor_of, trainer
from training import catalogue
from training.models import CourseDate, Enrolment

COURSES, DATES = "/api/v1/courses/", "/api/v1/course-dates/"
NOBODY = "00000000-0000-0000-0000-000000000000"
SOON = timezone.make_aware(timezone.datetime(2027, 5, 4, 9, 0))  # type: ignore[attr-defined]
DAY = timedelta(days=1)


def coming(*sessions: Any, **more: Any) -> CourseDate:
    return course_date(*(sessions or [session(SOON)]), **more)


class TestCourses:
    def test_are_told_by_title(self, api_client: Any) -> None:
        first = course("Anlegen und schließen", valid_months=24, topic="Akten")
        other = course("Zeichnen", prerequisites=[first])

        found = api_client(requester()).get(COURSES).json()

        assert [each["title"] for each in found["results"]] == ["Anlegen und schließen", "Zeichnen"]
        assert found["results"][1]["prerequisites"] == [str(first.public_id)]
        assert {found["results"][0][name] for name in ("id", "minutes", "topic")} == {str(first.public_id), 240, "Akten"}
        assert found["results"][1]["id"] == str(other.public_id)

    def test_of_a_role_come_in_the_order_of_its_path(self, api_client: Any) -> None:
        first, second, _third = course("B"), course("A"), course("C")
        catalogue.set_path(role="registry", courses=[first, second], by=trainer(), at=timezone.now())

        found = api_client(requester()).get(COURSES, {"role": "registry"}).json()["results"]

        assert [(each["title"], each["roles"]) for each in found] == [("B", ["registry"]), ("A", ["registry"])]

    def test_that_are_retired_are_for_trainers(self, api_client: Any) -> None:
        gone = catalogue.retire_course(course=course(), by=trainer(), at=timezone.now())
        address = f"{COURSES}{gone.public_id}/"

        assert [api_client(who).get(address).status_code for who in (requester(), trainer())] == [404, 200]

    @pytest.mark.parametrize("wrong", ["abc", NOBODY])
    def test_that_nobody_knows_are_not_found(self, api_client: Any, wrong: str) -> None:
        answer = api_client(requester()).get(f"{COURSES}{wrong}/")

        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


class TestDates:
    def test_are_told_as_the_contract_says(self, api_client: Any) -> None:
        place = room("Schulungsraum 2", 12)
        teaches = trainer(display_name="Tina Trainer")
        date = coming(session(SOON, room=place, trainer=teaches), session(SOON + DAY, hours=3), capacity=12)

        [found] = api_client(requester()).get(DATES).json()["results"]

        assert {name: found[name] for name in ("id", "course", "capacity", "free_seats", "waiting", "enrolment", "state")} == {
            "id": str(date.public_id),
            "course": str(date.course.public_id),
            "capacity": 12,
            "free_seats": 12,
            "waiting": 0,
            "enrolment": None,
            "state": "open",
        }
        first, second = found["sessions"]
        assert (first["room"], first["trainer"], first["link"]) == ("Schulungsraum 2", "Tina Trainer", None)
        assert (second["room"], second["link"]) == (None, None)  # the link is for those who come
        assert timezone.datetime.fromisoformat(first["starts_at"]) == SOON  # type: ignore[attr-defined]

    def test_show_the_video_link_to_those_who_come_and_to_trainers(self, api_client: Any) -> None:
        date, person = coming(), requester()
        client = api_client(person)
        client.post(f"{DATES}{date.public_id}/enrol/")

        for who in (client, api_client(trainer())):
            assert who.get(f"{DATES}{date.public_id}/").json()["sessions"][0]["link"] == "https://video.example/raum"

    def test_without_days_are_those_to_come(self, api_client: Any) -> None:
        gone, date = course_date(), coming()
        client = api_client(requester())

        assert [each["id"] for each in client.get(DATES).json()["results"]] == [str(date.public_id)]
        assert [each["id"] for each in client.get(DATES, {"from": "2026-01-01"}).json()["results"]] == [
            str(gone.public_id),
            str(date.public_id),
        ]

    def test_of_some_days_are_those_that_take_place_then(self, api_client: Any) -> None:
        date = coming(session(SOON), session(SOON + 7 * DAY))
        client = api_client(requester())

        def found(**asked: str) -> list[str]:
            return [each["id"] for each in client.get(DATES, asked).json()["results"]]

        assert found(**{"from": "2027-05-05", "to": "2027-05-05"}) == [str(date.public_id)]  # it runs over this day
        assert found(**{"from": "2027-05-11", "to": "2027-05-31"}) == [str(date.public_id)]
        assert found(to="2027-05-03") == []
        assert found(**{"from": "2027-05-12"}) == []
        assert found(**{"from": "2027-05-04T00:00:00+02:00", "to": "2027-05-04"}) == [str(date.public_id)]

    @pytest.mark.parametrize(
        "asked", [{"from": "gestern"}, {"to": "2027-13-01"}, {"from": "1582-10-10"}, {"from": "2027-05-05", "to": "2027-05-04"}]
    )
    def test_of_no_days_are_refused(self, api_client: Any, asked: dict[str, str]) -> None:
        answer = api_client(requester()).get(DATES, asked)

        assert (answer.status_code, list(answer.json()["errors"])) == (400, [list(asked)[-1]])

    def test_of_a_course_are_its_own(self, api_client: Any) -> None:
        client, date = api_client(requester()), coming(session(SOON), capacity=3)
        nobody = "00000000-0000-0000-0000-000000000000"

        def found(course: Any) -> list[str]:
            return [each["id"] for each in client.get(DATES, {"course": course, "from": "2000-01-01"}).json()["results"]]

        assert (found(date.course.public_id), found(nobody)) == ([str(date.public_id)], [])
        wrong = client.get(DATES, {"course": "Akten anlegen"})
        assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["course"])

    def test_that_are_only_planned_are_for_trainers(self, api_client: Any) -> None:
        address = f"{DATES}{coming(opened=False).public_id}/"

        assert [api_client(who).get(address).status_code for who in (requester(), trainer())] == [404, 200]

    def test_cost_the_same_queries_however_many(self, api_client: Any) -> None:
        client, plans = api_client(requester()), trainer()
        counts = []
        for _more in range(2):
            for weeks in range(3):
                coming(
                    session(SOON + (weeks * 7 + len(counts) * 70) * DAY), session(SOON + (weeks * 7 + 1 + len(counts) * 70) * DAY), by=plans
                )
            with CaptureQueriesContext(connections["default"]) as asked:
                assert len(client.get(DATES).json()["results"]) == 3 * (len(counts) + 1)
            counts.append(len(asked))
        assert counts[0] == counts[1] <= 12


class TestEnrol:
    def test_gives_a_place_and_then_a_place_in_line(self, api_client: Any) -> None:
        date = coming(capacity=1)
        first, second, third = (api_client(each) for each in people(3))
        address = f"{DATES}{date.public_id}/enrol/"

        found = [client.post(address).json() for client in (first, second, third)]

        assert [(each["state"], each["position"]) for each in found] == [("enrolled", None), ("waiting", 1), ("waiting", 2)]
        told = first.get(f"{DATES}{date.public_id}/").json()
        assert (told["free_seats"], told["waiting"], told["enrolment"]) == (0, 2, "enrolled")

    def test_awaits_approval_where_a_municipality_wants_it(self, api_client: Any) -> None:
        approves()

        found = api_client(requester()).post(f"{DATES}{coming().public_id}/enrol/").json()

        assert (found["state"], found["position"]) == ("awaiting_approval", None)

    def test_twice_is_a_conflict_in_german(self, api_client: Any) -> None:
        client, address = api_client(requester()), f"{DATES}{coming().public_id}/enrol/"
        client.post(address)

        answer = client.post(address)

        assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
        assert answer.json()["detail"] == "Es gibt schon eine Anmeldung."
        assert Enrolment.objects.count() == 1

    def test_the_same_key_enrols_once_and_tells_the_same(self, api_client: Any) -> None:
        client, address = api_client(requester()), f"{DATES}{coming().public_id}/enrol/"

        answers = [client.post(address, headers={"Idempotency-Key": "eins"}) for _twice in range(2)]

        assert [each.status_code for each in answers] == [200, 200]
        assert answers[0].json() == answers[1].json()

    def test_takes_the_place_that_is_offered(self, api_client: Any) -> None:
        date = coming(capacity=1)
        first, second = (api_client(each) for each in people(2))
        address = f"{DATES}{date.public_id}/"
        first.post(f"{address}enrol/")
        second.post(f"{address}enrol/")

        left = first.post(f"{address}withdraw/", {"reason": "Urlaub"}, format="json").json()

        assert (left["state"], left["position"]) == ("withdrawn", None)
        assert second.get(address).json()["enrolment"] == "offered"
        assert second.post(f"{address}enrol/").json()["state"] == "enrolled"

    def test_of_somebody_else_is_for_whoever_decides(self, api_client: Any) -> None:
        person, address = requester(), f"{DATES}{coming().public_id}/enrol/"
        sent = {"person": person.username}

        stranger = api_client(requester()).post(address, sent, format="json")
        chief = api_client(supervisor_of(person)).post(address, sent, format="json")

        assert (stranger.status_code, list(stranger.json()["errors"])) == (400, ["person"])
        assert chief.json()["state"] == "enrolled"
        assert Enrolment.objects.get().person == person

    def test_of_a_person_nobody_knows_says_the_same_as_of_a_stranger(self, api_client: Any) -> None:
        client, address = api_client(requester()), f"{DATES}{coming().public_id}/enrol/"

        known, unknown = (client.post(address, {"person": name}, format="json").json() for name in (requester().username, "gibt.es.nicht"))

        assert known == unknown

    @pytest.mark.parametrize("wrong", ["abc", NOBODY])
    def test_of_a_date_nobody_knows_is_not_found(self, api_client: Any, wrong: str) -> None:
        assert api_client(requester()).post(f"{DATES}{wrong}/enrol/").status_code == 404

    def test_of_the_past_is_a_conflict(self, api_client: Any) -> None:
        answer = api_client(requester()).post(f"{DATES}{course_date().public_id}/enrol/")

        assert (answer.status_code, answer.json()["detail"]) == (409, "Dieser Termin hat schon begonnen.")


class TestWithdraw:
    def test_without_an_enrolment_is_a_conflict(self, api_client: Any) -> None:
        answer = api_client(requester()).post(f"{DATES}{coming().public_id}/withdraw/")

        assert (answer.status_code, answer.json()["detail"]) == (409, "Sie sind hier nicht angemeldet.")


class TestOptions:
    @pytest.mark.parametrize("below", ["courses/", "course-dates/", "municipalities/musterstadt/training/", "tickets/", "my-people/"])
    def test_are_answered_at_every_address(self, below: str, api_client: Any) -> None:
        answer = api_client(requester()).options(f"/api/v1/{below}")

        assert answer.status_code == 200
        assert "GET" in answer["Allow"]
