"""Running something for every municipality, one after the other or in several processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from time import monotonic

from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import connections

from tenants import current, registry


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="work in N processes")
    parser.add_argument("--only", default="", metavar="A,B", help="only these municipalities (slugs, separated by commas)")


def run(command: BaseCommand, again: Sequence[str], act: Callable[[current.Municipality], None], *, jobs: int, only: str) -> None:
    """Call `act` for every municipality in force; one that fails does not keep the others from theirs.

    With `jobs` > 1 the command starts itself that often with a part of the slugs each; `again` are its name and arguments. Raises
    CommandError naming those that failed.
    """
    towns = _chosen(only)
    if jobs > 1 and len(towns) > 1:
        _in_processes(again, [town.slug for town in towns], jobs)
        return
    failed = []
    for town in towns:
        started = monotonic()
        try:
            with current.use(town):
                act(town)
            command.stdout.write(f"{town.slug}: done in {monotonic() - started:.2f} s")
        except Exception as error:
            failed.append(town.slug)
            command.stderr.write(f"{town.slug}: {error}")
        finally:
            connections[town.alias].close()
    if failed:
        raise CommandError(f"Failed for: {', '.join(failed)}.")


def _chosen(only: str) -> list[current.Municipality]:
    slugs = [slug.strip() for slug in only.split(",") if slug.strip()]
    unknown = [slug for slug in slugs if registry.by_slug(slug) is None]
    if unknown:
        raise CommandError(f"This node has no municipality {', '.join(unknown)}.")
    return [town for town in registry.everyone() if not slugs or town.slug in slugs]


def _in_processes(again: Sequence[str], slugs: list[str], jobs: int) -> None:
    name, *rest = again
    parts = [part for part in (slugs[start::jobs] for start in range(jobs)) if part]
    running = [
        subprocess.Popen([sys.executable, "-m", "django", name, "--only", ",".join(part), *rest])  # noqa: S603 - our own command
        for part in parts
    ]
    results = [process.wait() for process in running]  # every one is waited for, also after a failure
    if any(results):
        raise CommandError("At least one municipality failed, see above.")
