from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tenants.centre import admitting


class Command(BaseCommand):
    help = "Let in the node whose operator reads out this code. Once confirmed, nothing is changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code")

    def handle(self, *args: Any, code: str, **options: Any) -> None:
        site = admitting.with_code(code)
        if site is None:
            raise CommandError("No site that asks has this code.")
        if site.state == site.State.ASKED or site.asked_municipalities:
            try:
                admitting.confirm(site=site, code=code, by=None, at=timezone.now())
            except admitting.CannotAdmit as refusal:
                raise CommandError(str(refusal)) from refusal
        self.stdout.write(site.name)
