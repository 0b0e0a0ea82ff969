#!/usr/bin/env python3
"""Service levels of a whole desk in the product's own tables: 100,000 open tickets of 50 municipalities counted anew after a calendar change.

    bin/test --services --as-me -- .venv/bin/python benchmarks/service_levels.py [--tickets 100000]

Tickets began at any second of a year before; half have pauses, a third an answer, a twentieth wait. Six agreements cover the municipalities. Prints
wall seconds and this process's CPU seconds for: counting alone (the same deadlines and warn times of the same rows, read before, nothing written: what
the arithmetic costs), the preview of a change, counting anew after it, doing so again when nothing has changed, telling the desk of all that is due,
the first page of the overview by deadline and its twentieth. The goal: counted anew in less than 60 s.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT)]
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
NAME = "benchmark_service_levels"
TOWNS, AGREEMENTS = 50, 5
LEVELS = {"low": (480, 960, 4200), "normal": (240, 480, 2100), "high": (120, 240, 840), "urgent": (60, 60, 420)}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--tickets", type=int, default=100_000)
    count = arguments.parse_args().tickets
    os.environ["DJANGO_SETTINGS_MODULE"] = "ebehoerdenakte.settings.centre"
    import django

    django.setup()
    from django.db import connections

    from tenants import cloning, registry

    admin = os.environ["EAKTE_ADMIN_DATABASE_URL"]
    cloning.drop(admin_url=admin, name=NAME)
    cloning.clone(admin_url=admin, name=NAME)
    connections["default"].settings_dict.update(registry.database_from_url(cloning.url_of(admin, database=NAME)))
    try:
        measure(count)
    finally:
        connections["default"].close()
        cloning.drop(admin_url=admin, name=NAME)


def measure(count: int) -> None:
    from hotline import agreeing, overview, recounting, reminding, terms
    from hotline.models import Ticket, TicketPause
    from tenants import queues

    person = load(count)
    print(f"{count:,} open tickets, {TicketPause.objects.count():,} pauses, load {os.getloadavg()[0]:.1f}")
    print(f"{'':<52}{'wall s':>9}{'CPU s':>9}")
    recounting.count_anew(at=NOW)
    queues.send = lambda *_names, **_more: None  # nobody works here but this process
    rows, everything = list(Ticket.objects.unsettled()), terms.everything()
    pauses = recounting.pauses_of(rows)
    wanted, agreement = changed()
    report("counting alone", lambda: alone(rows, everything, pauses))
    report("preview of a change of the agreement for all", lambda: agreeing.foresee(agreement=agreement, wanted=wanted, at=NOW))
    agreeing.change(agreement=agreement, wanted=wanted, by=person, at=NOW)
    report("counted anew after the change", lambda: recounting.count_anew(at=NOW))
    report("counted anew, nothing has changed", lambda: recounting.count_anew(at=NOW))
    report("told of all that is due", lambda: reminding.tell(at=NOW))
    report("how the desk stands", lambda: reminding.standing(person=person, at=NOW))
    page: Any = report("overview by deadline, page 1", lambda: overview.page_of(person=person, asked={"stand": "offen"}, at=NOW))
    for _ in range(18):
        page = overview.page_of(person=person, asked={"stand": "offen", "nach": page.next_number}, at=NOW)
    report(
        "overview by deadline, page 20", lambda: overview.page_of(person=person, asked={"stand": "offen", "nach": page.next_number}, at=NOW)
    )


def alone(rows: list[Any], everything: Any, pauses: dict[int, Any]) -> str:
    from hotline import promises

    for row in rows:
        promises.reckon(row, by=everything.of(row.municipality_id), pauses=pauses.get(row.pk, ()), at=NOW)
    return f"{len(rows):,} tickets"


def changed() -> tuple[Any, Any]:
    """The agreement for all with two closing days more, and itself."""
    from hotline import agreeing, terms
    from hotline.models import Agreement, Promise
    from tenants.centre.models import Municipality

    agreement = Agreement.objects.get(default=True)
    of = dict.fromkeys(Municipality.objects.filter(agreement_member__agreement=agreement))
    levels = {(level.priority, promise): getattr(level, promise) for level in agreement.levels.all() for promise in Promise.values}
    extra = [agreeing.ClosingDay("Umbau", date(2026, 1, 1), date(2026, 1, 31)), agreeing.ClosingDay("Umbau", date(2026, 11, 25))]
    closings = [*terms.closing_days(agreement), *extra]
    return agreeing.Wanted(agreement.name, agreement.week, levels, default=True, closings=closings, members=of), agreement


def load(count: int) -> Any:
    """Municipalities, agreements, tickets and pauses, in bulk; gives a member of staff."""
    from hotline import agreeing
    from hotline.models import Queue, Ticket, TicketPause
    from tenants import current, queues, staffing
    from tenants.centre.models import Municipality

    queues.send = lambda *_names, **_more: None
    person = staffing.create_person(username="agentin", display_name="Agentin", roles=["operator"], by=None, at=NOW)
    queue = Queue.objects.get()
    towns = Municipality.objects.bulk_create(Municipality(slug=f"ort-{n}", name=f"Ort {n}") for n in range(TOWNS))
    full, friday = [(480, 720), (780, 960)], [(480, 750)]
    levels = {(priority, promise): value for priority, row in LEVELS.items() for promise, value in zip(PROMISES, row, strict=True)}
    for n in range(AGREEMENTS + 1):
        members = {} if n == AGREEMENTS else dict.fromkeys(towns[n * 5 : n * 5 + 5])
        week = [full, full, full, full, friday, [], []]
        closings = [agreeing.ClosingDay("Betriebsausflug", date(2026, 9, n + 1))]
        agreeing.agree(
            wanted=agreeing.Wanted(f"V {n}", week, levels, default=not members, closings=closings, members=members), by=person, at=NOW
        )
    chance = Random(4)
    for start in range(0, count, 5000):
        made = [ticket(chance, n, towns, queue, person) for n in range(start, min(count, start + 5000))]
        Ticket.objects.bulk_create(made)
        TicketPause.objects.bulk_create(pause for one in made for pause in pauses(chance, one))
    with current.connection().cursor() as cursor:
        cursor.execute("ANALYZE")
    return person


PROMISES = ("first_response", "next_response", "resolution")


def ticket(chance: Random, n: int, towns: list[Any], queue: Any, person: Any) -> Any:
    from hotline.models import Ticket

    began = NOW - timedelta(seconds=chance.randrange(365 * 86_400))
    answered = began + timedelta(hours=2) if chance.random() < 0.33 else None
    return Ticket(
        number=f"2026-{n + 1:06}",
        subject="Der Drucker druckt keine Trennblätter",
        municipality=towns[n % TOWNS],
        requester=person,
        created_by=person,
        queue=queue,
        priority=chance.choice(list(LEVELS)),
        state="open",
        created_at=began,
        changed_at=began,
        answered_at=answered,
        unanswered_since=answered and answered + timedelta(hours=3),
    )


def pauses(chance: Random, one: Any) -> list[Any]:
    from hotline.models import TicketPause

    found, at = [], one.created_at
    for _ in range(chance.choices(range(5), weights=(50, 25, 15, 7, 3))[0]):
        since = at + timedelta(seconds=chance.randrange(1, 86_400))
        at = since + timedelta(seconds=chance.randrange(60, 4 * 86_400))
        found.append(TicketPause(ticket=one, since=since, until=at))
    if found and chance.random() < 0.1:
        found[-1].until = None
    return found


def report(name: str, act: Callable[[], Any]) -> Any:
    """Do something, print what it took, and give what it gave."""
    began, cpu = time.perf_counter(), time.process_time()
    given = act()
    wall, used = time.perf_counter() - began, time.process_time() - cpu
    print(f"{name:<52}{wall:>9.3f}{used:>9.3f}   {str(given)[:60] if isinstance(given, int | str | tuple) else ''}", flush=True)
    return given


if __name__ == "__main__":
    main()
