"""How people write numbers, dates, addresses and parcels in German, read into one spelling that is kept and found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from .models import IndexField

MONTHS = ("januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "dezember")
PARTS: dict[str, tuple[str, ...]] = {"address": ("street", "house_number", "postcode", "town"), "parcel": ("district", "section", "parcel")}
LONGEST = 300


class Misspelt(Exception):
    """What was typed is no number, date, address or parcel; the message says what is expected. `part` names the piece of it."""

    def __init__(self, message: str, part: str = "") -> None:
        super().__init__(message)
        self.part = part


@dataclass(frozen=True)
class Value:
    """A value as it is kept: `text` for people and for searching, the rest for comparing."""

    text: str
    number: Decimal | None = None
    day: date | None = None
    parts: Mapping[str, str] = field(default_factory=dict)


def read(kind: str, text: str, parts: Mapping[str, str] | None = None) -> Value | None:
    """Read one value of a field, typed in one piece or (address, parcel) in parts. None if nothing was typed. Raises Misspelt."""
    if kind in PARTS:
        given = {name: _line((parts or {}).get(name, "")) for name in PARTS[kind]}
        if any(given.values()):
            return _address(given) if kind == IndexField.Kind.ADDRESS else _parcel(given)
        if not (text := _line(text)):
            return None
        return _address(_taken_apart(text)) if kind == IndexField.Kind.ADDRESS else _parcel(_parcel_parts(text))
    text = _line(text)
    if not text:
        return None
    if kind == IndexField.Kind.NUMBER:
        number = read_number(text)
        return Value(_number_text(number), number=number)
    if kind == IndexField.Kind.DATE:
        day = read_day(text)
        return Value(f"{day:%d.%m.%Y}", day=day)
    return Value(_short(text))


def read_number(text: str) -> Decimal:
    """1.234,5 · 1234,5 · 1 234,5 · 12.5: thousands are grouped by points or spaces, three digits each. Raises Misspelt."""
    plain = re.sub(r"(?<=\d)[ \u00a0\u202f'](?=\d{3}(\D|$))", "", text).replace("−", "-")
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?", plain):
        plain = plain.replace(".", "")
    plain = plain.replace(",", ".")
    if not re.fullmatch(r"[+-]?\d{1,14}(\.\d{1,4})?", plain, re.ASCII):
        raise Misspelt(
            _("“%(text)s” is no number. Please write it like 1.234,5 with at most four places after the comma.") % {"text": text[:40]}
        )
    return Decimal(plain)


def read_day(text: str) -> date:
    """12.3.2026 · 12. März 2026 · 2026-03-12. Raises Misspelt, also for days before 1800 or more than a hundred years ahead."""
    found = re.fullmatch(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})", text, re.ASCII) or re.fullmatch(
        r"(\d{1,2})\.?\s+([A-Za-zä]+)\.?\s+(\d{4})", text
    )
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text, re.ASCII)
    try:
        if iso:
            day = date(int(iso[1]), int(iso[2]), int(iso[3]))
        elif found:
            day = date(int(found[3]), _month(found[2]), int(found[1]))
        else:
            raise ValueError(text)
    except ValueError as error:
        raise Misspelt(_("“%(text)s” is no date. Please write it like 12.03.2026.") % {"text": text[:40]}) from error
    latest = date.today().year + 100  # noqa: DTZ011 - a bound of a century does not care for the hour
    if not 1800 <= day.year <= latest:
        raise Misspelt(_("Please give a date between 1800 and %(year)s.") % {"year": latest})
    return day


def read_parcel(text: str) -> str:
    """Number of a parcel: 12/3 · 12 / 3 · 00012/003 · Flst. 12/3 · Nr. 12 · 12-3. Raises Misspelt."""
    plain = re.sub(r"^(?:(?:flurst(?:ü|ue)cks?(?:-?nummer)?|flst|fst|nummer|nr)\b\.?:?\s*)+", "", text.strip(), flags=re.IGNORECASE)
    found = re.fullmatch(r"0*([1-9]\d{0,4})(?:\s*[/-]\s*0*([1-9]\d{0,4}))?(?:\s*/\s*0*)?", plain, re.ASCII)
    if not found:
        raise Misspelt(_("“%(text)s” is no parcel number. Please write it like 12/3, one parcel per line.") % {"text": text[:40]}, "parcel")
    return f"{found[1]}/{found[2]}" if found[2] else found[1]


def _month(text: str) -> int:
    if text.isdecimal():
        return int(text)
    found = [number for number, name in enumerate(MONTHS, 1) if name.startswith(text.lower()) and len(text) >= 3]
    if len(found) != 1:
        raise ValueError(text)
    return found[0]


def _number_text(number: Decimal) -> str:
    plain = f"{number:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return (plain or "0").replace(".", ",")


def _parcel(given: Mapping[str, str]) -> Value:
    district = re.sub(r"^(gemarkung|gem\.?)\s+", "", given["district"], flags=re.IGNORECASE)
    section = re.sub(r"^(flur|fl\.?)\s*", "", given["section"], flags=re.IGNORECASE)
    if not district:
        raise Misspelt(_("Please give the Gemarkung, too."), "district")
    if section and not re.fullmatch(r"\d{1,3}", section, re.ASCII):
        raise Misspelt(_("“%(text)s” is no Flur. Please write a number from 1 to 999.") % {"text": section[:40]}, "section")
    section = section.lstrip("0")
    if not given["parcel"]:
        raise Misspelt(_("Please give the Flurstück, too."), "parcel")
    parcel = read_parcel(given["parcel"])
    pieces = [f"Gemarkung {district}", *([f"Flur {section}"] if section else []), f"Flurstück {parcel}"]
    return Value(_short(", ".join(pieces)), parts={"district": district, "section": section, "parcel": parcel})


def _parcel_parts(text: str) -> dict[str, str]:
    """Gemarkung Neustadt, Flur 3, Flurstück 12/3 · Neustadt 3 12/3 · Neustadt, 12/3."""
    mark = r"(?:(?:flurst(?:ü|ue)ck|flst|fst|nr)\b\.?\s*)?"
    shape = rf"(?:gemarkung|gem\.)?\s*(?P<district>[^\d,;][^,;\d]*?)[\s,;]+(?:(?:flur|fl\.)?\s*(?P<section>\d{{1,3}})[\s,;]+)?{mark}(?P<parcel>\d+(?:\s*[/-]\s*\d+)?)"
    found = re.fullmatch(shape, text, re.IGNORECASE)
    if not found:
        raise Misspelt(_("Please write a parcel like “Gemarkung Neustadt, Flur 3, Flurstück 12/3”."))
    return {name: (found[name] or "").strip() for name in PARTS["parcel"]}


def _address(given: Mapping[str, str]) -> Value:
    if not given["street"]:
        raise Misspelt(_("Please give the street, too."), "street")
    house = re.sub(r"(?<=\d)\s+(?=[A-Za-z]\b)", "", given["house_number"])
    if house and (not re.search(r"\d", house) or len(house) > 20):
        raise Misspelt(_("“%(text)s” is no house number.") % {"text": house[:40]}, "house_number")
    postcode = re.sub(r"^D\s*-\s*", "", given["postcode"])
    if postcode and not re.fullmatch(r"\d{5}", postcode, re.ASCII):
        raise Misspelt(_("A postcode has five digits."), "postcode")
    first = " ".join(filter(None, (given["street"], house)))
    second = " ".join(filter(None, (postcode, given["town"])))
    parts = {"street": given["street"], "house_number": house, "postcode": postcode, "town": given["town"]}
    return Value(_short(", ".join(filter(None, (first, second)))), parts=parts)


def _taken_apart(text: str) -> dict[str, str]:
    """Hauptstraße 5 a, 12345 Neustadt."""
    first, _comma, second = text.partition(",")
    street = re.fullmatch(r"(.*?\D)\s*(\d+\s*[a-zA-Z]?(?:\s*[-–/]\s*\d+\s*[a-zA-Z]?)?)", first.strip())
    place = re.fullmatch(r"(?:D\s*-\s*)?(\d{5})?\s*(.*)", second.strip())
    assert place is not None
    return {
        "street": (street[1] if street else first).strip(),
        "house_number": street[2] if street else "",
        "postcode": place[1] or "",
        "town": place[2],
    }


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _short(text: str) -> str:
    if len(text) > LONGEST:
        raise Misspelt(_("At most %(most)s characters.") % {"most": LONGEST})
    return text


# What is typed into a search box, and how it stands in the values: short forms, "5 a" for "5a", "12 / 3" for "12/3".
SAME = (
    (re.compile(r"(?<=\d)\s*/\s*(?=\d)"), "/"),
    (re.compile(r"(?<=\d)\s+(?=[a-z]\b)", re.IGNORECASE), ""),
    (re.compile(r"\b(?:flst|fst)\b\.?", re.IGNORECASE), "Flurstück"),
    (re.compile(r"\bgem\.", re.IGNORECASE), "Gemarkung"),
    (re.compile(r"\bfl\.", re.IGNORECASE), "Flur"),
    (re.compile(r"\b(?:nr\b\.?|nummer\b)", re.IGNORECASE), " "),
    (re.compile(r"str(?:aße|asse|\.)?(?![\w.])", re.IGNORECASE), "str"),
)


def words_of(text: str) -> list[str]:
    """The words of a question as they stand in values; a date or a number in the spelling that is kept."""
    text = " ".join(text.split())
    for typed in (read_day, read_number):
        try:
            value = typed(text)
        except Misspelt:
            continue
        return [f"{value:%d.%m.%Y}" if isinstance(value, date) else _number_text(value)]
    for pattern, same in SAME:
        text = pattern.sub(same, text)
    return [word for word in re.split(r"[\s,;:\"“”„()]+", text) if re.search(r"\w", word)][:8]
