from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from foundation import signed
from tenants import joining, registry


class Command(BaseCommand):
    help = "Ask a competence centre to let this node in, and print the code that its operator needs. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="https://zentrum.example")
        parser.add_argument("--name", default="", help="what the centre calls this node; else the names of its municipalities")
        parser.add_argument("--anew", action="store_true", help="with a new identity: after the centre has shut this node out")

    def handle(self, *args: Any, address: str, name: str, anew: bool, **options: Any) -> None:
        if settings.SITE != "node":
            raise CommandError("A node joins a centre, not the other way round.")
        towns = registry.everyone()
        if not towns:
            raise CommandError("This node has no municipality yet.")
        try:
            found = joining.join(address=address, name=name or ", ".join(town.name for town in towns)[:200], anew=anew, at=timezone.now())
        except (joining.CannotJoin, signed.BrokenKey) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(found.code)
        self.stderr.write("Read this code out to the centre's operator, who confirms this node by it (Verwaltung, Standorte).")
