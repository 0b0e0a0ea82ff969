"""The stories of a practice municipality's exercises: four files, made by the product's own acts, each with something left to do.

They are the same for everybody and told in `practice.toml`; only the dates hang on the day on which they are told.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.utils import timezone

from records import exercises, filing, granting, intake, reading, reminding
from records.demo import people, pictures
from records.demo.letters import Letter, letter_pages, letter_pdf, long_date, short_date
from records.demo.telling import working_day
from records.models import Document, ExerciseSubject, FilePlanUnit, RecordFile
from records.models.access import LEVEL_WRITE, readable_units
from tenants import current, stores
from tenants.models import Office, User

STAFF = "uebungsstadt"  # whose names stand on the town's paper
DIRECTION = {"town": "outgoing", "note": "internal"}


class NoPracticeTown(Exception):
    """Stories for exercises are told in a practice municipality only."""


def furnish(*, by: User | None = None, at: datetime) -> int:
    """Tell the stories in the municipality in force; those that are there stay as they are. Returns how many files were made.

    `by` files them; else whoever may in the file's unit. Raises NoPracticeTown; nothing of this is ever put among real files.
    """
    if not current.municipality().practice:
        raise NoPracticeTown
    made = 0
    for told in _stories():
        unit = FilePlanUnit.objects.filter(classification_code=told["unit"]).first()
        if unit is None or ExerciseSubject.objects.filter(exercise=told["subjects"][0]).exists():
            continue
        _open_to_all(unit, at)
        clerk = by or _clerk(unit, told["office"])
        if clerk is not None:
            _tell(told, unit, clerk, at)
            made += 1
    return made


@cache
def _stories() -> list[dict[str, Any]]:
    stories: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("practice.toml").read_text(encoding="utf-8"))["file"]
    named = {key for told in stories for key in [*told["subjects"], *(d["exercise"] for d in _about(told))]}
    assert named == {exercise.key for exercise in exercises.ALL}, "each exercise is about something"
    return stories


def _about(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What of a file has an exercise of its own: documents, and paper that is yet to be filed."""
    return [entry for entry in [*told["document"], *([told["paper"]] if "paper" in told else [])] if "exercise" in entry]


def _open_to_all(unit: FilePlanUnit, at: datetime) -> None:
    """Whoever learns here may work in the units of the exercises, whatever office she was put in."""
    for office in Office.objects.filter(is_active=True).order_by("pk"):
        granting.grant(target=unit, to=office, right="write_records", by=None, at=at)


def _clerk(unit: FilePlanUnit, office: str) -> User | None:
    first = people.clerk_in_charge(STAFF, office).username
    for user in [*User.objects.filter(username=first), *User.objects.filter(memberships__isnull=False).order_by("pk")]:
        if readable_units(user).levels.get(unit.pk, 0) >= LEVEL_WRITE:
            return user
    return None


def _tell(told: Mapping[str, Any], unit: FilePlanUnit, clerk: User, at: datetime) -> None:
    """Make the file, then say which exercises are about it: all of them at once, or none."""
    today = timezone.localdate(at)
    marks = {entry["mark"]: short_date(_day(entry, today)) for entry in told["document"] if "mark" in entry}
    lead = Office.objects.filter(code=told["office"]).first()
    opened = _moment(_day(told["document"][0], today), at)
    file = filing.create_file(unit=unit, title=told["title"], lead_office=lead, by=clerk, at=opened)
    subjects = [ExerciseSubject(exercise=key, file=file, expected=told.get("expected", {}).get(key, {})) for key in told["subjects"]]
    for place, entry in enumerate(told["document"]):
        day = _day(entry, today)
        letter = _letter(entry, entry.get("office", told["office"]), file, marks, today)
        document = _take_in(file, entry, letter, clerk, min(_moment(letter.received_on or day, at) + timedelta(minutes=place), at))
        if "exercise" in entry:
            expected = {**entry.get("expected", {}), "date": day.isoformat()}
            subjects.append(ExerciseSubject(exercise=entry["exercise"], file=file, document=document, expected=expected))
    if "paper" in told:
        subjects.append(_put_by(file, told["paper"], _letter(told["paper"], told["office"], file, marks, today)))
    if "reminder" in told:
        set_at = _moment(today - timedelta(days=7), at)
        reminding.set_reminder(file=file, due_on=today, to=clerk, note=told["reminder"], by=clerk, at=set_at)
    ExerciseSubject.objects.bulk_create(subjects)


def _take_in(file: RecordFile, entry: Mapping[str, Any], letter: Letter, clerk: User, at: datetime) -> Document:
    """File a letter as clerks do; what is left undone for an exercise (no register, no date) stays so."""
    direction, dated = DIRECTION.get(entry["style"], "incoming"), entry.get("dated", True)
    arrival = intake.Arrival(stores.of_municipality().put(letter_pdf(letter)), f"{entry['title']}.pdf")
    document = intake.take_in(
        arrival=arrival,
        file=file,
        register=file.registers.filter(name=entry["register"]).first() if entry["register"] else None,
        title=entry["title"],
        received_on=letter.received_on if dated else None,
        details={"kind": entry.get("kind", ""), "direction": direction, "document_date": letter.written_on if dated else None},
        by=clerk,
        at=at,
    )
    reading.read(reading_id=document.current.reading.pk)  # type: ignore[union-attr] # taken in with a version
    return document


def _put_by(file: RecordFile, entry: Mapping[str, Any], letter: Letter) -> ExerciseSubject:
    """Scan the letter and keep it for the exercise: it lies in no file yet."""
    scanned_at = datetime.combine(letter.received_on or letter.written_on, time(7, 40), tzinfo=UTC)
    scan = pictures.scan_pdf(letter_pages(letter), seed=entry["name"], scanned_at=scanned_at)
    return ExerciseSubject(
        exercise=entry["exercise"],
        file=file,
        paper_name=entry["name"],
        paper=scan,
        paper_sha256=sha256(scan).hexdigest(),
        expected={"register": entry["register"]},
    )


def _letter(entry: Mapping[str, Any], code: str, file: RecordFile, marks: Mapping[str, str], today: date) -> Letter:
    """A letter of an office (by its code), or to it."""
    day, style, town = _day(entry, today), entry["style"], people.town(STAFF)
    office, clerk = next(one.name for one in people.offices() if one.code == code), people.clerk_in_charge(STAFF, code)
    greeting = "Sehr geehrte Damen und Herren,\n\n" if style in ("person", "firm") else ""
    signature = {"note": (f"gez. {clerk.last_name}",), "town": ("Im Auftrag", clerk.full_name)}
    own_office = (town.full_name, office, town.street, f"{town.postcode} {town.name}")
    sender = tuple(entry.get("sender", ()))
    return Letter(
        style=style,
        town=town,
        office=office,
        clerk=(
            f"Auskunft erteilt: {clerk.full_name}",
            f"Zimmer: {clerk.room}",
            f"Mein Zeichen: {file.file_reference}",
            f"Datum: {long_date(day)}",
        ),
        addressee=tuple(entry.get("to", own_office)),
        sender=sender,
        written_on=day,
        reference=file.file_reference,
        subject=entry["subject"].format_map(marks),
        body=greeting + entry["body"].strip().format_map(marks),
        signature=signature.get(style, sender[:1]),
        head=entry.get("head", "Vermerk"),
        received_on=min(working_day(day + timedelta(days=1)), today) if style in ("person", "firm") else None,
    )


def _day(entry: Mapping[str, Any], today: date) -> date:
    return min(working_day(today - timedelta(days=entry["day"])), today)


def _moment(day: date, at: datetime) -> datetime:
    return min(timezone.make_aware(datetime.combine(day, time(9, 0))), at)
