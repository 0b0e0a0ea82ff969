"""manage.py count_deadlines_anew: the deadlines of all open tickets by the agreements, holidays and clocks in force."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hotline import recounting


class Command(BaseCommand):
    help = "Count the deadlines of all open tickets anew, for instance after an update has brought new public holidays."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = recounting.count_anew(at=timezone.now())
        self.stdout.write(f"{changed} Anfragen haben andere Fristen.")
