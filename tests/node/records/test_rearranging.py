"""Pages in another order, turned, left out: a new version, and everything on the pages goes along."""

from __future__ import annotations

import threading

import pytest
from django.db import connections
from django.utils import timezone

from records import bookmarks, filing, folios, holding, intake, page_making, rearranging, sticking
from records.models import Bookmark, Document, DocumentVersion, Folio, StickyNote
from tenants import current, stores
from tenants.models import MunicipalSettings
from tests.factories import ClerkFactory
from tests.foundation import papers
from tests.node.factories import DocumentFactory
from tests.node.records.handed_over import locked, pdf_of, picture, read_all
from tests.node.records.papers import scan_of
from tests.node.records.thick_documents import AT, chosen, document_of, look, told, words

NUMBERS = (1, 2, 3, 4)


@pytest.fixture(autouse=True)
def _queue(queued) -> None:
    """Nothing is sent to a broker."""


def four_pages():
    return document_of("Eins", "Zwei", "Drei", "Vier")


def rearrange(document, clerk, *pages, **more) -> DocumentVersion:
    return rearranging.rearrange(document=document, seen=more.pop("seen", 1), pages=chosen(*pages), by=clerk, at=AT, **more)


def folio_labels(document) -> list[str | None]:
    return Folio.objects.filter(file=document.file).by_document().get(document.pk, [])


def as_pdf(pdf) -> bytes:
    import io

    stream = io.BytesIO()
    pdf.save(stream)
    return stream.getvalue()


class TestRearrange:
    def test_makes_one_new_version_of_these_pages_and_keeps_the_old_one(self) -> None:
        document, clerk = four_pages()

        version = rearrange(document, clerk, 3, (1, 90), 2)

        assert look(version) == [("Drei", 0), ("Eins", 90), ("Zwei", 0)]
        document.refresh_from_db()
        assert (document.current, document.revision) == (version, 2)
        assert words(document.versions.get(number=1)) == ["Eins", "Zwei", "Drei", "Vier"]

    def test_the_new_version_is_read_again(self) -> None:
        document, clerk = four_pages()

        version = rearrange(document, clerk, 4, 3, 2, 1)
        read_all()

        version.refresh_from_db()
        assert version.state == "ready"
        assert [page.text for page in version.pages.order_by("number")] == ["Vier", "Drei", "Zwei", "Eins"]

    def test_its_name_is_the_title_also_where_that_has_a_slash(self) -> None:
        document, clerk = four_pages()
        Document.objects.filter(pk=document.pk).update(title="Bescheid 63/2026")

        assert rearrange(document, clerk, 2, 1).original_name == "Bescheid 63-2026.pdf"

    def test_says_in_words_what_was_done(self) -> None:
        document, clerk = four_pages()

        version = rearrange(document, clerk, (2, 180), 1)

        assert version.comment == "Aus Fassung 1: Seiten neu geordnet; gedreht: S. 2; ausgelassen: S. 3–4"

    def test_the_journal_keeps_old_and_new(self) -> None:
        document, clerk = four_pages()

        version = rearrange(document, clerk, 3, (4, 90), 1, 2)

        assert told("rearrange") == {
            "version": ("1", "2"),
            "sha256": (document.current.sha256, version.sha256),
            "comment": (None, version.comment),
            "pages": ("1–4", "3, 4 (90°), 1–2"),
        }

    def test_a_scan_keeps_its_text_and_stays_as_it_was_turned(self) -> None:
        """It is taken from the searchable copy: nothing is read anew that was read already, and nothing is straightened again."""
        document, clerk = document_of(content=scan_of(2), name="Scan.pdf")
        assert document.current.searchable_sha256

        version = rearrange(document, clerk, 2, (1, 90))
        read_all()

        version.refresh_from_db()
        pages = list(version.pages.order_by("number"))
        assert ["Seite 2" in pages[0].text, "Seite 1" in pages[1].text] == [True, True]
        assert pages[1].width < pages[1].height  # it lay broad
        assert not version.searchable_sha256

    def test_a_picture_is_turned_in_a_pdf_made_of_it(self) -> None:
        document, clerk = document_of(content=picture((300, 200)), name="Foto.png")

        version = rearrange(document, clerk, (1, 90))

        assert (version.family, version.original_name) == ("pdf", "Foto.pdf")
        assert [turn for _text, turn in look(version)] == [90]
        assert document.versions.get(number=1).family == "image"

    def test_whoever_has_checked_it_out_may_do_it(self) -> None:
        document, clerk = four_pages()
        holding.check_out(document=document, by=clerk, at=AT)

        assert rearrange(document, clerk, 2, 1, 3, 4).number == 2
        document.refresh_from_db()
        assert document.checked_out_by == clerk


class TestFollowingPages:
    def test_folio_numbers_stay_with_their_sheets_and_a_sheet_left_out_leaves_a_gap(self) -> None:
        MunicipalSettings.load()
        document, clerk = four_pages()
        folios.foliate(file=document.file, by=clerk, at=AT)
        before = folio_labels(document)

        rearrange(document, clerk, 4, 1, 3)
        read_all()

        after = folio_labels(document)
        assert after == [before[3], before[0], before[2]]
        [gap] = folios.overview(file=document.file).gaps
        assert (gap.folio_numbers, gap.reason) == (before[1], "fewer_pages")
        assert told("rearrange")["folio_numbers"] == (", ".join(before), ", ".join(after))

    def test_the_number_of_a_sheet_that_was_left_out_is_never_given_again(self) -> None:
        document, clerk = four_pages()
        MunicipalSettings.load()
        MunicipalSettings.objects.update(folio_numbering="per_page")
        folios.foliate(file=document.file, by=clerk, at=AT)
        rearrange(document, clerk, 1, 2, 3)
        read_all()
        document.refresh_from_db()
        intake.add_version(
            document=document, arrival=intake.Arrival(stores.of_municipality().put(pdf_of(*"abcde")), "neu.pdf"), by=clerk, at=AT
        )
        read_all()

        fresh = folios.foliate(file=document.file, by=clerk, at=AT)

        assert "4" not in fresh
        assert folio_labels(document)[:3] == ["1", "2", "3"]

    def test_sticky_notes_go_along_and_those_on_a_sheet_left_out_stick_to_the_one_before(self) -> None:
        document, clerk = four_pages()
        for page in NUMBERS:
            sticking.stick(document=document, page=page, text=f"Notiz {page}", printed=False, by=clerk, at=AT)

        rearrange(document, clerk, 4, 2, 1)

        assert dict(StickyNote.objects.values_list("text", "page")) == {"Notiz 1": 3, "Notiz 2": 2, "Notiz 3": 2, "Notiz 4": 1}
        assert told("rearrange")["sticky_notes"] == ("1, 2, 3, 4", "1, 2, 2, 3")

    def test_bookmarks_go_along(self) -> None:
        document, clerk = four_pages()
        for page in NUMBERS:
            bookmarks.put(document=document, page=page, by=clerk, at=AT)

        rearrange(document, clerk, 4, 2, 1)

        assert sorted(Bookmark.objects.values_list("page", flat=True)) == [1, 2, 3]


class TestTwoClerksAtOnce:
    def test_a_version_that_was_filed_meanwhile_is_named_with_who_and_when(self) -> None:
        document, clerk = four_pages()
        other = ClerkFactory(display_name="Frau Schnell")
        arrival = intake.Arrival(stores.of_municipality().put(pdf_of("Neu")), "neu.pdf")
        intake.add_version(document=document, arrival=arrival, by=other, at=AT)
        document.refresh_from_db()

        with pytest.raises(rearranging.Stale, match=r"Frau Schnell .*Fassung 2 .*02\.03\.2026, 09:00"):
            rearrange(document, clerk, 2, 1)
        assert document.versions.count() == 2

    def test_what_happens_while_the_pages_are_put_together_is_seen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The work takes seconds and locks nothing; the decision is made under the lock."""
        document, clerk = four_pages()
        other = ClerkFactory(display_name="Frau Schnell")
        make = page_making.make

        def slowly(*args, **more):
            made = make(*args, **more)
            holding.check_out(document=document, by=other, at=AT)
            return made

        monkeypatch.setattr(page_making, "make", slowly)

        with pytest.raises(rearranging.Stale, match="Frau Schnell"):
            rearrange(document, clerk, 2, 1)
        assert document.versions.count() == 1

    def test_of_two_that_save_at_the_same_moment_one_is_told_of_the_other(self, transactional) -> None:
        document, _clerk = four_pages()
        clerks = [ClerkFactory(display_name=name) for name in ("Frau Erste", "Frau Zweite")]
        made, refused, start = [], [], threading.Barrier(2)

        def save(clerk) -> None:
            start.wait()
            try:
                made.append(rearrange(document, clerk, 4, 3, 2, 1))
            except rearranging.Stale as refusal:
                refused.append(str(refusal))
            connections.close_all()

        threads = [threading.Thread(target=current.inside(current.municipality(), save), args=[clerk]) for clerk in clerks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)

        assert [version.number for version in made] == [2]
        [sentence] = refused
        assert str(made[0].created_by) in sentence
        assert document.versions.count() == 2

    def test_a_closed_file_is_left_alone_and_it_is_said_who_closed_it(self) -> None:
        document, clerk = four_pages()
        other = ClerkFactory(display_name="Frau Schnell")
        Document.objects.filter(pk=document.pk).update(directly_in_file=True)
        filing.close_file(file=document.file, by=other, at=timezone.now())
        document.refresh_from_db()

        with pytest.raises(rearranging.Stale, match=r"geschlossen.*Frau Schnell"):
            rearrange(document, clerk, 2, 1)

    def test_a_cancelled_document_is_left_alone(self) -> None:
        document, clerk = four_pages()
        filing.cancel_document(document=document, reason="Irrtum", by=clerk, at=AT)
        document.refresh_from_db()

        with pytest.raises(rearranging.Stale, match="storniert"):
            rearrange(document, clerk, 2, 1)


class TestBadInput:
    @pytest.mark.parametrize(
        ("pages", "sentence"),
        [
            ((), "Mindestens eine Seite"),
            ((5,), "keine Seite 5"),
            ((0,), "keine Seite 0"),
            ((-1, 2), "keine Seite -1"),
            ((1, 2, 1), "Seite 1 wurde zweimal"),
            (((1, 45), 2), "90, 180 oder 270"),
            ((1, 2, 3, 4), "ist nichts geändert"),
        ],
    )
    def test_gets_a_sentence_and_changes_nothing(self, pages, sentence) -> None:
        document, clerk = four_pages()

        with pytest.raises(rearranging.CannotRearrange, match=sentence):
            rearrange(document, clerk, *pages)
        assert document.versions.count() == 1

    @pytest.mark.parametrize(
        ("content", "name", "sentence"),
        [
            (b"Guten Tag", "brief.txt", "weder ein PDF noch ein Bild"),
            (b"PK\x05\x06" + bytes(18), "Sammlung.zip", "weder ein PDF noch ein Bild"),
            (b"%PDF-1.7\nbroken", "Kaputt.pdf", "beschädigt"),
            (locked(), "Gesperrt.pdf", "verschlüsselt"),
            (as_pdf(papers.with_form(papers.typed("Bitte warten"), xfa=True)), "Formular.pdf", "XFA"),
        ],
    )
    def test_documents_without_pages_to_be_arranged_are_refused_in_words(self, content, name, sentence) -> None:
        document, clerk = document_of(content=content, name=name)

        with pytest.raises(page_making.CannotTakePages, match=sentence):
            rearrange(document, clerk, (1, 90))

    def test_a_document_that_is_being_read_is_waited_for(self) -> None:
        document, clerk = four_pages()
        DocumentVersion.objects.update(state="reading")
        document.refresh_from_db()

        with pytest.raises(page_making.CannotTakePages, match="wird noch gelesen"):
            rearrange(document, clerk, 2, 1)

    def test_bytes_that_are_gone_are_said_to_be_gone(self) -> None:
        document = DocumentFactory(pages=["Eins", "Zwei"])

        with pytest.raises(page_making.CannotTakePages, match="fehlen"):
            rearrange(document, ClerkFactory(), 2, 1)

    def test_whoever_has_to_wait_too_long_is_told_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        document, clerk = four_pages()
        monkeypatch.setattr(page_making, "TURNS", threading.BoundedSemaphore(1))
        monkeypatch.setattr(page_making, "SECONDS_TO_WAIT", 0.01)

        with page_making.TURNS, pytest.raises(page_making.CannotTakePages, match="in einer Minute"):
            rearrange(document, clerk, 2, 1)
        assert rearrange(document, clerk, 2, 1).number == 2

    def test_too_many_pages_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        document, clerk = four_pages()
        monkeypatch.setattr(page_making, "MOST_PAGES", 3)

        with pytest.raises(page_making.CannotTakePages, match="Mehr als 3 Seiten"):
            rearrange(document, clerk, 2, 1)


class TestSigned:
    def signed(self):
        return document_of(content=as_pdf(papers.with_form(papers.typed("Vertrag", "Anlage"), signature=True)), name="Vertrag.pdf")

    def test_a_signed_document_is_refused_until_somebody_has_confirmed_it(self) -> None:
        document, clerk = self.signed()

        with pytest.raises(page_making.Signed, match="Fassung 1"):
            rearrange(document, clerk, 2, 1)

        assert document.versions.count() == 1

    def test_confirmed_it_says_so_and_the_signed_original_stays(self) -> None:
        document, clerk = self.signed()
        before = document.current.sha256

        version = rearrange(document, clerk, 2, 1, despite_signature=True)
        read_all()

        version.refresh_from_db()
        assert "ohne die elektronische Signatur" in version.comment
        assert "signed" not in version.notices
        assert document.versions.get(number=1).sha256 == before


class TestInWords:
    @pytest.mark.parametrize(
        ("pages", "words"),
        [
            ((1, 2, 3), "1–3"),
            ((3, 2, 1), "3, 2, 1"),
            ((1, (2, 90), (3, 90), 4), "1, 2–3 (90°), 4"),
            ((5,), "5"),
        ],
    )
    def test_pages_are_told_as_people_write_them(self, pages, words) -> None:
        assert rearranging.in_words(chosen(*pages)) == words
