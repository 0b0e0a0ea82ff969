"""Slips: how many lead from a word to what was typed, and which words are near."""

import pytest

from foundation.slips import forgiven, nearest, slips


class TestSlips:
    @pytest.mark.parametrize(
        ("typed", "word", "expected"),
        [
            ("antrag", "antrag", (0, 0)),
            ("antrg", "antrag", (1, 1)),
            ("anttrag", "antrag", (1, 1)),
            ("antrog", "antrag", (1, 1)),
            ("anrtag", "antrag", (1, 1)),
            ("natrga", "antrag", (2, 2)),
            ("anrt", "antrag", (1, 3)),
            ("bau", "antrag", (2, 5)),
            ("", "antrag", (0, 6)),
            ("a", "", (1, 1)),
        ],
    )
    def test_are_counted_from_the_beginning_and_from_the_whole(self, typed, word, expected):
        assert slips(typed, word) == expected


class TestNearest:
    def test_groups_words_by_nearness_and_leaves_out_what_was_found_as_it_is(self):
        words = ["bauantrag", "bauanträge", "bauamt", "bauantrgs", "vertrag", "bauantrag"]

        assert nearest("bauantrg", words, 2) == [["bauantrag"], ["bauanträge"]]

    def test_short_words_are_forgiven_less(self):
        assert [forgiven(word) for word in ("weg", "kanal", "antrag", "vermerk", "kostenvoranschlag")] == [0, 1, 1, 2, 2]
