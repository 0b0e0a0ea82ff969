"""Exercises for programs: one's own progress and the check, in practice municipalities only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from records.models import ExerciseProgress
from tests.factories import ClerkFactory
from tests.node.records.practice import SCAN, about, document_of, file_of, practice_mark, trainee

from .asking import is_problem

EXERCISES = "/api/v1/exercises/"


@pytest.fixture
def practising_here() -> Iterator[None]:
    with practice_mark():
        yield


def furnished():
    file = file_of("Schriftverkehr", "Stellungnahmen")
    about("find-file", file)
    about("file-scan", file, paper=SCAN, register="Stellungnahmen")
    return file, trainee(file)


class TestList:
    def test_says_how_far_the_caller_is(self, practising_here, api_client) -> None:
        file, person = furnished()
        client = api_client(person)
        client.post(f"{EXERCISES}find-file/check/", {"answer": file.file_reference}, format="json")

        answer = client.get(EXERCISES).json()

        assert (answer["next"], answer["previous"]) == (None, None)
        assert [(one["key"], one["number"], one["state"], one["tries"]) for one in answer["results"]] == [
            ("find-file", 1, "done", 1),
            ("file-scan", 3, "new", 0),
        ]
        assert answer["results"][0]["question"].endswith("Krümel?")
        assert answer["results"][0]["done_at"] is not None
        assert answer["results"][1]["started_at"] is None

    def test_a_real_town_has_none(self, api_client) -> None:
        _file, person = furnished()

        assert is_problem(api_client(person).get(EXERCISES), 404)

    def test_strangers_get_a_401(self, practising_here, api_client) -> None:
        assert is_problem(api_client().get(EXERCISES), 401)


class TestCheck:
    def test_says_what_is_right_and_what_is_missing(self, practising_here, api_client) -> None:
        file, person = furnished()
        client = api_client(person)
        document_of(file, person, "Schriftverkehr", SCAN)

        answer = client.post(f"{EXERCISES}file-scan/check/", {}, format="json")

        assert answer.status_code == 200
        assert answer.json()["done"] is False
        assert [one["done"] for one in answer.json()["findings"]] == [True, False]
        assert answer.json()["exercise"]["state"] == "started"

    def test_keeps_that_it_is_done(self, practising_here, api_client) -> None:
        file, person = furnished()
        document_of(file, person, "Stellungnahmen", SCAN)

        answer = api_client(person).post(f"{EXERCISES}file-scan/check/", {}, format="json").json()

        assert (answer["done"], answer["exercise"]["state"]) == (True, "done")

    @pytest.mark.parametrize("key", ["close-file", "nothing", "0"])
    def test_what_is_no_exercise_here_is_a_404(self, key, practising_here, api_client) -> None:
        _file, person = furnished()

        assert is_problem(api_client(person).post(f"{EXERCISES}{key}/check/", {}, format="json"), 404)

    def test_nor_is_one_about_a_hidden_file(self, practising_here, api_client) -> None:
        furnished()

        assert is_problem(api_client(ClerkFactory()).post(f"{EXERCISES}file-scan/check/", {}, format="json"), 404)

    @pytest.mark.parametrize("body", [{"answer": "9" * 201}, {"answer": ["x"]}, {"answer": {"x": 1}}, ["x"]])
    def test_a_bad_body_is_a_400_and_no_try(self, body, practising_here, api_client) -> None:
        _file, person = furnished()

        assert is_problem(api_client(person).post(f"{EXERCISES}find-file/check/", body, format="json"), 400)
        assert not ExerciseProgress.objects.exists()

    def test_a_real_town_has_none(self, api_client) -> None:
        _file, person = furnished()

        assert is_problem(api_client(person).post(f"{EXERCISES}file-scan/check/", {}, format="json"), 404)
        assert not ExerciseProgress.objects.exists()
