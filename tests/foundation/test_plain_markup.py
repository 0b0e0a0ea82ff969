"""Plain text read as headings, paragraphs and lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.plain_markup import blocks


def read(text: str) -> list[tuple[str, list[str]]]:
    return [(block.kind, block.lines) for block in blocks(text)]


class TestBlocks:
    def test_headings_paragraphs_and_lists(self) -> None:
        text = "# Anlass\nAnruf\nvon Frau Kurz\n\n- eins\n- zwei\n  geht weiter\n\n3) drei\n4. vier\nEnde"

        assert read(text) == [
            ("heading", ["Anlass"]),
            ("paragraph", ["Anruf", "von Frau Kurz"]),
            ("list", ["eins", "zwei geht weiter"]),
            ("numbered", ["drei", "vier"]),
            ("paragraph", ["Ende"]),
        ]

    def test_a_numbered_list_begins_where_it_was_begun(self) -> None:
        assert next(blocks("7. sieben")).start == 7

    @pytest.mark.parametrize(
        "line", ["12. März war sie da.", "2026. Ein Jahr", "12.03.2026 angerufen", "§ 5. Satz", "- ", "#kein", "**fett**", "<b>"]
    )
    def test_what_only_looks_like_a_list_is_a_paragraph(self, line: str) -> None:
        assert read(line) == [("paragraph", [line.strip()])]

    def test_nothing_is_no_block(self) -> None:
        assert read(" \r\n\x00\t\n") == []

    @given(st.lists(st.tuples(st.text("abcäöüß", min_size=1), st.sampled_from([" ", "\n", "\n\n", "\n- ", "\n# ", "\n2. "]))))
    def test_every_word_survives_in_its_order(self, words: list[tuple[str, str]]) -> None:
        text = "".join(word + between for word, between in words) + "ende"

        kept = " ".join(" ".join(block.lines) for block in blocks(text)).split()

        assert kept == [word for word, _between in words] + ["ende"]
