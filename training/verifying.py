"""Verifying a certificate by the secret part of its address: what anybody may read who has the sheet, and nothing to whoever guesses."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from .models import Certificate

CODE = re.compile(r"[a-z2-7]{32}")
NO_CODE = "-"  # nobody's: what is no code at all is looked for like any other


@dataclass(frozen=True)
class Verified:
    """What whoever verifies a certificate reads. `name` as far as the holder agrees, "" if not at all. `replaced`: there is a newer one."""

    number: str
    kind: str
    name: str
    course: str
    first_day: date | None
    last_day: date | None
    issued_on: date
    qualified_until: date | None
    revoked_on: date | None
    replaced: bool


def verify(code: str) -> Verified | None:
    """What there is under a code; None for all that are nobody's, with the same query and the same work."""
    typed = re.sub(r"[\s-]", "", code).lower()
    found: Certificate | None = (
        Certificate.objects.filter(code=typed if CODE.fullmatch(typed) else NO_CODE).select_related("replaced_by").first()
    )
    return None if found is None else _verified(found)


def initials(name: str) -> str:
    """The first letter of each name with all its marks (DIN 91379): "Ǧ. C̆.". What is joined by a hyphen has two."""
    parts = [part for part in re.split(r"[\s\-‐‑]+", unicodedata.normalize("NFC", name)) if part[:1].isalpha()]
    return " ".join(f"{_first_letter(part)}." for part in parts)


def _first_letter(word: str) -> str:
    end = 1
    while end < len(word) and unicodedata.combining(word[end]):
        end += 1
    if end < len(word) and word[end - 1] == "\u035f":  # a double mark ties two letters together: K͟H
        end += 1
    return word[:end]


def _verified(found: Certificate) -> Verified:
    days = [parse_datetime(session["starts_at"]) for session in found.facts["sessions"]]
    local = sorted(timezone.localdate(day) for day in days if day is not None)
    shown = {Certificate.Shown.FULL: found.name, Certificate.Shown.INITIALS: initials(found.name), Certificate.Shown.NOTHING: ""}
    return Verified(
        number=found.number,
        kind=str(Certificate.Kind(found.kind).label),
        name=shown[Certificate.Shown(found.shown)],
        course=found.facts["course"],
        first_day=local[0] if local else None,
        last_day=local[-1] if local else None,
        issued_on=timezone.localdate(found.issued_at),
        qualified_until=found.qualified_until,
        revoked_on=timezone.localdate(found.revoked_at) if found.revoked_at else None,
        replaced=hasattr(found, "replaced_by"),
    )
