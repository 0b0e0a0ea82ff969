"""/api/v1/files/{id}/close/ and the other acts; sheets and journal."""

from __future__ import annotations

from uuid import uuid4

import pytest

from records import filing, granting
from records.models import DocumentVersion, JournalEntry, RecordFile
from tests.node.factories import DocumentFactory

from .asking import AT, FILES, clerk_in, is_problem, leaf, open_file

REASON = {"reason": "Nachtrag eingegangen"}


def act(client, file, verb, sent=None):
    return client.post(f"{FILES}{file.public_id}/{verb}/", sent or {}, format="json")


class TestActs:
    def test_close_then_reopen_then_cancel(self, api_client) -> None:
        file = open_file()
        client = api_client(clerk_in(file.unit))

        closed = act(client, file, "close")
        again = act(client, file, "close")
        reopened = act(client, file, "reopen", REASON)
        cancelled = act(client, file, "cancel", REASON)

        assert (closed.status_code, closed.json()["status"]) == (200, "closed")
        assert closed.json()["closed_at"] is not None
        assert is_problem(again, 409)
        assert (reopened.json()["status"], reopened.json()["closed_at"]) == ("open", None)
        assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")

    def test_closing_waits_for_what_is_being_read(self, api_client) -> None:
        file = open_file()
        DocumentFactory(file=file, version__state=DocumentVersion.State.READING)

        assert is_problem(act(api_client(clerk_in(file.unit)), file, "close"), 409)

    @pytest.mark.parametrize("verb", ["reopen", "cancel", "refile"])
    @pytest.mark.parametrize("sent", [{}, {"reason": ""}, {"reason": "  "}])
    def test_acts_that_need_a_reason_refuse_without(self, verb, sent, api_client) -> None:
        file = open_file()

        answer = act(api_client(clerk_in(file.unit)), file, verb, sent)

        assert is_problem(answer, 400)
        assert "reason" in answer.json()["errors"]

    @pytest.mark.parametrize(("verb", "sent"), [("close", {}), ("reopen", REASON), ("cancel", REASON)])
    def test_readers_are_refused_and_strangers_know_nothing(self, verb, sent, api_client) -> None:
        file = open_file()

        assert is_problem(act(api_client(clerk_in(file.unit, "read")), file, verb, sent), 403)
        assert is_problem(act(api_client(clerk_in(leaf())), file, verb, sent), 404)
        assert is_problem(act(api_client(), file, verb, sent), 401)

    @pytest.mark.parametrize(("right", "by_api", "by_browser"), [("read", 403, 404), ("write", 200, 302), ("manage", 200, 302)])
    def test_cancelling_asks_for_the_same_right_at_both_doors(self, right, by_api, by_browser, api_client, client_of) -> None:
        file, other = open_file(), open_file()
        program, browser = api_client(clerk_in(file.unit, right)), client_of(clerk_in(other.unit, right))

        answered = act(program, file, "cancel", REASON).status_code
        sent = browser.post(f"/akten/{other.public_id}/stornieren/", REASON).status_code

        assert (answered, sent) == (by_api, by_browser)
        states = {one.status for one in RecordFile.objects.filter(pk__in=[file.pk, other.pk])}
        assert states == {"open" if right == "read" else "cancelled"}

    def test_what_the_state_forbids_is_a_conflict(self, api_client) -> None:
        file = open_file()
        client = api_client(clerk_in(file.unit))

        assert is_problem(act(client, file, "reopen", REASON), 409)
        act(client, file, "cancel", REASON)
        for verb in ("cancel", "close", "reopen"):
            assert is_problem(act(client, file, verb, REASON), 409)


class TestRefile:
    def test_gives_a_new_reference_and_keeps_the_old_one(self, api_client) -> None:
        file, target = open_file(), leaf()
        clerk = clerk_in(file.unit)
        granting.grant(target=target, to=clerk, right="write_records", by=None, at=AT)
        client = api_client(clerk)

        answer = act(client, file, "refile", {"file_plan_unit": str(target.public_id), **REASON})

        assert answer.status_code == 200, answer.content
        body = answer.json()
        assert body["file_plan_unit"] == str(target.public_id)
        assert body["former_references"] == [file.file_reference]
        assert body["file_reference"].startswith(target.classification_code)
        found = client.get(FILES, {"reference": file.file_reference}).json()["results"]
        assert [row["id"] for row in found] == [str(file.public_id)]

    def test_refuses_units_that_the_clerk_may_not_write_in(self, api_client) -> None:
        file, readable, hidden = open_file(), leaf(), leaf()
        clerk = clerk_in(file.unit)
        granting.grant(target=readable, to=clerk, right="read_records", by=None, at=AT)
        client = api_client(clerk)

        assert is_problem(act(client, file, "refile", {"file_plan_unit": str(readable.public_id), **REASON}), 403)
        assert is_problem(act(client, file, "refile", {"file_plan_unit": str(hidden.public_id), **REASON}), 400)
        assert is_problem(act(client, file, "refile", {"file_plan_unit": str(file.unit.public_id), **REASON}), 409)


class TestSheets:
    def test_are_one_stream_in_paper_order(self, api_client) -> None:
        file = open_file("Antrag", "Bescheid")
        first, second = file.registers.order_by("position")
        late = DocumentFactory(file=file, register=second, rank=1, pages=["c"])
        old = DocumentFactory(file=file, register=first, rank=1, pages=["a1", "a2"])
        new = DocumentFactory(file=file, register=first, rank=2, pages=["b"])
        client = api_client(clerk_in(file.unit, "read"))

        body = client.get(f"{FILES}{file.public_id}/sheets/").json()

        rows = [(row["sheet"], row["document"], row["page"], row["register"]) for row in body["results"]]
        assert rows == [
            (1, str(new.public_id), 1, str(first.public_id)),
            (2, str(old.public_id), 1, str(first.public_id)),
            (3, str(old.public_id), 2, str(first.public_id)),
            (4, str(late.public_id), 1, str(second.public_id)),
        ]
        row = body["results"][0]
        assert (row["folio_number"], row["width"], row["height"]) == (None, 595.0, 842.0)
        assert row["image"].startswith(f"http://musterstadt.localhost/api/v1/documents/{new.public_id}/pages/1/image/?")
        assert row["thumbnail"] != row["image"]

    def test_come_in_pages_and_a_constant_number_of_queries(self, api_client, queries) -> None:
        file = open_file()
        client = api_client(clerk_in(file.unit, "read"))
        counts = []
        for _round in range(2):
            for _n in range(6):
                DocumentFactory(file=file, pages=["x", "y"])
            with queries() as seen:
                page = client.get(f"{FILES}{file.public_id}/sheets/?page_size=5").json()
            counts.append(len(seen))
            assert len(page["results"]) == 5
        following = client.get(page["next"]).json()

        assert counts[0] == counts[1] <= 12
        assert [row["sheet"] for row in following["results"]] == [6, 7, 8, 9, 10]
        assert client.get(following["previous"]).json()["results"] == page["results"]
        assert is_problem(client.get(f"{FILES}{file.public_id}/sheets/?cursor=unsinn"), 400)

    def test_are_secret_like_the_file(self, api_client) -> None:
        assert is_problem(api_client(clerk_in(leaf())).get(f"{FILES}{open_file().public_id}/sheets/"), 404)


class TestJournal:
    def test_tells_what_happened_oldest_first(self, api_client) -> None:
        unit = leaf()
        clerk = clerk_in(unit)
        client = api_client(clerk)
        made = client.post(FILES, {"file_plan_unit": str(unit.public_id), "title": "Alt"}, format="json").json()
        client.patch(f"{FILES}{made['id']}/", {"title": "Neu"}, format="json")

        body = client.get(f"{FILES}{made['id']}/journal/").json()

        assert [row["act"] for row in body["results"]] == ["create", "edit"]
        edit = body["results"][1]
        assert edit.keys() >= {"sequence", "at", "actor", "act", "object", "old", "new", "hash"}
        assert edit["object"] == {"kind": "RecordFile", "id": made["id"]}
        assert (edit["actor"], edit["old"], edit["new"]) == (str(clerk), {"title": "Alt"}, {"title": "Neu"})

    def test_comes_in_pages_of_a_constant_number_of_queries(self, api_client, queries) -> None:
        file = open_file()
        for number in range(9):
            filing.edit_file(file=file, changes={"title": f"Titel {number}"}, by=file.created_by, at=AT)
        client = api_client(clerk_in(file.unit, "manage"))

        with queries() as few:
            first = client.get(f"{FILES}{file.public_id}/journal/?page_size=2").json()
        with queries() as many:
            whole = client.get(f"{FILES}{file.public_id}/journal/").json()

        assert len(few) == len(many) <= 12
        assert client.get(first["next"]).json()["results"] == whole["results"][2:4]

    def test_names_fields_whose_values_were_erased(self, api_client) -> None:
        file = open_file()
        filing.edit_file(file=file, changes={"title": "Geheim"}, by=file.created_by, at=AT)
        JournalEntry.objects.get(act="edit").values.all().delete()

        row = api_client(clerk_in(file.unit, "manage")).get(f"{FILES}{file.public_id}/journal/").json()["results"][0]

        assert (row["old"], row["new"], row["erased"]) == ({}, {}, ["title"])

    def test_shows_whoever_only_writes_in_the_file_her_own_acts(self, api_client) -> None:
        file, clerk = open_file(), clerk_in(open_file().unit)
        granting.grant(target=file, to=clerk, right="write_records", by=None, at=AT)
        filing.edit_file(file=file, changes={"title": "Fremd"}, by=file.created_by, at=AT)
        filing.edit_file(file=file, changes={"title": "Eigen"}, by=clerk, at=AT)

        rows = api_client(clerk).get(f"{FILES}{file.public_id}/journal/").json()["results"]

        assert [(row["act"], row["new"]) for row in rows] == [("edit", {"title": "Eigen"})]

    def test_is_for_those_who_may_write(self, api_client) -> None:
        file = open_file()

        assert is_problem(api_client(clerk_in(file.unit, "read")).get(f"{FILES}{file.public_id}/journal/"), 403)
        assert is_problem(api_client(clerk_in(leaf())).get(f"{FILES}{file.public_id}/journal/"), 404)
        assert is_problem(api_client(clerk_in(leaf())).get(f"{FILES}{uuid4()}/journal/"), 404)
