"""/api/v1/file-plan/."""

from __future__ import annotations

from uuid import uuid4

from records import granting
from records.models import FormerCode, RegisterSet, RegisterSetEntry
from tests.node.factories import FilePlanUnitFactory, RecordFileFactory

from .asking import AT, clerk_in, is_problem, leaf

PLAN = "/api/v1/file-plan/"


class TestFilePlan:
    def test_shows_units_in_natural_order_with_what_they_inherit(self, api_client) -> None:
        above = leaf(classification_code="6", retention_years=10, disposal_action="B")
        tenth = FilePlanUnitFactory(classification_code="6.10", parent=above, disposal_action="A")
        second = FilePlanUnitFactory(classification_code="6.2", parent=above, retention_unlimited=True)

        body = api_client(clerk_in(above)).get(PLAN).json()

        shown = [
            (u["classification_code"], u["parent"], u["is_leaf"], u["retention_years"], u["retention_unlimited"], u["disposal_action"])
            for u in body["results"]
        ]
        assert shown == [
            ("6", None, False, 10, False, "B"),
            ("6.2", str(above.public_id), True, None, True, "B"),
            ("6.10", str(above.public_id), True, 10, False, "A"),
        ]
        assert [u["id"] for u in body["results"]] == [str(u.public_id) for u in (above, second, tenth)]
        assert [u["may_create_files"] for u in body["results"]] == [False, True, True]

    def test_shows_only_what_leads_to_what_the_clerk_may_read(self, api_client) -> None:
        above = leaf()
        mine, _others = FilePlanUnitFactory(parent=above), FilePlanUnitFactory(parent=above)
        leaf()

        results = api_client(clerk_in(mine, "read")).get(PLAN).json()["results"]

        assert [u["id"] for u in results] == [str(above.public_id), str(mine.public_id)]
        assert not any(u["may_create_files"] for u in results)

    def test_leads_to_a_single_file_that_was_granted(self, api_client) -> None:
        file, clerk = RecordFileFactory(), clerk_in(leaf())
        granting.grant(target=file, to=clerk, right="read_records", by=None, at=AT)

        assert str(file.unit.public_id) in [u["id"] for u in api_client(clerk).get(PLAN).json()["results"]]

    def test_comes_in_pages_with_a_constant_number_of_queries(self, api_client, queries) -> None:
        above = leaf()
        client = api_client(clerk_in(above))
        counts = []
        for _round in range(2):
            for _n in range(10):
                FilePlanUnitFactory(parent=above)
            with queries() as seen:
                assert len(client.get(PLAN).json()["results"]) == above.children.count() + 1
            counts.append(len(seen))
        first = client.get(PLAN, {"page_size": 5}).json()

        assert counts[0] == counts[1] <= 12
        assert len(client.get(first["next"]).json()["results"]) == 5

    def test_shows_one_unit(self, api_client) -> None:
        unit = leaf()
        client = api_client(clerk_in(unit))

        assert client.get(f"{PLAN}{unit.public_id}/").json()["classification_code"] == unit.classification_code
        assert is_problem(client.get(f"{PLAN}{leaf().public_id}/"), 404)
        assert is_problem(client.get(f"{PLAN}{uuid4()}/"), 404)


class TestWhatHolds:
    def test_says_what_is_inherited_and_what_is_frozen(self, api_client) -> None:
        above = leaf(
            classification_code="6", legal_basis="§ 147 AO", retention_starts_with="Abbruch", transfer_years=5, registration="registry"
        )
        below = FilePlanUnitFactory(classification_code="6.1", parent=above)
        FormerCode.objects.create(unit=below, classification_code="5.1", until=AT)
        above.frozen_at = AT
        above.save()

        unit = api_client(clerk_in(above)).get(f"{PLAN}{below.public_id}/").json()

        assert (unit["legal_basis"], unit["retention_starts_with"], unit["transfer_years"]) == ("§ 147 AO", "Abbruch", 5)
        assert (unit["registration"], unit["register_set"], unit["former_codes"]) == ("registry", "", ["5.1"])
        assert (unit["frozen"], unit["may_create_files"], unit["valid_from"], unit["valid_until"]) == (True, False, None, None)

    def test_refuses_a_file_in_a_frozen_unit_with_a_sentence(self, api_client) -> None:
        unit = leaf(frozen_at=AT)

        answer = api_client(clerk_in(unit)).post("/api/v1/files/", {"file_plan_unit": str(unit.public_id), "title": "Neu"}, format="json")

        assert answer.status_code == 409
        assert "gesperrt" in answer.json()["detail"]


class TestFavourites:
    def test_come_and_go(self, api_client) -> None:
        file = RecordFileFactory()
        client = api_client(clerk_in(file.unit))
        of_unit, of_file = f"{PLAN}{file.unit.public_id}/favourite/", f"/api/v1/files/{file.public_id}/favourite/"

        answers = [client.post(address).status_code for address in (of_unit, of_unit, of_file)]
        kept = client.get("/api/v1/favourites/").json()
        client.delete(of_unit), client.delete(of_file)

        assert answers == [204, 204, 204]
        assert [u["id"] for u in kept["units"]] == [str(file.unit.public_id)]
        assert [f["id"] for f in kept["files"]] == [str(file.public_id)]
        assert client.get("/api/v1/favourites/").json() == {"units": [], "files": []}

    def test_are_nobody_elses(self, api_client) -> None:
        file = RecordFileFactory()

        is_problem(api_client(clerk_in(leaf())).post(f"/api/v1/files/{file.public_id}/favourite/"), 404)


class TestRegisterSets:
    def test_tell_what_a_new_file_may_begin_with(self, api_client, queries) -> None:
        unit = leaf()
        client, costs = api_client(clerk_in(unit)), []
        for name in ("Vergabe", "Bauakte"):
            made = RegisterSet.objects.create(name=name)
            for position, divider in ((2, "Pläne"), (1, "Antrag")):
                RegisterSetEntry.objects.create(register_set=made, position=position, name=divider, colour="#4f7cac")
            client.get("/api/v1/register-sets/")
            with queries() as seen:
                rows = client.get("/api/v1/register-sets/").json()["results"]
            costs.append(len(seen))

        assert [row["name"] for row in rows] == ["Bauakte", "Vergabe"]
        assert rows[0]["registers"][0] == {"name": "Antrag", "position": 1, "colour": "#4f7cac"}
        assert costs[0] == costs[1]
        sent = {"file_plan_unit": str(unit.public_id), "title": "Neubau", "register_set": rows[0]["id"]}
        assert [one["name"] for one in client.post("/api/v1/files/", sent, format="json").json()["registers"]] == ["Antrag", "Pläne"]
