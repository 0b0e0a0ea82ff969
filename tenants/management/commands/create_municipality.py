from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from psycopg import Error

from tenants import provisioning
from tenants.registry import BrokenRegistry


class Command(BaseCommand):
    help = "Create a municipality on this node: database, store, settings and registry entry. A second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument(
            "--host", action="append", default=[], dest="hosts", help="host under which it is reached; may be given several times"
        )
        parser.add_argument("--name", default="", help="name of the municipality, for example 'Stadt Musterstadt'")
        parser.add_argument("--database-url", help="an empty database of its own; without it, one is created by EAKTE_ADMIN_DATABASE_URL")
        parser.add_argument("--store", type=Path, help="folder of its documents; without it, a folder below EAKTE_STORES")
        parser.add_argument("--practice", action="store_true", help="a practice municipality (Übungskommune)")

    def handle(self, *args: Any, slug: str, hosts: list[str], name: str, store: Path | None, practice: bool, **options: Any) -> None:
        started = monotonic()
        try:
            outcome = provisioning.create_municipality(
                slug=slug, hosts=hosts, name=name, database_url=options["database_url"], store=store, practice=practice
            )
        except (provisioning.CannotProvision, BrokenRegistry) as refusal:
            raise CommandError(str(refusal)) from refusal
        except (Error, OSError) as error:
            raise CommandError(f"{slug} was not created: {error}") from error
        if outcome.created:
            self.stdout.write(f"{slug} was created in {monotonic() - started:.1f} s: {', '.join(outcome.municipality.hosts)}")
        else:
            self.stdout.write(f"{slug} exists already under {', '.join(outcome.municipality.hosts)}; nothing was changed.")
