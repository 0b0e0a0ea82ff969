"""The demo's files with their documents: stories told for a town, turned into letters, plans, e-mails, notes, photographs and tables.

A story in `stories/*.toml` is one kind of case. It names its file plan unit and office, how many files each town has of it, the
months in which it may begin, and its documents in order: `day` (days since the beginning), `kind` (letter unless said otherwise), `from` and `to` (town, person, other, firm),
the register, a title, a subject and the text. Words in braces are filled in by `telling`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zlib import crc32

from records.demo import drawing, scans, telling
from records.demo.telling import Told, working_day

SMALL = ("einfamilienhaus", "hundesteuer", "jugendzentrum", "jahrmarkt", "baumfaellung", "garage")

KINDS = {
    "letter": "Schreiben", "memo": "Vermerk", "plan": "Plan", "mail": "E-Mail", "note": "Vermerk", "photo": "Foto", "table": "Tabelle", "fax": "Fax",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoDocument:
    """A document before it is taken in.

    `kind` is letter, memo, plan, mail, note, photo, table, fax or scan. `distinctive_word` is set for scans only: a word that stands
    nowhere else in the demo, so that it can be found only after the scan has been read.
    """

    register_name: str
    title: str
    kind: str
    received_on: date
    filename: str
    draw: Callable[[str], bytes]
    distinctive_word: str = ""
    written_on: date | None = None
    direction: str = ""

    @property
    def details(self) -> dict[str, Any]:
        """What is said of it when it is taken in."""
        return {"document_date": self.written_on, "direction": self.direction, "kind": KINDS.get(self.kind, "")}

    def build(self, file_reference: str) -> tuple[str, bytes]:
        """Return file name and content; letters carry the reference that the file was given. The same call gives the same bytes."""
        return self.filename, self.draw(file_reference)


@dataclass(frozen=True, slots=True)
class DemoFile:
    """A file with its documents in the order in which they came; `scans` go through the real reading and may be loaded later."""

    key: str
    unit_code: str
    title: str
    office_code: str
    status: str
    created_on: date
    closed_on: date | None
    documents: tuple[DemoDocument, ...]
    scans: tuple[DemoDocument, ...]
    address: str
    parcel: str
    person: telling.Citizen
    neighbour: telling.Citizen


def demo_files(slug: str, *, today: date) -> list[DemoFile]:
    """Return the files of a town, oldest first; the same town and day give the same files. Raises KeyError for an unknown town."""
    return sorted((_file(told, today) for told in telling.tell(slug, today=today)), key=lambda file: (file.created_on, file.key))


def small_demo(slug: str, *, today: date) -> list[DemoFile]:
    """Return six files for tests: in Musterstadt they hold the first three scans at least."""
    return [file for file in demo_files(slug, today=today) if file.key in {f"{story}-1" for story in SMALL}]


def _file(told: Told, today: date) -> DemoFile:
    kept = [entry for entry in told.story["document"] if not entry.get("optional") or told.closed or told.number % 2 == 1]
    documents = tuple(document for entry in kept if (document := _document(told, entry)).received_on <= today)
    scanned = tuple(_scan(told, entry, today) for entry in telling.scanned(told.town.slug, told.story["key"]) if told.number == 0)
    last = max(document.received_on for document in documents + scanned)
    return DemoFile(
        key=f"{told.story['key']}-{told.number + 1}",
        unit_code=told.story["unit"],
        title=told.fill(told.story["title"], on=told.begins_on),
        office_code=told.story["office"],
        status="closed" if told.closed else "open",
        created_on=min(document.received_on for document in documents),
        closed_on=working_day(last + timedelta(days=21)) if told.closed else None,
        documents=documents,
        scans=scanned,
        address=", ".join(told.person.address[1:]),
        parcel=f"Gemarkung {told.words['gemarkung']}, Flur {told.words['flur']}, Flurstück {told.words['flst']}/{told.number + 1}",
        person=told.person,
        neighbour=told.other,
    )


def _document(told: Told, entry: Mapping[str, Any]) -> DemoDocument:
    kind = entry.get("kind", "letter")
    written_on = told.day(entry["day"])
    title = told.fill(entry["title"], on=written_on)
    return DemoDocument(
        register_name=entry["register"],
        title=title,
        kind=kind,
        received_on=received_on(entry, written_on),
        filename=drawing.file_name(title, kind),
        draw=lambda reference: drawing.draw(told, entry, reference=reference),
        written_on=written_on,
        direction=direction_of(entry),
    )


def _scan(told: Told, entry: Mapping[str, Any], today: date) -> DemoDocument:
    written_on = told.day(entry["day"])
    return DemoDocument(
        register_name=entry["register"],
        title=entry["title"],
        kind="scan",
        received_on=min(received_on({"from": "person", **entry}, written_on), today),
        filename=f"Scan_{crc32(entry['word'].encode()) % 100_000:05}.pdf",  # the same on another day, so that nothing is loaded twice
        draw=lambda reference: scans.draw(told, entry),
        distinctive_word=entry["word"],
        direction=direction_of({"from": "person", **entry}),
    )


def direction_of(entry: Mapping[str, Any]) -> str:
    """Return which way a document went; memos, photographs and tables of the town stay inside."""
    if entry.get("kind", "letter") in ("memo", "note"):
        return "internal"
    if entry.get("from", "town") != "town":
        return "incoming"
    return "outgoing" if entry.get("kind", "letter") in ("letter", "mail", "fax") else "internal"


def received_on(entry: Mapping[str, Any], written_on: date) -> date:
    """Return when a document reached the office: paper from outside takes two days by post."""
    by_post = entry.get("kind", "letter") in ("letter", "plan") and entry.get("from", "town") != "town"
    return working_day(written_on + timedelta(days=2)) if by_post else written_on
