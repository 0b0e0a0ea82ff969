"""Who is calling: a telephone number in any spelling, or a name, finds the person."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import F, Func, QuerySet, TextField, Value

from tenants.models import User
from tenants.roles import CentreRole

COUNTRY = "49"  # what a number belongs to that begins with a single 0
TAIL = 5  # digits at the end by which the database looks; the rest is compared here
MOST = 20


def dialled(written: str) -> str:
    """The digits to be dialled: "0208/123-45", "+49 208 12345", "0049 (0)208 12345" and "(0208) 123 45" are one, "+4920812345".

    Without a 0 or a + at its beginning it is a number within a town, of which only the digits are known (DIN 5008, ITU-T E.123).
    """
    plain = re.sub(r"\(0\)", "", written) if re.match(r"\s*(\+|00)", written) else written
    digits = "".join(sign for sign in plain if sign.isdecimal() and sign.isascii())
    if plain.lstrip(" (").startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    return f"+{COUNTRY}{digits[1:]}" if digits.startswith("0") else digits


def callers(written: str) -> list[User]:
    """People who ask for help, by telephone number in any spelling or by a part of their name; 20 at most."""
    written = written.replace("\x00", "").strip()
    people = User.objects.active().filter(groups__name=CentreRole.REQUESTER).select_related("contact__municipality")
    if not re.search(r"[^\W\d_]", written):
        return _by_number(people, dialled(written))
    return list(people.filter(display_name__icontains=written).order_by("display_name")[:MOST])


def _by_number(people: QuerySet[User], number: str) -> list[User]:
    digits = number.lstrip("+")
    if len(digits) < 3:
        return []
    only_digits = Func(F("telephone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace", output_field=TextField())
    alike: QuerySet[Any] = people.annotate(digits=only_digits).filter(digits__endswith=digits[-TAIL:]).order_by("display_name")
    return [person for person in alike if _same(dialled(person.telephone), number)][:MOST]


def _same(known: str, number: str) -> bool:
    """Two numbers; where one has no area code, its digits are the other's last ones."""
    if known.startswith("+") == number.startswith("+"):
        return known == number
    short, long = sorted((known, number), key=lambda one: one.startswith("+"))
    return long.endswith(short)
