"""Turning the demo into rows, by the product's own verbs: what people see was filed as they would file it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from records import file_plan, filing, folios, granting, intake, protection, reading, reminding
from records.demo import content, facts, lives, people, practice
from records.demo import file_plan as demo_plan
from records.models import Document, FilePlanUnit, RecordFile, RegisterSet, RegisterSetEntry
from records.models.access import LEVEL_WRITE, readable_units
from tenants import current, organisation, staffing, stores, substitution
from tenants.models import MunicipalSettings, Office, User


def load_town(*, small: bool = False, like: str = "") -> bool:
    """Furnish the municipality in force, as the demo town of its own slug or as another (`like`); False if it is furnished already."""
    slug = like or current.municipality().slug
    if Office.objects.exists():
        return False
    at = _at(timezone.localdate() - timedelta(days=900))
    MunicipalSettings.objects.filter(pk=MunicipalSettings.load().pk).update(name=people.town(slug).name, registry_sees_restricted=True)
    _load_plan(at)
    _load_people(slug, at)
    for file in content.small_demo(slug, today=timezone.localdate()) if small else content.demo_files(slug, today=timezone.localdate()):
        _load_file(slug, file)
    _load_reminders()
    _load_rights(slug)
    lives.furnish(slug, at=timezone.now())
    if current.municipality().practice:
        practice.furnish(at=timezone.now())
    return True


def load_scans(*, small: bool = False) -> int:
    """Take the scans in through the real intake; reading goes on by itself. Those already there are left alone."""
    slug, count = current.municipality().slug, 0
    files = content.small_demo(slug, today=timezone.localdate()) if small else content.demo_files(slug, today=timezone.localdate())
    most = 3 if small else None
    for demo, scan in [(file, scan) for file in files for scan in file.scans][:most]:
        file = _existing(demo)
        if file is None or Document.objects.filter(file=file, current__original_name=scan.filename).exists():
            continue
        _take_in(file, scan, timezone.now())
        count += 1
    return count


def set_passwords(*, usernames: Iterable[str], new: Iterator[str]) -> dict[str, str]:
    """Give people new passwords; returns them by user name."""
    given = {}
    for user in User.objects.filter(username__in=list(usernames)):
        password = next(new)
        user.set_password(password)
        user.save(update_fields=["password"])
        given[user.username] = password
    return given


def _load_plan(at: datetime) -> None:
    for demo in demo_plan.register_sets():
        register_set = RegisterSet.objects.create(name=demo.name)
        RegisterSetEntry.objects.bulk_create(
            [
                RegisterSetEntry(register_set=register_set, position=position, name=register.name, colour=register.colour)
                for position, register in enumerate(demo.registers, 1)
            ]
        )
    done = file_plan.import_plan(rows=demo_plan.units(), faults=[], by=None, at=at, dry_run=False, reason=demo_plan.WHY)
    assert not done.faults, done.faults
    facts.define_fields(at=at)


def _load_people(slug: str, at: datetime) -> None:
    offices: dict[str, Office] = {}
    for demo in people.offices():
        above = offices[demo.parent_code] if demo.parent_code else None
        offices[demo.code] = organisation.create_office(code=demo.code, name=demo.name, parent=above, by=None, at=at)
    for person in people.people(slug):
        staffing.create_person(
            username=person.username,
            display_name=person.full_name,
            email=person.email,
            telephone=people.town(slug).telephone,
            roles=[person.role],
            office=offices[person.office_code],
            is_lead=person.role == "supervisor",
            by=None,
            at=at,
        )
    units = {unit.classification_code: unit for unit in FilePlanUnit.objects.all()}
    for grant in people.grants():
        granting.grant(target=units[grant.unit_code], to=offices[grant.office_code], right=f"{grant.level}_records", by=None, at=at)


def _load_file(slug: str, demo: content.DemoFile) -> None:
    unit = FilePlanUnit.objects.get(classification_code=demo.unit_code)
    clerk = _clerk(slug, demo.office_code, unit)
    if clerk is None:
        return
    lead = Office.objects.get(code=demo.office_code)
    file = filing.create_file(unit=unit, title=demo.title, lead_office=lead, by=clerk, at=_at(demo.created_on))
    for place, document in enumerate(demo.documents):
        taken = _take_in(file, document, _at(max(document.received_on, demo.created_on), minutes=place))
        reading.read(reading_id=taken.current.reading.pk)  # type: ignore[union-attr]
    facts.furnish(file=file, demo=demo, by=clerk, at=_at(demo.documents[-1].received_on if demo.documents else demo.created_on))
    if demo.status == "closed" and demo.closed_on and demo.closed_on <= timezone.localdate() and not demo.scans:
        filing.close_file(file=file, by=clerk, at=_at(demo.closed_on))
        folios.foliate(file=file, by=clerk, at=_at(demo.closed_on, minutes=30))  # a court asked for it


def _load_reminders() -> None:
    """A reminder that is overdue, one for today and one to come, as every desk has them."""
    today = timezone.localdate()
    notes = [(-3, "Rückmeldung der Nachbarn anmahnen"), (0, "Liegt die Stellungnahme vor?"), (6, "Nach dem Ortstermin weiter")]
    open_files = RecordFile.objects.filter(status=RecordFile.Status.OPEN).select_related("created_by").order_by("-pk")
    for file, (days, note) in zip(open_files[: len(notes)], notes, strict=False):
        due_on, set_on = today + timedelta(days=days), _at(today - timedelta(days=14))
        reminding.set_reminder(file=file, due_on=due_on, to=file.created_by, note=note, by=file.created_by, at=set_on)


def _load_rights(slug: str) -> None:
    """What is to be seen of rights: a restricted file of the supervisor's, and her substitute in the weeks to come."""
    supervisor = User.objects.get(username=next(p.username for p in people.people(slug) if p.role == "supervisor"))
    deputy = User.objects.get(username=next(p.username for p in people.people(slug) if p.role == "clerk"))
    unit = FilePlanUnit.objects.holding_files_for(supervisor, LEVEL_WRITE).in_order().first()
    if unit is None:
        return
    now, today = timezone.now(), timezone.localdate()
    file = filing.create_file(unit=unit, title="Beschwerde über eine Dienststelle", by=supervisor, at=now)
    protection.set_need(target=file, need="very_high", by=supervisor, at=now)
    granting.restrict_file(file=file, restricted=True, reason="Nennt Beschäftigte mit Namen", by=supervisor, at=now)
    days = {"first_day": today + timedelta(days=30), "last_day": today + timedelta(days=43)}
    substitution.set_substitute(absent=supervisor, deputy=deputy, **days, by=supervisor, at=now)


def _take_in(file: RecordFile, demo: content.DemoDocument, at: datetime) -> Document:
    name, bytes_ = demo.build(file.file_reference)
    arrival = intake.Arrival(stores.of_municipality().put(bytes_), name)
    register = file.registers.filter(name=demo.register_name).first()
    return intake.take_in(
        arrival=arrival,
        file=file,
        register=register,
        directly_in_file=register is None,
        title=demo.title,
        received_on=min(demo.received_on, timezone.localdate(at)),
        details=demo.details,
        by=file.created_by,
        at=at,
    )


def _clerk(slug: str, office_code: str, unit: FilePlanUnit) -> User | None:
    """Who would file it: the clerk in charge of the office, else anybody who may write there."""
    first = people.clerk_in_charge(slug, office_code).username
    for user in [*User.objects.filter(username=first), *User.objects.filter(memberships__isnull=False).order_by("pk")]:
        if readable_units(user).levels.get(unit.pk, 0) >= LEVEL_WRITE:
            return user
    return None


def _existing(demo: content.DemoFile) -> RecordFile | None:
    found: RecordFile | None = RecordFile.objects.filter(unit__classification_code=demo.unit_code, title=demo.title, status="open").first()
    return found


def _at(day: date, minutes: int = 0) -> datetime:
    moment = timezone.make_aware(datetime.combine(day, time(9, 0)) + timedelta(minutes=minutes))
    return min(moment, timezone.now())
