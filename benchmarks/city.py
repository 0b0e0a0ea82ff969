#!/usr/bin/env python3
"""The screens of a city, and their counterparts at the API: 5,276 units, 100,000 files, 1,000,000 documents, 300 clerks in 60 offices.

    bin/test --services --as-me -- .venv/bin/python benchmarks/city.py [--files 100000] [--each 60] [--plans] [--http]

Requests go through the whole product (WSGI application, middlewares, session or token) in this process; with --http also over loopback through
gunicorn with one worker. Prints for each screen p50 and p95 in milliseconds, p95 of the processor time (Python's and that of its PostgreSQL
process) and both means, the number of SQL queries, the size of the answer, and how long the machine takes for a loop that is always the same
(processor time in ms: on a machine that others use, too, all times are longer by what this one is); says which of its queries read a large
table from end to end (!!). Then 50 files at once in one unit, and a right on a top unit with all files below.

Making the rows takes minutes. --keep NAME leaves the database on its server, or uses the one that is there (EAKTE_ADMIN_DATABASE_URL of a
server that lasts, and the variables of its site). --only WORD measures the screens whose name holds the word; --only acts no screen,
but both acts.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT)]

import city_rows  # noqa: E402
from city_plans import Plans  # noqa: E402
from city_requests import Caller, over_http  # noqa: E402
from city_town import HOST, cost_of, load, loop, quantile, town  # noqa: E402

COLUMNS = (62, 8, 8, 10, 9, 9, 8, 8, 7)
GOAL = 60.0  # milliseconds: p95 of binder, file plan branch and desk


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--files", type=int, default=100_000)
    arguments.add_argument("--documents-each", type=int, default=10, help="on the average")
    arguments.add_argument("--each", type=int, default=60)
    arguments.add_argument("--keep", metavar="NAME")
    arguments.add_argument("--only", metavar="WORD", default="")
    arguments.add_argument("--plans", action="store_true")
    arguments.add_argument("--http", action="store_true")
    chosen = arguments.parse_args()
    import django

    django.setup()

    def fill() -> None:
        city_rows.ground(files=chosen.files, big=city_rows.BIG, wide=True)
        city_rows.further(documents_each=chosen.documents_each)

    with town(database=chosen.keep, keep=bool(chosen.keep), fill=fill) as municipality:
        measure(municipality, chosen)


def measure(municipality: Any, chosen: argparse.Namespace) -> None:
    from ebehoerdenakte.gunicorn import when_ready

    people = cast_of()
    screens = [screen for screen in screens_of(people) if chosen.only in screen[0]]
    print(sizes(), flush=True)
    when_ready(None)  # what the web server does before its workers start
    callers = {name: Caller(person, HOST) for name, person in people.items()}
    print(line("", "p50 ms", "p95 ms", "p95 CPU", "Python", "database", "queries", "KB", "loop"))
    plans = Plans(chosen.plans)
    for name, who, paths in screens:
        print(one_screen(name, callers[who], paths, chosen.each, plans), flush=True)
    print(f"{load()}; goal for binder, file plan branch and desk: p95 ≤ {GOAL:.0f} ms")
    plans.say()
    if chosen.http:
        over_http([(name, callers[who], paths) for name, who, paths in screens], chosen.each)
    if chosen.only in ("", "acts"):
        at_once(municipality, people["clerk"])
        regrant(people["everything"])


def line(*cells: object) -> str:
    return "".join(
        f"{cell!s:>{width}}" if place else f"{cell!s:<{width}}" for place, (cell, width) in enumerate(zip(cells, COLUMNS, strict=True))
    )


def one_screen(name: str, caller: Caller, paths: list[str], each: int, plans: Plans) -> str:
    asked = cycle(paths)
    taken = cost_of(lambda: caller.get(next(asked)), each, warm=max(3, len(paths)))
    queries = {len(found) for found in (caller.queries(path) for path in paths[:6])}
    flaw = plans.look_at(name, caller.queries(paths[0]))
    counted = "–".join(str(n) for n in sorted({min(queries), max(queries)}))
    means = [sum(part) / len(part) for part in (taken.python, taken.database)]
    cells = [quantile(taken.wall, 0.5), quantile(taken.wall, 0.95), quantile(taken.both, 0.95), *means]
    return line(name, *(f"{cell:.1f}" for cell in cells), counted, f"{caller.size / 1024:.0f}", f"{loop():.0f}") + flaw


def cast_of() -> dict[str, Any]:
    """Whose screens are looked at. All but one have their rights through an office: reading in a branch, writing in some units."""
    from django.contrib.auth.models import Group
    from django.utils import timezone
    from guardian.shortcuts import assign_perm

    from records.models import FilePlanUnit
    from tenants.models import Substitute, User

    known = {user.username: user for user in User.objects.filter(username__in=[f"clerk{n}" for n in (1, 2, 3, 8, 297, 298, 299)])}
    cast = {"busy": known["clerk1"], "clerk": known["clerk2"], "substitute": known["clerk3"], "administrator": known["clerk297"]}
    cast |= {"narrow": known["clerk298"], "everything": known["clerk299"]}
    cast["administrator"].groups.add(Group.objects.get(name="administrator"))
    cast["narrow"].groups.clear()
    assign_perm("write_records", cast["narrow"], FilePlanUnit.objects.get(classification_code="05.01.01.01"))
    for top in FilePlanUnit.objects.filter(level=1):
        assign_perm("manage_records", cast["everything"], top)
    today = timezone.localdate()
    days = {"first_day": today, "last_day": today, "set_by_kind": "oneself", "set_by": known["clerk8"]}
    Substitute.objects.get_or_create(absent=known["clerk8"], deputy=cast["substitute"], **days, defaults={"set_at": timezone.now()})
    return cast


def screens_of(people: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    """Name, who looks, addresses (asked in turn)."""
    from records.models import FilePlanUnit, RecordFile

    units = {unit.classification_code: unit.public_id for unit in FilePlanUnit.objects.filter(classification_code__startswith="00")}
    big, wide = units[city_rows.BIG[0]], units[city_rows.WIDE]
    leaves = [f"/aktenplan/{units[f'00.00.02.{n:02}']}/" for n in range(6, 12)]
    files = RecordFile.objects.filter(unit__public_id=big).order_by("reference_key", "pk")
    late = files.values_list("public_id", flat=True)[files.count() * 9 // 10]
    thick = RecordFile.objects.get(foliated_at__isnull=False)
    usual = list(files.filter(status="open", scope__unit__isnull=False).exclude(pk=thick.pk).values_list("public_id", flat=True)[:12])
    words = ["Lindenstra%C3%9Fe+40", "Yilmaz", "M%C3%BCller", "2026/0017", "Bachweg", "F%C3%B6rderung+Wolf"]
    found: list[tuple[str, str, list[str]]] = []
    for who in ("clerk", "substitute", "busy", "narrow", "everything"):
        found += [(f"desk: {who}", who, ["/"]), (f"file plan, top: {who}", who, ["/aktenplan/"])]
    for who in ("clerk", "substitute", "everything"):
        found += [
            (f"file plan, a deep unit with its files: {who}", who, leaves),
            (f"branch with 20 units below (part): {who}", who, [f"/aktenplan/{units['00.00.02']}/zweig/"]),
            (f"branch with 240 units below (part): {who}", who, [f"/aktenplan/{wide}/zweig/"]),
            (f"branch with 240 units below (page): {who}", who, [f"/aktenplan/{wide}/"]),
            (f"unit with 5,000 files, first page: {who}", who, [f"/aktenplan/{big}/"]),
            (f"unit with 5,000 files, late page: {who}", who, [f"/aktenplan/{big}/?nach={late}"]),
            (f"unit with 5,000 files, closed ones: {who}", who, [f"/aktenplan/{big}/?status=closed"]),
            (f"all files, first page: {who}", who, ["/akten/"]),
            (f"all files, late page: {who}", who, [f"/akten/?nach={late}"]),
            (f"all files, by words: {who}", who, [f"/akten/?q={word}" for word in words]),
            (f"binder of 300 documents, 2,000 sheets: {who}", who, [f"/akten/{thick.public_id}/"]),
            (f"binder of a usual file: {who}", who, [f"/akten/{file}/" for file in usual]),
        ]
    found += [
        ("all files, by words: narrow", "narrow", [f"/akten/?q={word}" for word in words]),
        ("journal of the file of 300 documents: clerk", "clerk", [f"/akten/{thick.public_id}/journal/"]),
        ("table of the file of 300 documents: clerk", "clerk", [f"/akten/{thick.public_id}/tabelle/"]),
        ("reminders: busy", "busy", ["/wiedervorlagen/"]),
        ("who may see a file (rights): everything", "everything", [f"/akten/{file}/rechte/" for file in [thick.public_id, *usual]]),
        ("rights of a top unit: administrator", "administrator", [f"/aktenplan/{units['00']}/rechte/"]),
        ("what may I see: clerk", "clerk", ["/meine-rechte/"]),
        ("what may I see: substitute", "substitute", ["/meine-rechte/"]),
        (
            "what may a person see: administrator",
            "administrator",
            [f"/verwaltung/personen/{people[who].public_id}/rechte/" for who in people],
        ),
        ("file plan, kept by administrators (whole plan): administrator", "administrator", ["/verwaltung/aktenplan/"]),
    ]
    api = "/api/v1"
    for who in ("clerk", "substitute", "narrow", "everything"):
        found += [
            (f"API documents, 50: {who}", who, [f"{api}/documents/"]),
            (f"API files, 50: {who}", who, [f"{api}/files/"]),
            (f"API file plan, 200: {who}", who, [f"{api}/file-plan/"]),
        ]
    found += [
        ("API documents by words: clerk", "clerk", [f"{api}/documents/?q={word}" for word in ("Gutachten", "Lageplan+vom+03.04", "Kreis")]),
        ("API documents of the file of 300: clerk", "clerk", [f"{api}/documents/?file={thick.public_id}"]),
        ("API failed documents: clerk", "clerk", [f"{api}/documents/?state=failed"]),
        ("API files of a unit: clerk", "clerk", [f"{api}/files/?file_plan_unit={big}"]),
        ("API files by words: clerk", "clerk", [f"{api}/files/?q={word}" for word in words]),
        ("API file: clerk", "clerk", [f"{api}/files/{file}/" for file in usual]),
        ("API sheets of the file of 2,000, 50: clerk", "clerk", [f"{api}/files/{thick.public_id}/sheets/"]),
        ("API sheets of the file of 2,000, 200: clerk", "clerk", [f"{api}/files/{thick.public_id}/sheets/?page_size=200"]),
        ("API reminders: busy", "busy", [f"{api}/reminders/"]),
        ("API who may see a file: everything", "everything", [f"{api}/files/{file}/reach/" for file in [thick.public_id, *usual]]),
    ]
    return found


def sizes() -> str:
    from tenants import current

    names = ("fileplanunit", "recordfile", "document", "page", "register", "journalentry", "readingplace", "reminder", "favourite")
    with current.connection().cursor() as cursor:
        counts = []
        for name in names:
            cursor.execute(f"SELECT count(*) FROM records_{name}")
            counts.append(f"{cursor.fetchone()[0]:,} {name}")
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database())), current_setting('fsync')")
        size, fsync = cursor.fetchone()
    return f"{', '.join(counts)}; {size}; fsync {fsync}"


def at_once(municipality: Any, clerk: Any, count: int = 50) -> None:
    """So many files in one unit at the same moment, each by a thread with a connection of its own."""
    from django.db import connections
    from django.utils import timezone

    from records import filing
    from records.models import FilePlanUnit, RecordFile, ReferenceCounter
    from tenants import current

    unit = FilePlanUnit.objects.with_leaf().get(classification_code="00.00.00.23")
    start, taken, failed = threading.Barrier(count + 1), [], []

    def create(number: int) -> None:
        with current.use(municipality), current.memory():  # as around a request
            current.connection().ensure_connection()
            start.wait()
            began = time.perf_counter()
            try:
                filing.create_file(unit=unit, title=f"Gleichzeitig {number}", by=clerk, at=timezone.now())
                taken.append((time.perf_counter() - began) * 1000)
            except Exception as failure:
                failed.append(failure)
            finally:
                connections[municipality.alias].close()

    threads = [threading.Thread(target=create, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    before = set(RecordFile.objects.filter(unit=unit).values_list("number", flat=True))
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    numbers = sorted(RecordFile.objects.filter(unit=unit).values_list("number", flat=True))
    assert not failed, failed[:3]
    assert numbers == list(range(1, len(before) + count + 1)), f"a gap or a double: {numbers}"
    assert ReferenceCounter.objects.get(unit=unit, year=timezone.localdate().year).last_number == len(numbers)
    said = f"{seconds:.2f} s, each p50 {quantile(taken, 0.5):.0f} ms, p95 {quantile(taken, 0.95):.0f} ms"
    print(f"{count} files created at once in one unit: {said}; no gap, no double ({load()})", flush=True)


def regrant(clerk: Any) -> None:
    """A right on a top unit with all files below it: seen beforehand, given, taken away; and what that writes."""
    from django.utils import timezone

    from records import granting, reach
    from records.models import FilePlanUnit, RecordFile
    from tenants import current
    from tenants.models import Office

    office, other = Office.objects.get(code="7"), Office.objects.get(code="9")
    with everything_below("00") as top:
        said: dict[str, Any] = {"target": top, "right": "write_records"}
        steps: list[tuple[str, Callable[[], object]]] = [
            ("preview of giving it", lambda: reach.preview_grant(to=office, at=timezone.now(), **said)),
            ("giving it", lambda: granting.grant(to=office, by=clerk, at=timezone.now(), **said)),
            ("preview of taking it away, with open work", lambda: reach.preview_revoke(of=office, at=timezone.now(), **said)),
            ("taking it away", lambda: granting.revoke(of=office, by=clerk, at=timezone.now(), **said)),
        ]
        below = RecordFile.objects.filter(unit__path__startswith=top.path).count()
        print(f"a right on a top unit with {below:,} files below, for an office ({load()}):")
        for what, act in steps:
            taken = cost_of(act, 1, warm=0)
            print(f"  {what}: {taken.wall[0] / 1000:.2f} s, CPU {taken.both[0]:.0f} ms", flush=True)
        with current.atomic():
            before = written()
            granting.grant(target=top, to=other, right="write_records", by=clerk, at=timezone.now())
            rows = {name: count - before.get(name, 0) for name, count in written().items() if count != before.get(name)}
            print(f"  rows written by giving it: {', '.join(f'{count} {name}' for name, count in rows.items())}")
        granting.revoke(target=top, of=other, right="write_records", by=clerk, at=timezone.now())
        reached = FilePlanUnit.objects.filter(path__startswith=top.path).count()
        print(f"  it then holds in {reached:,} units")


def written() -> dict[str, int]:
    """Rows written by table, as the database counts them for this connection (what it has not passed on yet is among them)."""
    from tenants import current

    with current.connection().cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return dict(cursor.fetchall())


@contextmanager
def everything_below(code: str) -> Iterator[Any]:
    """Hang the other branches below one unit for a while: so all files lie below it."""
    from records.models import FilePlanUnit
    from tenants import current

    top = FilePlanUnit.objects.get(classification_code=code)
    with current.connection().cursor() as cursor:
        cursor.execute(
            "UPDATE records_fileplanunit SET path = %s || substr(path, 2) WHERE path NOT LIKE %s RETURNING id", [top.path, top.path + "%"]
        )
        moved = [row[0] for row in cursor.fetchall()]
        cursor.execute("ANALYZE records_fileplanunit")
        try:
            yield top
        finally:
            cursor.execute("UPDATE records_fileplanunit SET path = '/' || substr(path, %s) WHERE id = ANY(%s)", [len(top.path) + 1, moved])


if __name__ == "__main__":
    main()
