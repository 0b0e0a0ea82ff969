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
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT)]
DATABASE = f"benchmark_rights_{os.getpid()}"
ROWS = """
INSERT INTO auth_group (name) SELECT 'office:' || n FROM generate_series(1, 60) n;
INSERT INTO tenants_office (public_id, code, name, group_id, is_active)
  SELECT gen_random_uuid(), n::text, 'Amt ' || n, g.id, true FROM generate_series(1, 60) n JOIN auth_group g ON g.name = 'office:' || n;
INSERT INTO tenants_user (password, is_superuser, public_id, username, display_name, email, telephone, is_active, created_at, theme, density, shortcuts)
  SELECT '', false, gen_random_uuid(), 'clerk' || n, 'Person ' || n, '', '', true, now(), 'system', 'compact', true FROM generate_series(1, 300) n;
INSERT INTO tenants_membership (user_id, office_id, is_lead, since)
  SELECT u.id, o.id, false, '2025-01-01' FROM tenants_user u JOIN tenants_office o ON o.code = ((substr(u.username, 6)::int - 1) / 5 + 1)::text;
INSERT INTO tenants_user_groups (user_id, group_id) SELECT m.user_id, o.group_id FROM tenants_membership m JOIN tenants_office o ON o.id = m.office_id;
"""
FILES = """
INSERT INTO records_recordfile (public_id, unit_id, scope_id, number, year, file_reference, reference_key, title, status, external_system,
  external_reference, medium, location, protection_need, disposal_action, retention_reason, retention_starts_with, last_document_number,
  last_case_number, retention_unlimited, created_at, created_by_id, changed_at, revision, lead_office_id)
SELECT gen_random_uuid(), u.id, s.id, n, 2026, u.classification_code || '-2026/' || n, u.sort_key || '-' || lpad(n::text, 8, '0'), 'Akte ' || n,
  'open', '', '', 'electronic', '', 'normal', '', '', '', 0, 0, false, now(), (SELECT min(id) FROM tenants_user), now(), 1,
  (SELECT min(id) FROM tenants_office) + n % 60
FROM generate_series(1, {files}) n
JOIN (SELECT id, classification_code, sort_key, row_number() OVER (ORDER BY id) - 1 AS place FROM records_fileplanunit WHERE level = 4) u
  ON u.place = n % (SELECT count(*) FROM records_fileplanunit WHERE level = 4)
JOIN records_accessscope s ON s.unit_id = u.id;
INSERT INTO records_accessscope (file_id, restricted) SELECT id, row_number() OVER (ORDER BY id) <= 200 FROM (
  SELECT id FROM records_recordfile ORDER BY id LIMIT 500) own;
UPDATE records_recordfile f SET scope_id = s.id FROM records_accessscope s WHERE s.file_id = f.id;
INSERT INTO records_fileusergrant (permission_id, user_id, content_object_id)
  SELECT p.id, (SELECT min(id) FROM tenants_user) + s.file_id % 300, s.file_id FROM records_accessscope s
  JOIN auth_permission p ON p.codename = 'manage_records'
  JOIN django_content_type t ON t.id = p.content_type_id AND t.model = 'recordfile' WHERE s.file_id IS NOT NULL;
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--files", type=int, default=100_000)
    arguments.add_argument("--each", type=int, default=200)
    chosen = arguments.parse_args()
    import django

    django.setup()
    with town() as municipality:
        from tenants import current

        with current.use(municipality):
            fill(chosen.files)
            measure(chosen.each)


@contextmanager
def town() -> Iterator[Any]:
    """A municipality with a database of its own, for as long as this takes."""
    from tenants import cloning, registry

    admin = os.environ["EAKTE_ADMIN_DATABASE_URL"]
    cloning.clone(admin_url=admin, name=DATABASE)
    try:
        row = {"slug": "massstab", "name": "Maßstab", "hosts": ["massstab.localhost"], "store": "/tmp/none"}
        url = cloning.url_of(admin, database=DATABASE)
        registry.write(lambda rows: [*rows, {**row, "database_url": url}])
        yield registry.by_slug("massstab")
    finally:
        from django.db import connections

        registry.write(lambda rows: [each for each in rows if each["slug"] != "massstab"])
        connections["m_massstab"].close()
        cloning.drop(admin_url=admin, name=DATABASE)


def fill(files: int) -> None:
    """Offices and clerks; ten branches of 20 × 24 units; files in the lowest ones; an office may write in some units and read in a branch."""
    from records.models import AccessScope, FilePlanUnit
    from tenants import current

    with current.connection().cursor() as cursor:
        cursor.execute(ROWS)
        above: list[Any] = [None]
        for level, width in ((1, 10), (2, 5), (3, 4), (4, 24)):
            level_units = []
            for parent in above:
                for n in range(width):
                    code = f"{parent.classification_code}.{n:02}" if parent else f"{n:02}"
                    level_units.append(
                        FilePlanUnit(classification_code=code, title=f"Betreff {code}", parent=parent, level=level, sort_key=code)
                    )
            above = FilePlanUnit.objects.bulk_create(level_units)
            for unit in above:
                unit.path = f"{unit.parent.path if unit.parent else '/'}{unit.pk}/"
            FilePlanUnit.objects.bulk_update(above, ["path"], batch_size=500)
        AccessScope.objects.bulk_create([AccessScope(unit=unit) for unit in FilePlanUnit.objects.all()])
        cursor.execute("SET statement_timeout = 0; SET session_replication_role = replica")  # no triggers: nothing is measured here yet
        cursor.execute(FILES.format(files=files))
        cursor.execute("RESET session_replication_role; RESET statement_timeout")
    give_rights()
    with current.connection().cursor() as cursor:
        cursor.execute("ANALYZE")


def give_rights() -> None:
    from guardian.shortcuts import assign_perm

    from records.models import FilePlanUnit
    from tenants.models import Office

    tops, middle = (list(FilePlanUnit.objects.filter(level=level).order_by("sort_key")) for level in (1, 3))
    for place, office in enumerate(Office.objects.order_by("pk").select_related("group")):
        assign_perm("read_records", office.group, tops[place % 10])
        for unit in middle[place * 3 : place * 3 + 3]:
            assign_perm("write_records", office.group, unit)


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
