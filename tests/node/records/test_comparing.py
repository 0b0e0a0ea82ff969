"""Versions compared by their text: what differs is found, and nothing makes it slow."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from records import comparing
from records.models import DocumentVersion, Page
from tests.node.factories import DocumentFactory, DocumentVersionFactory


def versions(before: list[str], after: list[str]) -> tuple[DocumentVersion, DocumentVersion]:
    document = DocumentFactory(pages=before)
    newer = DocumentVersionFactory(document=document, number=2)
    Page.objects.bulk_create([Page(version=newer, number=n, text=text, width=595, height=842) for n, text in enumerate(after, 1)])
    return document.current, newer


def compared(before: list[str], after: list[str], start: int = 0) -> comparing.Comparison:
    older, newer = versions(before, after)
    return comparing.compare(older=older, newer=newer, start=start)


def said(pieces: list[comparing.Piece], kind: str) -> str:
    return " ".join(piece.text.strip() for piece in pieces if piece.kind == kind)


class TestCompare:
    def test_marks_words_taken_out_and_put_in(self) -> None:
        [pair] = compared(["Die Frist endet am Montag.\nGruß"], ["Die Frist endet am Freitag.\nGruß"]).pairs

        assert (said(pair.left, "gone"), said(pair.right, "new")) == ("Montag.", "Freitag.")
        assert "".join(piece.text for piece in pair.right) == "Die Frist endet am Freitag.\nGruß"

    def test_leaves_out_pages_that_are_the_same(self) -> None:
        found = compared(["eins", "zwei", "drei"], ["eins", "ZWEI", "drei"])

        assert [(pair.older, pair.newer) for pair in found.pairs] == [(2, 2)]
        assert found.same == 2

    def test_a_page_put_in_between_is_one_difference(self) -> None:
        found = compared(["eins", "zwei", "drei"], ["eins", "neu", "zwei", "drei"])

        assert [(pair.older, pair.newer) for pair in found.pairs] == [(None, 2)]
        assert said(found.pairs[0].right, "new") == "neu"

    def test_the_same_text_has_no_pairs(self) -> None:
        assert compared(["eins"], ["eins"]).pairs == []

    def test_goes_on_where_the_last_answer_ended(self) -> None:
        before = [f"Seite {n}" for n in range(45)]
        older, newer = versions(before, [text + " neu" for text in before])

        first = comparing.compare(older=older, newer=newer)
        last = comparing.compare(older=older, newer=newer, start=40)

        assert (len(first.pairs), first.following, first.differing) == (20, 20, 45)
        assert (len(last.pairs), last.following) == (5, None)

    def test_four_queries_whatever_the_size(self, queries) -> None:
        older, newer = versions(["a"] * 30, ["b"] * 40)

        with queries() as seen:
            comparing.compare(older=older, newer=newer)

        assert len(seen) == 4


class TestSpeed:
    def test_two_thousand_long_pages_are_compared_in_seconds(self) -> None:
        page = " ".join(f"wort{n % 700}" for n in range(1200))
        before = [f"{page} {n}" for n in range(2000)]
        older, newer = versions(before, [text.replace("wort3 ", f"anders{n % 7} ") for n, text in enumerate(before)])

        begun = time.process_time()
        found = comparing.compare(older=older, newer=newer)

        assert (found.differing, len(found.pairs)) == (2000, 20)
        assert time.process_time() - begun < 20

    def test_pages_that_difflib_dreads_are_bounded(self) -> None:
        begun = time.process_time()
        comparing.pieces("a b " * 50_000, "b a " * 50_000)
        comparing.pieces("\n".join(["gleich"] * 20_000), "\n".join(["gleich"] * 19_999))
        compared([""] * 2000, [""] * 1000 + ["x"] + [""] * 1000)

        assert time.process_time() - begun < 20


@given(st.text(max_size=200), st.text(max_size=200))
def test_nothing_is_lost_in_the_pieces(before: str, after: str) -> None:
    left, right = comparing.pieces(before, after)

    assert "".join(piece.text for piece in left).split() == before.split()
    assert "".join(piece.text for piece in right).split() == after.split()
