"""Columns of a file plan sheet beyond the first six: legal basis, reasons, what a unit continues, whether it leaves the plan."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

FURTHER_HEADINGS: dict[str, tuple[str, ...]] = {
    "legal_basis": ("Rechtsgrundlage",),
    "override_reason": ("Grund für eigene Frist", "Grund für eine eigene Frist"),
    "retention_starts_with": ("Fristbeginn", "Die Frist beginnt mit"),
    "transfer_years": ("Transferfrist (Jahre)", "Transferfrist"),
    "registration": ("Aktenanlage", "Wer Akten anlegt"),
    "frozen": ("Gesperrt für neue Akten", "Gesperrt"),
    "former_code": ("Bisheriges Kennzeichen", "Altes Kennzeichen"),
    "dropped": ("Entfällt",),
    "successor": ("Nachfolgerin", "Nachfolger"),
}
FURTHER = ("legal_basis", "override_reason", "retention_starts_with", "transfer_years", "registration")  # as the unit's fields are called
LENGTHS = {"legal_basis": 500, "override_reason": 500, "retention_starts_with": 200, "former_code": 40, "successor": 40}
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
    return Further(**values), iter(unclear)  # type: ignore[arg-type]


def _text(text: str, column: str) -> str:
    if len(text) > LENGTHS[column]:
        raise Unclear(_("At most %(limit)d characters can stand here.") % {"limit": LENGTHS[column]})
    return text


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


_READERS: dict[str, Callable[[str, str], object]] = {"transfer_years": _years, "registration": _who, "frozen": _yes, "dropped": _yes}
