"""Commands that work on one municipality."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from psycopg import Error

from tenants import current, marking, practising, registry


class MunicipalityCommand(BaseCommand):
    """Takes `--municipality SLUG` and runs handle() with it in force. At the centre there is no such option.

    Called from code while a municipality is in force (each_municipality, tests), the option may be left out.
    """

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        if settings.SITE == "node":
            parser.add_argument("--municipality", metavar="SLUG", help="the municipality to work on")
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        chosen = self._chosen(options.get("municipality"))
        with current.use(chosen):
            output: str | None = super().execute(*args, **options)
            return output

    def _chosen(self, slug: str | None) -> current.Municipality | None:
        if settings.SITE == "centre":
            return None
        chosen = registry.by_slug(slug) if slug else current.municipality_or_none()
        if chosen is None:
            known = ", ".join(m.slug for m in registry.everyone()) or "none yet"
            raise CommandError(f"Name the municipality: --municipality SLUG (this node has: {known}).")
        return chosen


@contextmanager
def said_plainly() -> Iterator[None]:
    """What is refused about practice towns becomes a sentence and an exit code."""
    if settings.SITE != "node":
        raise CommandError("Only nodes have practice towns.")
    try:
        yield
    except (practising.CannotPractise, marking.NotMarked, registry.BrokenRegistry) as refusal:
        raise CommandError(str(refusal)) from refusal
    except (Error, OSError) as trouble:
        raise CommandError(f"An error happened; nothing was put into the registry: {trouble}") from trouble
