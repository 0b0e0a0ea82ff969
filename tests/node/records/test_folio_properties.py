"""Properties of folio numbers under random acts, and of the stapling order."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records import binder, folios
from records.folios import Number
from records.models import Document, Folio, RecordFile
from tenants.models import MunicipalSettings
from tests.factories import ClerkFactory
from tests.node.factories import AT, DocumentFactory, RecordFileFactory


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
        order = "newest_on_top" if newest else "oldest_on_top"
        MunicipalSettings.objects.update_or_create(pk=1, defaults={"stapling_order": order, "folio_numbering": "per_page"})
        file = RecordFileFactory()
        papers: list[Document] = []
        for rank, parent in zip(ranks, parents, strict=False):
            holders = [paper for paper in papers if paper.parent_id is None]
            papers.append(DocumentFactory(file=file, rank=rank, pages=["", ""], parent=holders[parent] if parent < len(holders) else None))

        folios.foliate(file=file, by=ClerkFactory(), at=AT)

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
