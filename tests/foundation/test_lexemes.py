"""German words as PostgreSQL's lexemes. That both sides meet in the database is shown in tests/centre/hotline/test_searching.py."""

from __future__ import annotations

from foundation.lexemes import LONGEST, any_of, tsquery_of, vector_of
from foundation.query import parse


class TestVectorOf:
    def test_splits_compounds_and_folds(self) -> None:
        made = vector_of([("D", "Grundsteuerbescheide der Straße")])

        assert {"'grundsteuerbescheid':11", "'steuerbescheid'", "'bescheid'", "'strass':13", "'=strasse'"} <= set(made.split())

    def test_titles_weigh_and_their_parts_too(self) -> None:
        assert "'steuer':11A" in vector_of([("A", "Grundsteuer")])

    def test_no_phrase_runs_from_one_text_into_the_next(self) -> None:
        made = vector_of([("D", "Eins"), ("D", "Zwei")])

        assert made.split()[0].endswith(":11")
        assert next(each for each in made.split() if each.startswith("'zwei'")).endswith(":22")

    def test_signs_of_the_database_are_words_like_others(self) -> None:
        assert vector_of([("D", "' \\ ':* & | !")]) == ""

    def test_stays_below_what_the_database_takes(self) -> None:
        made = vector_of([("D", " ".join(f"wort{n}x" for n in range(200_000)))])

        assert len(made.encode()) < 2.2 * LONGEST


class TestTsqueryOf:
    def test_says_groups_phrases_prefixes_and_exclusions(self) -> None:
        assert tsquery_of(parse('Akte ODER Band "neue Seite" druck* -Fax')) == (
            "('akt' | 'band') & (('neu' <-> 'seit')) & ('=druck':*) & !('fax')"
        )

    def test_quotes_what_is_typed(self) -> None:
        assert "''" not in tsquery_of(parse("O'Neil"))
        assert any_of(["it's"], weights="AB") == "'it''s':AB"
