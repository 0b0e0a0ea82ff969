from typing import Any

from django.core.management import BaseCommand

from tenants import practising, registry
from tenants.management.base import said_plainly


class Command(BaseCommand):
    help = "List the practice towns of trainees: name, address, golden town, course date, until when. Not who works in them."

    def handle(self, *args: Any, **options: Any) -> None:
        with said_plainly():
            for row in practising.towns_of():
                address = practising.address_of(registry.parse_row(row))
                self.stdout.write("\t".join([practising.name_of(row["number"]), address, row["golden"], row["course"], row["until"]]))
