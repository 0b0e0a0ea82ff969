"""manage.py load_demo_training at the competence centre: courses, dates and who comes. After load_demo_tickets, which makes the people."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from training.demo import loading


class Command(BaseCommand):
    help = "Make the demo's courses and dates; where there are courses already, none are made."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("This installation is in production; the demo is not loaded.")
        courses, dates = loading.load(at=timezone.now())
        self.stdout.write(f"zentrum: {courses} Schulungen, {dates} Termine")
