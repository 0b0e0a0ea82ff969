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
from tests.node.factories import AT, DocumentFactory, PageFactory, RecordFileFactory, RegisterFactory, grant


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
