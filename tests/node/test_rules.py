"""Rules of the field that hold at every door: a closed file is read-only, every change is journaled, addresses carry no reference.

They are shown over all routes of the node (tests/node/route_table.py), so that a new route meets them, too. Where each rule of the field is
shown stands in docs/rules.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone, translation

from records import granting, searching
from records.models import Document, JournalEntry, RecordFile, StickyNote
from tenants import current
from tests.factories import ClerkFactory
from tests.node.factories import CaseFactory, DocumentFactory, FilePlanUnitFactory, RecordFileFactory, RegisterFactory, grant
from tests.node.test_route_matrix import is_of_the_file
from tests.node.test_routes import AT, ON_RECORDS, Record, ask, listed, said, undone, visits
from tests.routes import Call

# What may be done with a closed file, and why. It is about the file, not in it: what lies in the binder stays as it is.
STILL_DONE = {
    **dict.fromkeys(("file_reopen", "file_cancel", "file_restore"), "acts of a file's life"),
    **dict.fromkeys(("file_foliate",), "a court asks for closed files, too"),
    **dict.fromkeys(("file_print", "file_exports", "exports", "export_release"), "printed and handed over"),
    **dict.fromkeys(("file_retention", "retention", "retention_event", "holds", "hold_lift"), "periods and holds run after closing"),
    **dict.fromkeys(("missing_sheet_back", "missing_sheet_extend", "missing_sheet_give_back"), "paper comes back after closing, too"),
    **dict.fromkeys(("file_rights", "file_restrict", "file_lift_restriction", "file_grants", "file_revoke"), "rights change for ever"),
    **dict.fromkeys(("file_substitutes", "emergency_end"), "rights change for ever"),
    **dict.fromkeys(("support_accept", "support_refuse", "support_end"), "rights change for ever"),
    **dict.fromkeys(("file_favourite", "bookmarks", "bookmark_remove", "remember"), "her own, and in no binder"),
    **dict.fromkeys(("reminder_done", "reminder_postpone", "reminder_hand_on"), "what was left open is done"),
}
NOT_JOURNALED = {
    **dict.fromkeys(
        ("unit_favourite", "file_favourite", "bookmarks", "bookmark_remove", "remember"), "her own marks: nobody is watched by them"
    ),
}
OF_THE_JOURNAL = {"records_journalentry", "records_journalvalue"}
# Beside the record: what readers, indexes and workers keep for themselves.
BESIDE = OF_THE_JOURNAL | {"records_readingplace", "records_titleword", "records_indexchange"}


@pytest.fixture
def record(tmp_path: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Record:
    settings.MUNICIPALITY_INDEXES = tmp_path
    monkeypatch.setattr(searching, "_open", {})
    return Record()


def short(name: str) -> str:
    return name.rpartition(":")[2]


def acts(record: Record) -> Iterator[tuple[str, Call, str]]:
    """Every call that changes something, of those that are about the file or what lies in it."""
    for name, _route, call, address in visits(record, ON_RECORDS):
        if call.method != "get" and call.right and is_of_the_file(record, call, address):
            yield name, call, address


def state(record: Record) -> dict[str, str]:
    return {table: digest for table, digest in record.fingerprint() if table not in BESIDE}


class TestEveryDoor:
    def test_a_closed_file_is_read_only(self, record: Record, client_of: Callable[..., Any]) -> None:
        RecordFile.objects.filter(pk=record.file.pk).update(status="closed", closed_at=AT)
        client, faults, refused = client_of(record.clerk("manage")), list[str](), 0
        before = state(record)

        for name, call, address in acts(record):
            if short(name) in STILL_DONE:
                continue
            with undone():
                answer = ask(client, call, address, record.ids)
                changed = state(record) != before
            refused += 1
            if changed or answer.status >= 500 or (address.startswith("/api/") and answer.status < 400):
                faults.append(said(name, call, answer, "changed the closed file" if changed else ""))

        assert not faults, listed(faults)
        assert refused > 60
        assert STILL_DONE.keys() <= {short(name) for name in ON_RECORDS}

    def test_every_change_is_journaled_with_who_and_when_and_old_and_new_values(
        self, record: Record, client_of: Callable[..., Any]
    ) -> None:
        clerk = record.clerk("manage")
        client, faults, changes = client_of(clerk), list[str](), 0
        before, last, begun = state(record), JournalEntry.objects.count(), timezone.now()

        for name, call, address in acts(record):
            if short(name) in NOT_JOURNALED:
                continue
            with undone():
                answer = ask(client, call, address, record.ids)
                new = list(JournalEntry.objects.filter(sequence__gt=last).prefetch_related("values"))
                changed = bool(new) or state(record) != before
            changes += changed
            told = all(entry.actor == str(clerk) and entry.actor_id == clerk.public_id and entry.at >= begun and entry.act for entry in new)
            if changed and not (new and told):
                faults.append(said(name, call, answer, f"{len(new)} entries"))
            if short(name) == "file" and call.method == "patch":
                assert [(v.field, v.old, v.new) for v in new[0].values.all()] == [("title", "Quittenbaum, Streitsache", "Anders")]

        assert not faults, listed(faults)
        assert changes > 50


class TestReferences:
    def test_addresses_carry_a_uuid_and_never_the_reference(self, client_of: Callable[..., Any], api_client: Callable[..., Any]) -> None:
        clerk = ClerkFactory()
        unit = FilePlanUnitFactory(classification_code="63.12.04")
        grant(clerk, unit, "write")
        file = RecordFileFactory(unit=unit, file_reference="63.12.04-2026/0317")
        DocumentFactory(file=file, register=RegisterFactory(file=file), case=CaseFactory(file=file))
        browser, program = client_of(clerk), api_client(clerk)

        pages = [
            browser.get(address).content.decode() for address in ("/akten/", f"/akten/{file.public_id}/", f"/aktenplan/{unit.public_id}/")
        ]
        told = program.get("/api/v1/files/").content.decode()
        by_reference = [program.get(f"/api/v1/files/{quote(file.file_reference, safe=safe)}/").status_code for safe in ("", "/")]

        links = {link for page in pages for link in re.findall(r'(?:href|action|data-\w+)="(/[^"]*)"', page)}
        assert any(str(file.public_id) in link for link in links)
        spellings = (file.file_reference, quote(file.file_reference, safe=""), quote(file.file_reference), "63.12.04")
        assert not [link for link in links for spelling in spellings if spelling in link]
        assert file.file_reference in told
        assert by_reference == [404, 404]


class TestCancelling:
    def test_is_not_deleting_the_file_and_all_below_it_stay_marked_and_out_of_lists(self, api_client: Callable[..., Any]) -> None:
        clerk = ClerkFactory()
        document = DocumentFactory(pages=["Sehr geehrte Damen und Herren"], case=None)
        file = document.file
        case = CaseFactory(file=file)
        StickyNote.objects.create(document=document, text="Prüfen", created_at=AT, created_by=clerk)
        granting.grant(target=file.unit, to=clerk, right="write_records", by=None, at=AT)
        current.forget()
        program, address = api_client(clerk), f"/api/v1/files/{file.public_id}/"

        done = program.post(f"{address}cancel/", {"reason": "doppelt angelegt"}, format="json")

        assert (done.status_code, done.json()["status"]) == (200, "cancelled")
        assert program.get(address).json()["status"] == "cancelled"
        assert program.get(f"/api/v1/documents/{document.public_id}/").json()["title"] == document.title
        assert program.get(f"{address}cases/{case.public_id}/").json()["title"] == case.title
        assert Document.objects.filter(pk=document.pk).exists()
        assert StickyNote.objects.get().text == "Prüfen"
        for listed_at in ("files", "documents"):
            assert program.get(f"/api/v1/{listed_at}/").json()["results"] == []
        assert [row["id"] for row in program.get("/api/v1/files/?status=cancelled").json()["results"]] == [str(file.public_id)]


def test_the_access_restriction_is_called_zugriffsbeschraenkung() -> None:
    """The other word makes people think of the register of residents or of the budget."""
    catalogue = translation.trans_real.translation("de")._catalog
    texts = {str(catalogue[key]) for key in list(catalogue.keys())}

    assert catalogue["Access restriction"] == "Zugriffsbeschränkung"
    assert len(texts) > 1000
    assert not [text for text in texts if "Sperrvermerk" in text]
