"""manage.py furnish_practice SLUG: the fictitious files of a practice municipality, with what its exercises are about."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from records.demo import loading, practice
from tenants import current, registry


class Command(BaseCommand):
    help = "Fill an empty practice municipality with the practice town's plan, people and files, and tell the stories of its exercises."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="a municipality that was created with --practice")

    def handle(self, *args: Any, slug: str, **options: Any) -> None:
        town = registry.by_slug(slug)
        if town is None:
            raise CommandError(f"{slug} is none of this node's municipalities.")
        if not town.practice:
            raise CommandError(f"{slug} is a real municipality: fictitious files are put into practice municipalities only.")
        with current.use(town):
            filled = loading.load_town(like=practice.STAFF)
            made = 0 if filled else practice.furnish(at=timezone.now())
        self.stdout.write(f"{slug}: " + ("filled" if filled else f"{made} files of the exercises made"))
