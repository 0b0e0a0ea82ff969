"""Who is calling: a telephone number in any spelling, a name or a town finds the person."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Q, QuerySet

from tenants.models import User
from tenants.roles import CentreRole

COUNTRY = "49"  # what a number belongs to that begins with a single 0
TAIL = 5  # digits at the end by which the database looks; the rest is compared here
MOST = 10  # answers: whoever needs more says more
MOST_WORDS = 6  # that are looked at
MOST_ALIKE = 500  # numbers that are compared here
SHORTEST, SHORTEST_START = 3, 4  # digits of a number; of the beginning of one, behind the country
SPELLINGS = {"ae": "[äÄ]", "oe": "[öÖ]", "ue": "[üÜ]", "ss": "ß"}  # two letters, and the sign that they stand for
LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}
SAME, BEGINS, WITHIN = range(3)  # the better the lower; what is somewhere within a number counts only where nothing fits better


def dialled(written: str) -> str:
    """The digits to be dialled: "0208/123-45", "+49 208 12345", "0049 (0)208 12345" and "(0208) 123 45" are one, "+4920812345".

    Without a 0 or a + at its beginning it is a number within a town, of which only the digits are known (DIN 5008, ITU-T E.123).
    """
    plain = re.sub(r"\(0\)", "", written) if re.match(r"\s*(\+|00)", written) else written
    digits = "".join(sign for sign in plain if sign.isdecimal() and sign.isascii())
    if plain.lstrip(" (").startswith("+"):
        return _without_trunk_zero(f"+{digits}")
    if digits.startswith("00"):
        return _without_trunk_zero(f"+{digits[2:]}")
    return f"+{COUNTRY}{digits[1:]}" if digits.startswith("0") else digits


def callers(written: str) -> list[User]:
    """People who ask for help, by telephone number in any spelling (also its beginning), by parts of their names and towns, or both; 10 at most.

    "Mueller" is Müller, too. A number that is the same comes before one that begins so.
    """
    written = written.replace("\x00", "").strip()
    words = re.findall(r"[^\W\d_][\w.'’-]*", written)
    number = dialled(re.sub(r"[^\W\d_][\w.'’-]*", " ", written).strip())
    people: QuerySet[Any] = _people()
    for word in words[:MOST_WORDS]:
        spelt = _spelt(word)
        people = people.filter(Q(display_name__iregex=spelt) | Q(contact__municipality__name__iregex=spelt))
    if len(number.lstrip("+")) >= SHORTEST:
        return [person for _rank, person in _by_number(people, number)][:MOST]
    return list(people.order_by("display_name", "pk")[:MOST]) if words else []


def called_by(telephone: str) -> list[User]:
    """People who are known by this very number."""
    number = dialled(telephone)
    found = _by_number(_people(), number) if len(number.lstrip("+")) >= SHORTEST else []
    return [person for rank, person in found if rank == SAME][:MOST]


def _people() -> QuerySet[Any]:
    """Those who ask for help, with where they work."""
    asking: QuerySet[Any] = User.objects.active().filter(groups__name=CentreRole.REQUESTER)
    return asking.select_related("contact__municipality")


def _spelt(word: str) -> str:
    """A word as a pattern for the database that finds its umlauts in either spelling."""
    plain = "".join(LETTERS.get(sign, sign) for sign in word.lower())
    parts = re.split("(ae|oe|ue|ss)", plain)
    return "".join(f"({part}|{SPELLINGS[part]})" if part in SPELLINGS else re.escape(part) for part in parts)


def _by_number(people: QuerySet[Any], number: str) -> list[tuple[int, User]]:
    """People with how well their numbers fit, the best first."""
    within = number.removeprefix(f"+{COUNTRY}").lstrip("+")
    somewhere, at_the_end = (r"\D*".join(digits) for digits in (within, number[-TAIL:].lstrip("+")))
    alike = people.filter(telephone__regex=rf"{somewhere}|{at_the_end}\D*$").order_by("display_name", "pk")
    ranked = [(_fits(dialled(person.telephone), number), person) for person in alike[:MOST_ALIKE]]
    fitting = sorted(((rank, person) for rank, person in ranked if rank is not None), key=lambda one: one[0])
    return [one for one in fitting if one[0] < WITHIN] or fitting


def _fits(known: str, number: str) -> int | None:
    """How well a known number fits the one that is looked for; None: not at all. Where one has no area code, its digits are the other's last ones."""
    if known == number:
        return SAME
    if known.startswith("+") and number.startswith("+"):
        start = len(number.removeprefix(f"+{COUNTRY}").lstrip("+")) >= SHORTEST_START
        return BEGINS if start and known.startswith(number) else None
    if known.startswith("+") != number.startswith("+"):
        short, long = sorted((known, number), key=lambda one: one.startswith("+"))
        if len(short) >= SHORTEST and long.endswith(short):
            return SAME
    return WITHIN if not number.startswith("+") and number in known else None


def _without_trunk_zero(number: str) -> str:
    """ "+49 0208 …" is a common mistake: behind the country there is no 0."""
    return f"+{COUNTRY}{number[3:].lstrip('0')}" if number.startswith(f"+{COUNTRY}0") else number
