"""What the demo's building files say beside their documents: address and parcel, who builds, and in the first one all the rest."""

from __future__ import annotations

from datetime import datetime, timedelta

from records import (
    cases,
    external_references,
    index_fields,
    index_values,
    linking,
    missing_sheets,
    participants,
    spellings,
    warnings_before,
)
from records.demo.content import DemoFile
from records.demo.telling import Citizen
from records.models import Document, FilePlanUnit, IndexField, RecordFile
from tenants.models import User

BRANCH = "63"  # Bauordnung
FIELDS = (("Grundstück", IndexField.Kind.ADDRESS), ("Flurstück", IndexField.Kind.PARCEL), ("Bauherrschaft", IndexField.Kind.TEXT))
FULL = "einfamilienhaus-1"


def define_fields(*, at: datetime) -> None:
    """Give the building branch its index fields, as an administrator would."""
    unit = FilePlanUnit.objects.get(classification_code=BRANCH)
    for name, kind in FIELDS:
        index_fields.add_field(unit=unit, name=name, kind=kind, by=None, at=at)


def furnish(*, file: RecordFile, demo: DemoFile, by: User, at: datetime) -> None:
    """Fill in what a building file says; the first one also has a case, a neighbour with a disclosure block, and paper that is lent out."""
    if demo.unit_code.split(".")[0] != BRANCH:
        return
    said = dict(zip((name for name, _kind in FIELDS), (demo.address, demo.parcel, demo.person.full_name), strict=True))
    values = {}
    for field in index_fields.fields_of_file(file):
        value = spellings.read(field.kind, said[field.name])
        values[field] = [value] if value else []
    index_values.fill(file=file, values=values, by=by, at=at)
    _take_part(file, demo.person, "Bauherrin/Bauherr", by, at)
    if demo.key == FULL:
        _furnish_fully(file, demo, by, at)


def _furnish_fully(file: RecordFile, demo: DemoFile, by: User, at: datetime) -> None:
    _take_part(file, demo.neighbour, "Nachbarin/Nachbar", by, at, blocked=True)
    external_references.add_reference(file=file, system="Bauportal", reference=f"BA/{at.year}/0417", by=by, at=at)
    case = cases.create_case(file=file, title="Beteiligung der Nachbarschaft", by=by, at=at)
    documents = list(Document.objects.filter(file=file).order_by("number"))
    cases.put_all_into_case(documents=documents[-2:], case=case, file=file, by=by, at=at)
    lent = at.date()
    missing_sheets.lend_out(
        file=file,
        what="Lageplan 1 : 500 (Original)",
        borrower="Vermessungsbüro",
        since=lent,
        back_by=lent + timedelta(days=28),
        register=file.registers.order_by("position").first(),
        confirmed=[warnings_before.DISCLOSURE_BLOCK],
        by=by,
        at=at,
    )
    neighbour = (
        RecordFile.objects.filter(unit__classification_code__startswith=BRANCH, status="open").exclude(pk=file.pk).order_by("pk").first()
    )
    if neighbour is not None:
        linking.link_files(file=file, other=neighbour, remark="Nachbargrundstück", by=by, at=at)


def _take_part(file: RecordFile, citizen: Citizen, role: str, by: User, at: datetime, *, blocked: bool = False) -> None:
    kept = participants.Particulars(
        name=citizen.full_name, role=role, address=", ".join(citizen.address[1:]), email=citizen.email, disclosure_block=blocked
    )
    participants.add_participant(file=file, particulars=kept, by=by, at=at)
