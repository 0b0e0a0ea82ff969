"""The page of a file: its list, the viewer's manifest, and the sheet that is asked for before all else."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connections

from records.models import ReadingPlace
from records.views.contents import STRETCH
from tenants import current
from tests.factories import ClerkFactory
from tests.node.factories import AT, CaseFactory, DocumentFactory, PageFactory, RecordFileFactory, RegisterFactory, grant


@pytest.fixture
def binder(client_of):
    """binder(file, "?q=…") is the page as a clerk with the right to read it has it; the place where she stopped may be given."""

    def page(file: Any, query: str = "", stopped: int = 0) -> str:
        clerk = ClerkFactory()
        grant(clerk, file)
        if stopped:
            ReadingPlace.objects.create(user=clerk, file=file, sheet=stopped, at=AT)
        answer = client_of(clerk).get(f"/akten/{file.public_id}/{query}")
        assert answer.status_code == 200
        return answer.content.decode()

    return page


def manifest_of(page: str) -> Any:
    found = re.search(r'<script id="binder-manifest" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def first_of(page: str) -> dict[str, str]:
    """What stands on the element of first.js."""
    found = re.search(r"<script src=\S*/first\S*\.js\S* ([^>]*)></script>", page)
    return dict(re.findall(r'data-(\w+)="([^"]*)"', found[1])) if found else {}


class TestList:
    def test_tells_of_each_document_its_sheets_in_paper_order(self, binder) -> None:
        register = RegisterFactory()
        DocumentFactory(file=register.file, register=register, title="Bescheid", pages=["", ""])
        DocumentFactory(file=register.file, title="lose", pages=[""])
        DocumentFactory(file=register.file, register=register, title="ohne Blatt", version__page_count=0)

        page = binder(register.file)

        rows = re.findall(r'href="#([^"]*)"><span class="contents__title">([^<]*)</span><span class="contents__sheets">([^<]*)<', page)
        bare = next(entry["id"] for entry in manifest_of(page)["documents"] if entry["title"] == "ohne Blatt")
        assert rows == [("blatt=1", "lose", "1"), (f"dokument={bare}", "ohne Blatt", ""), ("blatt=2", "Bescheid", "2–3")]

    def test_writes_a_title_as_text_whatever_stands_in_it(self, binder) -> None:
        document = DocumentFactory(title='<b onclick="x">{id} & %s</b>', pages=[""])

        page = binder(document.file)

        assert '<span class="contents__title">&lt;b onclick=&quot;x&quot;&gt;{id} &amp; %s&lt;/b&gt;</span>' in page
        assert "<b onclick" not in page

    def test_is_one_list_in_stretches(self, binder) -> None:
        file = RecordFileFactory()
        for _number in range(STRETCH + 1):
            DocumentFactory(file=file)

        page = binder(file)

        assert page.count('role="list"') == 1
        assert [part.count("<li ") for part in page.split('<ol class="contents__rows"')[1:]] == [STRETCH, 1]

    def test_says_what_is_wrong_with_a_document(self, binder) -> None:
        file = RecordFileFactory()
        DocumentFactory(file=file, version__state="failed", version__failure="interrupted")

        assert "<span>Das Lesen wurde mehrmals unterbrochen." in binder(file)

    @pytest.mark.parametrize(("state", "offered"), [({}, True), ({"status": "closed", "closed_at": AT}, False)])
    def test_offers_to_read_again_only_where_something_may_be_changed(self, state, offered, client_of) -> None:
        file = RecordFileFactory(**state)
        DocumentFactory(file=file, version__state="failed", version__failure="interrupted")
        DocumentFactory(file=file, version__state="failed", cancelled_at=AT, title="storniert")
        clerk = ClerkFactory()
        grant(clerk, file, "write")

        page = client_of(clerk).get(f"/akten/{file.public_id}/").content.decode()

        assert page.count("data-read-again") == int(offered)

    def test_names_a_holder_without_a_name_by_her_account(self, binder) -> None:
        holder = ClerkFactory(username="a.petersen", display_name="")
        document = DocumentFactory(pages=[""], checked_out_by=holder, checked_out_at=AT)

        assert "a.petersen" in binder(document.file)


class TestCancelledDocuments:
    @pytest.fixture
    def page_for(self, client_of):
        """page_for(file, "write") is the binder as somebody with this right sees it."""

        def page(file: Any, right: str, query: str = "") -> str:
            clerk = ClerkFactory()
            grant(clerk, file, right)
            return client_of(clerk).get(f"/akten/{file.public_id}/{query}").content.decode()

        return page

    def test_are_folded_away_below_the_registers_with_their_number_and_day(self, page_for) -> None:
        file = RecordFileFactory()
        for title in ("Irrläufer", "<b>Doppelt</b>"):
            DocumentFactory(file=file, title=title, cancelled_at=AT)
        DocumentFactory(file=file, title="Bescheid")

        page = page_for(file, "read")

        assert 'Stornierte Dokumente <span class="contents__count">(2)</span></summary>' in page
        assert "&lt;b&gt;Doppelt&lt;/b&gt;</a><small>storniert am 02.03.2026</small>" in page
        assert "<b>Doppelt" not in page
        assert {document["title"] for document in manifest_of(page)["documents"]} == {"Bescheid"}

    def test_whoever_reads_sees_them_and_whoever_may_restore_has_the_button(self, page_for) -> None:
        document = DocumentFactory(title="Irrläufer", cancelled_at=AT)
        restored_at = f'formaction="/dokumente/{document.public_id}/wiederherstellen/"'

        assert ("Irrläufer" in (page := page_for(document.file, "read")), restored_at in page) == (True, False)
        assert (restored_at in (page := page_for(document.file, "write")), 'id="cancelled-restore"' in page) == (True, True)

    def test_a_closed_file_shows_them_without_a_button(self, page_for) -> None:
        document = DocumentFactory(title="Irrläufer", cancelled_at=AT, file__status="closed", file__closed_at=AT)

        page = page_for(document.file, "write")

        assert "Irrläufer" in page
        assert "formaction" not in page

    def test_the_button_brings_one_back_to_its_place(self, client_of) -> None:
        document = DocumentFactory(title="Irrläufer", cancelled_at=AT)
        clerk = ClerkFactory()
        grant(clerk, document.file, "write")

        page = client_of(clerk).post(f"/dokumente/{document.public_id}/wiederherstellen/", follow=True).content.decode()

        assert "Stornierte Dokumente" not in page
        assert [entry["title"] for entry in manifest_of(page)["documents"]] == ["Irrläufer"]

    def test_an_attachment_comes_back_with_its_document_and_alone_if_it_was_cancelled_alone(self, page_for) -> None:
        file = RecordFileFactory()
        document = DocumentFactory(file=file, title="Bescheid", cancelled_at=AT)
        together = DocumentFactory(file=file, title="Plan", parent=document, cancelled_at=AT)
        alone = DocumentFactory(file=file, title="Foto", parent=DocumentFactory(file=file), cancelled_at=AT)

        page = page_for(file, "write")

        assert "kommt mit „Bescheid“ zurück" in page
        offered = set(re.findall(r'formaction="/dokumente/([^/]*)/', page))
        assert offered == {str(document.public_id), str(alone.public_id)}
        assert str(together.public_id) in page

    def test_is_not_there_without_one_and_never_names_what_was_erased(self, page_for) -> None:
        document = DocumentFactory(title="Gelöschtes Dokument", cancelled_at=AT, erased_at=AT)

        page = page_for(document.file, "write")

        assert "Stornierte Dokumente" not in page
        assert "Gelöschtes Dokument" not in page

    def test_in_one_case_alone_are_those_of_the_case(self, page_for) -> None:
        case = CaseFactory()
        DocumentFactory(file=case.file, case=case, title="drinnen", cancelled_at=AT)
        DocumentFactory(file=case.file, title="draußen", cancelled_at=AT)

        page = page_for(case.file, "read", f"?vorgang={case.public_id}")

        assert ("drinnen" in page, "draußen" in page) == (True, False)

    def test_cost_the_same_queries_for_many(self, binder, queries) -> None:
        counts = []
        for number in (0, 1, 30):
            file = RecordFileFactory()
            DocumentFactory(file=file)
            for _more in range(number):
                DocumentFactory(file=file, cancelled_at=AT)
            binder(file)  # what is read once and kept
            with queries() as seen:
                binder(file)
            counts.append(len(seen))

        assert len(set(counts)) == 1

    def test_the_list_is_the_same_twice_so_that_it_is_not_replaced_while_somebody_reads(self, client_of) -> None:
        document = DocumentFactory(cancelled_at=AT)
        clerk = ClerkFactory()
        grant(clerk, document.file, "write")
        client, address = client_of(clerk), f"/akten/{document.file.public_id}/dokumente/"

        assert client.get(address).content == client.get(address).content


class TestManifest:
    def test_has_the_sizes_of_all_pages_in_their_order(self, binder) -> None:
        document = DocumentFactory()
        for number, width, height in ((2, 842.4, 595.2), (1, 595.2, 841.9)):
            PageFactory(version=document.current, number=number, width=width, height=height)

        manifest = manifest_of(binder(document.file))

        assert manifest["documents"][0]["pages"] == [[595, 842], [842, 595]]
        assert manifest["original"].format(document=document.public_id) == f"/dokumente/{document.public_id}/original/"

    def test_costs_the_same_queries_for_many_documents(self, binder, django_assert_max_num_queries) -> None:
        counts = []
        for documents in (1, 2, 30):  # the first page of all also makes the row of settings
            file = RecordFileFactory()
            for _number in range(documents):
                DocumentFactory(file=file, pages=[""])
            with django_assert_max_num_queries(60, connection=connections[current.alias()]) as seen:
                binder(file)
            counts.append(len(seen))

        assert counts[1] == counts[2]


class TestFirstSheet:
    def test_is_where_she_stopped(self, binder) -> None:
        document = DocumentFactory(pages=["", "", ""])

        first = first_of(binder(document.file, stopped=3))

        assert first == {"sheet": "3", "width": "595", "picture": f"/dokumente/{document.public_id}/1/seiten/3/bild/?width={{width}}"}

    def test_is_that_of_the_document_asked_for(self, binder) -> None:
        file = RecordFileFactory()
        older, newer = (DocumentFactory(file=file, pages=["", ""]) for _number in range(2))

        first = first_of(binder(file, f"?dokument={older.public_id}&seite=2", stopped=1))

        assert first["sheet"] == "4"
        assert str(older.public_id) in first["picture"]
        assert str(newer.public_id) not in first["picture"]

    def test_is_the_last_one_if_sheets_were_taken_out_since(self, binder) -> None:
        document = DocumentFactory(pages=["", ""])

        assert first_of(binder(document.file, stopped=9))["sheet"] == "2"

    def test_is_not_there_without_sheets(self, binder) -> None:
        assert first_of(binder(RecordFileFactory())) == {}
