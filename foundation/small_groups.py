"""Figures about few people are not shown, nor what lets them be worked out (statistical disclosure control: primary and secondary suppression).

Figures hang together by sums: the cells of a row make its total, the totals make the grand total. A figure from one to four is hidden
(primary). Then whatever follows from the rest by adding and subtracting is looked for by linear algebra over all sums at once, and further
figures are hidden until nothing follows any more (secondary), nor the sum of a few hidden ones together.

What an attacker knows besides (that a hidden figure is no less than nought) narrows a hidden figure to a range; that is accepted, as usual.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

import numpy as np

FEWEST = 5
NOUGHT = 1e-9
K = TypeVar("K", bound=Hashable)
Sum = Mapping[K, int]  # name of a figure → how often it goes into a sum that is nought: cells 1, their total -1


def hidden(figures: Mapping[K, int], sums: Sequence[Sum[K]], *, also: Collection[K] = (), fewest: int = FEWEST) -> set[K]:
    """Give the names of the figures that must not be shown. `figures` must fulfil all `sums`; `also` are hidden for other reasons.

    What stands in a sum and not among the figures is known anyway, and cannot be hidden.

    >>> hidden({"a": 3, "b": 9, "all": 12}, [{"a": 1, "b": 1, "all": -1}]) == {"a", "b"}
    True
    """
    away = {name for name, value in figures.items() if 0 < value < fewest} | (figures.keys() & set(also))
    sums = [{name: times for name, times in line.items() if name in figures} for line in sums]
    while True:
        telling = _lines_that_tell(figures, sums, away, fewest) or _lines_of_determined(sums, away)
        if not telling:
            return away
        before = len(away)
        for line in telling:
            # The smallest one still shown is the least loss; noughts last, for hiding one protects nothing.
            shown = sorted((name for name in line if name not in away), key=lambda name: (figures[name] == 0, figures[name], str(name)))
            if shown:
                away.add(shown[0])
                break
        if len(away) == before:  # nothing is left to hide in these lines: all that hangs together goes
            away |= {name for line in telling for name in line}
            if len(away) == before:
                return away


def _lines_that_tell(figures: Mapping[K, int], sums: Sequence[Sum[K]], away: set[K], fewest: int) -> list[Sum[K]]:
    """Sums in which what is hidden, all with one sign, makes few together: the difference of what is shown says so."""
    found = []
    for line in sums:
        gone = [name for name in line if name in away and figures[name]]
        if not any(name in away for name in line):
            continue
        one_sign = len({line[name] > 0 for name in line if name in away}) == 1
        if one_sign and gone and sum(figures[name] for name in gone) < fewest and any(name not in away for name in line):
            found.append(line)
    return found


def _lines_of_determined(sums: Sequence[Sum[K]], away: set[K]) -> list[Sum[K]]:
    """Sums with a hidden figure that follows from the shown ones: it is alone in a row of the reduced system."""
    names = sorted(away, key=str)
    place = {name: number for number, name in enumerate(names)}
    lines = [line for line in sums if any(name in away for name in line)]
    if not lines:
        return []
    system = np.zeros((len(lines), len(names)))
    for number, line in enumerate(lines):
        for name, times in line.items():
            if name in place:
                system[number, place[name]] = times
    determined = {names[column] for column in _alone(system)}
    return [line for line in lines if any(name in determined for name in line)]


def _alone(system: np.ndarray) -> set[int]:
    """Columns that are alone in a row of the reduced row echelon form, which is to say: determined."""
    row = 0
    for column in range(system.shape[1]):
        if row >= len(system):
            break
        pivot = row + int(np.argmax(np.abs(system[row:, column])))
        if abs(system[pivot, column]) < NOUGHT:
            continue
        system[[row, pivot]] = system[[pivot, row]]
        system[row] /= system[row, column]
        others = np.abs(system[:, column]) > NOUGHT
        others[row] = False
        system[others] -= np.outer(system[others, column], system[row])
        row += 1
    filled = np.abs(system) > NOUGHT
    return {int(np.flatnonzero(line)[0]) for line in filled if line.sum() == 1}
