"""Somebody who was quicker: what she changes meanwhile, and what is said of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from records import filing
from records.models import RecordFile
from tests.factories import ClerkFactory
from tests.node.factories import grant

LATER = datetime(2026, 3, 2, 13, 3, tzinfo=UTC)
QUICK = r"Frau Schnell.*02\.03\.2026,? 14:03"


def writer_of(file: RecordFile) -> Any:
    clerk = ClerkFactory()
    grant(clerk, file.unit, "write")
    return clerk


def edited(file: RecordFile, by: Any, **changes: Any) -> str:
    """Let somebody change a file; gives the ETag it had before."""
    before = file.etag
    filing.edit_file(file=file, changes=changes, by=by, at=LATER)
    return before


def stored_in(page: str) -> list[str]:
    """What a page says is stored meanwhile."""
    return re.findall(r"<dd>(.*?)</dd>", page.partition('<dl class="facts small">')[2].partition("</dl>")[0])
