"""manage.py export_journal --municipality SLUG: the chain as JSON, a row a line, without values, to be checked from outside."""

from __future__ import annotations

import json
from typing import Any

from records import journal
from tenants.management.base import MunicipalityCommand


class Command(MunicipalityCommand):
    help = "Write the journal's rows (digests, no values) as JSON lines; how to check them stands in foundation/chain.py."

    def handle(self, *args: Any, **options: Any) -> None:
        for row in journal.exported():
            self.stdout.write(json.dumps(row, ensure_ascii=False))
