#!/usr/bin/env python3
"""Certificates set as PDF/UA, beside WeasyPrint alone on the same HTML. The goal: 2,000 in less than ten minutes on two cores.

    EAKTE_MODE=test DJANGO_SETTINGS_MODULE=ebehoerdenakte.settings.centre .venv/bin/python benchmarks/certificates.py [--count 2000] [--bare 200]

Each has a name and a number of its own, four aims and two sessions. `bare` knows nothing of its last page when it sets the next one; ours keeps
the fonts (foundation.typesetting). Needs no database. The last line says how much memory a process takes that has set all of them.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]
os.environ.setdefault("EAKTE_SECRET_KEY", "benchmark" * 8)

import django  # noqa: E402

django.setup()

from django.utils import translation  # noqa: E402

from benchmarks.measuring import Measured, measured  # noqa: E402
from foundation import certificates  # noqa: E402
from foundation.certificates import AttendedSession, Certificate, SheetKind, certificate_sheet  # noqa: E402

MEBIBYTE = 2**20
SHEET = Certificate(
    kind=SheetKind.ATTENDANCE,
    number="",
    name="",
    course="E-Akte: Grundlagen für Sachbearbeiterinnen und Sachbearbeiter",
    aims=(
        "Akten finden, öffnen und im Register blättern",
        "Schriftstücke zu den Akten nehmen und richtig ablegen",
        "Wiedervorlagen und Vermerke im Alltag nutzen",
        "Akten schließen und Aufbewahrungsfristen verstehen",
    ),
    sessions=(
        AttendedSession(date(2026, 12, 7), time(9), time(16, 30), "Rathaus Musterstadt, Schulungsraum 2.14"),
        AttendedSession(date(2026, 12, 8), time(9), time(12, 30), "Videokonferenz"),
    ),
    hours=Decimal("10.5"),
    issued_on=date(2026, 12, 9),
    issuer_name="Kompetenzzentrum E-Akte",
    issuer_address=("Am Markt 1", "12345 Musterstadt"),
    trainers=("Anna Beispiel", "Dr. Bernd Ðurić"),
    verification_address="",
)
GIVEN, FAMILY = ("Jördis", "Łukasz", "Çağla", "Ingrid", "Nguyễn", "Peter"), ("Müller", "K̛aya", "Weiß", "Østergård", "Schmidt-Žižek")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--count", type=int, default=2_000)
    arguments.add_argument("--bare", type=int, default=200, help="how many for the rows that are there to compare")
    chosen = arguments.parse_args()
    certificate_sheet(next(sheets(1)))  # imports
    print(f"{'':<28}{'sheets':>8}{'wall s':>9}{'CPU s each':>12}{'ratio CPU':>11}")
    alone = report("bare WeasyPrint", chosen.bare, measured(lambda: bare(chosen.bare)), None)
    report("ours, one process", chosen.bare, measured(lambda: [certificate_sheet(each) for each in sheets(chosen.bare)]), alone)
    memory: list[int] = []
    taken = measured(lambda: memory.extend(two_processes(chosen.count)))
    report("ours, two processes", chosen.count, taken, alone)
    print(f"2,000 at this rate: {taken.wall / chosen.count * 2_000 / 60:.1f} minutes; memory of a process {max(memory) / MEBIBYTE:.0f} MB")


def sheets(count: int, first: int = 0, step: int = 1) -> Iterator[Certificate]:
    for number in range(first, count, step):
        name = f"{GIVEN[number % len(GIVEN)]} {FAMILY[number % len(FAMILY)]} {number}"
        address = f"https://zentrum.example/nachweis/{number * 7919 + 10**9:010d}"
        yield replace(SHEET, number=f"TB-2026-{number:06}", name=name, verification_address=address)


def bare(count: int) -> None:
    """What somebody would write who has never set two pages: the same HTML, WeasyPrint's defaults."""
    import weasyprint

    with translation.override("de"):
        for each in sheets(count):
            weasyprint.HTML(string=certificates.page(each, size="large")).write_pdf(pdf_variant=certificates.VARIANT)


def two_processes(count: int) -> list[int]:
    """Set them all; gives the memory that each process has at the end, in bytes."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        memory = pool.starmap(_portion, [(count, 0), (count, 1)], chunksize=1)
        pool.close()
        pool.join()
    return memory


def _portion(count: int, first: int) -> int:
    for each in sheets(count, first, 2):
        certificate_sheet(each)
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def report(name: str, count: int, taken: Measured, alone: float | None) -> float:
    each = taken.cpu / count
    print(f"{name:<28}{count:>8}{taken.wall:>9.1f}{each:>12.3f}{(alone or each) / each:>11.2f}", flush=True)
    return each


if __name__ == "__main__":
    main()
