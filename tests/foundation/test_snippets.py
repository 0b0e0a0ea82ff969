"""What is shown of a hit: the page, the extract and its marks."""

import pytest

from foundation.query import parse
from foundation.snippets import find_all_hits, find_hits, marks, one_edit_apart


class TestSnippets:
    @pytest.mark.parametrize(
        ("typed", "text", "marked"),
        [
            ("Genehmigung", "Das Baugenehmigungsverfahren ruht.", ["Baugenehmigungsverfahren"]),
            ("Mueller", "Frau Müller und Herr Muller", ["Müller", "Muller"]),
            ("Haus", "Die Häuser, das Rathaus", ["Häuser"]),
            ("Baugenehmigung", "Die Bau-\ngenehmigung wurde", ["Bau-\ngenehmigung"]),
            ('"die Straße ist"', "Die Strasse ist frei, die Straße nicht", ["Die Strasse ist"]),
            ("Bauge*", "Baugesuch und Bau", ["Baugesuch"]),
            ("63-123/2024", "Az. 63-123/2024-000017 liegt vor", ["63-123/2024-000017"]),
            ("§ 34", "nach § 34 BauGB, Seite 34", ["§ 34"]),
            ("Müller-Lüdenscheidt", "Müller Lüdenscheidt und Müller", ["Müller Lüdenscheidt"]),
            ("Zaun -Haus", "Zaun und Haus", ["Zaun"]),
            ("Zaun ODER Haus", "Zaun und Haus", ["Zaun", "Haus"]),
            ("Garten", "nichts dergleichen", []),
        ],
    )
    def test_marks_what_was_found(self, typed, text, marked):
        assert [text[start:end] for start, end in marks(text, parse(typed))] == marked

    def test_chooses_the_first_page_that_shows_the_whole_query(self):
        pages = ["Nur ein Zaun.", "Nur ein Haus.", "Ein Zaun am Haus.", "Haus mit Zaun"]

        assert find_hits(pages, parse("Haus Zaun")) == (3, "Ein <mark>Zaun</mark> am <mark>Haus</mark>.")

    def test_chooses_the_page_that_shows_most_if_none_shows_all(self):
        assert find_hits(["Leer", "Zaun und Haus"], parse("Haus Zaun Garten"))[0] == 2

    def test_shows_the_beginning_if_only_the_title_was_found(self):
        assert find_hits(["Sehr geehrte Frau Müller"], parse("Bebauungsplan")) == (1, "Sehr geehrte Frau Müller")

    def test_a_document_without_text_has_an_empty_extract(self):
        assert find_hits([], parse("Haus")) == (1, "")

    @pytest.mark.parametrize("between", ["\n", "\t", "\r\n", "\f", "\xa0", "\x07", " \n "])
    def test_whatever_parts_two_words_is_a_blank(self, between):
        found = find_hits([f"Die{between}Baugenehmigung{between}Sperlingsgasse{between}12"], parse("Baugenehmigung Sperlingsgasse"))

        assert found == (1, "Die <mark>Baugenehmigung</mark> <mark>Sperlingsgasse</mark> 12")

    def test_nothing_but_marks_is_unescaped(self):
        extract = find_hits(['<script>alert("Haus")</script> & Haus\x00\x07'], parse("Haus"))[1]

        assert extract == "&lt;script&gt;alert(&quot;<mark>Haus</mark>&quot;)&lt;/script&gt; &amp; <mark>Haus</mark>"

    @pytest.mark.parametrize(
        ("typed", "word"),
        [
            ("Handwerkverzeichnis", "Handwerksverzeichnis"),  # the letters that join the parts differ
            ("Ausschuss", "Ausschüsse"),
            ("Baugenehmigung", "Bauge-\nnehmigung"),  # broken where the letters are that are looked for
            ("Baugenehmigung", "İ und Baugenehmigung"),  # a letter that grows in lower case
            ('"Vier Wochen"', "vier\nWochen"),
        ],
    )
    def test_the_quick_look_misses_nothing(self, typed, word):
        extract = find_hits(["Wort " * 300 + word + " Wort" * 300], parse(typed))[1]

        assert "<mark>" in extract

    def test_a_long_page_is_cut_around_the_richest_place(self):
        text = "Zaun am Anfang. " + "Wort " * 400 + "Hier steht Haus mit Zaun und Garten. " + "Wort " * 400

        extract = find_hits([text], parse("Haus Zaun Garten"))[1]

        assert "<mark>Haus</mark> mit <mark>Zaun</mark> und <mark>Garten</mark>" in extract
        assert extract.startswith("… ")
        assert extract.endswith(" …")
        assert len(extract) < 330

    def test_a_phrase_of_any_length_keeps_its_marks_closed(self):
        text = "wort " * 500

        extract = find_hits([text], parse('"' + "wort " * 100 + '"'))[1]

        assert extract.count("<mark>") == extract.count("</mark>") >= 1

    def test_many_documents_at_once_give_the_same_as_one_by_one(self):
        query = parse("Genehmigung Straße")
        texts = [["Die Genehmigungen wurden erteilt."], ["Die Strasse ist frei.", "Baugenehmigung für die Straße"], ["Nichts davon"], []]

        assert find_all_hits(texts, query) == [find_hits(pages, query) for pages in texts]


LONG = "Der Kopf des Schreibens und mancherlei ohne Belang. " * 60


class TestGlances:
    """A long page is looked at where letters of the query stand before all of its words are analysed: the result must not tell."""

    @pytest.mark.parametrize(
        ("typed", "sentence", "marked"),
        [
            ("Genehmigung", "Das Baugenehmigungsverfahren ruht.", "Baugenehmigungsverfahren"),
            ("Genehmigung", "Die Bau-\ngenehmigung wurde getrennt.", "Bau-\ngenehmigung"),
            ("Müller", "Herr MUELLER kommt morgen.", "MUELLER"),
            ("Straße", "Die HAUPTSTRASSE bleibt gesperrt.", "HAUPTSTRASSE"),
            ("Haus", "Am Rand stehen die Häuser.", "Häuser"),
            ("Yilmaz", "Es unterschreibt Herr Yılmaz.", "Yılmaz"),
            ("Anlag*", "In der ANLAGE liegt der Plan.", "ANLAGE"),
            ('"ruht das Verfahren"', "Seit Mai ruht das Verfahren wieder.", "ruht das Verfahren"),
            ("63-123/2024-000017", "Az. 63-123/2024-000017 liegt vor.", "63-123/2024-000017"),
        ],
    )
    def test_a_hit_in_the_middle_of_a_long_page_is_marked(self, typed, sentence, marked):
        page, extract = find_hits([LONG, LONG + sentence + " " + LONG], parse(typed))

        assert page == 2
        assert f"<mark>{' '.join(marked.split())}</mark>" in extract

    def test_letters_that_are_only_a_part_of_another_word_are_no_hit(self):
        text = LONG + "Der Kontrast des Bildes genügt. " + LONG + "Die Träger sind fest. " + LONG + "Hier liegt der Antrag. " + LONG

        assert "<mark>Antrag</mark>" in find_hits([text], parse("Antrag"))[1]

    def test_words_far_from_each_other_are_both_found(self):
        text = "Die Gebühr ist fällig. " + LONG + "Das Grundstück ist verkauft. " + LONG

        assert find_hits(["Die Gebühr. " + LONG, text], parse("Gebühr Grundstück"))[0] == 2

    def test_every_word_of_the_extract_is_marked_also_at_the_end_of_what_was_looked_at(self):
        text = LONG + "Zaun. " + "Wort " * 130 + "Zaun Zaun Zaun Zaun. " + "Wort " * 20 + "Zaun. " + LONG

        extract = find_hits([text], parse("Zaun"))[1]

        assert extract.count("Zaun") == extract.count("<mark>Zaun</mark>") >= 1


class TestOneEdit:
    @pytest.mark.parametrize(("one", "other"), [("haus", "haus"), ("haus", "hau"), ("haus", "hauss"), ("haus", "maus"), ("haus", "hasu")])
    def test_is_near(self, one, other):
        assert one_edit_apart(one, other)
        assert one_edit_apart(other, one)

    @pytest.mark.parametrize(("one", "other"), [("haus", "ha"), ("haus", "mausi"), ("haus", "suah"), ("abcd", "badc")])
    def test_is_far(self, one, other):
        assert not one_edit_apart(one, other)
        assert not one_edit_apart(other, one)
