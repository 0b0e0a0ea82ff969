"""manage.py check_index --municipality SLUG [--mend]: compare the full-text index with the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from records import index_keeping
from tenants.management.base import MunicipalityCommand


class Command(MunicipalityCommand):
    help = "Find documents that the index lacks, has too many, or has in the wrong place; --mend puts them right."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mend", action="store_true", help="put right what is found")

    def handle(self, *args: Any, **options: Any) -> None:
        index = index_keeping.open_index()
        found = index_keeping.check(index=index)
        self.stdout.write(f"missing: {len(found.missing)}, left over: {len(found.left_over)}, misplaced: {len(found.misplaced)}")
        if found and not options["mend"]:
            raise CommandError("The index differs from the database; --mend puts it right.")
        if found:
            index_keeping.mend(index=index, difference=found)
            self.stdout.write("Mended.")
