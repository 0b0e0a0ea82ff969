import json
from datetime import timedelta
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tenants.centre import ordering
from tenants.centre.models import Municipality


class Command(BaseCommand):
    help = 'Give an order to a municipality\'s node, for example: give_order musterstadt end_banner \'{"id": "…"}\'. The node decides.'

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("municipality", help="its short name")
        parser.add_argument("kind", help="show_banner, end_banner, support_access …")
        parser.add_argument("body", help="a JSON object")
        parser.add_argument("--hours", type=int, default=24, help="how long the order holds")

    def handle(self, *args: Any, municipality: str, kind: str, body: str, hours: int, **options: Any) -> None:
        town = Municipality.objects.select_related("site").filter(slug=municipality).first()
        if town is None or town.site is None:
            raise CommandError(f"There is no connected municipality {municipality}.")
        try:
            told = json.loads(body)
        except ValueError as error:
            raise CommandError(f"The body is no JSON: {error}") from error
        if not isinstance(told, dict):
            raise CommandError("The body is no JSON object.")
        at = timezone.now()
        try:
            given = ordering.order(
                site=town.site, municipality=town, kind=kind, body=told, expires_at=at + timedelta(hours=hours), by=None, at=at
            )
        except ordering.CannotOrder as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(str(given.public_id))
