"""manage.py load_demo_tickets at the competence centre: what the demo's clerks ask the hotline. After load_demo, which makes the centre's people."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hotline.demo import loading


class Command(BaseCommand):
    help = "Make the demo's contacts and tickets; where there are tickets already, none are made."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--history", action="store_true", help="Make requests of earlier quarters as well, so that statistics show something."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("This installation is in production; the demo is not loaded.")
        self.stdout.write(f"zentrum: {loading.load(at=timezone.now(), with_history=options['history'])} Tickets")
