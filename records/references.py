"""File references (Aktenzeichen): template, natural order, and numbers given without gaps and never twice."""

from __future__ import annotations

import re
import string
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import MunicipalSettings

from .models import FilePlanUnit, ReferenceCounter

FIELDS = {"code", "number", "year"}
LONGEST = 60
CODES_GIVEN = """
SELECT DISTINCT code, unit_id FROM (
    SELECT substring(file_reference FROM %(pattern)s) AS code, unit_id FROM records_recordfile
    UNION ALL
    SELECT substring(former.file_reference FROM %(pattern)s), file.unit_id
      FROM records_formerreference former JOIN records_recordfile file ON file.id = former.file_id
) given WHERE code IS NOT NULL
"""


class BadTemplate(Exception):
    """The template could give two files the same reference, or none; the message says why."""


def check_template(template: str) -> None:
    """Refuse a template that cannot give every file a reference of its own.

    {code} and {number} must be there, with something between code, year and number that keeps them apart: "11" + "1" and
    "1" + "11" would read the same.
    """
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise BadTemplate(_("The template cannot be read: a bracket is open or a mark is missing.")) from error
    names = [name for _literal, name, _format, _conversion in parts if name is not None]
    if not set(names) <= FIELDS:
        raise BadTemplate(_("Only {code}, {number} and {year} may stand in the template."))
    if sorted(names) != sorted(set(names)) or not {"code", "number"} <= set(names):
        raise BadTemplate(_("{code} and {number} must each stand in the template exactly once."))
    for _literal, name, spec, conversion in parts:
        if conversion or (name == "number" and not re.fullmatch(r"(0[1-9])?", spec or "")) or (name in ("code", "year") and spec):
            raise BadTemplate(_("Only the number may have a width, for example {number:04}."))
    for literal, name, _spec, _conversion in parts[1:]:
        if name is not None and not re.search(r"[^\w.]", literal):
            raise BadTemplate(_("Between code, year and number there must be a mark that is in none of them, such as - or /."))
    if len(template) > LONGEST:
        raise BadTemplate(_("The template is too long."))


def natural_key(reference: str) -> str:
    """Key under which references sort as people read them: 2 before 10, 63.2 before 63.12."""
    return re.sub(r"\d+", lambda digits: f"{len(digits[0].lstrip('0') or '0'):02d}{digits[0].lstrip('0') or '0'}", reference.casefold())[
        :400
    ]


def codes_given() -> dict[str, set[int]]:
    """The codes in all references that files have or had, and the units (ids) that those files lie in now. One query."""
    parts = string.Formatter().parse(MunicipalSettings.load().reference_template)
    patterns = {"code": "(.+)", "number": "[0-9]+", "year": "[0-9]{4}", None: ""}
    pattern = "^" + "".join(re.escape(literal) + patterns[name] for literal, name, _spec, _conversion in parts) + "$"
    given: dict[str, set[int]] = {}
    with current.connection().cursor() as cursor:
        cursor.execute(CODES_GIVEN, {"pattern": pattern})
        for code, unit_id in cursor.fetchall():
            given.setdefault(code, set()).add(unit_id)
    return given


def next_reference(*, unit: FilePlanUnit, at: datetime) -> tuple[str, int, int]:
    """Give the next number in a unit: (reference, number, year), year 0 where the template has none.

    Must run inside the transaction that creates the file: the counter's row lock makes two creations take turns, and a
    rolled-back one gives its number back, so that there are neither gaps nor doubles.
    """
    template = MunicipalSettings.load().reference_template
    year = timezone.localdate(at).year if "{year}" in template else 0
    with current.atomic():
        ReferenceCounter.objects.bulk_create([ReferenceCounter(unit=unit, year=year)], ignore_conflicts=True)
        counter = ReferenceCounter.objects.select_for_update().get(unit=unit, year=year)
        counter.last_number += 1
        counter.save(update_fields=["last_number"])
    reference = template.format(code=unit.classification_code, number=counter.last_number, year=year)
    return reference, counter.last_number, year
