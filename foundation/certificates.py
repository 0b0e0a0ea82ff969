"""The sheet that somebody takes home from a training: a tagged PDF (PDF/UA-1, German) with a code that leads to where it can be verified.

What stands in it, who gets one and under which number is the caller's business; here it is set. Fonts are the machine's: Noto Sans and Noto Serif
have all letters of DIN 91379, also those that are made of several signs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal

import segno
from django.db.models import TextChoices
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy, ngettext

from foundation import typesetting
from foundation.plain_lines import line

VARIANT = "pdf/ua-1"
TEMPLATE = "print/certificate.html"
SIZES = ("large", "small", "long")  # the last one goes on to a second page, with the code at the end and not at the foot


class SheetKind(TextChoices):
    """A certificate is for who passed an examination; a confirmation says only that somebody was there."""

    ATTENDANCE = "attendance", gettext_lazy("Confirmation of attendance")
    CERTIFICATE = "certificate", gettext_lazy("Certificate")


@dataclass(frozen=True, slots=True)
class AttendedSession:
    """One day, with times as the clock on the wall shows them."""

    day: date
    starts: time
    ends: time
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """All that stands on the sheet. `hours` are full hours of 60 minutes; aims, sessions and trainers may be none."""

    kind: SheetKind
    number: str
    name: str
    course: str
    aims: tuple[str, ...]
    sessions: tuple[AttendedSession, ...]
    hours: Decimal
    issued_on: date
    issuer_name: str
    issuer_address: tuple[str, ...]
    trainers: tuple[str, ...]
    verification_address: str


def certificate_sheet(fields: Certificate) -> bytes:
    """Set the sheet on A4, in German: in large type if all of it fits on one page, else in small type, else on several."""
    fields = _cleaned(fields)
    with translation.override("de"):
        return typesetting.first_that_fits((page(fields, size=size) for size in SIZES), variant=VARIANT)


def page(fields: Certificate, *, size: str) -> str:
    """The sheet as HTML in one of the SIZES; to be asked for while German is the language."""
    context = {
        "fields": fields,
        "size": size,
        "examined": fields.kind == SheetKind.CERTIFICATE,
        "hours": _hours(fields.hours),
        "trainers": ", ".join(fields.trainers),
        "qr_code": segno.make(fields.verification_address, error="m", micro=False).svg_data_uri(border=0, dark="#17212a"),
    }
    return render_to_string(TEMPLATE, context)


def _hours(hours: Decimal) -> str:
    text = number_format(hours.normalize() if hours % 1 else hours.to_integral_value())
    return ngettext("Duration: %(hours)s hour", "Duration: %(hours)s hours", 1 if hours == 1 else 2) % {"hours": text}


def _cleaned(sheet: Certificate) -> Certificate:
    """Take away what has no glyph: control characters and line breaks. Raises ValueError for an unknown kind."""
    return replace(
        sheet,
        kind=SheetKind(sheet.kind),
        number=line(sheet.number),
        name=line(sheet.name),
        course=line(sheet.course),
        aims=tuple(map(line, sheet.aims)),
        sessions=tuple(replace(one, place=line(one.place)) for one in sheet.sessions),
        issuer_name=line(sheet.issuer_name),
        issuer_address=tuple(map(line, sheet.issuer_address)),
        trainers=tuple(map(line, sheet.trainers)),
        verification_address=line(sheet.verification_address),
    )
