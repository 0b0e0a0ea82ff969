"""manage.py rebuild_index --municipality SLUG: build the full-text index anew while searching goes on."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import CommandError
from tqdm import tqdm

from foundation.index import WriterBusy
from records import index_keeping
from records.models import Document
from tenants.management.base import MunicipalityCommand


class Command(MunicipalityCommand):
    help = "Build the full-text index of a municipality anew; the old one is searched until the new one is complete."

    def handle(self, *args: Any, **options: Any) -> None:
        total, began = Document.objects.standing().count(), time.monotonic()
        try:
            with tqdm(total=total, unit=" documents", disable=not self.stderr.isatty()) as bar:
                count = index_keeping.rebuild(progress=lambda done: bar.update(done) and None, processes=index_keeping.cores())
        except WriterBusy as error:
            raise CommandError("This index is being rebuilt already.") from error
        seconds = time.monotonic() - began
        self.stdout.write(f"{count} documents in {seconds:.1f} s ({count / max(seconds, 0.001):.0f}/s).")
