"""Figures about few people are hidden, and nothing that is shown lets them be worked out."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.small_groups import hidden

Table = dict[tuple[str, str], int]


def table(rows: list[list[int]]) -> tuple[Table, list[dict[tuple[str, str], int]]]:
    """A table with its totals ("" stands for all) and its sums."""
    figures: Table = {(f"r{y}", f"c{x}"): n for y, row in enumerate(rows) for x, n in enumerate(row)}
    tall, wide = [f"r{y}" for y in range(len(rows))], [f"c{x}" for x in range(len(rows[0]))]
    figures |= {(r, ""): sum(figures[r, c] for c in wide) for r in tall}
    figures |= {("", c): sum(figures[r, c] for r in tall) for c in wide}
    figures["", ""] = sum(map(sum, rows))
    sums = [{**{(r, c): 1 for c in wide}, (r, ""): -1} for r in [*tall, ""]] + [
        {**{(r, c): 1 for r in tall}, ("", c): -1} for c in [*wide, ""]
    ]
    return figures, sums


def follows(figures: Table, sums: list[dict[tuple[str, str], int]], away: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The slow way: a hidden figure follows if moving it alone can be made up for by no other hidden ones (a unit in the row space)."""
    names = sorted(away)
    system = np.array([[line.get(name, 0) for name in names] for line in sums], float).reshape(len(sums), len(names))
    rank = np.linalg.matrix_rank(system)
    units = np.eye(len(names))
    return {name for place, name in enumerate(names) if np.linalg.matrix_rank(np.vstack([system, units[place]])) == rank}


class TestHidden:
    def test_hides_what_is_few_and_shows_nought_and_many(self) -> None:
        figures, sums = table([[0, 9, 7], [8, 12, 20], [6, 30, 9]])

        assert hidden(figures, sums) == set()
        assert hidden({"a": 4, "b": 5, "c": 0}, []) == {"a"}

    def test_hides_a_second_one_where_the_difference_would_tell(self) -> None:
        assert hidden({"a": 3, "b": 9, "all": 12}, [{"a": 1, "b": 1, "all": -1}]) == {"a", "b"}

    def test_hides_more_where_two_hidden_ones_are_few_together(self) -> None:
        figures = {"a": 1, "b": 2, "c": 9, "d": 30, "all": 42}

        assert hidden(figures, [{"a": 1, "b": 1, "c": 1, "d": 1, "all": -1}]) == {"a", "b", "c"}

    def test_a_bridge_between_two_blocks_does_not_tell(self) -> None:
        """Each line has two hidden figures, and yet one of them follows from all lines together: the rule of two is not enough."""
        figures, sums = table([[3, 3, 9, 9, 9], [3, 3, 2, 9, 9], [9, 9, 3, 3, 9], [9, 9, 3, 3, 9], [9, 9, 9, 9, 9]])
        away = {name for name, n in figures.items() if n < 5}
        assert follows(figures, sums, away) == {("r1", "c2")}

        assert follows(figures, sums, hidden(figures, sums)) == set()

    def test_what_is_known_anyway_is_not_counted_on(self) -> None:
        figures = {"a": 3, "b": 9}

        assert hidden(figures, [{"a": 1, "b": 1, "known": -1}]) == {"a", "b"}

    def test_takes_over_what_is_hidden_elsewhere(self) -> None:
        assert hidden({"a": 7, "b": 9}, [{"a": 1, "b": 1}], also=["a"]) == {"a", "b"}

    @settings(max_examples=150, deadline=None)
    @given(st.lists(st.lists(st.sampled_from([0, 0, 1, 2, 4, 5, 6, 9, 20]), min_size=3, max_size=3), min_size=1, max_size=5))
    def test_nothing_that_is_few_follows_from_what_is_shown(self, rows: list[list[int]]) -> None:
        figures, sums = table(rows)

        away = hidden(figures, sums)

        assert {name for name, n in figures.items() if 0 < n < 5} <= away
        assert not {name for name in follows(figures, sums, away) if 0 < figures[name] < 5}
        for line in sums:
            gone = [name for name in line if name in away]
            together = sum(figures[name] for name in gone)
            if gone and len({line[name] > 0 for name in gone}) == 1:
                assert together == 0 or together >= 5 or len(gone) == len(line)

    def test_hides_no_more_than_it_must_where_nothing_is_few(self) -> None:
        for rows in itertools.product([[5, 6], [7, 0]], repeat=2):
            figures, sums = table([list(row) for row in rows])
            assert hidden(figures, sums) == {name for name, n in figures.items() if 0 < n < 5}
