#!/usr/bin/env python3
"""The hotline's screens with years of tickets: 100,000 tickets with 600,000 messages, 50 municipalities, 25 agents, 200 articles.

    bin/test --services --as-me -- .venv/bin/python benchmarks/hotline.py [--tickets 100000] [--each 60] [--plans]

Requests go through the whole product (WSGI application, middlewares, session or token) in this process. Prints how long loading and indexing took,
and for each screen p50 and p95 in milliseconds on the clock, p50 and p95 of the processor time (Python's and that of its PostgreSQL process; on a
machine that others use, too, the clock says more about them) and both means, the number of SQL queries and the size of the answer; then how long
the machine takes for a loop that is always the same. Words are drawn from the lexicon with the frequencies of a language (Zipf), so that frequent
ones stand in most tickets. Says which queries read a large table from end to end (!!); --plans also how PostgreSQL reads the slowest of each screen.

Making the rows takes minutes. --keep NAME leaves the database on its server, or uses the one that is there (EAKTE_ADMIN_DATABASE_URL of a server
that lasts, and the variables of its site). --only WORD measures the screens whose name holds the word.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

os.environ["DJANGO_SETTINGS_MODULE"] = "ebehoerdenakte.settings.centre"
PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT)]

import hotline_rows  # noqa: E402
from city_plans import Plans  # noqa: E402
from city_requests import Caller  # noqa: E402
from city_town import cost_of, load, loop, quantile  # noqa: E402

HOST = "zentrum.localhost"
GOAL = 60.0  # milliseconds: p95
COLUMNS = (44, 8, 8, 9, 9, 8, 8, 9, 8)
Screen = tuple[str, str, list[str]]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--tickets", type=int, default=100_000)
    arguments.add_argument("--each", type=int, default=60)
    arguments.add_argument("--keep", metavar="NAME")
    arguments.add_argument("--only", metavar="WORD", default="")
    arguments.add_argument("--plans", action="store_true")
    chosen = arguments.parse_args()
    import django

    django.setup()
    with database(chosen):
        measure(chosen)


@contextmanager
def database(chosen: argparse.Namespace) -> Iterator[None]:
    """A database of the centre for as long as this takes, or the one that was kept; its tables are as the code wants them."""
    from django.core.management import call_command
    from django.db import connections

    from tenants import cloning, registry

    admin, name = os.environ["EAKTE_ADMIN_DATABASE_URL"], chosen.keep or f"benchmark_hotline_{os.getpid()}"
    with cloning.connect(admin) as server:
        known = server.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is not None
    if not known:
        cloning.clone(admin_url=admin, name=name)
    connections["default"].settings_dict.update(registry.database_from_url(cloning.url_of(admin, database=name)))
    try:
        if known:  # the code may have gone on since
            call_command("migrate", verbosity=0, interactive=False)
        else:
            hotline_rows.fill(chosen.tickets)
            with connections["default"].cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
        yield
    finally:
        connections["default"].close()
        if not chosen.keep:
            cloning.drop(admin_url=admin, name=name)


def screens(words: hotline_rows.Words) -> list[Screen]:
    """Name, who asks, and addresses that take turns."""
    return [*lists(), *searches(words), *tickets(), *beside(words)]


def lists() -> list[Screen]:
    from hotline.models import Ticket

    by_deadline = Ticket.objects.unsettled().standing().by_deadline()
    late_due = by_deadline[by_deadline.count() * 9 // 10]
    late = Ticket.objects.order_by("number")[Ticket.objects.count() // 10].number
    end = f"{late_due.next_due.isoformat() if late_due.next_due else 'ohne'}_{late_due.number}"
    saved = urlencode({"stand": "offen", "warteschlange": "q3", "bei": "niemand", "sortiert": "frist"})
    asked = {
        "to be done": [""],
        "to be done, late page": [f"?nach={quote(end)}"],
        "one queue": [f"?warteschlange=q{n}" for n in range(hotline_rows.QUEUES)],
        "mine": ["?bei=mir"],
        "nobody's": ["?bei=niemand"],
        "watched by me": ["?welche=beobachtet"],
        "overdue": ["?frist=ueberfaellig"],
        "due soon": ["?frist=bald"],
        "waiting, the newest": ["?stand=waiting"],
        "to be done, the newest": ["?stand=offen&sortiert=neu"],
        "a saved view": [f"?{saved}"],
        "all": ["?stand="],
        "all, late page": [f"?stand=&nach={late}"],
        "all by deadline": ["?stand=&sortiert=frist"],
        "closed": ["?stand=closed"],
        "closed, one queue": [f"?stand=closed&warteschlange=q{n}" for n in range(hotline_rows.QUEUES)],
        "closed, mine": ["?stand=closed&bei=mir"],
        "closed, a queue of nobody": ["?stand=closed&bei=niemand&warteschlange=q1"],
        "all, watched by me": ["?stand=&welche=beobachtet"],
    }
    found = [(f"overview: {name}", "agent", [f"/anfragen/{query}" for query in queries]) for name, queries in asked.items()]
    whose = {"her own": "", "of her office": "?welche=amt", "watched": "?welche=beobachtet"}
    return found + [(f"requester: {name}", "requester", [f"/anfragen/{query}"]) for name, query in whose.items()]


def searches(words: hotline_rows.Words) -> list[Screen]:
    """Words by their place in the order of frequency."""
    frequent, middle, rare = words.known[:8], words.known[100:120], words.known[4000:4020]
    pairs = [f"{a} {b}" for a, b in zip(frequent, words.known[20:28], strict=True)]
    mixed = [f"{a} {b}" for a, b in zip(cycle(frequent), rare, strict=False)]
    subjects = [f"{a} {b}" for a, b in zip(cycle(frequent), middle, strict=False)]
    return [
        ("search: frequent words", "agent", ask(frequent)),
        ("search: middling words", "agent", ask(middle)),
        ("search: rare words", "agent", ask(rare)),
        ("search: two frequent words", "agent", ask(pairs)),
        ("search: a frequent and a rare word", "agent", ask(mixed)),
        ("search: prefix", "agent", ask([word[:4] + "*" for word in middle])),
        ("search: phrase", "agent", ask([f'"{pair}"' for pair in pairs])),
        ("search: among those to be done", "agent", ask(middle, "/anfragen/?stand=offen&q=")),
        ("search: a number", "agent", ask(["2024-", "2025-0"])),
        ("search: a requester's own", "requester", ask([*frequent, *middle])),
        ("while typing: articles and incidents", "requester", ask(subjects, "/wissen/vorschlaege/?betreff=")),
        ("articles: search", "requester", ask(middle, "/wissen/?q=")),
        ("articles: all", "agent", ["/wissen/"]),
        ("API: tickets with q", "agent", ask(middle, "/api/v1/tickets/?q=")),
        ("API: tickets with q, frequent", "agent", ask(frequent, "/api/v1/tickets/?q=")),
    ]


def ask(asked: list[str], path: str = "/anfragen/?q=") -> list[str]:
    return [path + quote(each) for each in asked]


def tickets() -> list[Screen]:
    from django.db.models import Count

    from hotline.models import Article, Ticket
    from tenants.models import User

    asker = User.objects.get(username="requester1")
    some = list(Ticket.objects.filter(pk__in=Ticket.objects.order_by("?")[:20]).values_list("public_id", flat=True))
    to_do = list(Ticket.objects.unsettled()[:20].values_list("public_id", flat=True))
    own = list(Ticket.objects.filter(requester=asker)[:20].values_list("public_id", flat=True))
    newest = Ticket.objects.filter(pk__in=Ticket.objects.order_by("-pk").values("pk")[:5000])
    long_one = newest.annotate(n=Count("messages")).get(n__gte=hotline_rows.LONG)
    article = Article.objects.order_by("pk")[3]

    def at(ids: list[Any], path: str = "/anfragen/{}/") -> list[str]:
        return [path.format(each) for each in ids]

    return [
        ("ticket page: closed", "agent", at(some)),
        ("ticket page: open", "agent", at(to_do)),
        ("ticket page: 60 messages", "agent", at([long_one.public_id])),
        ("ticket page: requester", "requester", at(own)),
        ("ticket page: deadlines explained", "agent", at(to_do, "/anfragen/{}/fristen/")),
        ("a new request: requester", "requester", ["/anfragen/neu/"]),
        ("a new request: staff, who calls (number)", "agent", ask([f"0208 {455_000 + n}" for n in range(9)], "/anfragen/neu/?wer=")),
        ("a new request: staff, who calls (name)", "agent", ask([f"requester {n}" for n in range(9)], "/anfragen/neu/?wer=")),
        ("article", "requester", [f"/wissen/{article.public_id}/"]),
        ("API: tickets", "agent", ["/api/v1/tickets/"]),
        ("API: tickets of a town", "agent", ["/api/v1/tickets/?municipality=stadt-3"]),
        ("API: tickets, open", "agent", ["/api/v1/tickets/?state=open"]),
        ("API: tickets, requester", "requester", ["/api/v1/tickets/"]),
        ("API: ticket", "agent", at(some, "/api/v1/tickets/{}/")),
        ("API: messages of 60", "agent", at([long_one.public_id], "/api/v1/tickets/{}/messages/")),
    ]


def beside(words: hotline_rows.Words) -> list[Screen]:
    from hotline.models import Incident, IncomingMail, Ticket

    last = IncomingMail.objects.parked().order_by("-pk").values_list("pk", flat=True)
    running = Incident.objects.running().first()
    some = Ticket.objects.unsettled().order_by("-pk").first()
    return [
        ("statistics", "agent", ["/statistik/"]),
        ("statistics: a town over time", "agent", ["/statistik/?kommune=Stadt%203"]),
        ("incidents, with proposals", "agent", ["/stoerungen/"]),
        ("incident", "agent", [f"/stoerungen/{running.public_id}/"]),
        ("incident: new, with similar ones", "agent", [f"/stoerungen/neu/?anfrage={some.public_id}"]),
        ("incidents: requester", "requester", ["/stoerungen/"]),
        ("mails put aside", "agent", ["/e-mails/"]),
        ("mails put aside, late page", "agent", [f"/e-mails/?nach={last[len(last) * 9 // 10]}"]),
        ("API: mails put aside", "agent", ["/api/v1/mails/"]),
        ("time booked, a quarter", "operator", ["/verwaltung/zeiten/"]),
        ("agreements", "operator", ["/verwaltung/vereinbarungen/"]),
        ("text modules", "agent", ["/anfragen/textbausteine/"]),
    ]


def measure(chosen: argparse.Namespace) -> None:
    from django.conf import settings

    from ebehoerdenakte.gunicorn import when_ready
    from foundation.german import analyzer
    from tenants.models import User

    when_ready(None)
    analyzer()
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, HOST]
    names = {"agent": "agent1", "requester": "requester1", "operator": "agent0"}
    callers = {name: Caller(User.objects.get(username=username), HOST) for name, username in names.items()}
    print(sizes(), flush=True)
    plans = Plans(chosen.plans)
    print(line("", "p50 ms", "p95 ms", "p50 CPU", "p95 CPU", "Python", "database", "queries", "KB"))
    for screen in screens(hotline_rows.Words()):
        if chosen.only in screen[0]:
            print(one_screen(screen, callers, chosen.each, plans), flush=True)
    if chosen.only in "next one":
        print(next_one(callers["agent"], chosen.each), flush=True)
    print(f"{load()}; loop {loop():.1f} ms; goal: p95 ≤ {GOAL:.0f} ms")
    plans.say()


def line(*cells: object) -> str:
    return "".join(
        f"{cell!s:>{width}}" if place else f"{cell!s:<{width}}" for place, (cell, width) in enumerate(zip(cells, COLUMNS, strict=True))
    )


def one_screen(screen: Screen, callers: dict[str, Caller], each: int, plans: Plans) -> str:
    name, who, addresses = screen
    caller, asked = callers[who], cycle(addresses)
    taken = cost_of(lambda: caller.get(next(asked)), each, warm=max(3, len(addresses)))
    queries = {len(caller.queries(address)) for address in addresses[:6]}
    flaw = plans.look_at(name, caller.queries(addresses[0]))
    return told(name, taken, queries, caller.size) + flaw


def told(name: str, taken: Any, queries: set[int], size: int) -> str:
    counted = "–".join(map(str, sorted({min(queries), max(queries)})))
    late = quantile(taken.both, 0.95)
    cells = [quantile(taken.wall, 0.5), quantile(taken.wall, 0.95), quantile(taken.both, 0.5), late]
    cells += [sum(part) / len(part) for part in (taken.python, taken.database)]
    over = "" if late <= GOAL else "  over the goal"
    return line(name, *(f"{cell:.1f}" for cell in cells), counted, f"{size / 1024:.0f}") + over


def next_one(caller: Caller, each: int) -> str:
    """The act behind the key "next", and back again, so that the rows stay as they are."""
    from django.utils import timezone

    from hotline import handling
    from tenants import current
    from tenants.models import User

    person, counted = User.objects.get(username="agent1"), []

    def act() -> None:
        with current.memory(), undone():
            handling.next_for(by=person, at=timezone.now())

    taken = cost_of(act, each)
    with current.connection().execute_wrapper(lambda run, *said: (counted.append(said[0]), run(*said))[1]):
        act()
    return told("next one (the act)", taken, {len(counted)}, 0)


@contextmanager
def undone() -> Iterator[None]:
    from django.db import transaction

    from tenants import current

    with current.atomic():
        yield
        transaction.set_rollback(True, using="default")


def sizes() -> str:
    from tenants import current

    names = ("ticket", "message", "attachment", "ticketevent", "incomingmail", "tickettext")
    with current.connection().cursor() as cursor:
        counts = []
        for name in names:
            cursor.execute(f"SELECT count(*) FROM hotline_{name}")
            counts.append(f"{cursor.fetchone()[0]:,} {name}")
        cursor.execute(
            "SELECT pg_size_pretty(pg_total_relation_size('hotline_tickettext')), pg_size_pretty(pg_database_size(current_database()))"
        )
        return "{}; words of tickets {}, database {}".format(", ".join(counts), *cursor.fetchone())


if __name__ == "__main__":
    main()
