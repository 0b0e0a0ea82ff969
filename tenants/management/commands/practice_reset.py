from time import monotonic
from typing import Any

from django.core.management import BaseCommand, CommandParser
from django.utils import timezone

from tenants import practising
from tenants.management.base import said_plainly


class Command(BaseCommand):
    help = "Make one trainee's practice town anew: what she did in it is gone, her session ends."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("town", help="its name, for example uebung-07")
        parser.add_argument("--even-now", action="store_true", help="also while she is at work in it; tell her before")

    def handle(self, *args: Any, town: str, **options: Any) -> None:
        began = monotonic()
        with said_plainly():
            opened = practising.reset_town(town=town, even_now=options["even_now"], at=timezone.now())
        self.stdout.write(f"{practising.name_of(opened.number)} was made anew in {monotonic() - began:.1f} s: {opened.address}")
