"""Suggestions while somebody types: references, titles, and what was probably meant."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from records import erasure, granting, suggesting
from records.models import Document, TitleWord
from tenants import current
from tests.factories import ClerkFactory
from tests.node.factories import DocumentFactory, FilePlanUnitFactory, RecordFileFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MANY = """
    Antrag Anfrage Auftrag Bauantrag Bauvertrag Bescheid Bescheinigung Blackbox Beschluss Beschwerde Genehmigung Genossenschaft Grundbuch
    Grundstück Gutachten Kanalbau Kanalnetz Lageplan Lagerhaus Mahnung Meldung normal Nachlass Protokoll Rechnung Rechtsamt Sanierung Satzung
    Spielplatz Sportplatz Vermerk Vermessung Verordnung Vertrag Widerspruch Wirtschaftsplan Straßenausbau Kostenvoranschlag
"""


def reader_of(unit):
    clerk = ClerkFactory()
    granting.grant(target=unit, to=clerk, right="read_records", by=None, at=AT)
    return clerk


def titles(clerk, text) -> list[str]:
    return [suggestion.title for suggestion in suggesting.suggest(clerk=clerk, text=text)]


class TestSuggest:
    def test_offers_references_titles_and_forgives_slips(self):
        unit = FilePlanUnitFactory(classification_code="63.12")
        file = RecordFileFactory(unit=unit, title="Neubau Einfamilienhaus Lindenweg", file_reference="63.12-2026/0317")
        clerk = reader_of(unit)

        for typed in ("63.12-2026/03", "Einfam", "Lindenweg", "Lindneweg", "Einfamilienhuas"):
            assert [s.id for s in suggesting.suggest(clerk=clerk, text=typed)] == [file.public_id], typed
        assert suggesting.suggest(clerk=ClerkFactory(), text="Lindenweg") == []

    @pytest.mark.parametrize("text", ["", " ", "\x00", "%", "_", "x" * 5000, "'", "\\", "ab cd", "ﬁ ŉ İ"])
    def test_takes_anything(self, text):
        assert suggesting.suggest(clerk=ClerkFactory(), text=text) == []


class TestSlips:
    """What usually goes wrong: a letter missing, doubled, wrong, swapped with its neighbour."""

    @pytest.mark.parametrize(
        ("word", "typed"),
        [
            ("normal", ["norml", "normmal", "narmal", "nomral", "noraml"]),
            ("Antrag", ["Antrg", "Antraag", "Antrog", "Anrtag", "Natrag"]),
            ("Vermerk", ["Vermrk", "Vermmerk", "Vermark", "Verrmek", "Vemerrk", "Vrmmerk"]),
            ("Blackbox", ["Blakbox", "Blackboxx", "Bleckbox", "Blakcbox", "Blakcobx"]),
            ("Bauantrag", ["Bauantrg", "Bauanntrag", "Bauentrag", "Bauantarg", "Baunatrg"]),
            ("Gutachten", ["Gutchten", "Gutacchten", "Gutechten", "Gutahcten", "Guatchtn"]),
            ("Genehmigung", ["Genehmgung", "Genehmiggung", "Genehnigung", "Genehimgung", "Genemigugn"]),
            ("Widerspruch", ["Widersruch", "Wiederspruch", "Widerspruck", "Widersrpuch", "Wiedersprch"]),
            ("Straßenausbau", ["Strassenausbau", "Straßenasbau", "Straßenausbua", "Strasenausbau"]),
            ("Wirtschaftsplan", ["Wirtschaftplan", "Wirtschafsplan", "Witrschaftsplan", "Wirtschaftsplna", "Wirtschftplan"]),
            ("Kostenvoranschlag", ["Kostenvoranshclag", "Kostenvornschlg", "Kostnevoran"]),
        ],
    )
    def test_one_or_two_find_the_word_and_nothing_else(self, word, typed):
        unit = FilePlanUnitFactory()
        file = RecordFileFactory(unit=unit, title="Sammlung")
        for title in MANY.split():
            DocumentFactory(file=file, title=f"{title} 2024", version=False)
        clerk = reader_of(unit)

        for wrong in typed:
            found = titles(clerk, wrong)
            assert f"{word} 2024" in found, wrong
            assert all(word.lower() in title.lower() for title in found), wrong  # Antrag is in Bauantrag, too

    def test_files_and_documents_are_forgiven_alike_in_titles_of_several_words(self):
        unit = FilePlanUnitFactory()
        file = RecordFileFactory(unit=unit, title="Neubau Kindergarten Lindenweg 12")
        document = DocumentFactory(file=file, title="Bescheid zum Kindergarten", version=False)
        DocumentFactory(file=file, title="Kindergarten", version=False)

        clerk = reader_of(unit)

        assert titles(clerk, "Kindregarten Lindenwge 12") == [file.title]
        assert titles(clerk, "bescheidd kindergraten") == [document.title]

    def test_what_was_typed_right_comes_first_and_only_one_slip_is_forgiven_beside(self):
        unit = FilePlanUnitFactory()
        file = RecordFileFactory(unit=unit, title="Sammlung")
        for title in ("Spielplatz", "Spielpletz", "Sportplatz"):
            DocumentFactory(file=file, title=title, version=False)

        assert titles(reader_of(unit), "Spielplatz") == ["Spielplatz", "Spielpletz"]

    def test_a_nearer_word_that_only_others_may_see_hides_nothing(self):
        unit = FilePlanUnitFactory()
        DocumentFactory(title="Bauantrg", version=False)
        DocumentFactory(title="Bauantrga", version=False)
        mine = DocumentFactory(file=RecordFileFactory(unit=unit), title="Bauantrag", version=False)

        assert titles(reader_of(unit), "Bauantrg") == [mine.title]

    def test_numbers_and_short_words_are_taken_as_they_are(self):
        unit = FilePlanUnitFactory()
        RecordFileFactory(unit=unit, title="Weg 2024")
        clerk = reader_of(unit)

        assert titles(clerk, "Wge") == []
        assert titles(clerk, "2042") == []


class TestTitleWords:
    def test_are_noted_whoever_writes_a_title(self):
        file = RecordFileFactory(title="Über-Prüfung, Straße 12a (ABC)")
        document = DocumentFactory(file=file, title="Erste", version=False)
        Document.objects.filter(pk=document.pk).update(title="Zweite prüfung")

        assert sorted(TitleWord.objects.values_list("word", flat=True)) == ["erste", "prüfung", "straße", "zweite", "über"]

    def test_go_with_the_erased_title_that_alone_had_them(self):
        document = DocumentFactory(title="Vorladung Xaver Zwirnlechner")
        DocumentFactory(title="Vorladung", version=False)
        first, second = ClerkFactory(), ClerkFactory()

        request = erasure.ask_for_erasure(document=document, reason="Irrläufer", by=first, at=AT)
        erasure.approve_erasure(request=request, by=second, at=AT)

        words = set(TitleWord.objects.values_list("word", flat=True))
        assert "vorladung" in words
        assert not words & {"xaver", "zwirnlechner"}

    def test_are_found_through_their_index(self):
        with current.connection().cursor() as cursor:
            cursor.execute(
                "INSERT INTO records_titleword (word) SELECT translate(md5(n::text), '0123456789', 'ghijklmnop') FROM generate_series(1, 20000) n"
            )
            cursor.execute("ANALYZE records_titleword")
            cursor.execute("EXPLAIN " + suggesting.LOOK_ALIKE_SQL, {"typed": "bauantrg", "most": suggesting.LOOKED_AT})
            plan = " ".join(line for (line,) in cursor.fetchall())

        assert "title_word_trgm" in plan
