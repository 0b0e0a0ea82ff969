"""Turns one document of a story into the bytes of a file: chooses sender and addressee, greets, signs, and calls the right draughtsman."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from records.demo import electronic, people, pictures, plans
from records.demo.letters import Letter, letter_pages, letter_pdf, long_date
from records.demo.telling import Citizen, Told, working_day

_ENDINGS = {"mail": "eml", "note": "txt", "photo": "jpg", "table": "xlsx", "fax": "tif"}


def file_name(title: str, kind: str) -> str:
    """Return a name as a person would give it, without the characters that Windows refuses."""
    plain = re.sub(r'[\\/:*?"<>|„“]+', "", title).strip().replace("  ", " ")
    return f"{plain[:90]}.{_ENDINGS.get(kind, 'pdf')}"


def draw(told: Told, entry: Mapping[str, Any], *, reference: str) -> bytes:
    """Draw a document. `reference` is the file's reference, which the town's own letters carry."""
    kind = entry.get("kind", "letter")
    day = told.day(entry["day"])
    at = datetime.combine(day, time(8 + len(told.seed) % 8, 7 * len(entry["title"]) % 60), tzinfo=UTC)
    seed = f"{told.seed} {entry['title']}"
    if kind == "plan":
        return plans.plan_pdf(_plan(told, entry, day, seed))
    if kind == "photo":
        return pictures.photo_jpeg(entry["scene"], seed=seed, taken_at=at)
    if kind == "mail":
        return _mail(told, entry, at)
    if kind == "note":
        heading = f"{told.fill(entry['title'], on=day)} – {reference}"
        return electronic.note_txt(heading=heading, body=f"{long_date(day)}, {told.clerk.full_name}\n\n{told.fill(entry['body'], on=day)}")
    if kind == "table":
        rows = [[told.fill(cell, on=day) for cell in row] for row in entry["rows"]]
        return electronic.table_xlsx(heading=told.fill(entry["heading"], on=day), rows=rows, author=told.clerk.full_name, made_at=at)
    paper = letter(told, entry, reference=reference)
    if kind == "fax":
        pages = letter_pages(replace(paper, received_on=None))
        return pictures.fax_tiff(pages, seed=seed, sent_at=at, sender_number=f"{told.town.telephone}-{len(seed) + 100}")
    return letter_pdf(paper)


def letter(told: Told, entry: Mapping[str, Any], *, reference: str) -> Letter:
    """Put a letter together: sender, addressee, information block, greeting, text, signature."""
    day = told.day(entry["day"])
    sender = entry.get("from", "town")
    office = entry.get("office", told.story["office"])
    clerk = people.clerk_in_charge(told.town.slug, office)
    style = "note" if entry.get("kind") == "memo" else {"town": "town", "firm": "firm"}.get(sender, "person")
    receiver = _party(told, entry.get("to", "person"))
    own_office = (told.town.full_name, _office_name(office), told.town.street, f"{told.town.postcode} {told.town.name}")
    greeting = {"town": f"{receiver.greeting}\n\n", "note": ""}.get(style, "Sehr geehrte Damen und Herren,\n\n")
    return Letter(
        style=style,
        town=told.town,
        office=_office_name(office),
        clerk=_information(told, clerk, reference, day),
        addressee=_address_field(receiver) if style == "town" else own_office,
        sender=_party(told, sender).address if style in ("person", "firm") else (),
        written_on=day,
        reference=reference,
        subject=told.fill(entry.get("subject", entry["title"]), on=day),
        body=greeting + told.fill(entry["body"], on=day),
        signature=_signature(told, style, sender, clerk),
        head=entry.get("head", "Vermerk"),
        received_on=None if style in ("town", "note") else working_day(day + timedelta(days=2)),
    )


def _office_name(code: str) -> str:
    return next(office.name for office in people.offices() if office.code == code)


def _party(told: Told, name: str) -> Citizen:
    return {"other": told.other, "firm": told.firm}.get(name, told.person)


def _address_field(receiver: Citizen) -> tuple[str, ...]:
    title = {"f": ("Frau",), "m": ("Herrn",)}.get(receiver.gender, ())
    return (*title, *receiver.address)


def extension(person: people.DemoPerson) -> str:
    """Return a person's three-digit telephone extension, which stays the same."""
    return f"{100 + sum(map(ord, person.username)) % 890}"


def _information(told: Told, clerk: people.DemoPerson, reference: str, day: date) -> tuple[str, ...]:
    return (
        f"Auskunft erteilt: {clerk.full_name}",
        f"Zimmer: {clerk.room}",
        f"Telefon: {told.town.telephone}-{extension(clerk)}",
        f"E-Mail: {clerk.email}",
        f"Mein Zeichen: {reference}",
        f"Datum: {long_date(day)}",
    )


def _signature(told: Told, style: str, sender: str, clerk: people.DemoPerson) -> tuple[str, ...]:
    if style == "note":
        return (f"gez. {clerk.last_name}",)
    if style == "town":
        return ("Im Auftrag", clerk.full_name)
    if style == "firm":
        return (told.firm.full_name, told.contact.full_name)
    return (_party(told, sender).full_name,)


def _mail(told: Told, entry: Mapping[str, Any], at: datetime) -> bytes:
    office = (told.clerk.full_name, told.clerk.email)
    outside = entry.get("from", "town")
    party = _party(told, entry.get("to", "person") if outside == "town" else outside)
    citizen = (party.full_name, party.email)
    sender, recipient = (office, citizen) if outside == "town" else (citizen, office)
    subject = told.fill(entry["subject"], on=at.date())
    return electronic.mail_eml(sender=sender, recipient=recipient, subject=subject, body=told.fill(entry["body"], on=at.date()), sent_at=at)


def _plan(told: Told, entry: Mapping[str, Any], day: date, seed: str) -> plans.Plan:
    authors = {"firm": told.firm.full_name, "town": f"{told.town.full_name}, {_office_name(told.story['office'])}"}
    return plans.Plan(
        kind=entry["plan"],
        town=told.town,
        title=told.fill(entry.get("plan_title", entry["title"]), on=day),
        subject=told.fill(entry["subject"], on=day),
        street=told.fill(entry.get("street", "{strasse}"), on=day),
        district=told.town.name,
        field_number=int(told.words["flur"]),
        parcel=int(told.words["flst"]),
        author=authors.get(entry.get("from", "town"), told.person.full_name),
        drawn_on=day,
        seed=seed,
    )
