from typing import Any

from django.core.management import BaseCommand, CommandParser

from tenants import provisioning
from tenants.management import each


class Command(BaseCommand):
    help = "Bring the databases of all municipalities to the schema of this version."

    def add_arguments(self, parser: CommandParser) -> None:
        each.add_arguments(parser)

    def handle(self, *args: Any, jobs: int, only: str, **options: Any) -> None:
        each.run(self, ["migrate_municipalities"], lambda town: provisioning.migrate(municipality=town), jobs=jobs, only=only)
