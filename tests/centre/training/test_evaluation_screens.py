"""Screens of what comes after a course: how it was, and the figures of training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.centre.training.attended import AFTER, held, places_of
from tests.centre.training_factories import trainer
from training import evaluating
from training.models import CourseDate, Evaluation

pytestmark = pytest.mark.usefixtures("fresh_cache")


class TestEvaluation:
    def test_is_answered_without_login_once(self, client_of: Callable[..., Any], now: Any) -> None:
        date = held(1)
        now(AFTER)
        path, client = evaluating.path_for(places_of(date)[0]), client_of(None)

        assert client.get(path).status_code == 200
        assert Evaluation.objects.get().answers == 0
        answer = client.post(path, {"aims": "5", "good": "Alles"})
        again = client.post(path, {"aims": "5"})

        assert "ohne Ihren Namen" in answer.content.decode()
        assert again.status_code == 422
        assert "schon geantwortet" in again.content.decode()

    def test_an_empty_answer_is_refused_and_what_was_typed_stays(self, client_of: Callable[..., Any], now: Any) -> None:
        now(AFTER)
        path, client = evaluating.path_for(places_of(held(1))[0]), client_of(None)

        empty, long = client.post(path, {}), client.post(path, {"good": "Satz. " * 200})

        assert (empty.status_code, long.status_code) == (422, 422)
        assert "mindestens eine Frage" in empty.content.decode()
        assert "Satz. Satz." in long.content.decode()

    def test_results_are_for_the_trainers_once_all_have_answered(self, client_of: Callable[..., Any], now: Any) -> None:
        date = held(5)
        now(AFTER)
        address, client = f"/schulungen/termine/{date.public_id}/rueckmeldungen/", client_of(trainer())
        paths = [evaluating.path_for(place) for place in places_of(date)]
        for path in paths[:4]:
            client_of(None).post(path, {"aims": "4"})

        assert "Die Ergebnisse werden erst danach gezeigt" in client.get(address).content.decode()
        client_of(None).post(paths[4], {"aims": "4"})
        page = client.get(address).content.decode()

        assert "5 von 5 Personen haben geantwortet" in page
        assert "4,0" in page


class TestFigures:
    def test_show_euros_and_are_to_be_taken_along(self, client_of: Callable[..., Any], now: Any) -> None:
        date = held(2, price_cents=123_450)
        now(AFTER)
        client = client_of(trainer())

        page = client.get("/schulungen/statistik/").content.decode()

        assert "2.469,00 €" in page
        assert client.get("/schulungen/statistik/tabelle/").content.startswith(b"PK")
        assert CourseDate.objects.get(pk=date.pk).state == "done"
