"""/api/v1/files/: lists, creating, reading, editing."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from rest_framework.renderers import JSONRenderer

from records import filing, granting
from records.api.file_serializers import FileOut
from records.models import FormerReference, JournalEntry, RecordFile, RegisterSet
from tests.factories import ClerkFactory, OfficeFactory
from tests.node.factories import DocumentFactory, FilePlanUnitFactory, RecordFileFactory, grant

from .asking import AT, FILES, clerk_in, is_problem, leaf, open_file

PROMISED = {"id", "file_reference", "title", "status", "file_plan_unit", "office", "registers", "lifetime", "retain_until", "created_at"}


class TestList:
    def test_shows_files_in_natural_order_with_the_promised_fields(self, api_client) -> None:
        unit = leaf()
        later, earlier = (RecordFileFactory(unit=unit, file_reference=f"{unit.classification_code}-2026/{n}") for n in (10, 2))

        answer = api_client(clerk_in(unit, "read")).get(FILES)

        assert answer.status_code == 200
        assert [row["id"] for row in answer.json()["results"]] == [str(earlier.public_id), str(later.public_id)]
        assert answer.json()["results"][0].keys() >= PROMISED
        assert (answer.json()["next"], answer.json()["previous"]) == (None, None)

    def test_leaves_out_what_the_clerk_may_not_know_of(self, api_client) -> None:
        open_file(title="Geheim")

        assert api_client(clerk_in(leaf())).get(FILES).json()["results"] == []

    def test_leaves_out_a_narrowed_file(self, api_client) -> None:
        file = open_file()
        clerk = clerk_in(file.unit)
        grant(ClerkFactory(), file, "manage")
        granting.restrict_file(file=file, restricted=True, by=None, at=AT)

        assert api_client(clerk).get(FILES).json()["results"] == []

    def test_shows_cancelled_files_only_when_asked_for(self, api_client) -> None:
        unit = leaf()
        cancelled = RecordFileFactory(unit=unit, status="cancelled", cancelled_at=AT)
        client = api_client(clerk_in(unit, "read"))

        assert client.get(FILES).json()["results"] == []
        assert [row["id"] for row in client.get(FILES, {"status": "cancelled"}).json()["results"]] == [str(cancelled.public_id)]

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({"reference": "07-2026/0001"}, True),
            ({"reference": "06-2025/0009"}, True),  # a former one
            ({"reference": "07-2026"}, False),
            ({"q": "neubau"}, True),
            ({"q": "rathaus, NEUBAU"}, True),  # every word, in any order
            ({"q": "Neubau Turnhalle"}, False),
            ({"q": "; ,"}, False),
            ({"q": "2026/00"}, True),
            ({"q": "Abriss"}, False),
            ({"q": "%"}, False),
            ({"external_system": "Baugenehmigung"}, True),
            ({"external_reference": "B-17"}, True),
            ({"external_system": "Baugenehmigung", "external_reference": "B-18"}, False),
            ({"status": "open"}, True),
            ({"status": "closed"}, False),
            ({"colour": "blue"}, True),
        ],
    )
    def test_filters(self, asked, found, api_client) -> None:
        unit = leaf(classification_code="07")
        file = RecordFileFactory(unit=unit, number=1, title="Neubau Rathaus", external_system="Baugenehmigung", external_reference="B-17")
        FormerReference.objects.create(file=file, file_reference="06-2025/0009", until=AT)

        results = api_client(clerk_in(unit, "read")).get(FILES, asked).json()["results"]

        assert [row["id"] for row in results] == ([str(file.public_id)] if found else [])

    def test_filters_by_a_unit_or_a_whole_branch(self, api_client) -> None:
        above = leaf()
        below, beside = FilePlanUnitFactory(parent=above), FilePlanUnitFactory(parent=above)
        file = RecordFileFactory(unit=below)
        RecordFileFactory()
        client = api_client(clerk_in(above, "read"))

        for unit, count in ((above, 1), (below, 1), (beside, 0)):
            assert len(client.get(FILES, {"file_plan_unit": unit.public_id}).json()["results"]) == count
        assert client.get(FILES, {"file_plan_unit": uuid4()}).json()["results"] == []
        assert file.unit == below

    def test_refuses_filters_that_mean_nothing(self, api_client) -> None:
        answer = api_client(clerk_in(leaf())).get(FILES, {"file_plan_unit": "12", "status": "burnt"})

        assert is_problem(answer, 400)
        assert answer.json()["errors"].keys() == {"file_plan_unit", "status"}

    def test_pages_lead_to_every_file_once_and_back(self, api_client) -> None:
        unit = leaf()
        made = [str(RecordFileFactory(unit=unit).public_id) for _n in range(7)]
        client = api_client(clerk_in(unit, "read"))

        pages, address = [], FILES + "?page_size=3"
        while address:
            pages.append(client.get(address).json())
            address = pages[-1]["next"]

        assert [len(page["results"]) for page in pages] == [3, 3, 1]
        assert sorted(row["id"] for page in pages for row in page["results"]) == sorted(made)
        assert client.get(pages[2]["previous"]).json()["results"] == pages[1]["results"]
        assert client.get(pages[1]["previous"]).json()["previous"] is None

    def test_the_number_of_queries_does_not_depend_on_the_page(self, api_client, queries) -> None:
        unit = leaf()
        client = api_client(clerk_in(unit, "read"))
        counts = []
        for _round in range(2):
            for file in [open_file("Schriftverkehr", "Pläne", unit=unit) for _n in range(8)]:
                DocumentFactory(file=file)
            with queries() as seen:
                assert len(client.get(FILES).json()["results"]) == RecordFile.objects.filter(unit=unit).count()
            counts.append(len(seen))

        assert counts[0] == counts[1] <= 12

    def test_asks_a_stranger_for_a_token(self, api_client) -> None:
        assert is_problem(api_client().get(FILES), 401)


class TestCreate:
    def test_opens_a_file_with_its_reference_and_registers(self, api_client) -> None:
        unit = leaf()
        sets = RegisterSet.objects.create(name="Bauakte")
        for position, name in enumerate(("Antrag", "Bescheid"), start=1):
            sets.entries.create(position=position, name=name)

        sent = {"file_plan_unit": str(unit.public_id), "title": "Neubau", "register_set": "Bauakte", "external_reference": "B-1"}
        answer = api_client(clerk_in(unit)).post(FILES, sent, format="json")

        assert answer.status_code == 201, answer.content
        body = answer.json()
        assert body["file_reference"].startswith(unit.classification_code)
        assert (body["status"], body["file_plan_unit"], body["external_reference"]) == ("open", str(unit.public_id), "B-1")
        assert [(r["name"], r["position"]) for r in body["registers"]] == [("Antrag", 1), ("Bescheid", 2)]
        assert body["lifetime"] == {"from": None, "to": None}
        assert answer["Location"].endswith(f"/api/v1/files/{body['id']}/")
        assert answer["ETag"].startswith('"')
        assert JournalEntry.objects.filter(act="create", object_id=body["id"]).count() == 1

    def test_takes_a_register_set_by_its_id(self, api_client) -> None:
        unit, chosen = leaf(), RegisterSet.objects.create(name="Personal")
        chosen.entries.create(position=1, name="Zeugnisse")

        sent = {"file_plan_unit": unit.public_id, "title": "Müller", "register_set": str(chosen.public_id)}
        answer = api_client(clerk_in(unit)).post(FILES, sent, format="json")

        assert [r["name"] for r in answer.json()["registers"]] == ["Zeugnisse"]

    def test_copies_the_registers_of_another_file(self, api_client) -> None:
        like = open_file("Pläne")

        sent = {"file_plan_unit": like.unit.public_id, "title": "Wie dort", "like": like.public_id}
        answer = api_client(clerk_in(like.unit)).post(FILES, sent, format="json")

        assert [r["name"] for r in answer.json()["registers"]] == ["Pläne"]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"title": ""}, "title"),
            ({"title": "   "}, "title"),
            ({"title": "x" * 501}, "title"),
            ({"title": "a\x00b"}, "title"),
            ({"file_plan_unit": "63.12"}, "file_plan_unit"),
            ({"file_plan_unit": None}, "file_plan_unit"),
            ({"register_set": "gibt es nicht"}, "register_set"),
            ({"like": str(uuid4())}, "like"),
            ({"office": str(uuid4())}, "office"),
            ({"external_reference": "x" * 121}, "external_reference"),
        ],
    )
    def test_refuses_what_is_not_valid(self, change, field, api_client) -> None:
        unit = leaf()

        answer = api_client(clerk_in(unit)).post(FILES, {"file_plan_unit": str(unit.public_id), "title": "Neu", **change}, format="json")

        assert is_problem(answer, 400)
        assert field in answer.json()["errors"]
        assert not RecordFile.objects.exists()

    def test_does_not_tell_of_a_unit_that_is_not_visible(self, api_client) -> None:
        hidden = leaf()
        client = api_client(clerk_in(leaf()))

        answers = [client.post(FILES, {"file_plan_unit": str(u), "title": "Neu"}, format="json") for u in (hidden.public_id, uuid4())]

        assert all(is_problem(answer, 400) for answer in answers)
        assert answers[0].json() == answers[1].json()
        assert "file_plan_unit" in answers[0].json()["errors"]

    def test_forbids_creating_where_one_may_only_read(self, api_client) -> None:
        unit = leaf()

        assert is_problem(api_client(clerk_in(unit, "read")).post(FILES, {"file_plan_unit": unit.public_id, "title": "Neu"}), 403)

    def test_refuses_a_unit_that_is_divided_further(self, api_client) -> None:
        above = leaf()
        FilePlanUnitFactory(parent=above)

        answer = api_client(clerk_in(above)).post(FILES, {"file_plan_unit": above.public_id, "title": "Neu"})

        assert is_problem(answer, 400)
        assert "file_plan_unit" in answer.json()["errors"]

    def test_refuses_an_external_reference_twice(self, api_client) -> None:
        file = open_file(external_system="Wohngeld", external_reference="W-1")

        sent = {"file_plan_unit": file.unit.public_id, "title": "Neu", "external_system": "Wohngeld", "external_reference": "W-1"}
        answer = api_client(clerk_in(file.unit)).post(FILES, sent)

        assert is_problem(answer, 400)
        assert "external_reference" in answer.json()["errors"]

    def test_refuses_a_body_that_is_no_object(self, api_client) -> None:
        client = api_client(clerk_in(leaf()))

        assert is_problem(client.post(FILES, ["a", "list"], format="json"), 400)
        assert is_problem(client.post(FILES, b"{broken", content_type="application/json"), 400)
        assert is_problem(client.post(FILES, b"<a/>", content_type="text/xml"), 415)


class TestRetrieve:
    def test_shows_the_lifetime_former_references_and_the_office(self, api_client) -> None:
        office = OfficeFactory()
        file = open_file("Schriftverkehr", lead_office=office)
        FormerReference.objects.create(file=file, file_reference="99-2020/0001", until=AT)
        DocumentFactory(file=file, received_on="2019-05-01")
        DocumentFactory(file=file, received_on="2022-07-09", document_date="2021-07-09")
        DocumentFactory(file=file, received_on="2001-01-01", cancelled_at=AT)

        body = api_client(clerk_in(file.unit, "read")).get(f"{FILES}{file.public_id}/").json()

        assert body["lifetime"] == {"from": "2019-05-01", "to": "2021-07-09"}
        assert body["former_references"] == ["99-2020/0001"]
        assert body["office"] == str(office.public_id)
        assert body["restricted"] is False

    @pytest.mark.parametrize("id", ["00000000-0000-4000-8000-000000000000", "17", "not-an-id", "%00", "..%2F", "ä"])
    def test_knows_nothing_of_other_ids(self, id, api_client) -> None:
        assert is_problem(api_client(clerk_in(leaf())).get(f"{FILES}{id}/"), 404)

    def test_a_file_of_others_looks_like_none(self, api_client) -> None:
        file, client = open_file(), api_client(clerk_in(leaf()))

        hidden, none = client.get(f"{FILES}{file.public_id}/"), client.get(f"{FILES}{uuid4()}/")

        assert is_problem(hidden, 404)
        assert hidden.json() == none.json()

    def test_says_that_nothing_has_changed(self, api_client) -> None:
        file = open_file()
        client = api_client(clerk_in(file.unit, "read"))
        etag = client.get(f"{FILES}{file.public_id}/")["ETag"]

        assert client.get(f"{FILES}{file.public_id}/", headers={"If-None-Match": etag}).status_code == 304

    def test_a_document_changes_the_answer_but_nobody_has_edited_the_file(self, api_client) -> None:
        file = open_file()
        client, address = api_client(clerk_in(file.unit)), f"{FILES}{file.public_id}/"
        etag = client.get(address)["ETag"]
        DocumentFactory(file=file, received_on="2019-05-01")

        known = client.get(address, headers={"If-None-Match": etag})

        assert known.status_code == 200
        assert known["ETag"] != etag
        assert client.patch(address, {"title": "Neu"}, format="json", headers={"If-Match": etag}).status_code == 200


class TestEdit:
    def test_changes_descriptive_fields(self, api_client) -> None:
        file, office = open_file(), OfficeFactory()
        client = api_client(clerk_in(file.unit))

        sent = {"title": "Anders", "office": str(office.public_id), "external_system": "S", "external_reference": "R", "status": "closed"}
        answer = client.patch(f"{FILES}{file.public_id}/", sent, format="json", headers={"If-Match": f'"{file.etag}"'})

        assert answer.status_code == 200, answer.content
        body = answer.json()
        assert (body["title"], body["office"], body["external_reference"]) == ("Anders", str(office.public_id), "R")
        assert body["status"] == "open", "acts are verbs, not fields"
        assert answer["ETag"] != f'"{file.etag}"'

    def test_does_not_overwrite_what_somebody_else_wrote(self, api_client) -> None:
        file = open_file()
        client = api_client(clerk_in(file.unit))
        etag = f'"{file.etag}"'
        client.patch(f"{FILES}{file.public_id}/", {"title": "Erste"}, format="json", headers={"If-Match": etag})

        second = client.patch(f"{FILES}{file.public_id}/", {"title": "Zweite"}, format="json", headers={"If-Match": etag})

        assert is_problem(second, 412)
        file.refresh_from_db()
        assert file.title == "Erste"

    def test_is_not_for_readers_nor_for_closed_files(self, api_client) -> None:
        file = open_file()
        address = f"{FILES}{file.public_id}/"
        assert is_problem(api_client(clerk_in(file.unit, "read")).patch(address, {"title": "X"}, format="json"), 403)

        filing.close_file(file=file, by=file.created_by, at=AT)

        assert is_problem(api_client(clerk_in(file.unit)).patch(address, {"title": "X"}, format="json"), 409)

    def test_refuses_an_empty_title(self, api_client) -> None:
        file = open_file()

        assert is_problem(api_client(clerk_in(file.unit)).patch(f"{FILES}{file.public_id}/", {"title": ""}, format="json"), 400)


class TestSchema:
    def test_says_what_is_said(self, api_client) -> None:
        file = open_file("Antrag", "Pläne", lead_office=OfficeFactory())
        DocumentFactory(file=file, received_on="2026-02-28")
        FormerReference.objects.create(file=file, file_reference="1-2020/0001", until=AT)

        said = api_client(clerk_in(file.unit)).get(f"{FILES}{file.public_id}/").json()

        assert (said["lifetime"], said["former_references"]) == ({"from": "2026-02-28", "to": "2026-02-28"}, ["1-2020/0001"])
        beside = {name: getattr(file, name) for name in ("unit", "lead_office", "scope")}
        elsewhere = ("lifetime", "former_references", "external_references", "volumes", "parent", "subfiles", "business_reference")
        beside |= {"registers": file.registers.order_by("position"), "highest_need": "normal", **{name: said[name] for name in elsewhere}}
        assert said == json.loads(JSONRenderer().render(FileOut({**vars(file), **beside}).data))
