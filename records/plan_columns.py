"""Columns of a file plan sheet beyond the first six: legal basis, reasons, what a unit continues, whether it leaves the plan."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from . import plan_fields

FURTHER_HEADINGS: dict[str, tuple[str, ...]] = {
    "legal_basis": ("Rechtsgrundlage",),
    "override_reason": ("Grund für eigene Frist", "Grund für eine eigene Frist"),
    "retention_starts_with": ("Fristbeginn", "Die Frist beginnt mit"),
    "transfer_years": ("Transferfrist (Jahre)", "Transferfrist"),
    "registration": ("Aktenanlage", "Wer Akten anlegt"),
    "retention_starts_with_reason": ("Grund für eigenen Fristbeginn",),
    "transfer_years_reason": ("Grund für eigene Transferfrist",),
    "disposal_action_reason": ("Grund für eigene Aussonderungsart",),
    "register_set_reason": ("Grund für eigenen Registersatz",),
    "registration_reason": ("Grund für eigene Aktenanlage",),
    "legal_basis_reason": ("Grund für eigene Rechtsgrundlage",),
    "valid_from": ("Gültig ab", "Gültig von"),
    "valid_until": ("Gültig bis",),
    "frozen": ("Gesperrt für neue Akten", "Gesperrt"),
    "former_code": ("Bisheriges Kennzeichen", "Altes Kennzeichen"),
    "dropped": ("Entfällt",),
    "successor": ("Nachfolgerin", "Nachfolger"),
}
REASONS = tuple(plan_fields.REASONS.values())
FURTHER = ("legal_basis", "retention_starts_with", "transfer_years", "registration", *REASONS)  # as the unit's fields are called
LENGTHS = {"legal_basis": 500, "retention_starts_with": 200, "former_code": 40, "successor": 40, **dict.fromkeys(REASONS, 500)}
MOST_TRANSFER_YEARS = 100
_YES = {"ja", "j", "x", "yes", "1"}
_NO = {"", "nein", "n", "no", "0"}
_WHO = {"": "", "registratur": "registry", "sachbearbeitung": "clerks"}
_YEARS = re.compile(r"(\d{1,4})(?:[.,]0+)?\s*(?:J|J\.|Jahre?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Further:
    """What further columns say of one unit; empty where the sheet has no such column."""

    legal_basis: str = ""
    override_reason: str = ""
    retention_starts_with: str = ""
    transfer_years: int | None = None
    registration: str = ""
    retention_starts_with_reason: str = ""
    transfer_years_reason: str = ""
    disposal_action_reason: str = ""
    register_set_reason: str = ""
    registration_reason: str = ""
    legal_basis_reason: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    frozen: bool = False
    former_code: str = ""
    dropped: bool = False
    successor: str = ""


NOTHING_FURTHER = Further()


class Unclear(Exception):
    """The cell's text is none of those that may stand there; the message says which."""


def read_further(texts: Mapping[str, str | None]) -> tuple[Further, Iterator[tuple[str, str]]]:
    """Read one row's further cells. Returns what they say, and for each that is unclear its column and a sentence."""
    values: dict[str, object] = {}
    unclear: list[tuple[str, str]] = []
    for column in FURTHER_HEADINGS:
        try:
            values[column] = _READERS.get(column, _text)(texts.get(column) or "", column)
        except Unclear as fault:
            unclear.append((column, str(fault)))
    read = Further(**values)  # type: ignore[arg-type]
    if read.valid_from and read.valid_until and read.valid_until < read.valid_from:
        unclear.append(("valid_until", _("The validity cannot end before it begins.")))
    return read, iter(unclear)


def _text(text: str, column: str) -> str:
    if len(text) > LENGTHS[column]:
        raise Unclear(_("At most %(limit)d characters can stand here.") % {"limit": LENGTHS[column]})
    return text


def _start(text: str, column: str) -> str:
    return plan_fields.start_of(_text(text, column))


def _years(text: str, _column: str) -> int | None:
    if not text:
        return None
    match = _YEARS.fullmatch(text)
    if match is None or int(match[1]) > MOST_TRANSFER_YEARS:
        sentence = _("“%(text)s” is not a transfer period. Please enter whole years up to %(limit)d.")
        raise Unclear(sentence % {"text": text[:40], "limit": MOST_TRANSFER_YEARS})
    return int(match[1])


def _yes(text: str, _column: str) -> bool:
    if text.casefold() in _YES:
        return True
    if text.casefold() in _NO:
        return False
    raise Unclear(_("“%(text)s” is neither “ja” nor “nein”.") % {"text": text[:40]})


def _who(text: str, _column: str) -> str:
    if text.casefold() not in _WHO:
        raise Unclear(_("“%(text)s” is not known. Please enter “Registratur” or “Sachbearbeitung”.") % {"text": text[:40]})
    return _WHO[text.casefold()]


def _day(text: str, column: str) -> date | None:
    """“1.1.2027”, as people type it, or “2027-01-01”, as a cell that is a date is read."""
    if not text:
        return None
    for form in ("%d.%m.%Y", "%Y-%m-%d"):
        with suppress(ValueError):
            return _checked_day(datetime.strptime(text.removesuffix("T00:00:00"), form).date(), column)  # noqa: DTZ007  # a day has no zone
    raise Unclear(_("“%(text)s” is not a date. Please enter it like 01.01.2027.") % {"text": text[:40]})


def _checked_day(value: date, column: str) -> date | None:
    try:
        return plan_fields.day(column, value)
    except plan_fields.BadField as fault:
        raise Unclear(str(fault)) from fault


_READERS: dict[str, Callable[[str, str], object]] = {
    "retention_starts_with": _start, "transfer_years": _years, "registration": _who, "frozen": _yes, "dropped": _yes, "valid_from": _day, "valid_until": _day,
}  # fmt: skip
