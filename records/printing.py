"""Sheets that go onto paper: cover (Aktendeckel), spine label, divider sheets (Trennblätter). Tagged PDF/A-2a, as WeasyPrint makes it.

They show the reference and the title of a file: whoever prints them has confirmed the same warnings as for an export.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import DateField, Max, Min
from django.db.models.functions import Coalesce, TruncDate
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from foundation import typesetting
from tenants.models import MunicipalSettings, User

from . import journal, print_marks, warnings_before
from .models import Document, RecordFile, Register, Volume

Sheets = Literal["cover", "spine", "dividers"]
TEMPLATES: dict[Sheets, str] = {
    "cover": "records/print/cover.html",
    "spine": "records/print/spine.html",
    "dividers": "records/print/dividers.html",
}
VARIANT = "pdf/a-2a"
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class CannotPrint(Exception):
    """There is nothing to be printed; the message says why."""


@dataclass(frozen=True)
class Divider:
    """A divider sheet with its mark as an image."""

    number: int
    name: str
    colour: str
    qr_code: str


def print_sheets(
    *,
    file: RecordFile,
    sheets: Sheets,
    address: str,
    confirmed: Sequence[str] = (),
    registers: Sequence[Register] | None = None,
    volume: Volume | None = None,
    by: User,
    at: datetime,
) -> bytes:
    """Make the sheets as one PDF and journal that they were printed.

    `address` is that of the binder, `registers` those to print dividers of (all if None), `confirmed` the warnings that the clerk has
    confirmed. Raises warnings_before.NotConfirmed, CannotPrint.
    """
    warnings_before.require_confirmed(file=file, confirmed=confirmed)
    context = about(file=file, address=address, volume=volume, at=at)
    if sheets == "dividers":
        numbers = {register.pk: number for number, register in enumerate(file.registers.order_by("position"), 1)}
        chosen = sorted(registers if registers is not None else file.registers.all(), key=lambda register: register.position)
        if not chosen:
            raise CannotPrint(_("This file has no registers."))
        context["dividers"] = [_divider(file, register, numbers[register.pk]) for register in chosen]
    content = as_pdf(TEMPLATES[sheets], context)
    journal.enter(act="print", object=file, by=by, at=at, changes={"sheets": (None, sheets)} | warnings_before.told(confirmed))
    return content


def about(*, file: RecordFile, address: str, at: datetime, volume: Volume | None = None) -> dict[str, Any]:
    """What covers and divider sheets say of a file. Four queries."""
    town = MunicipalSettings.objects.get_or_create(pk=1)[0]
    arms = base64.b64encode(bytes(town.coat_of_arms)).decode() if town.coat_of_arms else ""
    first, last = lifetime(file=file, volume=volume)
    return {
        "file": file,
        "office": file.lead_office,
        "unit": file.unit,
        "volume": volume,
        "period_from": first,
        "period_to": last,
        "town": town.name,
        "coat_of_arms": f"data:{town.coat_of_arms_type};base64,{arms}" if arms else "",
        "qr_code": print_marks.qr_code(address),
        "printed_at": at,
        "restricted": file.scope.restricted,
    }


def lifetime(*, file: RecordFile, volume: Volume | None = None) -> tuple[date | None, date | None]:
    """The period of a file (Laufzeit): days of its earliest and its latest document. That of a volume is its own; open ended if it is open."""
    if volume is not None:
        return volume.opened_on, volume.closed_on
    day = Coalesce("received_on", TruncDate("created_at"), output_field=DateField())
    found = Document.objects.filter(file=file, cancelled_at__isnull=True, draft=False).aggregate(first=Min(day), last=Max(day))
    return found["first"], found["last"]


def as_pdf(template: str, context: dict[str, Any]) -> bytes:
    """Render a print template. Nothing is fetched: images are in the page, fonts are the machine's (Noto Sans, all letters of DIN 91379)."""
    return typesetting.as_pdf(render_to_string(template, context), variant=VARIANT)


def _divider(file: RecordFile, register: Register, number: int) -> Divider:
    mark = print_marks.divider_mark(file=file.public_id, register=register.public_id)
    colour = register.colour if COLOUR.fullmatch(register.colour) else ""
    return Divider(number, register.name, colour, print_marks.qr_code(mark))
