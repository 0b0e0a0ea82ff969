"""Folio numbers: counted oldest first, given once, never doubled and never given again; insertions get letters."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records import binder, filing, folios, moving
from records.folios import Number
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


# --- Properties of the counting itself -----------------------------------------------------------------------------------------------


class Binder:
    """A file as it changes, without a database: documents in counting order with their pages, and all numbers ever given."""

    def __init__(self, per_sheet: bool) -> None:
        self.per_sheet = per_sheet
        self.order: list[int] = []
        self.away: list[int] = []
        self.pages: dict[int, int] = {}
        self.given: dict[tuple[int, int], Number] = {}
        self.moved = False

    def do(self, act: str, which: int, where: int, pages: int) -> None:
        if act == "insert" or not self.order:
            self.pages[len(self.pages)] = pages
            self.order.insert(where % (len(self.order) + 1), len(self.pages) - 1)
        elif act == "foliate":
            self.foliate()
        elif act == "version":
            self.pages[self.order[which % len(self.order)]] = pages
        elif act == "take out":
            self.away.append(self.order.pop(which % len(self.order)))
        else:  # moved, or back from where it was
            taken = self.away.pop() if act == "back" and self.away else self.order.pop(which % len(self.order))
            self.order.insert(where % (len(self.order) + 1), taken)
            self.moved = True

    def stream(self) -> list[tuple[int, int]]:
        return [(document, page) for document in self.order for page in range(1, self.pages[document] + 1)]

    def foliate(self) -> dict[tuple[int, int], Number]:
        fresh = folios.assign(self.stream(), self.given, per_sheet=self.per_sheet)
        assert not fresh.keys() & self.given.keys()
        assert not set(fresh.values()) & set(self.given.values()), "never given again"
        self.given |= fresh
        return fresh


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["insert", "insert", "move", "take out", "back", "version", "foliate"]),
        st.integers(0, 99),
        st.integers(0, 99),
        st.integers(1, 5),
    ),
    max_size=40,
)
INSERTIONS = st.lists(
    st.tuples(st.sampled_from(["insert", "foliate"]), st.just(0), st.integers(0, 99), st.integers(1, 5)), min_size=1, max_size=40
)


class TestProperties:
    @settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(acts=ACTS, per_sheet=st.booleans())
    def test_numbers_are_never_doubled_never_re_used_and_on_every_sheet(self, acts, per_sheet) -> None:
        file = Binder(per_sheet)
        for act in acts:
            before = dict(file.given)
            file.do(*act)
            assert before.items() <= file.given.items()  # what stands on a sheet never changes
        file.foliate()

        numbers = list(file.given.values())
        assert len({number.label for number in numbers}) == len(numbers)
        assert all(leaf in file.given for leaf in file.stream())
        assert all(len(number.suffix) <= 6 for number in numbers)

    @settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(acts=INSERTIONS, per_sheet=st.booleans())
    def test_insertions_lie_between_the_numbers_around_them(self, acts, per_sheet) -> None:
        file = Binder(per_sheet)
        for act in acts:
            file.do(*act)
            ordered = [file.given[leaf].number for leaf in file.stream() if leaf in file.given]
            assert ordered == sorted(ordered)

    @settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(counts=st.lists(st.integers(1, 6), min_size=1, max_size=20), per_sheet=st.booleans())
    def test_the_first_foliation_counts_from_1_oldest_first_without_a_gap(self, counts, per_sheet) -> None:
        stream = [(document, page) for document, pages in enumerate(counts) for page in range(1, pages + 1)]

        given_now = folios.assign(stream, {}, per_sheet=per_sheet)

        keys = [given_now[leaf].key for leaf in stream]
        assert keys == sorted(keys)
        fronts = [number.number for number in given_now.values() if not number.back]
        assert fronts == list(range(1, len(fronts) + 1))
        assert all(number.back == (per_sheet and page % 2 == 0) for (_document, page), number in given_now.items())

    @given(st.integers(0, 3000))
    def test_suffixes_sort_in_the_order_in_which_they_are_given(self, steps) -> None:
        suffix = ""
        for _step in range(steps % 800):
            following = folios.next_suffix(suffix)
            assert (len(suffix), suffix) < (len(following), following)
            suffix = following

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(numbers=st.lists(st.integers(0, 30), unique=True))
    def test_what_lies_in_order_is_as_much_as_can_be(self, numbers) -> None:
        keys = [(number, 0, "", False) for number in numbers]

        kept = folios.in_order(keys)

        row = [keys[place] for place in sorted(kept)]
        assert row == sorted(row)
        assert len(row) == _longest(numbers)

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        ranks=st.lists(st.integers(1, 1000), unique=True, min_size=1, max_size=8),
        parents=st.lists(st.integers(0, 20), min_size=8, max_size=8),
        newest=st.booleans(),
    )
    def test_stapling_order(self, ranks, parents, newest) -> None:
        """Newest or oldest on top; attachments behind their document; pages never reversed; numbers the same in both orders."""
        setting(stapling_order="newest_on_top" if newest else "oldest_on_top", folio_numbering="per_page")
        file = RecordFileFactory()
        papers: list[Document] = []
        for rank, parent in zip(ranks, parents, strict=False):
            holders = [paper for paper in papers if paper.parent_id is None]
            papers.append(letter(file, f"{rank}", 2, rank=rank, parent=holders[parent] if parent < len(holders) else None))

        foliate(file)

        sheets = [(s.document.pk, s.page) for s in binder.sheets(file=RecordFile.objects.get(pk=file.pk))]
        tops = sorted((p for p in papers if p.parent_id is None), key=lambda p: p.rank)
        family = {p.pk: [p, *sorted((a for a in papers if a.parent_id == p.pk), key=lambda a: a.rank)] for p in tops}
        expected = [paper.pk for top in (reversed(tops) if newest else tops) for paper in family[top.pk]]
        assert sheets == [(pk, page) for pk in expected for page in (1, 2)]
        counted = [paper.pk for top in tops for paper in family[top.pk]]
        rows = Folio.objects.filter(file=file).order_by("number").values_list("document_id", "page")
        assert list(rows) == [(pk, page) for pk in counted for page in (1, 2)]


def _longest(numbers: Sequence[int]) -> int:
    best: list[int] = []
    for place, number in enumerate(numbers):
        best.append(1 + max((best[other] for other in range(place) if numbers[other] < number), default=0))
    return max(best, default=0)
