"""Drafts of documents (domain §2): worked on in the file before they are registered and get their number."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from records import (
    attaching,
    cases,
    completeness,
    drafting,
    erasure,
    file_index,
    filing,
    folios,
    intake,
    leaving_out,
    merging,
    moving,
    noting,
    rearranging,
    restoring,
    volumes,
)
from records.models import Document, DocumentVersion, JournalEntry, RecordFile
from tenants import current
from tests.factories import ClerkFactory, grant
from tests.node.factories import AT, DocumentFactory, PageFactory, RecordFileFactory, RegisterFactory

TEXT = "Herr Meier hat angerufen."
LIST = "/registratur/entwuerfe/"


@pytest.fixture
def file() -> RecordFile:
    return RecordFileFactory()


@pytest.fixture
def clerk(file: RecordFile) -> Any:
    clerk = ClerkFactory()
    grant(clerk, file.unit, "manage")
    return clerk


def draft_of(file: RecordFile, **more: Any) -> Document:
    return DocumentFactory(file=file, draft=True, number=None, **more)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def acts_of(document: Document) -> list[str]:
    return list(JournalEntry.objects.filter(object_id=document.public_id).order_by("sequence").values_list("act", flat=True))


class TestADraft:
    def test_a_document_can_be_worked_on_before_it_is_registered_and_gets_its_number(self, file, clerk) -> None:
        register = RegisterFactory(file=file)
        draft = noting.write_note(file=file, register=register, title="Anruf", text=TEXT, draft=True, by=clerk, at=AT)
        other = noting.write_note(file=file, register=register, title="Zweiter", text=TEXT, by=clerk, at=AT)

        assert (draft.number, draft.register, other.number) == (None, register, 1)
        registered = drafting.register_draft(document=draft, by=clerk, at=AT)
        again = Document.objects.get(pk=draft.pk)
        assert (registered.number, again.number, again.draft, again.draft_text, again.register) == (2, 2, False, "", register)
        assert acts_of(draft) == ["take_in", "register"]

    def test_a_note_is_typed_on_as_a_new_version_until_it_is_registered(self, file, clerk) -> None:
        draft = noting.write_note(file=file, title="Anruf", text=TEXT, draft=True, by=clerk, at=AT)

        noting.rewrite_draft(document=draft, title="Anruf Meier", text=TEXT + " Er kommt wieder.", by=clerk, at=AT)

        again = Document.objects.get(pk=draft.pk)
        assert (again.title, again.draft_text, again.current.number) == ("Anruf Meier", TEXT + " Er kommt wieder.", 2)
        drafting.register_draft(document=again, by=clerk, at=AT)
        with pytest.raises(noting.CannotNote):
            noting.rewrite_draft(document=again, title="Anders", text=TEXT, by=clerk, at=AT)

    def test_nobody_overwrites_what_somebody_else_has_just_typed(self, file, clerk) -> None:
        draft = noting.write_note(file=file, title="Anruf", text=TEXT, draft=True, by=clerk, at=AT)
        seen = Document.objects.get(pk=draft.pk).etag
        noting.rewrite_draft(document=draft, title="Anruf", text="Erste", by=clerk, at=AT, etag=seen)

        with pytest.raises(noting.CannotNote):
            noting.rewrite_draft(document=draft, title="Anruf", text="Zweite", by=clerk, at=AT, etag=seen)

        assert Document.objects.get(pk=draft.pk).draft_text == "Erste"

    def test_a_discarded_one_leaves_no_gap_and_can_be_taken_back(self, file, clerk) -> None:
        draft = noting.write_note(file=file, title="Anruf", text=TEXT, draft=True, by=clerk, at=AT)
        drafting.discard_draft(document=draft, by=clerk, at=AT)

        note = noting.write_note(file=file, title="Vermerk", text=TEXT, by=clerk, at=AT)
        back = restoring.restore_document(document=Document.objects.get(pk=draft.pk), by=clerk, at=AT)

        assert (note.number, back.draft, back.cancelled_at) == (1, True, None)

    def test_is_registered_once_only(self, file, clerk) -> None:
        draft = draft_of(file)
        drafting.register_draft(document=draft, by=clerk, at=AT)

        with pytest.raises(drafting.CannotRegisterDraft):
            drafting.register_draft(document=draft, by=clerk, at=AT)
        with pytest.raises(drafting.CannotDiscard):
            drafting.discard_draft(document=draft, by=clerk, at=AT)

    def test_is_not_registered_while_somebody_else_has_it(self, file, clerk) -> None:
        with pytest.raises(drafting.CannotRegisterDraft):
            drafting.register_draft(document=draft_of(file, checked_out_by=ClerkFactory(), checked_out_at=AT), by=clerk, at=AT)

    def test_an_attachment_is_not_registered_before_the_draft_that_it_hangs_on(self, file, clerk) -> None:
        above = draft_of(file, title="Bescheid")
        below = draft_of(file, parent=above)

        with pytest.raises(drafting.CannotRegisterDraft, match="Bescheid"):
            drafting.register_draft(document=below, by=clerk, at=AT)
        drafting.register_draft(document=above, by=clerk, at=AT)
        assert drafting.register_draft(document=below, by=clerk, at=AT).number == 2

    def test_gets_no_registered_attachment(self, file, clerk) -> None:
        with pytest.raises(attaching.CannotAttach, match="Entwurf"):
            attaching.attach(document=DocumentFactory(file=file), to=draft_of(file), by=clerk, at=AT)

    def test_lies_in_no_case(self, file, clerk) -> None:
        case = cases.create_case(file=file, title="Vorgang", by=clerk, at=AT)
        with pytest.raises(cases.CannotKeepCase):
            cases.put_into_case(document=draft_of(file), case=case, by=clerk, at=AT)

    def test_stays_without_a_number_in_another_file(self, file, clerk) -> None:
        other = RecordFileFactory(unit=file.unit)

        moved = moving.move_document(document=draft_of(file), file=other, register=None, position=None, by=clerk, at=AT)

        assert (moved.file_id, moved.number, moved.draft) == (other.pk, None, True)

    def test_is_not_put_together_with_others(self, file, clerk) -> None:
        with pytest.raises(rearranging.CannotRearrange, match="Entwurf"):
            merging.merge(documents=[draft_of(file), DocumentFactory(file=file)], by=clerk, at=AT)


class TestTheRecord:
    def paged(self, file: RecordFile, pages: int = 1, **more: Any) -> Document:
        document = DocumentFactory(file=file, **more)
        for number in range(1, pages + 1):
            PageFactory(version=document.current, number=number)
        return document

    def test_a_draft_gets_no_folio_number(self, file, clerk) -> None:
        self.paged(file, 2)
        self.paged(file, 3, draft=True, number=None)

        assert folios.foliate(file=file, by=clerk, at=AT) == ["1", "1 RS"]

    def test_a_draft_does_not_leave_the_house_and_the_list_says_so(self, file) -> None:
        kept, draft = self.paged(file), self.paged(file, draft=True, number=None)

        chosen = leaving_out.select(file=file, leave_out={}, needs_pages=False)

        assert [going.document.pk for going in chosen.going] == [kept.pk]
        assert [(left.id, left.code) for left in chosen.left_out] == [(str(draft.public_id), "draft")]
        assert "Entwurf" in leaving_out.why(chosen.left_out[0].as_json())

    def test_a_draft_is_in_no_period_and_no_index(self, file, clerk) -> None:
        DocumentFactory(file=file, received_on=date(2026, 1, 5))
        draft_of(file, received_on=date(1999, 1, 5))

        assert volumes.lifetime_of(file=file)[0] == date(2026, 1, 5)
        assert [row.document_count for row in file_index.files_of(unit=file.unit, clerk=clerk)] == [1]

    def test_a_draft_stands_in_the_way_of_closing(self, file, clerk) -> None:
        draft = draft_of(file)

        lines = completeness.check(file=file, clerk=clerk).lines

        assert [(line.kind, line.blocks, [item.document.pk for item in line.items]) for line in lines] == [("drafts", True, [draft.pk])]
        with pytest.raises(filing.CannotClose):
            filing.close_file(file=file, by=clerk, at=AT)

    def test_is_erased_with_what_was_typed(self) -> None:
        assert "draft_text" in erasure.SAID


class TestScreens:
    def test_a_note_is_saved_as_a_draft_typed_on_and_registered(self, file, clerk, client_of) -> None:
        client = client_of(clerk)
        client.post(f"/akten/{file.public_id}/vermerk/", {"title": "Anruf", "text": TEXT, "draft": "1"})
        draft = Document.objects.get()
        page, binder = text(client.get(f"/dokumente/{draft.public_id}/")), text(client.get(f"/akten/{file.public_id}/dokumente/"))
        typing = client.get(f"/dokumente/{draft.public_id}/entwurf/")

        assert draft.draft
        assert "Dieses Dokument ist ein Entwurf" in page
        assert ">Entwurf<" in binder
        assert TEXT in text(typing)
        assert f'href="/akten/{file.public_id}/"' in text(typing)
        sent = {"title": "Anruf", "text": "Neu", "etag": draft.etag}
        assert client.post(f"/dokumente/{draft.public_id}/entwurf/", sent).status_code == 302
        assert client.post(f"/dokumente/{draft.public_id}/entwurf/", sent).status_code == 422
        client.post(f"/dokumente/{draft.public_id}/registrieren/")
        assert Document.objects.get().number == 1
        assert client.get(f"/dokumente/{draft.public_id}/entwurf/").status_code == 404

    def test_a_document_is_uploaded_as_a_draft_and_discarded(self, file, clerk, client_of) -> None:
        client, register = client_of(clerk), RegisterFactory(file=file)
        nothing = client.post(f"/akten/{file.public_id}/entwurf/", {"title": "Bescheid"})
        sent = {"content": SimpleUploadedFile("Bescheid.txt", b"Sehr geehrte"), "register": str(register.public_id)}
        client.post(f"/akten/{file.public_id}/entwurf/", sent)

        draft = Document.objects.get()
        before = text(client.get(f"/dokumente/{draft.public_id}/"))
        after = text(client.post(f"/dokumente/{draft.public_id}/verwerfen/", follow=True))

        assert nothing.status_code == 422
        assert "Bitte wählen Sie eine Datei aus." in text(nothing)
        assert 'id="cancel-document"' not in before  # a draft is discarded: one word, one button
        assert "Er liegt bei den stornierten Dokumenten der Akte." in after
        assert "Entwurf zurückholen" in after
        assert "wurde storniert" not in after
        assert (draft.draft, draft.title, draft.register, draft.number) == (True, "Bescheid", register, None)
        assert Document.objects.get().cancelled_at is not None

    def test_a_reader_sees_it_marked_and_may_do_nothing_with_it(self, file, client_of) -> None:
        reader, draft = ClerkFactory(), draft_of(file)
        grant(reader, file.unit, "read")
        client = client_of(reader)

        page = text(client.get(f"/dokumente/{draft.public_id}/"))

        assert "Dieses Dokument ist ein Entwurf" in page
        assert "registrieren/" not in page
        assert client.post(f"/dokumente/{draft.public_id}/registrieren/").status_code in (403, 404)

    def test_the_check_leads_to_it_and_back(self, file, clerk, client_of) -> None:
        client, draft = client_of(clerk), draft_of(file, received_on=date(2026, 1, 5))

        check = text(client.get(f"/akten/{file.public_id}/schliessen/"))
        back = client.post(f"/dokumente/{draft.public_id}/registrieren/", {"von": "pruefung"})

        assert "1 Dokument ist ein Entwurf." in check
        assert f"/dokumente/{draft.public_id}/?von=pruefung" in check
        assert back["Location"].endswith("/schliessen/#pruefung")

    def test_the_binder_says_of_a_draft_that_it_is_one_and_offers_its_own_acts(self, file, clerk, client_of) -> None:
        draft, document = draft_of(file), DocumentFactory(file=file)

        page = text(client_of(clerk).get(f"/akten/{file.public_id}/"))

        assert re.search(rf'id="document-{draft.public_id}"[^>]* data-draft>', page)
        assert not re.search(rf'id="document-{document.public_id}"[^>]* data-draft>', page)
        acts = dict(re.findall(r'data-act="(\w+)" data-of-draft="(\w+)"', page))
        assert acts == {"registerDraft": "only", "discardDraft": "only", "cancelDocument": "never"}
        assert "Entwurf verwerfen" in page

    def test_a_discarded_one_is_called_so_among_the_cancelled(self, file, clerk, client_of) -> None:
        drafting.discard_draft(document=draft_of(file), by=clerk, at=AT)
        filing.cancel_document(document=DocumentFactory(file=file), reason="doppelt", by=clerk, at=AT)

        page = text(client_of(clerk).get(f"/akten/{file.public_id}/"))

        folded = page.partition('id="cancelled-documents"')[2].partition("</details>")[0]
        assert folded.count("Entwurf, verworfen am 02.03.2026") == 1
        assert folded.count(">storniert am 02.03.2026") == 1
        assert folded.count(">Entwurf zurückholen<") == 1

    def test_costs_the_same_queries_for_many_drafts(self, file, clerk, client_of, django_assert_max_num_queries) -> None:
        client = client_of(clerk)

        def queries(address: str) -> int:
            with django_assert_max_num_queries(60, connection=connections[current.alias()]) as seen:
                assert client.get(address).status_code == 200
            return len(seen)

        draft_of(file)
        addresses = [f"/akten/{file.public_id}/dokumente/", f"/akten/{file.public_id}/schliessen/", LIST]
        for address in addresses:
            queries(address)
        few = [queries(address) for address in addresses]
        for _number in range(12):
            draft_of(file)

        assert [queries(address) for address in addresses] == few


class TestList:
    """The registry's list of drafts has those of documents, too."""

    def test_has_the_drafts_of_the_files_that_one_keeps_and_ones_own(self, file, clerk, client_of) -> None:
        writer, other = ClerkFactory(), ClerkFactory()
        for person in (writer, other):
            grant(person, file.unit, "write")
        above = draft_of(file, title="Bescheid", created_by=writer)
        draft_of(file, title="Lageplan", parent=above, created_by=writer)
        draft_of(file, title="Verworfen", cancelled_at=AT)
        draft_of(RecordFileFactory(), title="Geheimsache")
        DocumentFactory(file=file, title="Registriertes")

        pages = {person: text(client_of(person).get(LIST)) for person in (clerk, writer, other)}

        for person in (clerk, writer):
            assert file.file_reference in pages[person]
            assert f"/dokumente/{above.public_id}/registrieren/" in pages[person]
            assert "Anlage zu „Bescheid“" in pages[person]
            assert pages[person].count("/registrieren/") == 1  # the attachment waits for its document
        assert "Bescheid" not in pages[other]
        assert not [page for page in pages.values() for word in ("Verworfen", "Geheimsache", "Registriertes") if word in page]

    def test_registers_and_comes_back(self, file, clerk, client_of) -> None:
        client, draft = client_of(clerk), draft_of(file)

        answer = client.post(f"/dokumente/{draft.public_id}/registrieren/", {"back": "drafts"})
        again = client.post(f"/dokumente/{draft.public_id}/registrieren/", {"back": "drafts"}, follow=True)

        assert answer["Location"] == LIST
        assert Document.objects.get().number == 1
        assert "Dieses Dokument ist kein Entwurf mehr" in text(again)

    def test_offers_nothing_for_what_somebody_else_has_checked_out(self, file, clerk, client_of) -> None:
        draft_of(file, title="Bescheid", checked_out_by=ClerkFactory(), checked_out_at=AT)

        page = text(client_of(clerk).get(LIST))

        assert "Bescheid" in page
        assert "/registrieren/" not in page


class TestApi:
    def test_files_registers_and_discards_drafts(self, file, clerk, client_of) -> None:
        client = client_of(clerk)
        sent = {"file": str(file.public_id), "content": SimpleUploadedFile("Entwurf.txt", b"Text"), "draft": "true"}
        first = client.post("/api/v1/documents/", sent).json()
        second = client.post(
            f"/api/v1/files/{file.public_id}/notes/", {"title": "Anruf", "text": TEXT, "draft": True}, "application/json"
        ).json()

        registered = client.post(f"/api/v1/documents/{first['id']}/register/")
        discarded = client.post(f"/api/v1/documents/{second['id']}/discard/")

        assert (first["draft"], first["document_reference"], first["state"] in DocumentVersion.State.values) == (True, None, True)
        assert registered.json()["draft"] is False
        assert registered.json()["document_reference"] == f"{file.file_reference}-1"
        assert (second["draft"], discarded.json()["cancelled"]) == (True, True)
        assert client.post(f"/api/v1/documents/{first['id']}/register/").status_code == 409

    def test_refuses_a_draft_in_a_case(self, file, clerk) -> None:
        case = cases.create_case(file=file, title="Vorgang", by=clerk, at=AT)
        with pytest.raises(intake.CannotTakeIn):
            intake._unnumbered(file, case, None)
