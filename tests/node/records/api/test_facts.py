"""Doors of a file's facts: cases, participants, index values, external references, links, cross-references, missing sheets."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from records.models import Document
from tests.node.factories import CaseFactory, DocumentFactory, IndexFieldFactory, RecordFileFactory, grant

from .asking import AT, DOCUMENTS, FILES, clerk_in, is_problem, open_file, paper


@pytest.fixture
def door(api_client):
    """door(file) is a client that may write in the file, and the file's address."""

    def opened(file: Any) -> tuple[Any, str]:
        return api_client(clerk_in(file.unit)), f"{FILES}{file.public_id}/"

    return opened


class TestCases:
    def test_a_case_is_opened_renamed_closed_reopened_cancelled_and_restored(self, door) -> None:
        file = open_file(file_reference="1234-1")
        client, address = door(file)

        made = client.post(f"{address}cases/", {"title": "Antrag"}, format="json")
        assert made.status_code == 201, made.content
        assert made.json()["case_reference"] == "1234-1.1"
        here = f"{address}cases/{made.json()['id']}/"
        renamed = client.patch(here, {"title": "Neu"}, format="json", headers={"if-match": made["ETag"]})
        assert (renamed.status_code, renamed.json()["title"]) == (200, "Neu")
        assert is_problem(client.patch(here, {"title": "Alt"}, format="json", headers={"if-match": made["ETag"]}), 412)
        for act, sent, status in (("close", {}, "closed"), ("reopen", {"reason": "R"}, "open"), ("cancel", {"reason": "R"}, "cancelled")):
            assert client.post(f"{here}{act}/", sent, format="json").json()["status"] == status
        assert is_problem(client.post(f"{here}cancel/", {"reason": "R"}, format="json"), 409)
        assert client.post(f"{here}restore/", format="json").json()["status"] == "open"
        assert is_problem(client.post(f"{here}restore/", {"reason": "R"}, format="json"), 409)
        assert [row["title"] for row in client.get(f"{address}cases/").json()["results"]] == ["Neu"]

    def test_the_same_key_opens_one_case(self, door) -> None:
        client, address = door(open_file())
        headers = {"idempotency-key": str(uuid4())}

        answers = [client.post(f"{address}cases/", {"title": "Antrag"}, format="json", headers=headers).json() for _time in range(2)]

        assert answers[0] == answers[1]

    def test_documents_are_filed_in_a_case_and_put_into_another(self, door) -> None:
        case = CaseFactory(file__file_reference="1234-1", case_reference="1234-1.1", number=1)
        other = CaseFactory(file=case.file, case_reference="1234-1.2", number=2)
        client, _address = door(case.file)
        sent = {"file": str(case.file.public_id), "content": paper()}

        filed = client.post(DOCUMENTS, {**sent, "case": "1234-1.1"}, format="multipart")
        assert filed.status_code == 201, filed.content
        assert (filed.json()["case"], filed.json()["document_reference"]) == (str(case.public_id), "1234-1.1-1")
        here = f"{DOCUMENTS}{filed.json()['id']}/"

        assert client.post(f"{here}case/", {"case": str(other.public_id)}, format="json").json()["document_reference"] == "1234-1.2-1"
        assert client.post(f"{here}move/", {"case": None}, format="json").json()["document_reference"] == "1234-1-1"
        assert client.post(f"{here}move/", {"case": "1234-1.1", "position": 1}, format="json").json()["document_reference"] == "1234-1.1-2"
        assert is_problem(client.post(f"{here}case/", {"case": "1234-1.9"}, format="json"), 400)
        assert is_problem(client.post(DOCUMENTS, {**sent, "content": paper(), "case": "1234-1.9"}, format="multipart"), 400)
        assert [row["id"] for row in client.get(DOCUMENTS, {"case": case.public_id}).json()["results"]] == [filed.json()["id"]]

    def test_a_case_of_another_file_is_not_there(self, door) -> None:
        file = open_file()
        case = CaseFactory(file__unit=file.unit)
        client, address = door(file)

        assert client.get(f"{address}cases/{case.public_id}/").status_code == 404
        assert client.get(f"{address}cases/unsinn/").status_code == 404


class TestParticipants:
    def test_are_added_changed_and_removed(self, door) -> None:
        case = CaseFactory()
        client, address = door(case.file)

        made = client.post(
            f"{address}participants/",
            {"name": "Erika", "role": "Bauherrin", "case": str(case.public_id), "disclosure_block": True},
            format="json",
        )
        assert made.status_code == 201, made.content
        here = f"{address}participants/{made.json()['id']}/"
        changed = client.patch(here, {"telephone": "1"}, format="json", headers={"if-match": made["ETag"]})
        assert (changed.json()["telephone"], changed.json()["case"], changed.json()["disclosure_block"]) == ("1", str(case.public_id), True)
        assert is_problem(client.patch(here, {"telephone": "2"}, format="json", headers={"if-match": made["ETag"]}), 412)
        assert is_problem(client.patch(here, {"email": "kein"}, format="json"), 400)
        assert client.post(f"{here}remove/").status_code == 204
        assert client.get(f"{address}participants/").json()["results"] == []


class TestIndexValues:
    def test_are_added_and_set_in_one_piece_or_in_parts(self, door) -> None:
        file = open_file()
        parcel, day = IndexFieldFactory(unit=file.unit, name="Flurstück", kind="parcel"), IndexFieldFactory(unit=file.unit, kind="date")
        client, address = door(file)

        made = client.post(f"{address}index-values/", {"field": "Flurstück", "text": "Neustadt, Flur 3, 12/3"}, format="json")
        assert made.status_code == 201, made.content
        sent = {"field": str(day.public_id), "values": [{"text": "2.3.2026"}]}
        rows = client.post(f"{address}index-values/set/", sent, format="json").json()["results"]
        parts = {"district": "Neustadt", "section": "3", "parcel": "12/3"}
        assert [row["id"] for row in rows] == [str(parcel.public_id), str(day.public_id)]
        assert rows[0]["values"] == [{"text": "Gemarkung Neustadt, Flur 3, Flurstück 12/3", "number": None, "date": None, "parts": parts}]
        assert rows[1]["values"][0]["date"] == "2026-03-02"
        assert is_problem(client.post(f"{address}index-values/", {"field": "Flurstück", "parts": parts}, format="json"), 400)  # it has it
        assert is_problem(client.post(f"{address}index-values/set/", {**sent, "values": [{"text": "gestern"}]}, format="json"), 400)
        assert is_problem(client.post(f"{address}index-values/", {"field": "Hund", "text": "Bello"}, format="json"), 400)
        assert [row["id"] for row in client.get(FILES, {"q": "Flst. 12/3"}).json()["results"]] == [str(file.public_id)]


class TestExternalReferences:
    def test_a_file_is_found_by_any_of_several_and_tells_all(self, door) -> None:
        file = open_file(external_system="A", external_reference="1")
        client, address = door(file)

        client.post(f"{address}external-references/", {"system": "B", "reference": "2/3"}, format="json")

        both = [{"system": "A", "reference": "1"}, {"system": "B", "reference": "2/3"}]
        assert client.get(address).json()["external_references"] == both
        for row in both:
            found = client.get(FILES, {"external_system": row["system"], "external_reference": row["reference"]}).json()["results"]
            assert [each["id"] for each in found] == [str(file.public_id)]
        assert client.get(FILES, {"external_system": "A", "external_reference": "2/3"}).json()["results"] == []
        left = client.post(f"{address}external-references/remove/", both[0], format="json").json()["results"]
        assert left == [both[1]]
        assert client.get(address).json()["external_reference"] == "2/3"


class TestLinksAndCrossReferences:
    def test_hidden_files_and_documents_are_not_there(self, door) -> None:
        file, hidden = open_file(), DocumentFactory(number=1)
        client, address = door(file)

        for sent in (str(hidden.file.public_id), hidden.file.file_reference):
            assert is_problem(client.post(f"{address}links/", {"other": sent}, format="json"), 400)
        for sent in (str(hidden.public_id), f"{hidden.file.file_reference}-1"):
            assert is_problem(client.post(f"{address}cross-references/", {"document": sent}, format="json"), 400)

    def test_are_made_listed_and_taken_away(self, door) -> None:
        file = open_file("Pläne")
        document = DocumentFactory(file__unit=file.unit, number=1)
        client, address = door(file)

        link = client.post(f"{address}links/", {"other": document.file.file_reference}, format="json")
        reference = client.post(f"{address}cross-references/", {"document": str(document.public_id), "register": "Pläne"}, format="json")

        assert (link.status_code, reference.status_code) == (201, 201)
        assert reference.json()["lives_in"]["id"] == str(document.file.public_id)
        assert client.get(f"{FILES}{document.file.public_id}/links/").json()["results"][0]["other"]["id"] == str(file.public_id)
        assert client.post(f"{address}links/{link.json()['id']}/remove/").status_code == 204
        assert client.post(f"{address}cross-references/{reference.json()['id']}/remove/").status_code == 204
        assert client.get(f"{address}links/").json()["results"] == client.get(f"{address}cross-references/").json()["results"] == []


class TestMissingSheets:
    def test_paper_is_lent_out_expected_later_and_given_back(self, door) -> None:
        file = open_file("Pläne")
        client, address = door(file)

        made = client.post(
            f"{address}missing-sheets/", {"what": "Plan", "borrower": "Bauhof", "since": "2026-03-01", "register": "Pläne"}, format="json"
        )
        assert made.status_code == 201, made.content
        here = f"{address}missing-sheets/{made.json()['id']}/"
        assert client.post(f"{here}extend/", {"back_by": "2026-03-20"}, format="json").json()["overdue"] is True
        assert is_problem(client.post(f"{here}give-back/", {"returned_on": "2026-02-01"}, format="json"), 400)
        assert client.post(f"{here}give-back/", {"returned_on": "2026-03-05"}, format="json").json()["returned_on"] == "2026-03-05"
        assert is_problem(client.post(f"{here}give-back/", {}, format="json"), 409)


class TestAllDoors:
    NEW = {
        "cases/": {"title": "A"},
        "participants/": {"name": "A", "role": "B"},
        "external-references/": {"system": "A", "reference": "B"},
        "missing-sheets/": {"what": "A", "borrower": "B"},
    }

    @pytest.mark.parametrize("place", NEW)
    def test_a_reader_is_refused_and_a_closed_file_is_read_only(self, place, api_client, door) -> None:
        file, closed = open_file(), RecordFileFactory(status="closed", closed_at=AT)
        reader = api_client(clerk_in(file.unit, "read"))

        assert is_problem(reader.post(f"{FILES}{file.public_id}/{place}", self.NEW[place], format="json"), 403)
        client, address = door(closed)
        assert is_problem(client.post(f"{address}{place}", self.NEW[place], format="json"), 409)

    @pytest.mark.parametrize("place", NEW)
    @pytest.mark.parametrize(
        "sent", [{}, {"title": "x" * 10_000, "name": "x" * 10_000}, [], {"title": {"a": 1}, "name": [], "what": "a\x00"}]
    )
    def test_odd_bodies_are_problems(self, place, sent, door) -> None:
        client, address = door(open_file())

        assert is_problem(client.post(f"{address}{place}", sent, format="json"), 400)

    def test_medium_and_location_are_descriptive_fields(self, door) -> None:
        client, address = door(open_file())

        said = client.patch(address, {"medium": "hybrid", "location": "Keller 3"}, format="json").json()

        assert (said["medium"], said["location"]) == ("hybrid", "Keller 3")

    def test_a_document_that_somebody_may_see_elsewhere_moves_with_its_number_anew(self, door) -> None:
        source, target = open_file(file_reference="A-1", last_document_number=1), open_file(file_reference="B-1")
        document = DocumentFactory(file=source, number=1)
        clerk = clerk_in(source.unit)
        grant(clerk, target.unit, "write")
        client, _address = door(source)
        client.force_authenticate(clerk)

        said = client.post(f"{DOCUMENTS}{document.public_id}/move/", {"file": str(target.public_id)}, format="json").json()
        back = client.post(f"{DOCUMENTS}{document.public_id}/move/", {"file": str(source.public_id)}, format="json").json()

        assert (said["document_reference"], back["document_reference"]) == ("B-1-1", "A-1-2")
        assert Document.objects.get().number == 2
