"""The screens of pages: they work by numbers alone, nothing typed is lost, nothing of others is overwritten, and they cost the same for many pages."""

from __future__ import annotations

import io
import re

import pytest

from foundation.store import StoreFull
from records import holding, page_making, rearranging, sticking
from records.models import Document
from records.views import page_order
from tenants import current
from tests.factories import ClerkFactory
from tests.foundation import papers
from tests.node.factories import DocumentFactory, PageFactory, grant
from tests.node.records.handed_over import read_all
from tests.node.records.thick_documents import AT, chosen, document_of, look, words


@pytest.fixture(autouse=True)
def _queue(queued) -> None:
    """Nothing is sent to a broker."""


def address(document) -> str:
    return f"/dokumente/{document.public_id}/seiten/"


def form(count: int, **typed: object) -> dict[str, object]:
    """The form as a browser sends it; `platz_3="1"` types something."""
    sent: dict[str, object] = {"fassung": "1", **{f"platz-{n}": str(n) for n in range(1, count + 1)}}
    return sent | {name.replace("_", "-"): value for name, value in typed.items()}


def order_in(answer) -> list[str]:
    return re.findall(r'id="seite-(\d+)"', answer.content.decode())


class TestPageOrder:
    def test_shows_every_page_with_its_picture(self, client_of) -> None:
        document, clerk = document_of("Eins", "Zwei", "Drei")

        answer = client_of(clerk).get(address(document))

        page = answer.content.decode()
        assert order_in(answer) == ["1", "2", "3"]
        assert f"/dokumente/{document.public_id}/1/seiten/3/bild/?width=240" in page
        assert "Fassung 1 bleibt mit allen Seiten" in page

    @pytest.mark.parametrize(
        ("typed", "order"),
        [
            ({"platz_4": "1"}, ["Vier", "Eins", "Zwei", "Drei"]),
            ({"platz_1": "4"}, ["Zwei", "Drei", "Vier", "Eins"]),
            ({"platz_2": "3", "platz_3": "2"}, ["Eins", "Drei", "Zwei", "Vier"]),
            ({"platz_1": "99999"}, ["Zwei", "Drei", "Vier", "Eins"]),
            ({"weg": ["2", "3"]}, ["Eins", "Vier"]),
        ],
    )
    def test_works_by_numbers_alone(self, client_of, typed, order) -> None:
        document, clerk = document_of("Eins", "Zwei", "Drei", "Vier")

        answer = client_of(clerk).post(address(document), form(4, **typed))

        assert answer.status_code == 302
        document.refresh_from_db()
        assert words(document.current) == order

    def test_turns_pages(self, client_of) -> None:
        document, clerk = document_of("Eins", "Zwei")

        client_of(clerk).post(address(document), form(2, dreh_2="270"))

        document.refresh_from_db()
        assert look(document.current) == [("Eins", 0), ("Zwei", 270)]

    def test_splits_where_a_new_document_begins(self, client_of) -> None:
        document, clerk = document_of("Eins", "Zwei", "Drei", "Vier")

        answer = client_of(clerk).post(address(document), form(4, trennen=["1", "2", "4"], titel_4="Der Plan", weg="2"), follow=True)

        assert "2 Dokumente wurden abgetrennt" in answer.content.decode()
        titles = Document.objects.filter(file=document.file).order_by("number").values_list("title", flat=True)
        assert list(titles) == ["Antrag", "Antrag (Teil 2)", "Der Plan"]
        assert [words(one.current) for one in Document.objects.filter(file=document.file).order_by("number")] == [
            ["Eins"],
            ["Drei"],
            ["Vier"],
        ]

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"platz_2": "zwei"}, "Stelle von Seite 2"),
            ({"platz_2": "-1"}, "Stelle von Seite 2"),
            ({"platz_2": "١"}, "Stelle von Seite 2"),
            ({"weg": ["1", "2", "3"]}, "Mindestens eine Seite"),
            ({"trennen": "2", "titel_2": "x" * 10_000}, "500"),
            ({}, "Noch ist nichts geändert"),
        ],
    )
    def test_a_refusal_keeps_what_was_arranged(self, client_of, typed, sentence) -> None:
        document, clerk = document_of("Eins", "Zwei", "Drei")

        answer = client_of(clerk).post(address(document), form(3, **{"dreh_3": "90" if typed else "0", **typed}))

        page = answer.content.decode()
        assert answer.status_code == 422
        assert sentence in page
        assert ('data-page="3" data-turn="90"' in page) == bool(typed)
        for name, value in typed.items():
            if name.startswith(("platz", "titel")):
                assert f'name="{name.replace("_", "-")}" value="{value}"' in page
        assert document.versions.count() == 1

    def test_a_version_that_somebody_filed_meanwhile_is_named_and_the_arrangement_is_still_there(self, client_of) -> None:
        document, clerk = document_of("Eins", "Zwei", "Drei")
        rearranging.rearrange(document=document, seen=1, pages=chosen(2, 1), by=ClerkFactory(display_name="Frau Schnell"), at=AT)
        read_all()

        answer = client_of(clerk).post(address(document), form(3, platz_3="1"))

        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Frau Schnell hat inzwischen Fassung 2" in page
        assert order_in(answer) == ["3", "1", "2"]
        assert f"/dokumente/{document.public_id}/1/seiten/3/bild/" in page
        assert "Seiten der neuesten Fassung ordnen" in page

    def test_a_document_that_cannot_be_arranged_says_why(self, client_of) -> None:
        document, clerk = document_of(content=b"Guten Tag", name="brief.txt")

        answer = client_of(clerk).get(address(document))

        assert answer.status_code == 200
        assert "weder ein PDF noch ein Bild" in answer.content.decode()
        assert order_in(answer) == []

    def test_whoever_has_it_is_named(self, client_of) -> None:
        document, clerk = document_of("Eins", "Zwei")
        holding.check_out(document=document, by=ClerkFactory(display_name="Frau Halter"), at=AT)

        assert "Frau Halter" in client_of(clerk).get(address(document)).content.decode()
        assert client_of(clerk).post(address(document), form(2, platz_2="1")).status_code == 409

    def test_a_signature_has_to_be_confirmed(self, client_of) -> None:
        stream = io.BytesIO()
        papers.with_form(papers.typed("Vertrag", "Anlage"), signature=True).save(stream)
        document, clerk = document_of(content=stream.getvalue())
        browser = client_of(clerk)

        refused = browser.post(address(document), form(2, platz_2="1"))

        assert refused.status_code == 422
        assert "elektronische Signatur" in refused.content.decode()
        assert browser.post(address(document), form(2, platz_2="1", signatur="1")).status_code == 302

    def test_a_full_store_is_told_and_the_arrangement_is_still_there(self, client_of, monkeypatch: pytest.MonkeyPatch) -> None:
        document, clerk = document_of("Eins", "Zwei")

        def full(*args, **more):
            raise StoreFull("no room")

        monkeypatch.setattr(page_making, "put_result", full)

        answer = client_of(clerk).post(address(document), form(2, platz_2="1"))

        assert answer.status_code == 503
        assert "nicht erreichbar oder voll" in answer.content.decode()
        assert order_in(answer) == ["2", "1"]
        assert document.versions.count() == 1

    def test_too_many_pages_for_a_screen_are_said(self, client_of, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(page_order, "MOST_SHOWN", 2)
        document, clerk = document_of("Eins", "Zwei", "Drei")

        assert "mehr als 2 Seiten" in client_of(clerk).get(address(document)).content.decode()

    def test_costs_the_same_queries_for_many_pages(self, client_of, django_assert_max_num_queries) -> None:
        counts = []
        for pages in (3, 300):
            document = DocumentFactory(pages=["x"])
            for number in range(2, pages + 1):
                PageFactory(version=document.current, number=number)
            document.current.page_count = pages
            document.current.save()
            clerk = ClerkFactory()
            grant(clerk, document.file.unit, "write")
            sticking.stick(document=document, page=2, text="Prüfen", printed=False, by=clerk, at=AT)
            browser = client_of(clerk)
            browser.get(address(document))
            with django_assert_max_num_queries(40, connection=current.connection()) as seen:
                assert len(order_in(browser.get(address(document)))) == pages
            counts.append(len(seen))

        assert counts[0] == counts[1]


class TestMerge:
    def three(self):
        one, clerk = document_of("Eins", name="Eins.pdf")
        rest = [document_of(text, file=one.file, clerk=clerk, name=f"{text}.pdf")[0] for text in ("Zwei", "Drei")]
        return [one, *rest], clerk

    def path(self, document) -> str:
        return f"/akten/{document.file.public_id}/zusammenfuegen/"

    def test_documents_are_put_together_in_the_order_typed(self, client_of) -> None:
        documents, clerk = self.three()
        browser = client_of(clerk)
        shown = browser.get(self.path(documents[0]), {"dokument": [str(one.public_id) for one in documents]}).content.decode()
        on_screen = re.findall(r'name="dokument" value="([^"]+)"', shown)
        assert len(on_screen) == 3

        sent = {
            "dokument": on_screen,
            "titel": "Alles",
            f"platz-{on_screen[2]}": "1",
            f"platz-{on_screen[0]}": "3",
            f"platz-{on_screen[1]}": "2",
        }
        answer = browser.post(self.path(documents[0]), sent, follow=True)

        by_id = {str(one.public_id): one for one in documents}
        whole = Document.objects.get(file=documents[0].file, cancelled_at__isnull=True)
        assert str(whole.public_id) == on_screen[2]
        assert words(whole.current) == [by_id[each].title for each in reversed(on_screen)]
        assert "3 Dokumente wurden in „Alles“ zusammengefügt" in answer.content.decode()

    def test_it_is_undone_from_the_message(self, client_of) -> None:
        documents, clerk = self.three()
        browser = client_of(clerk)
        answer = browser.post(self.path(documents[0]), {"dokument": [str(one.public_id) for one in documents]}, follow=True)
        assert 'action="/zusammenfuegen/rueckgaengig/"' in answer.content.decode()
        read_all()

        undone = browser.post("/zusammenfuegen/rueckgaengig/", follow=True)

        assert "Jedes Dokument ist wieder" in undone.content.decode()
        standing = Document.objects.filter(file=documents[0].file, cancelled_at__isnull=True)
        assert sorted(words(one.current) for one in standing) == [["Drei"], ["Eins"], ["Zwei"]]
        assert "nichts mehr" in browser.post("/zusammenfuegen/rueckgaengig/", follow=True).content.decode()

    @pytest.mark.parametrize(("typed", "sentence"), [({"platz": "x"}, "Stelle von"), ({"titel": "x" * 10_000}, "500")])
    def test_a_refusal_keeps_what_was_typed(self, client_of, typed, sentence) -> None:
        documents, clerk = self.three()
        ids = [str(one.public_id) for one in documents]
        sent = {"dokument": ids, "titel": typed.get("titel", "Mein Titel")} | ({f"platz-{ids[0]}": "x"} if "platz" in typed else {})

        answer = client_of(clerk).post(self.path(documents[0]), sent)

        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert f'value="{sent["titel"]}"' in answer.content.decode()

    def test_one_document_alone_is_told_to_be_too_few(self, client_of) -> None:
        documents, clerk = self.three()
        query = {"dokument": str(documents[0].public_id)}

        assert "mindestens zwei" in client_of(clerk).get(self.path(documents[0]), query).content.decode()

    def test_documents_of_another_file_and_nonsense_are_not_found(self, client_of) -> None:
        documents, clerk = self.three()
        other = DocumentFactory()
        for ids in ([str(other.public_id)], ["x"], []):
            assert client_of(clerk).get(self.path(documents[0]), {"dokument": ids}).status_code == 404

    def test_costs_the_same_queries_for_many_documents(self, client_of, django_assert_max_num_queries) -> None:
        counts = []
        for count in (2, 20):
            first = DocumentFactory(pages=["x"])
            ids = [str(first.public_id), *(str(DocumentFactory(file=first.file, pages=["x"]).public_id) for _n in range(count - 1))]
            clerk = ClerkFactory()
            grant(clerk, first.file.unit, "write")
            browser = client_of(clerk)
            browser.get(self.path(first), {"dokument": ids})
            with django_assert_max_num_queries(40, connection=current.connection()) as seen:
                assert browser.get(self.path(first), {"dokument": ids}).status_code == 200
            counts.append(len(seen))

        assert counts[0] == counts[1]
