"""What people type into the search box."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.query import MOST_LEAVES, Phrase, Prefix, Query, QueryError, Word, parse


def shape(query: Query) -> list[list[str]]:
    """Write groups as typed: alternatives beside each other, phrases in quotes, prefixes with an asterisk."""

    def show(leaf: Word | Phrase | Prefix) -> str:
        if isinstance(leaf, Phrase):
            return '"' + " ".join(leaf.words) + '"'
        if isinstance(leaf, Prefix):
            return " ".join([*leaf.before, leaf.start + "*"])
        return leaf.term

    return [[show(leaf) for leaf in group] for group in query.groups] + [["-" + show(leaf)] for leaf in query.excluded]


class TestParse:
    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            ("Antrag", [["antrag"]]),
            ("Antrag Bescheide", [["antrag"], ["bescheid"]]),
            ('"Eine Phrase" Haus', [['"ein phras"'], ["haus"]]),
            ("„deutsche Anführung“", [['"deutsch anfuhrung"']]),
            ("Bauge*", [["bauge*"]]),
            ("Straß*", [["strass*"]]),
            ("Haus -Garten", [["haus"], ["-gart"]]),
            ('Haus -"Garten und Hof"', [["haus"], ['-"gart und hof"']]),
            ("Haus ODER Garten", [["haus", "gart"]]),
            ("Haus OR Garten Zaun", [["haus", "gart"], ["zaun"]]),
            ("eins ODER zwei ODER drei", [["ein", "zwei", "drei"]]),
            ("oder or", [["oder"], ["or"]]),
            ("Haus Haus Häuser", [["haus"], ["haus"]]),
            ("63.12.04-2026/0317", [['"63 12 04 2026 0317"']]),
            ("63.12.04-2026/03", [['"63 12 04 2026 03"']]),
            ("63.12.04-2026/03*", [["63 12 04 2026 03*"]]),
            ("§ 34", [["§34"]]),
            ("§34a BauGB", [["§34a"], ["baugb"]]),
            ("E-Mail", [["email"]]),
            ("und/oder", [["und"], ["oder"]]),
            ("(Haus)", [["haus"]]),
        ],
    )
    def test_reads(self, typed, expected):
        found = shape(parse(typed))

        assert found == expected

    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            ('"offene Phrase', [['"offen phras"']]),
            ('Haus "', [["haus"]]),
            ("ODER Haus", [["haus"]]),
            ("Haus ODER", [["haus"]]),
            ("Haus ODER ODER Garten", [["haus", "gart"]]),
            ("Haus - Garten", [["haus"], ["gart"]]),
            ("Haus *", [["haus"]]),
            ('"" Haus', [["haus"]]),
            ("Haus &&&", [["haus"]]),
            ("Haus\x00Garten", [["haus"], ["gart"]]),
            ("--Haus Garten", [["gart"], ["-haus"]]),
        ],
    )
    def test_leaves_out_what_means_nothing(self, typed, expected):
        assert shape(parse(typed)) == expected

    @pytest.mark.parametrize("typed", ["", "   ", "-", "*", '""', "ODER", "-Haus", '-"eine Phrase"', "a*", "x" * 10_000, "Haus " * 2_000])
    def test_says_why_it_cannot_search(self, typed):
        with pytest.raises(QueryError) as refusal:
            parse(typed)

        assert str(refusal.value).endswith(".")

    def test_refuses_more_words_than_a_person_types(self):
        with pytest.raises(QueryError):
            parse(" ".join(f"Wort{number}" for number in range(MOST_LEAVES + 1)))

    @settings(max_examples=300, deadline=None)
    @given(st.text(alphabet=st.sampled_from("aÄß \"„*-/.§3OR\n\x00_ODER'()\\[]+^~:😀"), max_size=40))
    def test_never_breaks(self, typed):
        try:
            query = parse(typed)
        except QueryError:
            return

        assert query.groups
