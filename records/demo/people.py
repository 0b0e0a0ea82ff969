"""The demo towns, their offices, the people who work there and what their offices may see."""

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_TOWNS = Path(__file__).with_name("towns.toml")
_SPELLED_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ı": "i", "ł": "l", "ø": "o", "æ": "ae", "þ": "th", "ð": "d", "đ": "d", "å": "aa"}
)
ROLES = ("clerk", "supervisor", "registry", "administrator", "data_protection", "coordinator")


@dataclass(frozen=True, slots=True)
class DemoTown:
    """What stands on a municipality's paper. `shield` holds two colours and the figure of the coat of arms."""

    slug: str
    name: str
    full_name: str
    practice: bool
    street: str
    postcode: str
    telephone: str
    iban: str
    bank: str
    head: str
    head_title: str
    colour: str
    shield: tuple[str, str, str]
    district: str

    @property
    def domain(self) -> str:
        return f"{self.slug}.example"

    @property
    def town_hall(self) -> str:
        return "Gemeinde" if self.full_name.startswith("Gemeinde") else "Stadt"


@dataclass(frozen=True, slots=True)
class DemoOffice:
    code: str
    name: str
    parent_code: str | None


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One employee; `has_login` marks those whose password is made known after set-up: two clerks and one of each other role."""

    first_name: str
    last_name: str
    gender: str
    office_code: str
    role: str
    room: str
    username: str
    email: str
    has_login: bool

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class DemoGrant:
    """What the members of an office may do in a branch of the file plan: read, write or manage."""

    office_code: str
    unit_code: str
    level: str


@cache
def towns() -> tuple[DemoTown, ...]:
    """Return the three towns; the last is the practice municipality."""
    printed = [{key: value for key, value in entry.items() if key != "people"} for entry in _book()["town"]]
    return tuple(DemoTown(**{**entry, "shield": tuple(entry["shield"])}) for entry in printed)


def town(slug: str) -> DemoTown:
    """Return one town. Raises KeyError for a slug that is no demo town."""
    return {one.slug: one for one in towns()}[slug]


@cache
def offices() -> tuple[DemoOffice, ...]:
    """Return the offices, those above before those below; every town has the same."""
    return tuple(DemoOffice(code, name, above or None) for code, (name, above) in _book()["offices"].items())


@cache
def grants() -> tuple[DemoGrant, ...]:
    return tuple(DemoGrant(*entry) for entry in _book()["grants"]["offices"])


@cache
def people(slug: str) -> tuple[DemoPerson, ...]:
    """Return the employees of a town. Raises KeyError for a slug that is no demo town."""
    staff_by_town = {entry["slug"]: entry["people"] for entry in _book()["town"]}
    seen: dict[str, int] = {}
    staff = []
    for first_name, last_name, gender, office, role, room in staff_by_town[slug]:
        seen[role] = seen.get(role, 0) + 1
        username = username_of(first_name, last_name)
        has_login = seen[role] <= (2 if role == "clerk" else 1)
        staff.append(DemoPerson(first_name, last_name, gender, office, role, room, username, f"{username}@{slug}.example", has_login))
    return tuple(staff)


def clerk_in_charge(slug: str, office_code: str) -> DemoPerson:
    """Return who answers for an office; a small town has nobody in some offices, then the office above helps out."""
    above = {office.code: office.parent_code for office in offices()}
    code: str | None = office_code
    while code is not None:
        for person in people(slug):
            if person.office_code == code and person.role != "administrator":
                return person
        code = above[code]
    return people(slug)[0]


def username_of(first_name: str, last_name: str) -> str:
    """Return first initial and last name in ASCII: Murat Yılmaz is m.yilmaz, Sigríður Þórsdóttir s.thorsdottir."""
    return f"{_ascii(first_name)[0]}.{_ascii(last_name)}"


def _ascii(name: str) -> str:
    spelled = unicodedata.normalize("NFC", name.lower()).translate(_SPELLED_OUT)
    return "".join(letter for letter in unicodedata.normalize("NFKD", spelled) if letter.isascii() and (letter.isalnum() or letter == "-"))


@cache
def _book() -> dict[str, Any]:
    return tomllib.loads(_TOWNS.read_text(encoding="utf-8"))
