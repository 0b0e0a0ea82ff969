"""/api/v1/file-plan-editions/ and corrections of units in force."""

from __future__ import annotations

from typing import Any

import pytest

from records.models import FilePlanUnit, PlanEdition, RegisterSet
from tenants.roles import Role
from tests.factories import UserFactory
from tests.node.factories import FilePlanUnitFactory, RecordFileFactory

from .asking import is_problem

EDITIONS = "/api/v1/file-plan-editions/"


@pytest.fixture
def plan() -> dict[str, FilePlanUnit]:
    top = FilePlanUnitFactory(classification_code="6", title="Bauen", retention_years=10)
    return {
        "6": top,
        "63": FilePlanUnitFactory(classification_code="63", parent=top),
        "64": FilePlanUnitFactory(classification_code="64", parent=top),
    }


@pytest.fixture
def client(plan, api_client) -> Any:
    return api_client(UserFactory(roles=[Role.ADMINISTRATOR]))


@pytest.fixture
def base(client) -> str:
    return f"{EDITIONS}{client.post(EDITIONS, {'name': 'Aktenplan 2027'}, format='json').json()['id']}/"


def units(client: Any, base: str) -> dict[str, Any]:
    return {unit["classification_code"]: unit for unit in client.get(base + "units/").json()["results"]}


class TestEdition:
    def test_is_begun_changed_reviewed_and_put_into_force(self, client, base, plan) -> None:
        RegisterSet.objects.create(name="Bauakte")
        known = units(client, base)
        new = {"classification_code": "65", "title": "Neu", "parent": known["6"]["id"], "register_set": "Bauakte"}

        made = client.post(base + "units/", new, format="json", headers={"Idempotency-Key": "einmal"})
        again = client.post(base + "units/", new, format="json", headers={"Idempotency-Key": "einmal"})
        client.patch(f"{base}units/{known['63']['id']}/", {"parent": None, "classification_code": "9"}, format="json")
        client.post(f"{base}units/{known['64']['id']}/drop/", {"successor": made.json()["id"]}, format="json")
        review, changes = client.get(base + "review/").json(), client.get(base + "changes/").json()
        done = client.post(base + "put-into-force/", {}, format="json")

        assert (made.status_code, again.json()["id"]) == (201, made.json()["id"])
        assert review["counts"] == {"new": 1, "moved": 1, "renumbered": 1, "dropped": 1}
        assert (review["faults"], len(changes["results"])) == ([], 3)
        assert (done.status_code, done.json()["state"]) == (200, "in_force")
        assert FilePlanUnit.objects.get(pk=plan["64"].pk).successor.register_set.name == "Bauakte"
        assert FilePlanUnit.objects.get(pk=plan["63"].pk).path == f"/{plan['63'].pk}/"

    def test_says_what_must_be_mended(self, client, base, plan) -> None:
        RecordFileFactory(unit=plan["63"])
        known = units(client, base)
        client.post(f"{base}units/{known['63']['id']}/drop/", {"successor": known["6"]["id"]}, format="json")

        assert [fault["unit"] for fault in client.get(base + "review/").json()["faults"]] == [known["63"]["id"]]
        is_problem(client.post(base + "put-into-force/", {}, format="json"), 409)

    def test_waits_for_its_day_and_is_taken_back(self, client, base) -> None:
        assert client.post(base + "put-into-force/", {"on": "2026-12-31"}, format="json").status_code in (200, 409)  # as the clock stands
        for day in ("1582-10-05", "2999-01-01"):
            is_problem(client.post(base + "put-into-force/", {"on": day}, format="json"), 409)

    def test_overwrites_nothing_that_somebody_else_has_just_written(self, client, base) -> None:
        address = f"{base}units/{units(client, base)['63']['id']}/"
        etag = client.get(address)["ETag"]
        first = client.patch(address, {"title": "Erste"}, format="json", headers={"If-Match": etag})

        is_problem(client.patch(address, {"title": "Zweite"}, format="json", headers={"If-Match": etag}), 412)

        assert client.patch(address, {"title": "Dritte"}, format="json", headers={"If-Match": first["ETag"]}).json()["title"] == "Dritte"

    @pytest.mark.parametrize(
        "sent",
        [{"title": "x" * 10_000}, {"title": "\x00"}, {"parent": "nichts"}, {"parent": "00000000-0000-0000-0000-000000000000"}, {"retention_years": 0},
         {"retention_years": 30}, {"register_set": "Gibtesnicht"}, {"classification_code": "64"}, {"disposal_action": "X"}],
    )  # fmt: skip
    def test_refuses_what_cannot_be_kept_and_says_which_field(self, client, base, sent) -> None:
        is_problem(client.patch(f"{base}units/{units(client, base)['63']['id']}/", sent, format="json"), 400)

    def test_refuses_a_second_edition_beside_it(self, client, base) -> None:
        is_problem(client.post(EDITIONS, {"name": "Noch eine"}, format="json"), 409)

    def test_is_given_up(self, client, base) -> None:
        assert client.post(base + "discard/").json()["state"] == "dropped"
        assert PlanEdition.objects.get().put_in_force_at is None

    def test_does_not_exist_for_clerks(self, base, api_client) -> None:
        is_problem(api_client(UserFactory(roles=[Role.CLERK])).get(base), 404)


class TestUnitInForce:
    def test_is_corrected_frozen_and_opened_again(self, client, plan) -> None:
        address = f"/api/v1/file-plan/{plan['63'].public_id}/"

        answers = [
            client.patch(address + "correct/", {"title": "Berichtigt", "legal_basis": "§ 58"}, format="json").status_code,
            client.post(address + "freeze/", {"reason": "Wird neu geordnet"}, format="json").status_code,
            client.post(address + "freeze/", {"reason": "Noch einmal"}, format="json").status_code,
            client.post(address + "unfreeze/", {"reason": "Doch nicht"}, format="json").status_code,
        ]

        assert answers == [204, 204, 409, 204]
        assert FilePlanUnit.objects.get(pk=plan["63"].pk).title == "Berichtigt"
