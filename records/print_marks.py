"""What the QR codes on covers and divider sheets say, and reading it back at a scanning station (decision 0014).

A cover carries the binder's address, so that any telephone opens it. A divider sheet carries a mark of its own:

    EAKTE:1:T:<file, 32 hex digits>:<register, 32 hex digits>

Capital letters, digits and colons only: a QR code packs them densely (alphanumeric mode) and stays readable after a bad copy. The number is the
version of this form; a station refuses one that it does not know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

import segno

FORM = "EAKTE:1:T"
_DIVIDER = re.compile(r"EAKTE:1:T:([0-9A-F]{32}):([0-9A-F]{32})")
_ADDRESS = re.compile(r"https?://[^/\s]+/akten/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?", re.IGNORECASE)


@dataclass(frozen=True)
class Mark:
    """What a sheet in the scanner stands for: a file's cover (no register), or the divider of one of its registers."""

    file: UUID
    register: UUID | None = None


def divider_mark(*, file: UUID, register: UUID) -> str:
    return f"{FORM}:{file.hex.upper()}:{register.hex.upper()}"


def read_mark(text: str) -> Mark | None:
    """What a code read by a scanner means; None for one that is not ours. Whether such a file exists is for the caller to ask."""
    found = _DIVIDER.fullmatch(text.strip())
    if found:
        return Mark(UUID(found[1]), UUID(found[2]))
    found = _ADDRESS.fullmatch(text.strip())
    return Mark(UUID(found[1])) if found else None


def qr_code(text: str) -> str:
    """The code as an image for a print template (a data address). A quarter of it may be unreadable."""
    return str(segno.make(text, error="q", micro=False).svg_data_uri(border=2, scale=4))
