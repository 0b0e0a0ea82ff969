"""manage.py verify_journal --municipality SLUG: walk the chain, compare it with the daily anchors, and say which rows were
changed, deleted or inserted."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from records import anchors, journal
from records.models import JournalEntry
from tenants.management.base import MunicipalityCommand


class Command(MunicipalityCommand):
    help = "Check the journal's hash chain; ends with an error if it does not hold."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = [*journal.verify(), *anchors.verify(at=timezone.now())]
        for found in broken:
            self.stderr.write(f"row {found.sequence}: {found.reason}")
        if broken:
            raise CommandError(f"The journal does not hold: {len(broken)} findings.")
        self.stdout.write(f"The journal holds: {JournalEntry.objects.count()} entries.")
