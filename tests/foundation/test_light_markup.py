"""The small markup of articles: what it shows, and what never gets through."""

from __future__ import annotations

import pytest

from foundation.light_markup import html_of, text_of


class TestHtmlOf:
    def test_has_paragraphs_lists_bold_and_line_breaks(self) -> None:
        made = html_of("Erst **das**,\ndann jenes.\n\n- eins\n- zwei\n\n1. a\n2. b")

        assert "<p>Erst <strong>das</strong>,<br>\ndann jenes.</p>" in made
        assert made.count("<li>") == 4
        assert "<ol>" in made

    @pytest.mark.parametrize("address", ["https://land.nrw/", "http://intranet/", "mailto:hotline@zentrum.example"])
    def test_links_lead_to_the_web_and_to_mail(self, address: str) -> None:
        assert f'<a href="{address}" rel="noopener noreferrer">hier</a>' in html_of(f"[hier]({address})")

    @pytest.mark.parametrize(
        "written",
        [
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "[x](vbscript:x)",
            "[x](//fremd.example/)",
            "[x](/abmelden/)",
            "[x](file:///etc/passwd)",
            "<https:javascript:alert(1)>",
            "[x](&#106;avascript:alert(1))",
        ],
    )
    def test_and_nowhere_else(self, written: str) -> None:
        made = html_of(written)

        assert 'href="javascript' not in made.lower()
        assert not any(f'href="{start}' in made.lower() for start in ("data:", "vbscript:", "//", "/", "file:"))

    @pytest.mark.parametrize(
        "written",
        [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "![x](https://fremd.example/bild.png)",
            "<iframe src=https://x>",
            "<svg/onload=a>",
        ],
    )
    def test_html_and_foreign_pictures_are_words(self, written: str) -> None:
        made = html_of(written)

        assert not any(tag in made for tag in ("<script", "<img", "<iframe", "<svg"))

    def test_deep_nesting_ends(self) -> None:
        assert len(html_of("**" * 20_000)) < 200_000
        assert html_of("- " * 500)


class TestTextOf:
    def test_gives_the_words_alone(self) -> None:
        assert text_of("Erst **das** & [jenes](https://x.example).\n\n- eins\n- zwei") == "Erst das & jenes.\neins\nzwei"
