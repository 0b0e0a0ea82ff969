from time import monotonic
from typing import Any

from django.core.management import BaseCommand, CommandParser
from django.utils import timezone

from tenants import freezing
from tenants.management.base import said_plainly


class Command(BaseCommand):
    help = "Put a practice municipality to rest as it is now: practice towns are made of that. It does not answer for about a second."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")

    def handle(self, *args: Any, slug: str, **options: Any) -> None:
        began = monotonic()
        with said_plainly():
            freezing.freeze_golden(golden=slug, at=timezone.now())
        self.stdout.write(f"{slug} rests since now, after {monotonic() - began:.1f} s.")
