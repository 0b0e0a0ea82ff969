#!/usr/bin/env python3
"""Mails taken in per minute by the ticket desk: read, kept, threaded, answered; beside reading alone. The goal: 5,000 a minute on two cores.

    DJANGO_SETTINGS_MODULE=ebehoerdenakte.settings.centre bin/test --services -- .venv/bin/python benchmarks/mails.py [--mails 2000] [--contacts 5000]

Four of ten mails are new ones of known people, two of people nobody knows yet, three are answers that thread by their ids, one is an absence note;
every tenth has HTML and a file of 100 KB. `by IMAP` fetches them from Dovecot, as the product does: one process, ten mails in a transaction.
bin/test's PostgreSQL does not wait for the disk, the store of the mails does.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from random import Random

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402
from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from foundation.mail import read  # noqa: E402
from hotline import fetching, receiving  # noqa: E402
from hotline.models import IncomingMail, Queue, Ticket  # noqa: E402
from tenants import cloning, registry  # noqa: E402
from tenants.models import User  # noqa: E402
from tests.centre.hotline import imap_server  # noqa: E402

NAME = "benchmark_mails"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--mails", type=int, default=2_000)
    arguments.add_argument("--contacts", type=int, default=5_000)
    chosen = arguments.parse_args()
    mails = made(chosen.mails)
    server = os.environ["EAKTE_ADMIN_DATABASE_URL"]
    logging.disable(logging.INFO)  # a line for each new person
    settings.MAIL_SMTP_URL, settings.MAIL_RECEIPTS_PER_HOUR = "smtp+plain://127.0.0.1:1", 1_000_000
    settings.CELERY_BROKER_URL = "memory://"
    print(f"{len(mails):,} mails, {sum(map(len, mails)) / 2**20:.0f} MB, {chosen.contacts:,} contacts")
    print(f"{'':<28}{'mails/min':>12}{'CPU ms each':>14}{'ratio':>8}")
    alone = report("reading alone", len(mails), lambda: [read(raw, at=NOW) for raw in mails])
    for name, act in (
        ("taken in, one process", one_process),
        ("taken in, two processes", two_processes),
        ("by IMAP, one process", by_imap),
    ):
        with tempfile.TemporaryDirectory() as folder:
            settings.MAIL_STORE, settings.CENTRE_STORE = Path(folder) / "mails", Path(folder) / "store"
            settings.CENTRE_STORE.mkdir()
            fresh(server, chosen.contacts)
            try:
                act(name, mails, alone, Path(folder))
                print(f"  {IncomingMail.objects.count():,} mails, {Ticket.objects.count():,} tickets")
            finally:
                connections["default"].close()
                cloning.drop(admin_url=server, name=NAME)


def one_process(name: str, mails: list[bytes], alone: float, _folder: Path) -> None:
    report(name, len(mails), lambda: take_in(mails), alone)


def two_processes(name: str, mails: list[bytes], alone: float, _folder: Path) -> None:
    connections["default"].close()
    fork = multiprocessing.get_context("fork")

    def both() -> None:
        started = [fork.Process(target=take_in, args=(mails[half::2],)) for half in range(2)]
        for process in started:
            process.start()
        for process in started:
            process.join()
            assert process.exitcode == 0

    report(name, len(mails), both, alone)


def by_imap(name: str, mails: list[bytes], alone: float, folder: Path) -> None:
    home = folder / "imap"
    home.mkdir()
    with imap_server.started(home) as server:
        new = server.mails / "new"
        for number, raw in enumerate(mails):
            (new / f"{number:08}.M1P1.benchmark").write_bytes(raw)
        settings.MAIL_IMAP_URL = server.address()

        def all_of_them() -> None:
            while fetching.fetch(now=timezone.now):
                pass

        report(name, len(mails), all_of_them, alone)


def take_in(mails: list[bytes]) -> None:
    """As fetching does: some in one transaction."""
    for start in range(0, len(mails), fetching.TOGETHER):
        for _taken in receiving.take_in_together(
            [receiving.Arrived(raw, timezone.now()) for raw in mails[start : start + fetching.TOGETHER]]
        ):
            pass


def fresh(server: str, contacts: int) -> None:
    """A migrated database of its own with a queue and people."""
    cloning.clone(admin_url=server, name=NAME)
    connections["default"].settings_dict.update(registry.database_from_url(cloning.url_of(server, database=NAME)))
    Queue.objects.get_or_create(key="hotline", defaults={"name": "Hotline"})
    people = [User(username=f"p{n}", display_name=f"Person {n}", email=f"p{n}@stadt{n % 50}.example") for n in range(contacts)]
    made = User.objects.bulk_create(people)
    group = Group.objects.get(name="requester")
    User.groups.through.objects.bulk_create(User.groups.through(user=one, group=group) for one in made)


def made(count: int) -> list[bytes]:
    """The mails, the same ones each time."""
    dice, known, mails = Random(4), [], []
    for number in range(count):
        kind = dice.randrange(10)
        message = EmailMessage()
        who = f"p{dice.randrange(5_000)}"
        message["From"] = (
            f"Neu {number} <neu{number}@stadt.example>" if kind in (4, 5) else f"{who} <{who}@stadt{int(who[1:]) % 50}.example>"
        )
        message["To"], message["Message-ID"] = settings.MAIL_ADDRESS, f"<{number}@stadt.example>"
        message["Subject"] = f"Frage {number} zum Aktenplan"
        if kind in (6, 7, 8) and known:
            first, sender = dice.choice(known)
            message.replace_header("From", sender)
            message["In-Reply-To"] = message["References"] = first
        elif kind == 9:
            message["Auto-Submitted"] = "auto-replied"
        else:
            known.append((message["Message-ID"], message["From"]))
        message.set_content(
            "Guten Tag,\n\n" + "der Drucker druckt seit heute nur noch leere Blätter.\n" * dice.randrange(3, 40) + f"\n{number}\n"
        )
        if number % 10 == 0:
            message.add_alternative("<p>Der <b>Drucker</b> druckt nicht.</p>" * 20, subtype="html")
            message.add_attachment(dice.randbytes(100_000), maintype="image", subtype="png", filename="bild.png")
        mails.append(message.as_bytes())
    return mails


def report(name: str, count: int, act: Callable[[], object], alone: float | None = None) -> float:
    """Do it and print mails per minute, CPU (children's too), and how many times as long as reading alone it took; gives seconds."""
    cpu, began = _cpu(), time.perf_counter()
    act()
    wall = time.perf_counter() - began
    ratio = f"{wall / alone:>8.1f}" if alone else f"{1:>8.1f}"
    print(f"{name:<28}{count * 60 / wall:>12,.0f}{(_cpu() - cpu) / count * 1000:>14.2f}{ratio}", flush=True)
    return wall


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main()
