"""A file's life through the API: drafts, completeness, restoring, registers, volumes, subfiles, periods, holds, hand-over."""

from __future__ import annotations

import pytest

from records import dividers, granting, volumes
from records.models import Document, MissingSheet, RecordFile
from tenants.roles import Role
from tests.factories import ClerkFactory, OfficeFactory
from tests.node.factories import DocumentFactory, FilePlanUnitFactory, RecordFileFactory, RegisterFactory

from .asking import AT, DOCUMENTS, FILES, clerk_in, is_problem, leaf, open_file, paper, read_to_its_end

REASON = {"reason": "Umbau"}


def below(file: RecordFile, path: str) -> str:
    return f"{FILES}{file.public_id}/{path}"


def assert_etags_are_honoured(client, address: str, first: dict[str, str], second: dict[str, str]) -> None:
    """What is read carries an ETag; with it a change goes through once, and with that of its answer once more."""
    etag = client.get(address)["ETag"]
    changed = client.patch(address, first, format="json", headers={"If-Match": etag})
    assert changed.status_code == 200
    assert is_problem(client.patch(address, second, format="json", headers={"If-Match": etag}), 412)
    assert client.get(address)["ETag"] == changed["ETag"] != etag
    assert client.patch(address, second, format="json", headers={"If-Match": changed["ETag"]}).status_code == 200


def registrar_in(unit):
    clerk = clerk_in(unit)
    clerk.groups.add(*ClerkFactory(roles=[Role.REGISTRY]).groups.filter(name=Role.REGISTRY))
    return clerk


class TestDrafts:
    def test_a_clerk_makes_a_draft_and_the_registry_registers_it(self, api_client) -> None:
        unit = leaf(registration="registry", classification_code="90")
        clerk, registry = api_client(clerk_in(unit)), api_client(registrar_in(unit))

        made = clerk.post(FILES, {"file_plan_unit": str(unit.public_id), "title": "Neubau"}, format="json")
        assert (made.status_code, made.json()["status"]) == (201, "draft")
        address = f"{FILES}{made.json()['id']}/"
        assert is_problem(clerk.post(address + "close/"), 409)
        assert is_problem(clerk.post(address + "register/"), 403)
        registered = registry.post(address + "register/")

        assert (registered.status_code, registered.json()["file_reference"]) == (
            200,
            "90-2026/0001".replace("2026", made.json()["created_at"][:4]),
        )
        assert registered.json()["status"] == "open"
        assert is_problem(registry.post(address + "register/"), 409)
        assert clerk.get(FILES, {"status": "draft"}).json()["results"] == []


class TestCompleteness:
    def test_tells_each_finding_and_whether_the_file_can_be_closed(self, api_client) -> None:
        file = open_file("Antrag")
        document = DocumentFactory(file=file)
        MissingSheet.objects.create(file=file, what="Plan", borrower="Amt 66", since=AT.date(), created_at=AT, created_by=file.created_by)
        client = api_client(clerk_in(file.unit))

        body = client.get(below(file, "completeness/")).json()
        assert body["complete"] is False
        assert {(f["kind"], f["blocks"], f["count"]) for f in body["findings"]} == {
            ("missing_sheets", False, 1), ("misplaced", True, 1), ("undated", False, 1),
        }  # fmt: skip
        refused = client.post(below(file, "close/"))
        assert is_problem(refused, 409)
        assert "in keinem Register" in refused.json()["detail"]
        assert client.post(f"{DOCUMENTS}{document.public_id}/directly-in-file/").status_code == 200

        assert client.get(below(file, "completeness/")).json()["complete"] is True
        assert client.post(below(file, "close/")).status_code == 200

    def test_tells_why_a_document_could_not_be_read(self, api_client) -> None:
        file = open_file()
        document = DocumentFactory(file=file, received_on="2026-01-05", version__state="failed", version__failure="encrypted")

        body = api_client(clerk_in(file.unit)).get(below(file, "completeness/")).json()

        [finding] = body["findings"]
        assert (body["complete"], finding["kind"], finding["blocks"]) == (True, "failed", False)
        [item] = finding["items"]
        assert (item["document"], item["file"]) == (str(document.public_id), None)
        assert "Kennwort" in item["why"]

    def test_a_document_sent_without_a_register_lies_there_on_purpose_and_does_not_keep_the_file_open(self, api_client) -> None:
        file = open_file("Antrag")
        client = api_client(clerk_in(file.unit))

        sent = client.post(DOCUMENTS, {"file": str(file.public_id), "content": paper()}, format="multipart")
        read_to_its_end(Document.objects.get(public_id=sent.json()["id"]))

        assert client.post(below(file, "close/")).json()["status"] == "closed"

    def test_unless_the_sender_says_that_it_is_still_to_be_placed(self, api_client) -> None:
        file = open_file("Antrag")
        client = api_client(clerk_in(file.unit))

        fields = {"file": str(file.public_id), "content": paper(), "directly_in_file": "false"}
        sent = client.post(DOCUMENTS, fields, format="multipart")
        read_to_its_end(Document.objects.get(public_id=sent.json()["id"]))

        assert is_problem(client.post(below(file, "close/")), 409)

    def test_a_text_exception_wants_a_reason(self, api_client) -> None:
        document = DocumentFactory(version__state="failed")
        client = api_client(clerk_in(document.file.unit))
        address = f"{DOCUMENTS}{document.public_id}/text-exception/"

        assert is_problem(client.post(address, {"reason": " "}, format="json"), 400)
        assert client.post(address, {"reason": "Foto"}, format="json").status_code == 200
        assert client.post(below(document.file, "close/")).status_code == 200


class TestRestore:
    def test_takes_a_cancellation_back(self, api_client) -> None:
        file = open_file()
        client = api_client(clerk_in(file.unit))
        assert is_problem(client.post(below(file, "restore/")), 409)
        client.post(below(file, "cancel/"), REASON, format="json")

        body = client.post(below(file, "restore/")).json()

        assert (body["status"], body["file_reference"]) == ("open", file.file_reference)


class TestRegisters:
    def test_are_added_renamed_ordered_and_removed(self, api_client) -> None:
        file = open_file("Antrag")
        client = api_client(clerk_in(file.unit))
        address = below(file, "registers/")

        added = client.post(address, {"name": "Pläne", "colour": "#2f8f9d"}, format="json", headers={"Idempotency-Key": "eins"})
        again = client.post(address, {"name": "Pläne", "colour": "#2f8f9d"}, format="json", headers={"Idempotency-Key": "eins"})
        assert (added.status_code, again.json()) == (201, added.json())
        first, second = (row["id"] for row in client.get(address).json()["results"])
        assert client.patch(f"{address}{second}/", {"name": "Bauvorlagen"}, format="json").json()["colour"] == "#2f8f9d"
        ordered = client.post(f"{address}order/", {"order": [second, first]}, format="json").json()["results"]
        assert [row["name"] for row in ordered] == ["Bauvorlagen", "Antrag"]
        DocumentFactory(file=file, register=file.registers.get(public_id=first), protection_need="very_high")
        needs = {row["id"]: (row["document_count"], row["highest_protection_need"]) for row in client.get(address).json()["results"]}
        assert needs == {first: (1, "very_high"), second: (0, "normal")}
        assert client.delete(f"{address}{second}/").status_code == 204

        assert [r["name"] for r in client.get(below(file, "")).json()["registers"]] == ["Antrag"]

    def test_what_somebody_else_changed_meanwhile_is_not_overwritten(self, api_client) -> None:
        file = open_file("Antrag")
        client, address = api_client(clerk_in(file.unit)), below(file, f"registers/{file.registers.get().public_id}/")

        assert_etags_are_honoured(client, address, {"name": "Pläne"}, {"name": "Bauvorlagen"})
        assert file.registers.get().name == "Bauvorlagen"

    def test_the_act_itself_looks_once_more(self) -> None:
        register = RegisterFactory(name="Antrag")
        seen, clerk = dividers.mark_of(register), ClerkFactory()
        dividers.edit_register(register=register, name="Pläne", colour="", by=clerk, at=AT, seen=seen)

        with pytest.raises(dividers.RegisterChanged, match=str(clerk)):
            dividers.edit_register(register=register, name="Karten", colour="", by=clerk, at=AT, seen=seen)

    def test_refusals_say_why(self, api_client) -> None:
        file, other = open_file("Antrag"), open_file("Fremdes")
        DocumentFactory(file=file, register=file.registers.get())
        client = api_client(clerk_in(file.unit))
        address, foreign = below(file, "registers/"), other.registers.get().public_id

        assert is_problem(client.post(address, {"name": "Antrag"}, format="json"), 409)
        assert is_problem(client.post(address, {"name": ""}, format="json"), 400)
        assert is_problem(client.delete(f"{address}{file.registers.get().public_id}/"), 409)
        assert is_problem(client.delete(f"{address}{foreign}/"), 404)
        assert is_problem(client.patch(f"{address}unsinn/", {"name": "x"}, format="json"), 404)
        assert is_problem(client.post(f"{address}order/", {"order": [str(foreign)]}, format="json"), 409)
        assert is_problem(client.post(f"{address}order/", {"order": ["unsinn"]}, format="json"), 400)


class TestVolumes:
    def test_stand_in_the_files_answer_and_new_documents_go_into_the_open_one(self, api_client) -> None:
        file = open_file()
        client = api_client(clerk_in(file.unit))
        assert client.get(below(file, "")).json()["volumes"] == []

        opened = client.post(below(file, "volumes/"), {"location": "Keller 2"}, format="json")

        assert (opened.status_code, opened.json()["number"], opened.json()["location"]) == (201, 2, "Keller 2")
        one, two = client.get(below(file, "")).json()["volumes"]
        assert (one["number"], one["closed_on"], two["closed_on"]) == (1, two["opened_on"], None)
        changed = client.patch(below(file, f"volumes/{one['id']}/"), {"location": "Archiv"}, format="json")
        assert changed.json()["location"] == "Archiv"
        DocumentFactory(file=file, volume=file.volumes.get(number=1), document_date="2019-04-01", protection_need="high")
        told = client.get(below(file, "volumes/")).json()["results"]
        assert [(row["lifetime"], row["document_count"], row["highest_protection_need"]) for row in told] == [
            ({"from": "2019-04-01", "to": "2019-04-01"}, 1, "high"),
            ({"from": None, "to": None}, 0, "normal"),
        ]
        assert is_problem(client.post(below(file, "volumes/"), {"opened_on": "1582-10-15"}, format="json"), 409)
        assert is_problem(client.post(below(file, "volumes/"), {"opened_on": "gestern"}, format="json"), 400)

    def test_what_somebody_else_changed_meanwhile_is_not_overwritten(self, api_client) -> None:
        file = open_file()
        client = api_client(clerk_in(file.unit))
        client.post(below(file, "volumes/"))
        address = below(file, f"volumes/{file.volumes.get(number=1).public_id}/")

        assert_etags_are_honoured(client, address, {"location": "Keller"}, {"location": "Archiv"})
        assert file.volumes.get(number=1).location == "Archiv"

    def test_the_act_itself_looks_once_more(self) -> None:
        file, clerk = open_file(), ClerkFactory()
        volumes.open_volume(file=file, by=clerk, at=AT)
        first = file.volumes.get(number=1)
        seen, days = volumes.mark_of(first), {"opened_on": first.opened_on, "closed_on": first.closed_on}
        volumes.edit_volume(volume=first, **days, location="Keller", by=clerk, at=AT, seen=seen)

        with pytest.raises(volumes.VolumeChanged, match=str(clerk)):
            volumes.edit_volume(volume=first, **days, location="Archiv", by=clerk, at=AT, seen=seen)


class TestSubfiles:
    def test_are_told_on_both_sides_to_those_who_may_see_both(self, api_client) -> None:
        whole, part = open_file(), open_file()
        clerk, other = clerk_in(whole.unit), clerk_in(part.unit)
        granting.grant(target=part.unit, to=clerk, right="write_records", by=None, at=AT)
        client = api_client(clerk)

        answer = client.post(below(part, "parent/"), {"parent": str(whole.public_id)}, format="json")

        assert answer.json()["parent"] == str(whole.public_id)
        assert client.get(below(whole, "")).json()["subfiles"] == [str(part.public_id)]
        assert api_client(other).get(below(part, "")).json()["parent"] is None
        assert is_problem(client.post(below(whole, "parent/"), {"parent": str(part.public_id)}, format="json"), 409)
        assert is_problem(api_client(other).post(below(part, "parent/"), {"parent": str(whole.public_id)}, format="json"), 400)
        assert client.post(below(part, "parent/"), {"parent": None}, format="json").json()["parent"] is None

    def test_a_list_of_files_costs_the_same_queries(self, api_client, queries) -> None:
        whole = open_file()
        client, counts = api_client(clerk_in(whole.unit)), []
        for _round in range(2):
            for _n in range(3):
                RecordFileFactory(unit=whole.unit, parent=whole)
            with queries() as seen:
                client.get(FILES)
            counts.append(len(seen))

        assert counts[0] == counts[1]


class TestRetention:
    def test_an_event_gives_a_closed_file_its_end(self, api_client) -> None:
        file = RecordFileFactory(unit=leaf(retention_years=10, retention_starts_with="Abbruch"))
        client = api_client(clerk_in(file.unit))
        closed = client.post(below(file, "close/")).json()
        assert (closed["retain_until"], closed["retention_starts_with"]) == (None, "Abbruch")
        assert client.get(below(file, "retention/")).json()["awaited"] is True
        assert [row["id"] for row in client.get(FILES, {"event_awaited": "true"}).json()["results"]] == [str(file.public_id)]

        entered = client.post(below(file, "retention/event/"), {"on": "2030-05-01"}, format="json").json()

        assert (entered["retain_until"], entered["awaited"]) == ("2040-12-31", False)
        assert client.get(FILES, {"retain_until_before": "2041-01-01"}).json()["results"] != []
        assert is_problem(client.post(below(file, "retention/event/"), {"on": "1582-01-01"}, format="json"), 409)

    def test_a_period_of_its_own_is_the_registrys_to_set(self, api_client) -> None:
        file = RecordFileFactory(unit=leaf(retention_years=10))
        wanted = {"retention_years": 30, "disposal_action": "A", **REASON}

        assert is_problem(api_client(clerk_in(file.unit)).post(below(file, "retention/"), wanted, format="json"), 403)
        body = api_client(registrar_in(file.unit)).post(below(file, "retention/"), wanted, format="json").json()

        assert (body["years"], body["own"], body["reason"], body["disposal_action"]) == (30, True, "Umbau", "A")

    def test_a_file_starts_with_closing_where_the_file_plan_names_an_event(self, api_client) -> None:
        unit = leaf(classification_code="63", title="Bauordnung", retention_years=10, retention_starts_with="Abbruch")
        file = RecordFileFactory(unit=unit)
        client = api_client(registrar_in(unit))

        body = client.post(below(file, "retention/"), {"retention_starts_with": "closing", **REASON}, format="json").json()
        shown = client.get(below(file, "")).json()["retention_starts_with"]
        closed = client.post(below(file, "close/")).json()

        assert (body["starts_with"], body["awaited"], shown) == ("", False, "closing")
        assert body["sources"] == {
            "retention": "geerbt von 63 Bauordnung", "retention_starts_with": "für diese Akte festgelegt",
            "disposal_action": "im Aktenplan nicht festgelegt",
        }  # fmt: skip
        assert (closed["retention_starts_with"], closed["retain_until"] is None) == ("", False)
        assert client.get(FILES, {"event_awaited": "true"}).json()["results"] == []

    @pytest.mark.parametrize("years", [1.5, "10 Tage", "P30D", -1, 201])
    def test_a_period_is_whole_years_and_never_days(self, years, api_client) -> None:
        file = RecordFileFactory(unit=leaf(retention_years=10))
        client = api_client(registrar_in(file.unit))

        answer = client.post(below(file, "retention/"), {"retention_years": years, **REASON}, format="json")

        assert is_problem(answer, 400)
        assert "retention_years" in answer.json()["errors"]
        assert client.get(below(file, "retention/")).json()["years"] == 10

    def test_a_hold_is_placed_seen_and_lifted(self, api_client) -> None:
        file = open_file()
        client = api_client(registrar_in(file.unit))

        hold = client.post(below(file, "holds/"), {"reason": "Klage"}, format="json").json()
        assert client.get(below(file, "retention/")).json()["held"] is True
        assert [row["reason"] for row in client.get(below(file, "holds/")).json()["results"]] == ["Klage"]
        assert [row["id"] for row in client.get(FILES, {"held": "true"}).json()["results"]] == [str(file.public_id)]
        lifted = client.post(below(file, f"holds/{hold['id']}/lift/"), {"reason": "Urteil"}, format="json")

        assert lifted.json()["lifted_at"] is not None
        assert is_problem(client.post(below(file, f"holds/{hold['id']}/lift/"), {"reason": "Urteil"}, format="json"), 409)
        assert is_problem(client.post(below(file, "holds/unsinn/lift/"), {"reason": "Urteil"}, format="json"), 404)


class TestHandOver:
    def test_hands_over_what_was_shown(self, api_client) -> None:
        giving, taking = OfficeFactory(), OfficeFactory()
        file, hidden = RecordFileFactory(lead_office=giving), RecordFileFactory(lead_office=giving, title="Geheim")
        client = api_client(registrar_in(file.unit))
        asked = {"giving": str(giving.public_id), "taking": str(taking.public_id)}

        seen = client.get("/api/v1/hand-overs/", asked).json()
        assert (seen["count"], [row["id"] for row in seen["files"]]) == (1, [str(file.public_id)])
        done = client.post("/api/v1/hand-overs/", {**asked, "mark": seen["mark"], **REASON}, format="json")

        assert done.json() == {"count": 1}
        assert RecordFile.objects.get(pk=hidden.pk).lead_office == giving
        assert is_problem(client.post("/api/v1/hand-overs/", {**asked, "mark": seen["mark"], **REASON}, format="json"), 409)
        assert is_problem(client.get("/api/v1/hand-overs/", {**asked, "giving": str(file.public_id)}), 400)


@pytest.mark.parametrize("path", ["completeness/", "volumes/", "registers/", "retention/", "holds/"])
def test_what_is_below_a_file_is_secret_like_the_file(path, api_client) -> None:
    file = open_file("Antrag")
    RegisterFactory(file=file)

    assert is_problem(api_client(clerk_in(leaf())).get(below(file, path)), 404)


def test_the_business_reference_is_told(api_client) -> None:
    file = RecordFileFactory(unit=FilePlanUnitFactory(), lead_office=OfficeFactory(code="63.1"))

    body = api_client(clerk_in(file.unit)).get(below(file, "")).json()

    assert body["business_reference"] == f"63.1-{file.file_reference}"
