"""One line a fact, with the municipality: what an operator greps for."""

import logging
from datetime import datetime

from django.utils import timezone

from . import current


class Line(logging.Formatter):
    """`2026-11-22T09:15:02+01:00 WARNING musterstadt records.reading: …`"""

    def format(self, record: logging.LogRecord) -> str:
        chosen = current.municipality_or_none()
        at = datetime.fromtimestamp(record.created, tz=timezone.get_default_timezone()).isoformat(timespec="seconds")
        message = f"{at} {record.levelname} {chosen.slug if chosen else '-'} {record.name}: {record.getMessage()}"
        if record.exc_info:
            message += "\n" + self.formatException(record.exc_info)
        return message
