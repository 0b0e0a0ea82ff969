"""What may be said of a document: its descriptive fields, tidied and checked. Screens and the API ask here, so that neither takes what the other refuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from .models import Document, ProtectionNeed

FIELDS = ("title", "document_date", "received_on", "kind", "direction", "keywords", "protection_need", "text_exception")
LONGEST = {"title": 500, "kind": 60, "text_exception": 300}
LONGEST_KEYWORD = 60
MOST_KEYWORDS = 30
EARLIEST = date(1800, 1, 1)
YEARS_AHEAD = 100


class BadDescription(Exception):
    """Something cannot be said of a document like that. `errors` has a sentence for each field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


def tidied(given: Mapping[str, Any], *, today: date) -> dict[str, Any]:
    """The given fields as they are kept; fields that are not given are left out.

    `today` is the local day. Dates are dates or None, keywords are words or one text with commas. Raises BadDescription.
    """
    found: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name in FIELDS:
        if name not in given:
            continue
        try:
            found[name] = _CHECKS[name](name, given[name], today)
        except ValueError as fault:
            errors[name] = str(fault)
    if errors:
        raise BadDescription(errors)
    return found


def day_of(text: str) -> date | None:
    """A day as clerks and browsers write it (12.03.2026, 2026-03-12); None for an empty text. Raises ValueError with a sentence."""
    text = text.strip()
    if not text:
        return None
    german = re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", text, re.ASCII)
    plain = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text, re.ASCII)
    try:
        if german:
            return date(int(german[3]), int(german[2]), int(german[1]))
        if plain:
            return date(int(plain[1]), int(plain[2]), int(plain[3]))
    except ValueError:
        pass
    raise ValueError(_("Please give a day like 12.03.2026."))


def written(day: date | None) -> str:
    """A day as people write it."""
    return f"{day:%d.%m.}{day.year:04}" if day else ""


def told(value: Any) -> Any:
    """A value as the journal keeps it."""
    return ", ".join(value) if isinstance(value, list) else value


def keywords_of(given: str | Iterable[str]) -> list[str]:
    """Keywords, each once (capitals do not count), in the order given; a comma ends a keyword everywhere. Raises ValueError."""
    text = given if isinstance(given, str) else ",".join(given)
    found: dict[str, str] = {}
    for word in filter(None, map(one_line, re.split(r"[,;\n]", text))):
        if len(word) > LONGEST_KEYWORD:
            raise ValueError(_("A keyword has at most %(most)s characters.") % {"most": LONGEST_KEYWORD})
        found.setdefault(word.casefold(), word)
    if len(found) > MOST_KEYWORDS:
        raise ValueError(_("A document has at most %(most)s keywords.") % {"most": MOST_KEYWORDS})
    return list(found.values())


def one_line(text: str) -> str:
    """Without line breaks and control characters, spaces drawn together."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _line(name: str, given: Any, today: date) -> str:
    text = one_line(str(given or ""))
    if name == "title" and not text:
        raise ValueError(_("Please give the document a title."))
    if len(text) > LONGEST[name]:
        raise ValueError(_("This is longer than %(most)s characters (%(count)s).") % {"most": LONGEST[name], "count": len(text)})
    return text


def _day(name: str, given: Any, today: date) -> date | None:
    day = day_of(given) if isinstance(given, str) else given
    if day is None:
        return None
    assert isinstance(day, date)
    latest = date(today.year + YEARS_AHEAD, today.month, min(today.day, 28))
    if not EARLIEST <= day <= latest:
        raise ValueError(
            _("This date cannot be right: it lies before %(earliest)s or after %(latest)s.")
            % {"earliest": written(EARLIEST), "latest": written(latest)}
        )
    if name == "received_on" and day > today:
        raise ValueError(_("The date of receipt lies in the future."))
    return day


def _choice(name: str, given: Any, today: date) -> str:
    choices = Document.Direction.values if name == "direction" else ProtectionNeed.values
    value = str(given or ("" if name == "direction" else ProtectionNeed.NORMAL))
    if value not in choices and not (name == "direction" and value == ""):
        raise ValueError(_("Please choose one of the list."))
    return value


def _words(name: str, given: Any, today: date) -> list[str]:
    return keywords_of(given or [])


_CHECKS: dict[str, Callable[[str, Any, date], Any]] = {
    "title": _line,
    "kind": _line,
    "text_exception": _line,
    "document_date": _day,
    "received_on": _day,
    "direction": _choice,
    "protection_need": _choice,
    "keywords": _words,
}
