"""Hours and closing days are read as people write them, and written back so that they are read again."""

from __future__ import annotations

from datetime import date

import pytest

from foundation.business_time import ClosingDay
from hotline import hours


class TestReadHours:
    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("08:00–12:00, 13:00–16:00", [(480, 720), (780, 960)]),
            ("8-12, 13-16 Uhr", [(480, 720), (780, 960)]),
            ("13.30 bis 16.00 und 8:00 Uhr - 12:00 Uhr", [(480, 720), (810, 960)]),
            ("0–24", [(0, 1440)]),
            ("", []),
            ("  ", []),
        ],
    )
    def test_takes_hours_in_any_usual_spelling(self, written: str, expected: list[tuple[int, int]]) -> None:
        assert hours.read_hours(written) == expected

    @pytest.mark.parametrize(
        ("written", "why"),
        [
            ("acht bis zwölf", "ist keine Zeit"),
            ("08:00", "ist keine Zeit"),
            ("8:75–12", "ist keine Zeit"),
            ("8–25", "ist keine Zeit"),
            ("12–8", "endet vor dem Beginn"),
            ("8–12, 11–16", "überschneiden sich um 11:00"),
        ],
    )
    def test_says_which_part_is_none(self, written: str, why: str) -> None:
        with pytest.raises(hours.NotHours, match=why):
            hours.read_hours(written)

    def test_reads_what_it_writes(self) -> None:
        day = [(480, 720), (781, 1440)]

        assert hours.read_hours(hours.write_hours(day)) == day


class TestReadClosings:
    def test_takes_days_ranges_and_parts_of_days(self) -> None:
        written = """16.02.2026 Rosenmontag

        24.12.2026–31.12.2026: Zwischen den Jahren
        16.9.2026 ab 12:00 Personalversammlung
        17.9.2026 bis 10.30 Uhr Wartung
        18.9.2026, 10:00–11:00 Übung"""

        assert hours.read_closings(written) == [
            ClosingDay("Rosenmontag", date(2026, 2, 16), date(2026, 2, 16)),
            ClosingDay("Zwischen den Jahren", date(2026, 12, 24), date(2026, 12, 31)),
            ClosingDay("Personalversammlung", date(2026, 9, 16), date(2026, 9, 16), 720, 1440),
            ClosingDay("Wartung", date(2026, 9, 17), date(2026, 9, 17), 0, 630),
            ClosingDay("Übung", date(2026, 9, 18), date(2026, 9, 18), 600, 660),
        ]

    @pytest.mark.parametrize(
        "line", ["Rosenmontag", "16.02.2026", "31.02.2026 Karneval", "16.02.26 Rosenmontag", "02.03.2026–01.03.2026 Umbau", "1.1.1950 Alt"]
    )
    def test_names_the_line_that_is_none(self, line: str) -> None:
        with pytest.raises(hours.NotHours, match="Zeile 2: "):
            hours.read_closings(f"16.02.2026 Rosenmontag\n{line}")

    def test_keeps_no_more_than_a_year_at_once_and_no_endless_name(self) -> None:
        for line in ("01.01.2026–31.12.2027 Umbau", f"01.01.2026 {'x' * 101}"):
            with pytest.raises(hours.NotHours):
                hours.read_closings(line)

    def test_reads_what_it_writes(self) -> None:
        written = (
            "16.02.2026 Rosenmontag\n16.09.2026 ab 12:00 Versammlung\n17.09.2026 10:00–11:00 Übung\n24.12.2026–31.12.2026 bis 12:00 Rest"
        )

        assert hours.write_closings(hours.read_closings(written)) == written
