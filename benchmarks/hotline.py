#!/usr/bin/env python3
"""The hotline's screens with years of tickets: 100,000 tickets with 600,000 messages, 50 municipalities, 25 agents, 200 articles.

    bin/test --services --as-me -- .venv/bin/python benchmarks/hotline.py [--tickets 100000] [--each 60] [--plans]

Requests go through the whole product (WSGI application, middlewares, session or token) in this process. Prints how long loading and indexing took,
and for each screen p50 and p95 in milliseconds, p95 of the processor time (Python's and that of its PostgreSQL process; on a machine that others
use, too, the clock says more about them) and both means, the number of SQL queries and the size of the answer; then how long the machine takes
for a loop that is always the same. Words are drawn from the lexicon with the frequencies of a language (Zipf), so that frequent ones stand in most tickets.
--plans shows how PostgreSQL reads the search for each kind of word.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "ebehoerdenakte.settings.centre"
PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT)]

from city_requests import Caller  # noqa: E402
from city_town import cost_of, load, loop, quantile  # noqa: E402

HOST = "zentrum.localhost"
GOAL = 60.0  # milliseconds: p95
MESSAGES, TOWNS, AGENTS, REQUESTERS, QUEUES, ARTICLES = 6, 50, 25, 1000, 8, 200
BATCH = 5000
BEGIN = datetime(2023, 1, 2, 7, tzinfo=UTC)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--tickets", type=int, default=100_000)
    arguments.add_argument("--each", type=int, default=60)
    arguments.add_argument("--plans", action="store_true")
    chosen = arguments.parse_args()
    import django

    django.setup()
    with database():
        fill(chosen.tickets)
        measure(chosen)


@contextmanager
def database() -> Iterator[None]:
    """A database of the centre for as long as this takes."""
    from django.db import connections

    from tenants import cloning, registry

    admin, name = os.environ["EAKTE_ADMIN_DATABASE_URL"], f"benchmark_hotline_{os.getpid()}"
    cloning.clone(admin_url=admin, name=name)
    connections["default"].settings_dict.update(registry.database_from_url(cloning.url_of(admin, database=name)))
    try:
        yield
    finally:
        connections["default"].close()
        cloning.drop(admin_url=admin, name=name)


def fill(count: int) -> None:
    from django.db import connections

    from hotline import findable
    from hotline.models import Message

    began = time.perf_counter()
    people = cast_of()
    words = Words()
    tickets(count, people, words)
    articles(people["agents"][0], words)
    print(f"{count:,} tickets, {Message.objects.count():,} messages, made in {time.perf_counter() - began:.0f} s", flush=True)
    began = time.perf_counter()
    findable.keep_all()
    took = time.perf_counter() - began
    print(f"made findable in {took:.0f} s, {took / count * 1000:.1f} ms each", flush=True)
    with connections["default"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(
            "SELECT pg_size_pretty(pg_total_relation_size('hotline_tickettext')), pg_size_pretty(pg_database_size(current_database()))"
        )
        print("words of tickets {}, database {}".format(*cursor.fetchone()), flush=True)


class Words:
    """Words of the lexicon, the frequent ones first; texts with a language's frequencies."""

    def __init__(self) -> None:
        from foundation import lexicon

        known = sorted({line.split("/")[0] for line in lexicon.DICTIONARY.read_text("latin-1").splitlines()[1:]})
        self.known = [word for word in known if len(word) > 3 and word.isalpha()]
        Random(4).shuffle(self.known)
        self.random = Random(5)

    def text(self, length: int) -> str:
        most = len(self.known)
        return " ".join(self.known[int(most ** self.random.random()) - 1] for _n in range(length)) + "."


def cast_of() -> dict[str, list[Any]]:
    from django.contrib.auth.models import Group

    from tenants.centre.models import Contact, Municipality
    from tenants.models import User

    towns = Municipality.objects.bulk_create(Municipality(slug=f"stadt-{n}", name=f"Stadt {n}") for n in range(TOWNS))
    made: dict[str, list[Any]] = {"towns": list(towns)}
    for name, role, number in (("agents", "agent", AGENTS), ("requesters", "requester", REQUESTERS)):
        people = User.objects.bulk_create(
            User(username=f"{role}{n}", display_name=f"Person {role} {n}", is_active=True) for n in range(number)
        )
        group = Group.objects.get(name=role)
        User.groups.through.objects.bulk_create(User.groups.through(user=person, group=group) for person in people)
        made[name] = list(people)
    Contact.objects.bulk_create(Contact(person=person, municipality=towns[n % TOWNS]) for n, person in enumerate(made["requesters"]))
    return made


def tickets(count: int, people: dict[str, list[Any]], words: Words) -> None:
    from hotline.models import Message, Queue, Ticket

    queues = list(Queue.objects.bulk_create(Queue(key=f"q{n}", name=f"Warteschlange {n}", position=n + 1) for n in range(QUEUES)))
    random = Random(6)
    for start in range(0, count, BATCH):
        rows = [one_ticket(n, count, people, queues, words, random) for n in range(start, min(count, start + BATCH))]
        made = Ticket.objects.bulk_create(rows)
        Message.objects.bulk_create((message for ticket in made for message in said(ticket, people, words, random)), batch_size=BATCH)


def one_ticket(number: int, count: int, people: dict[str, list[Any]], queues: list[Any], words: Words, random: Random) -> Any:
    from hotline.models import Ticket

    at = BEGIN + timedelta(minutes=number * 1_600_000 // count)
    state = random.choice(["new", "open", "open", "waiting"]) if number > count * 0.97 else "closed"
    place = random.randrange(REQUESTERS)
    asker = people["requesters"][place]
    return Ticket(
        number=f"{at.year}-{number + 1:06}",
        subject=words.text(5)[:200],
        municipality=people["towns"][place % TOWNS],
        requester=asker,
        created_by=asker,
        queue=random.choice(queues),
        priority=random.choice(["low", "normal", "normal", "normal", "high"]),
        state=state,
        assignee=random.choice(people["agents"]) if state != "new" else None,
        created_at=at,
        changed_at=at + timedelta(hours=5),
        solved_at=at + timedelta(hours=5) if state == "closed" else None,
    )


def said(ticket: Any, people: dict[str, list[Any]], words: Words, random: Random) -> Iterator[Any]:
    from hotline.models import Message

    for number in range(MESSAGES):
        staff = number % 2 == 1
        kind = "note" if staff and random.random() < 0.3 else "reply"
        author = random.choice(people["agents"]) if staff else ticket.requester
        at = ticket.created_at + timedelta(minutes=40 * number)
        yield Message(ticket=ticket, kind=kind, author=author, by_staff=staff, body=words.text(random.randrange(15, 70)), at=at)


def articles(author: Any, words: Words) -> None:
    from hotline import publishing
    from hotline.composing import NewStep

    for number in range(ARTICLES):
        steps = [NewStep(words.text(30)) for _n in range(4)]
        said = {"title": words.text(4), "summary": words.text(12), "topic": f"Thema {number % 12}"}
        made = publishing.begin(**said, steps=steps, by=author, at=BEGIN)
        publishing.publish(article=made, by=author, at=BEGIN)


def screens(words: Words) -> list[tuple[str, str, list[str]]]:
    """Name, who asks, and addresses that take turns. Words by their place in the order of frequency."""
    from hotline.models import Ticket
    from tenants.models import User

    asker = User.objects.get(username="requester1")
    some = [f"/anfragen/{each}/" for each in Ticket.objects.order_by("?").values_list("public_id", flat=True)[:20]]
    own = [f"/anfragen/{each}/" for each in Ticket.objects.filter(requester=asker).values_list("public_id", flat=True)[:20]]
    frequent, middle, rare = words.known[:8], words.known[100:120], words.known[4000:4020]
    pairs = [f"{a} {b}" for a, b in zip(frequent, words.known[20:28], strict=True)]

    def ask(asked: list[str], path: str = "/anfragen/?q=") -> list[str]:
        from urllib.parse import quote

        return [path + quote(each) for each in asked]

    return [
        ("overview: to be done", "agent", ["/anfragen/"]),
        ("overview: one queue", "agent", [f"/anfragen/?warteschlange=q{n}" for n in range(QUEUES)]),
        ("overview: all", "agent", ["/anfragen/?stand="]),
        ("search: frequent words", "agent", ask(frequent)),
        ("search: middling words", "agent", ask(middle)),
        ("search: rare words", "agent", ask(rare)),
        ("search: two frequent words", "agent", ask(pairs)),
        ("search: a frequent and a rare word", "agent", ask([f"{a} {b}" for a, b in zip(cycle(frequent), rare, strict=False)])),
        ("search: prefix", "agent", ask([word[:4] + "*" for word in middle])),
        ("search: phrase", "agent", ask([f'"{pair}"' for pair in pairs])),
        ("search: among those to be done", "agent", ask(middle, "/anfragen/?stand=open&q=")),
        ("search: a requester's own", "requester", ask([*frequent, *middle])),
        ("ticket page: staff", "agent", some),
        ("ticket page: requester", "requester", own),
        ("articles: search", "requester", ask(middle, "/wissen/?q=")),
        (
            "articles for a subject",
            "requester",
            ask([f"{a} {b}" for a, b in zip(cycle(frequent), middle, strict=False)], "/wissen/vorschlaege/?betreff="),
        ),
        ("API: tickets with q", "agent", ask(middle, "/api/v1/tickets/?q=")),
    ]


def measure(chosen: argparse.Namespace) -> None:
    from ebehoerdenakte.gunicorn import when_ready
    from foundation.german import analyzer
    from tenants.models import User

    when_ready(None)
    analyzer()
    callers = {
        "agent": Caller(User.objects.get(username="agent1"), HOST),
        "requester": Caller(User.objects.get(username="requester1"), HOST),
    }
    print(f"{'':<40}{'p50 ms':>8}{'p95 ms':>8}{'p95 CPU':>9}{'Python':>8}{'database':>10}{'queries':>9}{'KB':>8}")
    for name, who, addresses in screens(Words()):
        print(one_screen(name, callers[who], addresses, chosen.each), flush=True)
        asked = callers[who].queries(addresses[0])
        if chosen.plans and name.startswith("search"):
            say_plan(asked)
    print(f"{load()}; loop {loop():.1f} ms; goal: p95 ≤ {GOAL:.0f} ms")


def one_screen(name: str, caller: Caller, addresses: list[str], each: int) -> str:
    asked = cycle(addresses)
    taken = cost_of(lambda: caller.get(next(asked)), each, warm=max(3, len(addresses)))
    queries = {len(caller.queries(address)) for address in addresses[:6]}
    late, python, base = quantile(taken.both, 0.95), sum(taken.python) / each, sum(taken.database) / each
    clock = f"{quantile(taken.wall, 0.5):>8.1f}{quantile(taken.wall, 0.95):>8.1f}"
    counted = "–".join(map(str, sorted({min(queries), max(queries)})))
    over = "" if late <= GOAL else "  over the goal"
    return f"{name:<40}{clock}{late:>9.1f}{python:>8.1f}{base:>10.1f}{counted:>9}{caller.size / 1024:>8.1f}{over}"


def say_plan(asked: list[str]) -> None:
    from django.db import connections

    for query in asked:
        if "@@" in query:
            with connections["default"].cursor() as cursor:
                cursor.execute("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + query)
                print("\n".join("      " + row[0] for row in cursor.fetchall()))


if __name__ == "__main__":
    main()
