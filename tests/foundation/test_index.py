"""Searching the index with rights inside the query, and what is shown of a hit."""

from datetime import date
from pathlib import Path

import pytest

from foundation.index import BadCursor, Filters, Found, Index
from foundation.query import parse
from foundation.snippets import find_hits

from .indexes import ALL, documents, entry, filled

PROBES = {
    1: "Das Baugenehmigungsverfahren ruht.",
    2: "Die Hauptstraße bleibt gesperrt, die Straße ist nass.",
    3: "Die Strasse ist frei.",
    4: "Frau Müller hat angerufen.",
    5: "Herr Mueller kommt morgen.",
    6: "Die Anträge sowie Bescheide der Häuser.",
    7: "Der Grundsteuerbescheid ging ein.",
    8: "Die Bau-\ngenehmigung wurde am Zeilenende getrennt.",
    9: "Az. 63-123/2024-000017 liegt vor.",
    10: "Die Genehmigungen wurden erteilt.",
    11: "Die Firma Müller-\nLüdenscheidt und das Bau- und Ordnungsamt.",
    12: "Herr Yılmaz und Frau Jovanović beantragen es nach § 34a BauGB.",
}


@pytest.fixture(scope="module")
def probes(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return filled(tmp_path_factory.mktemp("probes"), [entry(number, text) for number, text in PROBES.items()])


class TestFirstFiles:
    def test_their_documents_are_the_most_relevant_hits_in_the_order_of_the_files(self, tmp_path):
        texts = {1: "Zaun Zaun Zaun", 2: "Haus", 3: "Haus am Zaun", 4: "Garten"}
        index = filled(tmp_path, [entry(number, text, file=10 * number) for number, text in texts.items()])

        found = index.search(parse("Zaun"), scopes=ALL, first_files=[30, 20], facets=True)

        assert [hit.document for hit in found.hits] == [3, 2, 1]
        assert (found.count, found.facets["kind"]) == (3, {"pdf": 3})
        assert index.search(parse("Zaun"), scopes=ALL, first_files=[30, 20], excluded_files={20}).count == 2
        assert index.search(parse("Zaun"), scopes={2}, first_files=[30, 20]).count == 0
        assert index.search(parse("Zaun"), scopes=ALL, first_files=[30, 20], filters=Filters(year=1999)).count == 0

    def test_pages_go_on_through_them(self, tmp_path):
        index = filled(tmp_path, [entry(number, "Zaun" if number % 2 else "Haus", file=number) for number in range(1, 9)])

        for order in ("relevance", "newest"):
            hits, cursor = [], None
            while True:
                page = index.search(parse("Zaun"), scopes=ALL, first_files=[8, 2], order=order, limit=2, after=cursor)
                hits += [hit.document for hit in page.hits]
                cursor = page.next
                if cursor is None:
                    break
            assert sorted(hits) == [1, 2, 3, 5, 7, 8]
            assert page.count == 6


class TestGerman:
    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            ("Genehmigung", {1, 8, 10}),
            ("Verfahren", {1}),
            ("Baugenehmigung", {1, 8}),
            ("Strasse", {2, 3}),
            ("Straße", {2, 3}),
            ("Müller", {4, 5, 11}),
            ("Mueller", {4, 5, 11}),
            ("Muller", {4, 5, 11}),
            ("Antrag", {6}),
            ("Haus", {6}),
            ("Bescheid", {6, 7}),
            ("Grundsteuer", {7}),
            ("Steuerbescheid", {7}),
            ("63-123/2024-000017", {9}),
            ("63-123", {9}),
            ("2024-000017", {9}),
            ("63-123/2024-0000*", {9}),
            ("Müller-Lüdenscheidt", {11}),
            ("Lüdenscheidt", {11}),
            ("Ordnungsamt", {11}),
            ("Yilmaz Jovanovic", {12}),
            ("§ 34a", {12}),
            ('"Straße ist nass"', {2}),
            ('"Strassen ist"', {2, 3}),
            ('"nass Straße"', set()),
            ("Bauge*", {1, 8}),
            ("Straße -nass", {3}),
            ("Grundsteuer ODER Häuser", {6, 7}),
            ("Straße frei", {3}),
        ],
    )
    def test_finds_what_a_german_reader_expects(self, probes, typed, expected):
        found = probes.search(parse(typed), scopes=ALL)

        assert documents(found) == expected
        assert found.count == len(expected)
        assert found.forgiven == ()

    @pytest.mark.parametrize("typed", ["Genehmgung", "Genhemigung", "Genehmigumg", "Genehmigungg"])
    def test_forgives_one_typo_in_a_word_without_hits_and_says_so(self, probes, typed):
        found = probes.search(parse(typed), scopes=ALL)

        assert documents(found) == {1, 8, 10}
        assert found.hits[0].document == 10  # the word itself before compounds with it
        assert found.forgiven == (typed,)

    @pytest.mark.parametrize("typed", ["Baugenehmigungsverfahern", "Baugenemigungsverfahren", "Grundsteuerbescheit"])
    def test_forgives_a_typo_in_a_compound_too(self, probes, typed):
        found = probes.search(parse(typed), scopes=ALL)

        assert documents(found) == ({7} if typed.startswith("Grund") else {1})
        assert "<mark>" in find_hits([PROBES[found.hits[0].document]], found.query)[1]

    def test_forgives_nothing_where_the_word_as_typed_has_hits(self, tmp_path):
        index = filled(tmp_path, [entry(1, "Der Graben ist tief."), entry(2, "Der Gruben sind zwei.")])

        assert documents(index.search(parse("Graben"), scopes=ALL)) == {1}

    def test_marks_the_words_that_a_forgiven_typo_found(self, probes):
        found = probes.search(parse("Genehmgung"), scopes=ALL)

        assert find_hits([PROBES[10]], found.query) == (1, "Die <mark>Genehmigungen</mark> wurden erteilt.")


class TestRanking:
    def test_a_word_in_the_title_comes_first(self, tmp_path):
        index = filled(tmp_path, [entry(1, "Ein Zaun."), entry(2, "Ein Zaun.", title="Zaun am Haus"), entry(3, "Ein Zaun.")])

        assert index.search(parse("Zaun"), scopes=ALL).hits[0].document == 2

    def test_finds_words_of_title_and_reference_but_no_phrase_across_them(self, tmp_path):
        index = filled(tmp_path, [entry(1, "Garten hinter dem Haus", title="Bebauungsplan", reference="63.12.04-2026/0317")])

        assert index.search(parse("Bebauungsplan Garten 63.12.04-2026/03*"), scopes=ALL).count == 1
        assert index.search(parse('"0317 Garten"'), scopes=ALL).count == 0

    def test_newest_first(self, tmp_path):
        days = {1: date(2023, 5, 1), 2: date(2025, 5, 1), 3: date(1899, 5, 1), 4: date(2025, 5, 1)}
        index = filled(tmp_path, [entry(number, "Zaun", date=day) for number, day in days.items()])

        found = index.search(parse("Zaun"), scopes=ALL, order="newest")

        assert [hit.document for hit in found.hits] == [4, 2, 1, 3]


class TestRights:
    def test_count_hits_and_facets_know_only_the_callers_scopes(self, tmp_path):
        index = filled(tmp_path, [entry(number, "Geheimnis", scope=number % 3, branch=(f"b{number % 3}",)) for number in range(1, 31)])

        found = index.search(parse("Geheimnis"), scopes={1}, facets=True)

        assert found.count == 10
        assert all(document % 3 == 1 for document in documents(found))
        assert found.facets["branch"] == {"b1": 10}

    def test_without_scopes_nothing_is_found(self, probes):
        assert probes.search(parse("Straße"), scopes=frozenset(), facets=True) == Found(0, [], {}, None, parse("Straße"))

    def test_excluded_files_are_not_even_counted(self, tmp_path):
        index = filled(tmp_path, [entry(number, "Zaun", file=number) for number in (1, 2, 3)])

        found = index.search(parse("Zaun"), scopes=ALL, excluded_files={2}, facets=True)

        assert (found.count, documents(found), found.facets["year"]) == (2, {1, 3}, {"2024": 2})

    def test_a_word_that_only_others_may_see_is_treated_as_unknown(self, tmp_path):
        index = filled(tmp_path, [entry(1, "Scheidung", scope=2), entry(2, "Scheidunk", scope=1)])

        found = index.search(parse("Scheidung"), scopes={1})

        assert (documents(found), found.forgiven) == ({2}, ("Scheidung",))

    def test_excluding_words_cannot_widen_rights(self, tmp_path):
        index = filled(tmp_path, [entry(1, "Zaun", scope=2), entry(2, "Zaun", scope=1)])

        assert documents(index.search(parse("Zaun -Nichts ODER Haus ODER Zaun"), scopes={1})) <= {2}


class TestFacetsAndFilters:
    def make(self, folder: Path) -> Index:
        return filled(
            folder,
            [
                entry(1, "Zaun", branch=("6", "63", "63.12"), year=2023, kind="image", media_type="image/tiff"),
                entry(2, "Zaun", branch=("6", "63", "63.13"), year=2024),
                entry(3, "Zaun", branch=("6", "64"), year=2024),
                entry(4, "Zaun", branch=("5",), year=2024, file=77),
                entry(5, "Haus", branch=("5",), year=2024),
            ],
        )

    def test_counts_every_level_of_the_branch_exactly(self, tmp_path):
        found = self.make(tmp_path).search(parse("Zaun"), scopes=ALL, facets=True)

        assert found.facets == {
            "branch": {"6": 3, "63": 2, "63.12": 1, "63.13": 1, "64": 1, "5": 1},
            "year": {"2024": 3, "2023": 1},
            "kind": {"pdf": 3, "image": 1},
        }

    @pytest.mark.parametrize(
        ("filters", "expected"),
        [
            (Filters(branch="63"), {1, 2}),
            (Filters(branch="6"), {1, 2, 3}),
            (Filters(year=2023), {1}),
            (Filters(kind="pdf", branch="6"), {2, 3}),
            (Filters(media_type="image/tiff"), {1}),
            (Filters(media_type="image"), set()),
            (Filters(file=77), {4}),
            (Filters(branch="nowhere"), set()),
        ],
    )
    def test_narrows(self, tmp_path, filters, expected):
        found = self.make(tmp_path).search(parse("Zaun"), scopes=ALL, filters=filters)

        assert (documents(found), found.count) == (expected, len(expected))


class TestPages:
    @pytest.mark.parametrize("order", ["relevance", "newest"])
    def test_all_pages_together_are_all_hits_once(self, tmp_path, order):
        index = filled(tmp_path, [entry(number, "Zaun " * (number % 5 + 1)) for number in range(1, 48)])
        seen: list[int] = []
        after = None

        for _ in range(10):
            found = index.search(parse("Zaun"), scopes=ALL, order=order, limit=10, after=after)
            seen += [hit.document for hit in found.hits]
            after = found.next
            assert found.count == 47
            if after is None:
                break

        assert sorted(seen) == list(range(1, 48))

    def test_a_new_document_does_not_shift_the_next_page(self, tmp_path):
        index = filled(tmp_path, [entry(number, "Zaun") for number in range(1, 21)])
        first = index.search(parse("Zaun"), scopes=ALL, order="newest", limit=10)

        filled(tmp_path, [entry(99, "Zaun")])
        second = index.search(parse("Zaun"), scopes=ALL, order="newest", limit=10, after=first.next)

        assert documents(first) | documents(second) == set(range(1, 21))

    @pytest.mark.parametrize("cursor", ["x", "WyJyIiwgLTFd", "bnVsbA==", "WyJuIiwgMTBd", "ä", "WyJyIiwgIm5pY2h0cyJd"])
    def test_refuses_a_cursor_of_another_origin_or_order(self, probes, cursor):
        with pytest.raises(BadCursor):
            probes.search(parse("Haus"), scopes=ALL, after=cursor)
