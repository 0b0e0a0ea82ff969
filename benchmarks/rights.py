#!/usr/bin/env python3
"""Rights at the size of a city: 300 clerks in 60 offices, 5,000 units, 100,000 files (500 with rights of their own, 200 of them restricted).

    bin/test --services --as-me -- .venv/bin/python benchmarks/rights.py [--files 100000] [--each 200]

Makes a database of its own, fills it with generated rows and drops it again. Prints p50 and p95 in milliseconds, and the number of SQL queries,
for resolving a clerk's rights (as before substitutes existed, now, and for somebody who stands in), for giving a right on a top unit with all
files below and for its preview, and for both overviews.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT)]

import city_rows  # noqa: E402
from city_town import town  # noqa: E402


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--files", type=int, default=100_000)
    arguments.add_argument("--each", type=int, default=200)
    chosen = arguments.parse_args()
    import django

    django.setup()
    with town(fill=lambda: city_rows.ground(files=chosen.files)):
        measure(chosen.each)


def measure(each: int) -> None:
    from django.utils import timezone

    from records import entitlements, granting, reach
    from records.models import AccessScope, FilePlanUnit, IndexChange, RecordFile
    from records.models.access import scopes_of
    from tenants.models import Office, Substitute, User

    people = list(User.objects.order_by("pk"))
    clerks, today = cycle(people), timezone.localdate()
    print(
        f"{FilePlanUnit.objects.count():,} units, {RecordFile.objects.count():,} files, {len(people)} clerks, {Office.objects.count()} offices"
    )
    print(f"{'':<58}{'p50 ms':>9}{'p95 ms':>9}{'queries':>9}")
    install_former_function()
    report("rights of a clerk, function of before", each, lambda: former_scopes(next(clerks)))
    report("rights of a clerk who stands in for nobody", each, lambda: scopes_of(next(clerks)))
    days = {"first_day": today, "last_day": today, "set_by_kind": "oneself", "set_at": timezone.now()}
    pairs = zip(people[:100:2], people[5:105:2], strict=True)
    Substitute.objects.bulk_create([Substitute(absent=absent, deputy=deputy, set_by=absent, **days) for absent, deputy in pairs])
    deputies = cycle(people[5:105:2])
    report("rights of a clerk who stands in for one", each, lambda: scopes_of(next(deputies)))
    files = cycle(RecordFile.objects.select_related("scope", "unit").order_by("-scope__restricted", "pk")[:400])
    report("who may see a file, and why", each, lambda: reach.of_file(file=next(files), at=timezone.now()))
    report("what a person may see", each, lambda: entitlements.of_person(person=next(clerks), at=timezone.now()))
    top, offices = FilePlanUnit.objects.get(classification_code="00"), cycle(Office.objects.order_by("pk"))
    whole = cycle([FilePlanUnit.objects.get(pk=top.pk)])
    # All files lie below one unit, as in the issue: the other branches are hung below the first for what follows.
    hang_everything_below(top)
    give = lambda: granting.grant(target=next(whole), to=next(offices), right="write_records", by=None, at=timezone.now())  # noqa: E731
    look = lambda: reach.preview_grant(target=top, to=next(offices), right="manage_records", at=timezone.now())  # noqa: E731
    take = lambda: reach.preview_revoke(target=top, of=next(offices), right="write_records", at=timezone.now())  # noqa: E731
    scopes, noted = AccessScope.objects.count(), IndexChange.objects.count()
    report("preview of a right on the top unit", 30, look)
    report("a right on the top unit", 30, give)
    report("preview of taking it away, with open work", 30, take)
    assert (AccessScope.objects.count(), IndexChange.objects.count()) == (scopes, noted), "re-granting wrote rows for files"
    print("rows written for files or their index entries by re-granting: 0")


def hang_everything_below(top: Any) -> None:
    from tenants import current

    with current.connection().cursor() as cursor:
        cursor.execute("UPDATE records_fileplanunit SET path = %s || substr(path, 2) WHERE path NOT LIKE %s", [top.path, top.path + "%"])
        cursor.execute("ANALYZE records_fileplanunit")


def install_former_function() -> None:
    from tenants import current

    sql = importlib.import_module("records.migrations.0004_scopes_of").SCOPES_OF.replace("records_scopes_of", "records_former_scopes_of")
    with current.connection().cursor() as cursor:
        cursor.execute(sql)


def former_scopes(person: Any) -> None:
    from tenants import current

    with current.connection().cursor() as cursor:
        cursor.execute("SELECT scope_id, unit_id, level FROM records_former_scopes_of(%s)", [person.pk])
        cursor.fetchall()


def report(what: str, times: int, act: Callable[[], object]) -> None:
    """Measure an act so many times, after three that warm up."""
    from django.test.utils import CaptureQueriesContext

    from tenants import current

    for _ in range(3):
        act()
    with CaptureQueriesContext(current.connection()) as seen:
        act()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    print(f"{what:<58}{taken[len(taken) // 2]:>9.1f}{taken[int(len(taken) * 0.95)]:>9.1f}{len(seen):>9}", flush=True)


if __name__ == "__main__":
    main()
