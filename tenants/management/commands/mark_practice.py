from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from tenants import freezing
from tenants.management.base import said_plainly


class Command(BaseCommand):
    help = "Vouch that everything in a practice municipality is made up, for one that was created before databases said so themselves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--everything-is-made-up", metavar="SLUG", required=True, help="the slug once more: trainees get copies of it")

    def handle(self, *args: Any, slug: str, **options: Any) -> None:
        if options["everything_is_made_up"] != slug:
            raise CommandError("The two names differ; nothing was changed.")
        with said_plainly():
            freezing.mark_golden(slug=slug)
        self.stdout.write(f"{slug} is marked: towns for trainees can be made of it.")
