"""Slips to be printed and cut: who gets it, where her practice town is, and the code that opens it once, also as a QR code. For both sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import segno
from django.template.loader import render_to_string

from foundation import typesetting

from . import channel


@dataclass(frozen=True)
class Slip:
    """`code` is shown here once and kept nowhere (tenants.entering.hash_of is)."""

    name: str
    town: str
    address: str
    code: str
    until: datetime

    @property
    def way(self) -> str:
        """Where she types the code."""
        return f"{self.address}{channel.PRACTICE_SLIPS_AT}"

    @property
    def picture(self) -> str:
        """The QR code. The code stands behind the #: no server and no log sees it on the way."""
        return str(segno.make(f"{self.way}#{self.code}", error="m", micro=False).svg_data_uri(border=2, scale=4))


def as_pdf(slips: Sequence[Slip]) -> bytes:
    """A tagged PDF, four slips on a sheet."""
    return typesetting.as_pdf(render_to_string("tenants/practice_slips_paper.html", {"slips": slips}), variant="pdf/ua-1")
