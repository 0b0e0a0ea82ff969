"""manage.py import_file_plan FILE --municipality SLUG [--dry-run] [--reason WHY]: take in a file plan from .xlsx or .csv."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from records import file_plan, plan_sheets
from records.models import FilePlanUnit
from tenants.management.base import MunicipalityCommand


class Command(MunicipalityCommand):
    help = "Import a file plan. With faults nothing is written; every faulty row is named by its number."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument("--reason", default="", help="why units set inherited defaults aside, where the sheet does not say it")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        existing = dict(FilePlanUnit.objects.values_list("classification_code", "level"))
        try:
            with path.open("rb") as stream:
                sheet = plan_sheets.read_sheet(stream, path.name, existing=existing)
        except (OSError, plan_sheets.UnreadableSheet) as error:
            raise CommandError(str(error)) from error
        done = file_plan.import_plan(
            rows=sheet.rows, faults=sheet.faults, by=None, at=timezone.now(), dry_run=options["dry_run"], reason=options["reason"]
        )
        for fault in done.faults:
            self.stderr.write(f"{fault.row_number}: {fault.sentence}")
        if done.faults:
            raise CommandError(f"Nothing was imported: {len(done.faults)} faults.")
        verb = "would be created" if options["dry_run"] else "created"
        self.stdout.write(f"{done.created} units {verb}, {done.known} known already.")
