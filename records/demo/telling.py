"""Tells the stories: who lives where, which case happened to whom and when. What comes out depends on the town and on today only."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from records.demo import people
from records.demo.letters import short_date

_HERE = Path(__file__).parent
_TOWN_ORDER = ("musterstadt", "beispielheim", "uebungsstadt")
_CLOSED_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Citizen:
    """An invented person or, with an empty gender, a firm."""

    gender: str
    first_name: str
    last_name: str
    street: str
    postcode: str
    town: str

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def address(self) -> tuple[str, ...]:
        return (self.full_name, self.street, f"{self.postcode} {self.town}")

    @property
    def email(self) -> str:
        local = people.username_of(self.first_name or "x", self.last_name).removeprefix("x.")
        return f"{local}@post.example" if self.gender else f"info@{local}.example"

    @property
    def greeting(self) -> str:
        if not self.gender:
            return "Sehr geehrte Damen und Herren,"
        return f"Sehr geehrte Frau {self.last_name}," if self.gender == "f" else f"Sehr geehrter Herr {self.last_name},"


@dataclass(frozen=True, slots=True)
class Told:
    """One file's story: its cast, the words to fill in, the dates of its documents and those left out."""

    story: Mapping[str, Any]
    number: int
    town: people.DemoTown
    person: Citizen
    other: Citizen
    firm: Citizen
    contact: Citizen
    words: Mapping[str, str]
    begins_on: date
    closed: bool
    seed: str

    @property
    def clerk(self) -> people.DemoPerson:
        return people.clerk_in_charge(self.town.slug, self.story["office"])

    def day(self, offset: int) -> date:
        """Return the working day that lies so many days after the beginning."""
        return working_day(self.begins_on + timedelta(days=offset))

    def fill(self, text: str, *, on: date) -> str:
        """Fill in names, amounts and dates. {d1} is the date of the first document, {e1} when it came in, {frist} four weeks from `on`."""
        dates = {
            "heute": short_date(on),
            "frist": short_date(working_day(on + timedelta(days=28))),
            "frist14": short_date(working_day(on + timedelta(days=14))),
            "jahr": str(on.year),
            "naechstjahr": str(on.year + 1),
        }
        for number, document in enumerate(self.story["document"], start=1):
            dates[f"d{number}"] = short_date(self.day(document["day"]))
            dates[f"e{number}"] = short_date(working_day(self.day(document["day"]) + timedelta(days=2)))
        return text.strip().format_map({**self.words, **dates})


def working_day(day: date) -> date:
    """Move a Saturday or Sunday to the Monday after."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


def tell(slug: str, *, today: date) -> Iterator[Told]:
    """Tell all stories of a town; some are still going on `today`. Raises KeyError for a slug that is no demo town."""
    town = people.town(slug)
    cast = _cast(town)
    taken = 0
    for story in _stories():
        for number in range(story["files"][_TOWN_ORDER.index(slug)]):
            person, other, contact = (cast[(taken + step) % len(cast)] for step in (0, len(cast) // 2, len(cast) // 3))
            yield _told(story, number, town, person, other, contact, today)
            taken += 1


@cache
def _stories() -> tuple[dict[str, Any], ...]:
    files = sorted((_HERE / "stories").glob("*.toml"))
    return tuple(story for file in files for story in tomllib.loads(file.read_text(encoding="utf-8"))["story"])


@cache
def scan_book() -> dict[str, Any]:
    """Return what `scans.toml` holds."""
    return tomllib.loads((_HERE / "scans.toml").read_text(encoding="utf-8"))


def scanned(slug: str, story: str) -> list[Mapping[str, Any]]:
    """Return what was scanned for the first file of a story in a town; such a file stays open, the scan may come later."""
    return [entry for entry in scan_book()["scan"] if entry["town"] == slug and entry["story"] == story]


@cache
def _names() -> dict[str, Any]:
    return tomllib.loads((_HERE / "names.toml").read_text(encoding="utf-8"))


def _dice(seed: str) -> Random:
    return Random(seed)  # noqa: S311  # a demo that is the same everywhere, no secret


def _cast(town: people.DemoTown) -> list[Citizen]:
    dice = _dice(f"cast {town.slug}")
    names = dice.sample(_names()["people"], len(_names()["people"]))
    streets = _names()["streets"]
    return [
        Citizen(gender, first, last, f"{dice.choice(streets)} {dice.randint(1, 79)}", town.postcode, town.name)
        for gender, first, last in names
    ]


def _told(
    story: dict[str, Any], number: int, town: people.DemoTown, person: Citizen, other: Citizen, contact: Citizen, today: date
) -> Told:
    seed = f"{town.slug} {story['key']} {number}"
    dice = _dice(seed)
    chosen = _dice(f"{town.slug} {story['key']}").randrange(60) + number  # files of one kind differ in what was chosen
    firms = story.get("firm", ["Ingenieurbüro Wessels"])
    firm = Citizen(
        "", "", firms[chosen % len(firms)], f"{dice.choice(_names()['streets'])} {dice.randint(1, 79)}", town.postcode, town.name
    )
    last_day = max(document["day"] for document in story["document"])
    closed = last_day < 130 and dice.random() < _CLOSED_SHARE and not (number == 0 and scanned(town.slug, story["key"]))
    rest = dice.randint(70, 900) if closed else dice.randint(-14, 60)  # below nought: still going on, the last documents are yet to come
    words = _words(story, chosen, dice, town, person, other, firm)
    begins_on = _in_season(working_day(today - timedelta(days=last_day + rest + 8)), story.get("months", ()))
    return Told(story, number, town, person, other, firm, contact, words, begins_on, closed, seed)


def _in_season(day: date, months: Sequence[int]) -> date:
    """Go back by weeks until the month fits: nobody slips on ice in September."""
    while months and day.month not in months:
        day -= timedelta(days=7)
    return day


def _words(
    story: dict[str, Any], chosen: int, dice: Random, town: people.DemoTown, person: Citizen, other: Citizen, firm: Citizen
) -> dict[str, str]:
    clerk = people.clerk_in_charge(town.slug, story["office"])
    street = re.sub(r"\s\d+$", "", person.street)
    words = {
        "stadt": town.full_name,
        "ort": town.name,
        "kommune": town.town_hall,
        "strasse": person.street,
        "str_name": street,
        **_street_words(street),
        "hausnr": str(dice.randint(2, 78)),
        "gemarkung": town.name,
        "flur": str(dice.randint(1, 14)),
        "flst": str(dice.randint(40, 480)),
        "firm": firm.full_name,
        **_person_words("p", person),
        **_person_words("n", other),
        "sb": clerk.full_name,
        "sb_nach": clerk.last_name,
        "sb_frau": "Frau" if clerk.gender == "f" else "Herr",
    }
    for name, choices in story.get("choices", {}).items():
        choice = choices[chosen % len(choices)]
        words |= {f"{name}_{key}": value for key, value in choice.items()} if isinstance(choice, dict) else {name: choice}
    return words


def _person_words(prefix: str, person: Citizen) -> dict[str, str]:
    return {
        prefix: person.full_name,
        f"{prefix}_vor": person.first_name,
        f"{prefix}_nach": person.last_name,
        f"{prefix}_frau": "Frau" if person.gender == "f" else "Herr",
        f"{prefix}_herrn": "Frau" if person.gender == "f" else "Herrn",
        f"{prefix}_geehrte": person.greeting.removesuffix(","),
        f"{prefix}_strasse": person.street,
    }


def _street_words(street: str) -> dict[str, str]:
    """Return a street in the dative, with and without "in": in der Gartenstraße, im Lindenweg, auf dem Kirchplatz."""
    if street.startswith("Am "):
        return {"dem_str": f"der Straße {street}", "in_str": f"in der Straße {street}"}
    if street.endswith(("straße", "allee")):
        return {"dem_str": f"der {street}", "in_str": f"in der {street}"}
    return {"dem_str": f"dem {street}", "in_str": f"auf dem {street}" if street.endswith("platz") else f"im {street}"}
