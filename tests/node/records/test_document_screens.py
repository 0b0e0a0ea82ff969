"""Screens about documents: properties, table, versions, notes; nothing typed is lost, nothing of others is overwritten."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from records import describing, holding
from records.models import Document, StickyNote
from records.views import describing_table
from tests.factories import ClerkFactory
from tests.node.factories import AT, DocumentFactory, DocumentVersionFactory, PageFactory, RecordFileFactory, RegisterFactory, grant

from .api.asking import taken_in


def writer_of(document: Document, right: str = "write") -> Any:
    clerk = ClerkFactory()
    grant(clerk, document.file.unit, right)
    return clerk


def fields(document: Document, **changes: str) -> dict[str, str]:
    return {"title": document.title, "protection_need": "normal", "etag": document.etag, **changes}


class TestProperties:
    def test_saves_what_was_typed(self, client_of) -> None:
        document = DocumentFactory()

        answer = client_of(writer_of(document)).post(
            f"/dokumente/{document.public_id}/", fields(document, received_on="2026-03-01", direction="incoming", keywords="Carport, Anbau")
        )

        assert answer.status_code == 302
        document.refresh_from_db()
        assert (document.keywords, str(document.received_on)) == (["Carport", "Anbau"], "2026-03-01")

    def test_a_refusal_keeps_what_was_typed_and_names_the_field(self, client_of) -> None:
        document = DocumentFactory()

        answer = client_of(writer_of(document)).post(
            f"/dokumente/{document.public_id}/", fields(document, title="Mein Titel", received_on="2999-01-01")
        )

        page = answer.content.decode()
        assert answer.status_code == 422
        assert 'value="Mein Titel"' in page
        assert "kann nicht stimmen" in page

    def test_somebody_elses_change_is_shown_beside_ones_own_and_not_overwritten(self, client_of) -> None:
        document = DocumentFactory()
        clerk = writer_of(document)
        sent = fields(document, kind="Plan")
        describing.describe_document(document=document, changes={"kind": "Statik"}, by=ClerkFactory(display_name="Frau Kurz"), at=AT)
        client = client_of(clerk)

        answer = client.post(f"/dokumente/{document.public_id}/", sent)

        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Frau Kurz" in page
        assert "Statik" in page
        document.refresh_from_db()
        assert document.kind == "Statik"
        seen = {**sent, "etag": document.etag}
        assert f'value="{document.etag}"' in page  # who has seen the newer state may save again
        assert client.post(f"/dokumente/{document.public_id}/", seen).status_code == 302

    def test_readers_see_facts_and_no_form(self, client_of) -> None:
        document = DocumentFactory(kind="Gutachten")

        page = client_of(writer_of(document, "read")).get(f"/dokumente/{document.public_id}/").content.decode()

        assert "Gutachten" in page
        assert 'name="title"' not in page
        assert "stornieren" not in page

    def test_says_who_has_it_and_offers_to_take_it_back_to_those_who_may(self, client_of) -> None:
        document = DocumentFactory()
        holding.check_out(document=document, by=ClerkFactory(display_name="Frau Halter"), at=AT)

        plain = client_of(writer_of(document)).get(f"/dokumente/{document.public_id}/").content.decode()
        managing = client_of(writer_of(document, "manage")).get(f"/dokumente/{document.public_id}/").content.decode()

        assert "Frau Halter" in plain
        assert 'name="title"' not in plain
        assert "Zurückholen" not in plain
        assert "Zurückholen" in managing

    def test_the_holder_reads_that_it_was_taken_back_and_why(self, client_of) -> None:
        document = DocumentFactory()
        holder = writer_of(document)
        holding.check_out(document=document, by=holder, at=AT)
        holding.take_back(document=document, reason="Frist läuft ab", by=ClerkFactory(display_name="Herr Amt"), at=AT)

        page = client_of(holder).get(f"/dokumente/{document.public_id}/").content.decode()

        assert "Herr Amt" in page
        assert "Frist läuft ab" in page

    def test_a_cancelled_document_can_be_restored_there(self, client_of) -> None:
        document = DocumentFactory()
        client = client_of(writer_of(document))

        answer = client.post(f"/dokumente/{document.public_id}/stornieren/", {"reason": "Irrtum"}, follow=True)
        assert f'action="/dokumente/{document.public_id}/wiederherstellen/"' in answer.content.decode()
        client.post(f"/dokumente/{document.public_id}/wiederherstellen/")

        document.refresh_from_db()
        assert document.cancelled_at is None


class TestTable:
    def sent(self, client: Any, file: Any, query: str = "") -> tuple[str, dict[str, str]]:
        """The table as a browser would send it back untouched."""
        page = client.get(f"/akten/{file.public_id}/tabelle/{query}").content.decode()
        found = dict(re.findall(r'name="([a-z_]+-\d+)" value="([^"]*)"', page))
        for place in range(len(re.findall(r'name="row-', page))):
            chosen = re.search(rf'name="direction-{place}".*?</select>', page, re.DOTALL)
            assert chosen
            marked = re.search(r'value="(\w*)" selected', chosen[0])
            found[f"direction-{place}"] = marked[1] if marked else ""
        return page, found

    def test_saves_the_rows_that_were_touched(self, client_of) -> None:
        one = DocumentFactory(keywords=["Carport", "Anbau"], direction="incoming")
        two = DocumentFactory(file=one.file)
        client = client_of(writer_of(one))
        _page, sent = self.sent(client, one.file)
        place = next(name[-1] for name, value in sent.items() if name.startswith("row-") and value.startswith(str(two.public_id)))

        answer = client.post(f"/akten/{one.file.public_id}/tabelle/", {**sent, f"kind-{place}": "Plan"})

        assert answer.status_code == 302
        assert set(Document.objects.values_list("title", "kind", "revision")) == {(one.title, "", 1), (two.title, "Plan", 2)}

    def test_what_others_did_in_rows_that_were_not_touched_is_none_of_its_business(self, client_of) -> None:
        one = DocumentFactory()
        two = DocumentFactory(file=one.file)
        client = client_of(writer_of(one))
        _page, sent = self.sent(client, one.file)
        describing.describe_document(document=two, changes={"kind": "Statik"}, by=ClerkFactory(), at=AT)
        place = next(name[-1] for name, value in sent.items() if name.startswith("row-") and value.startswith(str(one.public_id)))

        assert client.post(f"/akten/{one.file.public_id}/tabelle/", {**sent, f"kind-{place}": "Plan"}).status_code == 302
        assert sorted(Document.objects.values_list("kind", flat=True)) == ["Plan", "Statik"]

    def test_a_refusal_names_stale_rows_and_loses_nothing(self, client_of) -> None:
        one = DocumentFactory()
        client = client_of(writer_of(one))
        _page, sent = self.sent(client, one.file)
        describing.describe_document(document=one, changes={"kind": "Statik"}, by=ClerkFactory(display_name="Frau Kurz"), at=AT)

        answer = client.post(f"/akten/{one.file.public_id}/tabelle/", {**sent, "kind-0": "Plan", "document_date-0": "1582-10-15"})

        page = answer.content.decode()
        assert answer.status_code == 422
        for part in ("Frau Kurz", "Statik", 'value="Plan"', 'value="1582-10-15"', "kann nicht stimmen"):
            assert part in page
        one.refresh_from_db()
        assert one.kind == "Statik"

    def test_shows_a_register_or_a_selection(self, client_of) -> None:
        register = RegisterFactory()
        inside = DocumentFactory(file=register.file, register=register, title="Eingeheftetes")
        loose = DocumentFactory(file=register.file, title="Ungeheftetes")
        client = client_of(writer_of(inside))
        address = f"/akten/{register.file.public_id}/tabelle/"

        assert "Ungeheftetes" not in client.get(f"{address}?register={register.public_id}").content.decode()
        assert "Eingeheftetes" not in client.get(f"{address}?register=ohne").content.decode()
        chosen = client.post(address, {"choose": "1", "dokument": [str(loose.public_id)]}).content.decode()
        assert "Ungeheftetes" in chosen
        assert "Eingeheftetes" not in chosen

    def test_300_rows_cost_the_same_queries_as_two(self, client_of, queries) -> None:
        counts = []
        for documents in (2, 60):
            file = RecordFileFactory()
            for _number in range(documents):
                DocumentFactory(file=file)
            clerk = ClerkFactory()
            grant(clerk, file.unit, "write")
            client = client_of(clerk)
            client.get(f"/akten/{file.public_id}/tabelle/")
            with queries() as seen:
                client.get(f"/akten/{file.public_id}/tabelle/")
            counts.append(len(seen))

        assert counts[0] == counts[1] <= 16

    def test_more_than_fit_are_said(self, client_of, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(describing_table, "MOST", 2)
        document = DocumentFactory()
        for _number in range(3):
            DocumentFactory(file=document.file)

        page = client_of(writer_of(document)).get(f"/akten/{document.file.public_id}/tabelle/").content.decode()

        assert "2 weitere Dokumente passten nicht" in page


class TestVersions:
    def test_a_new_one_is_put_on_with_a_comment_and_old_ones_stay_readable(self, client_of) -> None:
        document = taken_in(RecordFileFactory(), b"eins")
        client = client_of(writer_of(document))

        client.post(f"/dokumente/{document.public_id}/fassungen/", {"content": SimpleUploadedFile("b.txt", b"zwei"), "comment": "neu"})

        page = client.get(f"/dokumente/{document.public_id}/fassungen/").content.decode()
        assert "Fassung 2" in page
        assert "neu" in page
        old = client.get(f"/dokumente/{document.public_id}/fassungen/1/original/")
        assert b"".join(old.streaming_content) == b"eins"

    def test_an_empty_one_is_refused_with_a_sentence(self, client_of) -> None:
        document = taken_in(RecordFileFactory())

        answer = client_of(writer_of(document)).post(
            f"/dokumente/{document.public_id}/fassungen/", {"content": SimpleUploadedFile("leer.txt", b""), "comment": "bleibt"}
        )

        assert answer.status_code == 422
        assert "0 Byte" in answer.content.decode()
        assert "bleibt" in answer.content.decode()

    def test_are_compared_readably_without_colour(self, client_of) -> None:
        document = DocumentFactory(pages=["Frist am Montag"])
        PageFactory(version=DocumentVersionFactory(document=document, number=2), number=1, text="Frist am <Freitag>")

        page = (
            client_of(writer_of(document, "read")).get(f"/dokumente/{document.public_id}/fassungen/vergleich/?alt=2&neu=1").content.decode()
        )

        assert "<del>Montag</del>" in page
        assert "<ins>&lt;Freitag&gt;</ins>" in page

    def test_one_is_checked_in_by_the_screen(self, client_of) -> None:
        document = taken_in(RecordFileFactory())
        client = client_of(writer_of(document))
        client.post(f"/dokumente/{document.public_id}/auschecken/")

        client.post(f"/dokumente/{document.public_id}/einchecken/", {"content": SimpleUploadedFile("b.txt", b"zwei"), "comment": "fertig"})

        document.refresh_from_db()
        assert (document.current.number, document.checked_out_by) == (2, None)

    def test_scripts_get_the_sentence_of_a_refusal(self, client_of) -> None:
        document = taken_in(RecordFileFactory())
        holding.check_out(document=document, by=ClerkFactory(display_name="Frau Halter"), at=AT)
        client = client_of(writer_of(document))

        for path, sent in (("auschecken/", {}), ("fassungen/", {"content": SimpleUploadedFile("b.txt", b"zwei")})):
            answer = client.post(f"/dokumente/{document.public_id}/{path}", sent, headers={"HX-Request": "true"})

            assert answer.status_code == 409
            assert "Frau Halter" in answer.content.decode()


class TestNotes:
    def test_what_was_typed_comes_back_with_a_refusal(self, client_of) -> None:
        document = DocumentFactory()

        answer = client_of(writer_of(document)).post(f"/akten/{document.file.public_id}/vermerk/", {"title": "", "text": "Lange getippt"})

        assert answer.status_code == 422
        assert "Lange getippt" in answer.content.decode()

    def test_a_closed_file_loses_no_text_either(self, client_of) -> None:
        document = DocumentFactory(file=RecordFileFactory(status="closed", closed_at=AT))

        answer = client_of(writer_of(document)).post(
            f"/akten/{document.file.public_id}/vermerk/", {"title": "Anruf", "text": "Lange getippt"}
        )

        assert answer.status_code == 422
        assert "Lange getippt" in answer.content.decode()

    def test_sticky_notes_are_seen_on_their_sheet_and_in_the_list(self, client_of) -> None:
        document = DocumentFactory(pages=["", ""])
        client = client_of(writer_of(document))

        answer = client.post(
            f"/akten/{document.file.public_id}/haftnotizen/",
            {"document": str(document.public_id), "page": "2", "text": "Bitte prüfen", "printed": "on"},
            headers={"HX-Request": "true"},
        )

        assert "Bitte prüfen" in answer.content.decode()
        assert "auch auf Papier" in answer.content.decode()
        binder = client.get(f"/akten/{document.file.public_id}/").content.decode()
        assert '"page":2,"text":"Bitte prüfen' in binder

    def test_a_note_that_is_too_long_comes_back_whole(self, client_of) -> None:
        document = DocumentFactory()
        sent = {"document": str(document.public_id), "page": "1", "text": "x" * 2001}

        answer = client_of(writer_of(document)).post(f"/akten/{document.file.public_id}/haftnotizen/", sent)

        assert answer.status_code == 422
        assert "x" * 2001 in answer.content.decode()
        assert not StickyNote.objects.exists()


class TestContents:
    def test_show_attachments_below_their_document_and_who_has_it(self, client_of) -> None:
        parent = DocumentFactory(title="Bescheid")
        DocumentFactory(file=parent.file, title="Lageplan", parent=parent)
        holding.check_out(document=parent, by=ClerkFactory(display_name="Frau Halter"), at=AT)

        page = client_of(writer_of(parent)).get(f"/akten/{parent.file.public_id}/").content.decode()

        assert page.index("Bescheid</span>") < page.index("Lageplan</span>")
        assert page.count(" data-attached") == 1
        assert "Frau Halter hat dieses Dokument seit" in page

    def test_cost_the_same_queries_with_notes_holders_and_attachments(self, client_of, queries) -> None:
        counts = []
        for documents in (1, 2, 25):
            file, clerk = RecordFileFactory(), ClerkFactory()
            for _number in range(documents):
                parent = DocumentFactory(file=file, checked_out_by=clerk, checked_out_at=AT, received_on=AT.date(), direction="incoming")
                DocumentFactory(file=file, parent=parent)
                StickyNote.objects.create(document=parent, text="x", created_at=AT, created_by=ClerkFactory())
            grant(clerk, file.unit, "write")
            client = client_of(clerk)
            with queries() as seen:
                client.get(f"/akten/{file.public_id}/")
            counts.append(len(seen))

        assert counts[1] == counts[2]
