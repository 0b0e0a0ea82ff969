import os
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tenants import entering, practising, registry, slip_sheets
from tenants.management.base import said_plainly


class Command(BaseCommand):
    help = "Write a PDF with a new slip for each trainee of a course date: a code, and a QR code, that open her practice town once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("course", help="id of the course date (practice_towns names it)")
        parser.add_argument("file", type=Path, help="the PDF; it must not be there yet. Print it and remove it")

    def handle(self, *args: Any, course: str, file: Path, **options: Any) -> None:
        with said_plainly():
            rows = practising.towns_of(course=course)
            if not rows:
                raise CommandError("There are no practice towns of this course date.")
            slips = [self._slip(row) for row in rows]
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(slip_sheets.as_pdf(slips))
        self.stdout.write(f"{len(slips)} slips. Earlier slips of these people open nothing any more.")

    def _slip(self, row: dict[str, Any]) -> slip_sheets.Slip:
        town = registry.parse_row(row)
        code = entering.hand_out_slip(town=town, at=timezone.now())
        name, address = practising.name_of(row["number"]), practising.address_of(town)
        assert town.until is not None
        return slip_sheets.Slip(name=row["trainee_name"], town=name, address=address, code=code, until=town.until)
