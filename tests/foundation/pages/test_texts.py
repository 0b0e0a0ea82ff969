"""The texts of born-digital pages and of plain text files."""

from pathlib import Path

import pytest

from foundation import kinds
from foundation.pages.encoding import text_encoding
from foundation.pages.facts import NoticeCode, PageText
from foundation.pages.inspection import inspect_and_read
from foundation.pages.texts import page_texts
from tests.foundation import papers


def texts_of(path: Path, numbers: list[int] | None = None) -> list[PageText]:
    with papers.work_folder() as folder:
        return page_texts(path, kinds.recognise(path, path.name), folder=folder, numbers=numbers)


def texts_of_content(tmp_path: Path, content: bytes) -> list[str]:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    return [text.text for text in texts_of(path)]


class TestPdfTexts:
    def test_keeps_umlauts_and_lines(self, tmp_path: Path):
        path = papers.saved(papers.typed("Größe der Fläche\nÜbersicht", "Straße"), tmp_path / "a.pdf")

        assert texts_of(path) == [PageText(1, "Größe der Fläche\nÜbersicht"), PageText(2, "Straße")]

    def test_keeps_the_hyphen_and_the_end_of_its_line(self, tmp_path: Path):
        path = papers.saved(papers.typed("Baugenehmigungs-\nverfahren"), tmp_path / "a.pdf")

        assert texts_of(path)[0].text == "Baugenehmigungs-\nverfahren"

    def test_takes_only_the_pages_asked_for(self, tmp_path: Path):
        path = papers.saved(papers.typed("eins", "zwei", "drei"), tmp_path / "a.pdf")

        assert texts_of(path, [2, 3]) == [PageText(2, "zwei"), PageText(3, "drei")]

    def test_has_an_empty_text_for_a_scan(self, tmp_path: Path):
        assert texts_of(papers.saved(papers.scan("nur ein Bild"), tmp_path / "a.pdf")) == [PageText(1, "")]


class TestTextFiles:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
    def test_knows_the_usual_encodings(self, tmp_path: Path, encoding: str):
        text = "Gebührenbescheid über 5 Straßenzüge, fällig am Dreikönigstag"

        assert texts_of_content(tmp_path, text.encode(encoding)) == [text]

    def test_leaves_out_nul_and_control_characters(self, tmp_path: Path):
        assert texts_of_content(tmp_path, b"An\0trag\x01 auf\r\nGenehmigung\x1a") == ["Antrag auf\nGenehmigung"]

    def test_knows_the_ends_of_lines_of_mainframes_and_of_unicode(self, tmp_path: Path):
        content = "eins\u2028zwei\u2029drei\x85vier\rfünf".encode()

        assert texts_of_content(tmp_path, content) == ["eins\nzwei\ndrei\nvier\nfünf"]

    def test_turns_the_page_at_a_form_feed_and_after_sixty_lines(self, tmp_path: Path):
        lines = "\n".join(f"Zeile {number}" for number in range(1, 131))

        pages = texts_of_content(tmp_path, f"Deckblatt\f{lines}".encode())

        assert [page.split("\n")[0] for page in pages] == ["Deckblatt", "Zeile 1", "Zeile 61", "Zeile 121"]
        assert "\n".join(pages[1:]) == lines

    def test_does_not_turn_the_page_between_the_halves_of_a_line_end(self, tmp_path: Path):
        content = b"x" * (1024 * 1024 - 1) + b"\r\nEnde"

        assert "".join(texts_of_content(tmp_path, content)).endswith("xEnde") is False
        assert texts_of_content(tmp_path, content)[-1].endswith("x\nEnde")

    def test_cuts_a_line_without_end(self, tmp_path: Path):
        pages = texts_of_content(tmp_path, b"x" * 100_000)

        assert sum(map(len, pages)) == 100_000
        assert max(map(len, pages)) <= 6_000

    def test_reads_the_beginning_of_a_text_of_too_many_pages(self, tmp_path: Path):
        path = tmp_path / "a.txt"
        path.write_bytes(b"Seite\f" * 10_050)

        with papers.work_folder() as folder:
            seen, texts = inspect_and_read(path, kinds.Kind("text/plain", "text"), folder=folder)

        assert (seen.page_count, len(texts), seen.notices) == (10_000, 10_000, (NoticeCode.ONLY_BEGINNING,))


class TestTextEncoding:
    def test_takes_bytes_without_sense_for_no_text(self):
        assert text_encoding(bytes(range(256)) * 4) is None
        assert text_encoding(b"\0" * 100) is None

    def test_is_not_misled_by_a_letter_cut_at_the_end_of_the_sample(self):
        assert text_encoding("Grüße".encode()[:3]) == "utf-8"
