"""manage.py index_tickets at the competence centre: write the words that tickets and articles are found by."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hotline import findable


class Command(BaseCommand):
    help = (
        "Make findable what is not yet (or was, by another version's analyser); --anew makes all of it anew. Searching goes on meanwhile."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", action="store_true", help="all tickets, not only those that need it")

    def handle(self, *args: Any, **options: Any) -> None:
        def progress(count: int) -> None:
            if count % 10_000 < findable.AT_ONCE:
                self.stderr.write(f"{count} Anfragen")

        tickets = findable.keep_all(anew=options["anew"], progress=progress)
        self.stdout.write(f"zentrum: {tickets} Anfragen, {findable.keep_articles()} Artikel")
