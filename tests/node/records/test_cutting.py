"""Documents cut out of one file and put into another: remembered for the person, shown wherever she goes, rights asked on both sides."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from records.models import Document, JournalEntry, RecordFile
from records.views import cutting
from tests.factories import ClerkFactory
from tests.node.factories import DocumentFactory, RecordFileFactory, RegisterFactory, grant


@pytest.fixture
def document() -> Document:
    made: Document = DocumentFactory(title="Bauantrag")
    return made


@pytest.fixture
def target() -> RecordFile:
    return RegisterFactory().file  # type: ignore[no-any-return]


@pytest.fixture
def clerk(document, target) -> Any:
    person = ClerkFactory()
    for file in (document.file, target):
        grant(person, file.unit, "write")
    return person


def cut(client: Any, *documents: Document, **more: Any) -> Any:
    sent = {"dokument": [str(document.public_id) for document in documents]}
    return client.post(f"/akten/{documents[0].file.public_id}/ausschneiden/", sent, **more)


def binder(client: Any, file: RecordFile) -> str:
    return str(client.get(f"/akten/{file.public_id}/").content.decode())


def move(document: Document) -> str:
    return f"/akten/{document.file.public_id}/verschieben/"


class TestCutOut:
    def test_moves_nothing_and_is_shown_in_every_file_until_it_is_discarded(self, document, target, clerk, client_of) -> None:
        client = client_of(clerk)
        assert "cut-bar" not in binder(client, target)

        assert cut(client, document, HTTP_HX_REQUEST="true").status_code == 200

        assert Document.objects.get().file == document.file
        page = binder(client, target)
        assert f"Ein Dokument ist ausgeschnitten ({document.file.file_reference})." in page
        assert "Hier einfügen" in page
        assert "data-documents" not in page  # its rows are in the other file
        assert f'data-documents="{document.public_id}"' in binder(client, document.file)

        answer = client.post(f"/akten/{document.file.public_id}/ausschneiden/", follow=True)

        assert "Alles liegt, wo es lag." in answer.content.decode()
        assert "cut-bar" not in binder(client, target)

    def test_of_another_person_shows_nothing(self, document, target, clerk, client_of) -> None:
        cut(client_of(clerk), document)
        other = ClerkFactory()
        for file in (document.file, target):
            grant(other, file.unit, "write")

        assert "cut-bar" not in binder(client_of(other), target)

    def test_needs_the_right_to_write_and_an_open_file(self, document, client_of) -> None:
        reader, writer = ClerkFactory(), ClerkFactory()
        grant(reader, document.file.unit, "read")
        grant(writer, document.file.unit, "write")

        assert cut(client_of(reader), document).status_code == 404
        RecordFile.objects.update(status="closed", closed_at=document.created_at)
        refused = cut(client_of(writer), document, HTTP_HX_REQUEST="true")

        assert (refused.status_code, refused.content.decode()) == (409, "Aus einer geschlossenen Akte kann nichts entnommen werden.")

    @pytest.mark.parametrize("wrong", ["kein", "84bad1b2-5b64-48b0-8af0-002ccb5ea83a"])
    def test_of_what_is_not_there_is_a_404(self, wrong, document, clerk, client_of) -> None:
        client = client_of(clerk)

        assert client.post(f"/akten/{document.file.public_id}/ausschneiden/", {"dokument": wrong}).status_code == 404
        assert cutting.KEPT not in client.session

    def test_at_most_so_many_at_once(self, document, clerk, client_of) -> None:
        sent = {"dokument": [str(uuid4()) for _number in range(cutting.MOST + 1)]}

        answer = client_of(clerk).post(f"/akten/{document.file.public_id}/ausschneiden/", sent, HTTP_HX_REQUEST="true")

        assert answer.status_code == 409
        assert "Höchstens 500" in answer.content.decode()

    def test_a_right_that_was_taken_away_takes_it_from_the_page(self, document, target, clerk, client_of) -> None:
        client = client_of(clerk)
        cut(client, document)
        Document.objects.update(cancelled_at=document.created_at)

        assert "cut-bar" not in binder(client, target)

    def test_whoever_only_reads_a_file_is_told_that_nothing_can_be_put_in(self, document, clerk, client_of) -> None:
        client, read_only, closed = (
            client_of(clerk),
            RecordFileFactory(),
            RecordFileFactory(unit=document.file.unit, status="closed", closed_at=document.created_at),
        )
        grant(clerk, read_only.unit, "read")
        cut(client, document)

        for file, sentence in ((read_only, "Sie dürfen diese Akte nur lesen"), (closed, "Diese Akte ist nur lesbar")):
            page = binder(client, file)
            assert sentence in page
            assert "Hier einfügen" not in page


class TestPuttingIn:
    def test_by_a_script_goes_to_the_place_and_can_be_undone(self, document, target, clerk, client_of) -> None:
        client, register = client_of(clerk), target.registers.get()
        cut(client, document)
        sent = {"ausgeschnitten": "1", "ziel": str(target.public_id), "register": str(register.public_id)}

        answer = client.post(move(document), sent, HTTP_HX_REQUEST="true")

        assert answer.status_code == 200
        assert target.file_reference in answer.content.decode()
        moved = Document.objects.get()
        assert (moved.file, moved.register) == (target, register)
        assert "cut-bar" not in binder(client, target)
        assert {entry.file_id for entry in JournalEntry.objects.filter(act="move")} == {document.file.public_id, target.public_id}

        client.post("/verschieben/rueckgaengig/")
        assert Document.objects.get().file == document.file

    def test_on_a_page_asks_for_the_register_and_comes_back_to_the_target(self, document, target, clerk, client_of) -> None:
        client, register = client_of(clerk), target.registers.get()
        cut(client, document)

        page = client.get(move(document), {"ausgeschnitten": "1", "ziel": str(target.public_id)}).content.decode()
        assert "Bauantrag" in page
        assert f'value="{document.public_id}"' in page
        sent = {
            "ausgeschnitten": "1",
            "dokument": str(document.public_id),
            "ziel": str(target.public_id),
            "register": str(register.public_id),
        }
        answer = client.post(move(document), sent)

        assert answer["Location"] == f"/akten/{target.public_id}/"
        assert Document.objects.get().file == target

    def test_into_a_file_that_she_may_not_write_in_or_know_of_is_a_404(self, document, clerk, client_of) -> None:
        client = client_of(clerk)
        read_only = RecordFileFactory()
        grant(clerk, read_only.unit, "read")
        cut(client, document)

        for file in (read_only, RecordFileFactory()):
            sent = {"ausgeschnitten": "1", "ziel": str(file.public_id), "register": ""}
            assert client.post(move(document), sent, HTTP_HX_REQUEST="true").status_code == 404
        assert Document.objects.get().file == document.file

    def test_into_a_closed_file_is_refused_in_a_sentence_and_stays_cut_out(self, document, target, clerk, client_of) -> None:
        client = client_of(clerk)
        cut(client, document)
        RecordFile.objects.filter(pk=target.pk).update(status="closed", closed_at=document.created_at)

        answer = client.post(move(document), {"ausgeschnitten": "1", "ziel": str(target.public_id), "register": ""}, HTTP_HX_REQUEST="true")

        assert answer.status_code == 409
        assert "geschlossen" in answer.content.decode()
        assert cutting.KEPT in client.session

    def test_of_nothing_says_so(self, document, target, clerk, client_of) -> None:
        sent = {"ausgeschnitten": "1", "ziel": str(target.public_id), "register": ""}

        answer = client_of(clerk).post(move(document), sent, HTTP_HX_REQUEST="true")

        assert (answer.status_code, answer.content.decode()) == (409, "Es ist nichts mehr ausgeschnitten.")

    def test_the_page_costs_the_same_queries_however_many_are_cut_out(self, document, target, clerk, client_of, queries) -> None:
        client = client_of(clerk)
        cut(client, document)
        binder(client, target)
        with queries() as few:
            binder(client, target)
        cut(client, document, *(DocumentFactory(file=document.file) for _number in range(5)))

        with queries() as many:
            binder(client, target)

        assert len(many) <= len(few)
