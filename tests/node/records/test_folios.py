"""Folio numbers: counted oldest first, given once, never doubled and never given again; insertions get letters."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connections

from records import binder, filing, folios, moving
from records.models import Document, Folio, JournalEntry, RecordFile
from tenants import current
from tenants.models import MunicipalSettings
from tests.factories import ClerkFactory
from tests.node.factories import AT, DocumentFactory, DocumentVersionFactory, PageFactory, RecordFileFactory, RegisterFactory


def setting(**values: str) -> None:
    MunicipalSettings.objects.update_or_create(pk=1, defaults=values)


def foliate(file: RecordFile) -> list[str]:
    return folios.foliate(file=file, by=ClerkFactory(), at=AT)


def labels(file: RecordFile) -> dict[str, list[str | None]]:
    """Titles with the numbers on their sheets, as the viewer has them, in paper order."""
    file.refresh_from_db()
    found: dict[str, list[str | None]] = {}
    for sheet in binder.sheets(file=file):
        found.setdefault(sheet.document.title, []).append(sheet.folio_number)
    return found


def letter(file: RecordFile, title: str, pages: int = 1, **more) -> Document:
    return DocumentFactory(file=file, title=title, pages=[""] * pages, **more)


def new_version(document: Document, pages: int) -> None:
    document.current = DocumentVersionFactory(document=document, page_count=pages)
    document.save(update_fields=["current"])
    for number in range(1, pages + 1):
        PageFactory(version=document.current, number=number)


def foliated(*titles: str, numbering: str = "per_page", order: str = "oldest_on_top") -> RecordFile:
    """A foliated file with documents of one sheet, filed in this order."""
    setting(folio_numbering=numbering, stapling_order=order)
    file = RecordFileFactory()
    for place, title in enumerate(titles, start=1):
        letter(file, title, rank=place * 1000)
    foliate(file)
    return file


class TestFoliate:
    @pytest.mark.parametrize("order", ["newest_on_top", "oldest_on_top"])
    def test_counts_oldest_first_whatever_the_stapling_order(self, order) -> None:
        setting(folio_numbering="per_page", stapling_order=order)
        file = RecordFileFactory()
        letter(file, "alt", rank=1, pages=2)
        letter(file, "neu", rank=2)

        foliate(file)

        assert labels(file) == {"alt": ["1", "2"], "neu": ["3"]}

    def test_counts_register_by_register_and_what_lies_directly_in_the_file_first(self) -> None:
        setting(folio_numbering="per_page")
        file = RecordFileFactory()
        second, first = RegisterFactory(file=file, position=2), RegisterFactory(file=file, position=1)
        letter(file, "im zweiten", register=second, rank=1)
        letter(file, "im ersten", register=first, rank=9)
        letter(file, "direkt", rank=99)

        foliate(file)

        assert labels(file) == {"direkt": ["1"], "im ersten": ["2"], "im zweiten": ["3"]}

    def test_numbers_front_and_back_of_a_sheet(self) -> None:
        setting(folio_numbering="per_sheet", stapling_order="oldest_on_top")
        file = RecordFileFactory()
        letter(file, "drei Seiten", 3, rank=1)
        letter(file, "zwei Seiten", 2, rank=2)

        assert foliate(file) == ["1", "1 RS", "2", "3", "3 RS"]

        assert labels(file) == {"drei Seiten": ["1", "1 RS", "2"], "zwei Seiten": ["3", "3 RS"]}

    @pytest.mark.parametrize("order", ["newest_on_top", "oldest_on_top"])
    def test_attachments_directly_follow_their_document(self, order) -> None:
        setting(folio_numbering="per_page", stapling_order=order)
        file = RecordFileFactory()
        old, new = letter(file, "alt", rank=1), letter(file, "neu", rank=2)
        letter(file, "Anlage 2 zu alt", rank=9, parent=old)
        letter(file, "Anlage 1 zu alt", rank=8, parent=old)
        letter(file, "Anlage zu neu", rank=3, parent=new)

        foliate(file)

        assert [labels(file)[title] for title in ("alt", "Anlage 1 zu alt", "Anlage 2 zu alt", "neu", "Anlage zu neu")] == [
            ["1"],
            ["2"],
            ["3"],
            ["4"],
            ["5"],
        ]
        titles = list(labels(file))
        assert titles[titles.index("alt") :][:3] == ["alt", "Anlage 1 zu alt", "Anlage 2 zu alt"]
        assert titles[titles.index("neu") + 1] == "Anlage zu neu"

    def test_tells_the_journal_which_numbers_were_given(self) -> None:
        file = foliated("a", "b", "c")

        entry = JournalEntry.objects.get(act="foliate")
        assert entry.file_id == file.public_id
        assert {v.field: v.new for v in entry.values.all()} == {
            "foliated_at": AT.isoformat(),
            "folio_numbers": "1–3",
            "folio_numbering": "per_page",
        }

    def test_a_second_run_without_anything_new_changes_nothing(self) -> None:
        file = foliated("a", "b")

        assert foliate(file) == []

        assert JournalEntry.objects.filter(act="foliate").count() == 1
        assert Folio.objects.count() == 2

    def test_all_or_none_names_the_documents_that_have_not_been_read(self) -> None:
        file = RecordFileFactory()
        letter(file, "gelesen")
        for number in range(6):
            DocumentFactory(file=file, title=f"Scan {number}", rank=10 + number, version__state="received", version__page_count=None)

        with pytest.raises(folios.CannotFoliate) as refusal:
            foliate(file)

        assert "„Scan 0“, „Scan 1“" in str(refusal.value)
        assert "1 weitere" in str(refusal.value)
        assert "Scan 5" not in str(refusal.value)
        assert not Folio.objects.exists()
        file.refresh_from_db()
        assert file.foliated_at is None

    def test_a_closed_file_can_be_foliated_for_a_court(self) -> None:
        file = RecordFileFactory()
        letter(file, "a")
        filing.close_file(file=file, by=ClerkFactory(), at=AT)

        assert foliate(file) == ["1"]

        file.refresh_from_db()
        assert file.status == "closed"

    def test_refuses_cancelled_files_and_files_without_sheets(self) -> None:
        with pytest.raises(folios.CannotFoliate):
            foliate(RecordFileFactory(status="cancelled", cancelled_at=AT))
        with pytest.raises(folios.CannotFoliate):
            foliate(RecordFileFactory())

    def test_documents_that_could_not_be_read_hinder_nobody_and_are_named(self) -> None:
        file = RecordFileFactory()
        letter(file, "a")
        broken = DocumentFactory(file=file, version__state="failed", version__page_count=None)

        assert foliate(file) == ["1"]

        assert folios.overview(file=file).without_sheets == [broken]

    def test_takes_the_same_few_queries_whatever_the_number_of_documents(self, django_assert_max_num_queries) -> None:
        counts = []
        for documents in (2, 2, 20):
            file = RecordFileFactory()
            for number in range(documents):
                letter(file, f"{number}", 2)
            clerk = ClerkFactory()
            with django_assert_max_num_queries(40, connection=connections[current.alias()]) as seen:
                folios.foliate(file=file, by=clerk, at=AT)
                folios.overview(file=file)
            counts.append(len(seen))

        assert counts[1] == counts[2]


class TestInsertions:
    def test_get_letters_after_the_preceding_sheet(self) -> None:
        file = foliated("a", "b", "c")
        letter(file, "neu", 3, rank=2500)
        foliate(file)
        letter(file, "noch eins", rank=2600)
        foliate(file)

        assert labels(file) == {"a": ["1"], "b": ["2"], "neu": ["2a", "2b", "2c"], "noch eins": ["2d"], "c": ["3"]}

    def test_have_backs_where_sheets_have(self) -> None:
        file = foliated("a", "b", numbering="per_sheet")
        letter(file, "neu", 3, rank=1500)

        assert foliate(file) == ["1a", "1a RS", "1b"]

    def test_at_the_end_the_count_goes_on(self) -> None:
        file = foliated("a", "b")
        letter(file, "neu", 2, rank=9000)

        assert foliate(file) == ["3", "4"]

    def test_before_the_first_sheet_follow_the_cover(self) -> None:
        file = foliated("a", "b")
        letter(file, "neu", 2, rank=1)

        assert foliate(file) == ["0a", "0b"]

    def test_after_z_comes_aa(self) -> None:
        file = foliated("a", "b")
        letter(file, "dick", 28, rank=1500)

        assert foliate(file)[-3:] == ["1z", "1aa", "1ab"]

    def test_an_uploaded_document_in_an_earlier_register_is_an_insertion(self) -> None:
        setting(folio_numbering="per_page")
        file = RecordFileFactory()
        first, second = RegisterFactory(file=file, position=1), RegisterFactory(file=file, position=2)
        letter(file, "Antrag", register=first, rank=1)
        letter(file, "Bescheid", register=second, rank=1)
        foliate(file)
        letter(file, "Nachtrag", register=first, rank=2)

        assert foliate(file) == ["1a"]


class TestKeepsNumbers:
    def test_a_new_version_with_more_pages_has_its_old_numbers_and_new_ones_behind_them(self) -> None:
        setting(folio_numbering="per_sheet", stapling_order="oldest_on_top")
        file = RecordFileFactory()
        long = letter(file, "lang", 3, rank=1)
        letter(file, "danach", rank=2)
        foliate(file)
        new_version(long, 6)

        foliate(file)

        assert labels(file) == {"lang": ["1", "1 RS", "2", "2 RS", "2a", "2a RS"], "danach": ["3"]}

    def test_a_new_version_with_fewer_pages_leaves_a_gap(self) -> None:
        file = foliated("a")
        document = letter(file, "lang", 3, rank=9000)
        foliate(file)
        new_version(document, 1)

        gap = folios.overview(file=file).gaps[0]

        assert (gap.folio_numbers, gap.reason, gap.document) == ("3–4", "fewer_pages", document)

    def test_a_moved_document_keeps_its_number_and_lies_out_of_order(self) -> None:
        file = foliated("a", "b", "c", "d")
        moved = Document.objects.get(title="b")

        moving.move_document(document=moved, file=file, register=None, position=4, by=ClerkFactory(), at=AT)

        assert labels(file) == {"a": ["1"], "c": ["3"], "d": ["4"], "b": ["2"]}
        assert [(s.folio_numbers, s.document) for s in folios.overview(file=file).out_of_order] == [("2", moved)]

    def test_an_insertion_behind_a_moved_document_is_numbered_after_the_sheet_before_it(self) -> None:
        file = foliated("a", "b", "c", "d")
        moving.move_document(document=Document.objects.get(title="a"), file=file, register=None, position=3, by=ClerkFactory(), at=AT)
        rank = Document.objects.get(title="a").rank
        letter(file, "neu", rank=rank + 1)

        foliate(file)

        assert labels(file) == {"b": ["2"], "c": ["3"], "a": ["1"], "neu": ["3a"], "d": ["4"]}

    def test_a_cancelled_document_leaves_a_visible_gap_that_is_never_filled(self) -> None:
        file = foliated("a", "b", "c")
        last = Document.objects.get(title="c")
        filing.cancel_document(document=last, reason="Irrtum", by=ClerkFactory(), at=AT)
        letter(file, "neu", rank=9000)

        assert foliate(file) == ["4"]

        gap = folios.overview(file=file).gaps[0]
        assert (gap.folio_numbers, gap.reason, gap.document) == ("3", "cancelled", last)

    def test_a_document_that_left_keeps_its_number_reserved_and_has_it_again_when_it_comes_back(self) -> None:
        file, other = foliated("a", "b"), foliated("x")
        gone = Document.objects.get(title="b")
        moving.move_document(document=gone, file=other, register=None, position=99, by=ClerkFactory(), at=AT)
        letter(file, "neu", rank=9000)
        foliate(file)
        foliate(other)

        assert labels(file) == {"a": ["1"], "neu": ["3"]}
        assert labels(other) == {"x": ["1"], "b": ["2"]}
        gap = folios.overview(file=file).gaps[0]
        assert (gap.folio_numbers, gap.reason, gap.document) == ("2", "elsewhere", None)  # where it lies now may be a secret

        gone.refresh_from_db()
        moving.move_document(document=gone, file=file, register=None, position=2, by=ClerkFactory(), at=AT)
        foliate(file)

        assert labels(file) == {"a": ["1"], "b": ["2"], "neu": ["3"]}
        assert folios.overview(file=file).gaps == []

    def test_another_way_of_numbering_holds_for_new_sheets_only(self) -> None:
        file = foliated("a", "b", numbering="per_page")
        setting(folio_numbering="per_sheet")
        letter(file, "neu", 2, rank=9000)

        foliate(file)

        assert labels(file) == {"a": ["1"], "b": ["2"], "neu": ["3", "3 RS"]}


class TestNeverDoubled:
    def test_the_database_refuses_a_number_twice(self) -> None:
        file = foliated("a")
        other = letter(file, "b")

        with pytest.raises(IntegrityError), current.atomic():
            Folio.objects.create(file=file, document=other, page=1, number=1, given_at=AT)

    def test_clerks_who_foliate_at_the_same_moment_take_turns(self, transactional) -> None:
        setting(folio_numbering="per_page")
        file = RecordFileFactory()
        for number in range(20):
            letter(file, f"{number}", 5)
        clerks = [ClerkFactory() for _n in range(6)]
        begin = threading.Barrier(len(clerks))

        def run(clerk) -> list[str]:
            try:
                begin.wait()
                return folios.foliate(file=file, by=clerk, at=AT)
            finally:
                connections[current.alias()].close()

        with ThreadPoolExecutor(max_workers=len(clerks)) as pool:
            given = list(pool.map(current.inside(current.municipality(), run), clerks))

        assert sorted(map(len, given)) == [0, 0, 0, 0, 0, 100]
        assert sorted(Folio.objects.values_list("number", flat=True)) == list(range(1, 101))
