"""Substitutes at the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tenants.models import Substitute
from tests.factories import ClerkFactory, UserFactory
from tests.node.factories import standing_in_for


def days(first: int = 0, last: int = 3) -> dict[str, str]:
    today = timezone.localdate()
    return {"first_day": (today + timedelta(days=first)).isoformat(), "last_day": (today + timedelta(days=last)).isoformat()}


class TestSubstitutes:
    def test_are_set_seen_by_both_and_ended(self, api_client: Any) -> None:
        absent, deputy = ClerkFactory(), ClerkFactory()
        api = api_client(absent)

        made = api.post("/api/v1/substitutes/", {"deputy": str(deputy.public_id), **days()}, format="json")

        assert made.status_code == 201
        assert made.json()["absent"]["id"] == str(absent.public_id)
        assert made.json()["set_by"] == "oneself"
        for person in (absent, deputy):
            assert [each["id"] for each in api_client(person).get("/api/v1/substitutes/").json()["results"]] == [made.json()["id"]]
        assert api_client(ClerkFactory()).get("/api/v1/substitutes/").json()["results"] == []
        address = f"/api/v1/substitutes/{made.json()['id']}/end/"
        assert api_client(ClerkFactory()).post(address).status_code == 404
        assert api.post(address).json()["ended_at"] is not None
        assert api.post(address).status_code == 409

    def test_of_another_are_set_by_an_administrator_alone(self, api_client: Any) -> None:
        sent = {"absent": str(ClerkFactory().public_id), "deputy": str(ClerkFactory().public_id), **days()}

        refused = api_client(ClerkFactory()).post("/api/v1/substitutes/", sent, format="json")
        made = api_client(UserFactory(roles=["administrator"])).post("/api/v1/substitutes/", sent, format="json")

        assert (refused.status_code, made.status_code) == (400, 201)
        assert made.json()["set_by"] == "sickness"

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"deputy": "00000000-0000-0000-0000-000000000000"}, "deputy"),
            ({"deputy": "x"}, "deputy"),
            ({"first_day": "1582-10-15"}, "first_day"),
            ({"last_day": "2999-01-01"}, "last_day"),
            ({"last_day": "gestern"}, "last_day"),
        ],
    )
    def test_refuse_with_the_field(self, api_client: Any, changed: dict[str, str], field: str) -> None:
        sent = {"deputy": str(ClerkFactory().public_id), **days(), **changed}

        answer = api_client(ClerkFactory()).post("/api/v1/substitutes/", sent, format="json")

        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == [field]
        assert not Substitute.objects.exists()

    def test_are_set_once_for_one_key(self, api_client: Any) -> None:
        api, sent = api_client(ClerkFactory()), {"deputy": str(ClerkFactory().public_id), **days()}

        answers = [api.post("/api/v1/substitutes/", sent, format="json", headers={"Idempotency-Key": "einmal"}) for _ in range(2)]

        assert answers[0].json() == answers[1].json()
        assert Substitute.objects.count() == 1


class TestActingFor:
    def test_says_for_whom_and_until_when(self, api_client: Any) -> None:
        absent, deputy = ClerkFactory(), ClerkFactory()
        substitute = standing_in_for(absent, deputy)
        standing_in_for(ClerkFactory(), deputy, first=1, last=2)

        said = api_client(deputy).get("/api/v1/me/").json()["acting_for"]

        assert said == [
            {
                "id": str(absent.public_id),
                "username": absent.username,
                "display_name": absent.display_name,
                "until": substitute.last_day.isoformat(),
            }
        ]
