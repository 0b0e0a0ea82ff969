#!/usr/bin/env python3
"""Service levels of a whole ticket desk, recomputed on one core: deadline, warn time and what has passed of 100,000 tickets.

    .venv/bin/python benchmarks/business_time.py [--tickets 100000]

Tickets begin at any second of three years and have none to four pauses; their targets reach from an hour to ten working days. Prints what the first
question costs (library of holidays, tables of the years), and CPU seconds in all and microseconds each for the acts, warm. The goals: a deadline
far below 100 µs, all tickets in 60 s.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from foundation.business_time import (  # noqa: E402
    Calendar,
    ClosingDay,
    Pause,
    deadline,
    explain,
    minutes_between,
    warn_time,
)

Given = TypeVar("Given")
Ticket = tuple[datetime, int, list[Pause]]

FULL, SHORT = ((480, 720), (780, 960)), ((480, 750),)  # 08:00–12:00 and 13:00–16:00; 08:00–12:30
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
NOW = datetime(2028, 6, 1, 9, 30, tzinfo=UTC)
TARGETS = (60, 240, 480, 960, 4200)  # minutes


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--tickets", type=int, default=100_000)
    count = arguments.parse_args().tickets
    tickets = [ticket(Random(number)) for number in range(count)]
    print(f"{count:,} tickets, {sum(len(pauses) for _, _, pauses in tickets):,} pauses")
    print(f"{'':<44}{'CPU s':>9}{'µs each':>10}")
    calendar = report("holidays imported, calendar made", 1, desk)
    report("first deadline: tables of the years", 1, lambda: deadline(calendar, NOW, 60))
    plain = [(start, minutes) for start, minutes, _ in tickets]
    report("deadline without pauses", count, lambda: [deadline(calendar, *one) for one in plain])
    report("deadline", count, lambda: [deadline(calendar, *one) for one in tickets])
    report("warn time", count, lambda: [warn_time(calendar, *one) for one in tickets])
    report("minutes passed until now", count, lambda: [minutes_between(calendar, start, NOW, pauses) for start, _, pauses in tickets])
    report("the three together, with a new calendar", count, lambda: recompute(desk(), tickets))
    few = tickets[: max(1, count // 100)]
    report(f"explained ({len(few):,} of them)", len(few), lambda: [explain(calendar, *one) for one in few])


def desk() -> Calendar:
    """A hotline with a lunch break and closing days as a town hall has them."""
    closing = [
        *(ClosingDay("Rosenmontag", day) for day in (date(2025, 3, 3), date(2026, 2, 16), date(2027, 2, 8), date(2028, 2, 28))),
        *(ClosingDay("Zwischen den Jahren", date(year, 12, 24), date(year, 12, 31)) for year in range(2025, 2029)),
        *(ClosingDay("Personalversammlung", date(year, 9, 16), start=720) for year in range(2025, 2029)),
    ]
    return Calendar(week=(FULL, FULL, FULL, FULL, SHORT, (), ()), closing_days=closing)


def ticket(chance: Random) -> Ticket:
    """A ticket that began at any second; its pauses follow each other, and one in twenty still waits for the clerk."""
    start = at = BEGIN + timedelta(seconds=chance.randrange(3 * 365 * 86_400))
    pauses: list[Pause] = []
    for _ in range(chance.choices(range(5), weights=(50, 25, 15, 7, 3))[0]):
        since = at + timedelta(seconds=chance.randrange(1, 86_400))
        at = since + timedelta(seconds=chance.randrange(60, 4 * 86_400))
        pauses.append((since, at))
    if pauses and chance.random() < 0.05:
        pauses[-1] = (pauses[-1][0], None)
    return start, chance.choice(TARGETS), pauses


def recompute(calendar: Calendar, tickets: list[Ticket]) -> None:
    for start, minutes, pauses in tickets:
        deadline(calendar, start, minutes, pauses)
        warn_time(calendar, start, minutes, pauses)
        minutes_between(calendar, start, NOW, pauses)


def report(name: str, count: int, act: Callable[[], Given]) -> Given:
    """Do something, print a row about it, and give what it gave."""
    began = time.process_time()
    given = act()
    taken = time.process_time() - began
    print(f"{name:<44}{taken:>9.3f}{taken / count * 1e6:>10.1f}")
    return given


if __name__ == "__main__":
    main()
