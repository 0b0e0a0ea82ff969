from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tenants import practising
from tenants.management.base import said_plainly


class Command(BaseCommand):
    help = "Remove a trainee's practice town with everything in it, or those whose time is over (the courier does that by itself)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("town", nargs="?", default="", help="its name, for example uebung-07")
        parser.add_argument("--due", action="store_true", help="those whose time is over, and what killed acts left behind")

    def handle(self, *args: Any, town: str, **options: Any) -> None:
        if bool(town) == options["due"]:
            raise CommandError("Name a town, or say --due.")
        with said_plainly():
            if options["due"]:
                self.stdout.write(f"{practising.end_due(at=timezone.now())} ended.")
                return
            practising.end_town(town=town)
        self.stdout.write(f"{town} is gone.")
