#!/usr/bin/env python3
"""Load a corpus into a municipality of the running demo, by the product's own code.

    benchmarks/load_corpus.py FILE.jsonl --municipality SLUG [--per-file 50]

FILE has a row {title, created, text} a line. Rows become one-page documents, 50 a file, in turn in units that the first clerk of the
demo may read and in units that she may not: half of the documents are hers to see. Any Python 3.11 starts it (EAKTE_VAR names another folder than
var/); the work is done in the environment and by the user of the installation, as bin/manage does.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("file", help="- for standard input")
    arguments.add_argument("--municipality", required=True)
    arguments.add_argument("--per-file", type=int, default=50)
    arguments.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if not chosen.inside:
        sys.exit(inside_the_installation(chosen.file))
    sys.path.insert(0, str(PROJECT))

    import django

    django.setup()
    from tenants import current, registry

    municipality = registry.by_slug(chosen.municipality)
    if municipality is None:
        sys.exit(f"This node has no municipality {chosen.municipality}.")
    with current.use(municipality):
        load(sys.stdin, chosen.per_file)


def inside_the_installation(file: str) -> int:
    """Run this script again as a process of the installation. The file is handed over open: the service user may not be able to reach it."""
    sys.path.insert(0, str(PROJECT / "bin"))
    from installation import account, places, sites

    environment = sites.environment(places.NODE, places.from_environment())
    command = [str(places.PYTHON), __file__, *sys.argv[1:], "--inside"]
    with sys.stdin if file == "-" else open(file, encoding="utf-8") as rows:
        who = account.service_account(create=False).identity()
        return subprocess.run(command, stdin=rows, cwd=PROJECT, env=environment, **who).returncode


def load(lines: Iterable[str], per_file: int) -> None:
    from django.utils import timezone

    from records import bulk_intake, filing

    began, count = time.monotonic(), 0
    sides = turns()
    lines = iter(lines)
    while rows := [json.loads(line) for line in islice(lines, per_file)]:
        unit, clerk = next(sides)
        now = timezone.now()
        file = filing.create_file(unit=unit, title=f"Bestand {rows[0]['title']}"[:200], by=clerk, at=now)
        texts = [bulk_intake.TextRow(row["title"], date.fromisoformat(row["created"]), row["text"]) for row in rows]
        bulk_intake.take_in_texts(file=file, rows=texts, by=clerk, at=now, register=file.registers.order_by("position").first())
        count += len(rows)
        if count % 5000 < per_file:
            print(f"{count} documents, {count / (time.monotonic() - began):.0f}/s", flush=True)
    print(f"{count} documents in {time.monotonic() - began:.0f} s.")


def turns() -> Iterator[tuple]:  # type: ignore[type-arg]
    """(unit, who files there), in turn one that the first clerk may read and one that she may not."""
    from records.models import FilePlanUnit
    from records.models.access import LEVEL_WRITE, readable_units
    from tenants.models import User

    clerks = list(User.objects.filter(groups__name="clerk", is_active=True).order_by("pk"))
    first = set(readable_units(clerks[0]).levels)
    leaves = [u for u in FilePlanUnit.objects.with_leaf().in_order() if u.is_leaf]
    hers = [(u, clerks[0]) for u in leaves if u.pk in first and readable_units(clerks[0]).levels[u.pk] >= LEVEL_WRITE]
    others = [
        (unit, next(c for c in User.objects.active() if readable_units(c).levels.get(unit.pk, 0) >= LEVEL_WRITE))
        for unit in leaves
        if unit.pk not in first and any(readable_units(c).levels.get(unit.pk, 0) >= LEVEL_WRITE for c in User.objects.active())
    ]
    if not hers or not others:
        sys.exit("The first clerk sees all or nothing; load the demo first.")
    turn = 0
    while True:
        yield hers[turn % len(hers)]
        yield others[turn % len(others)]
        turn += 1


if __name__ == "__main__":
    main()
