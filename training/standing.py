"""Standing: who decides about whose training follows from what people are in their municipalities, as their nodes say it at each arrival.

Before a municipality has a node, an operator names her training coordinator.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants import current, journal, staffing
from tenants.centre import uniting
from tenants.centre.admitting import line
from tenants.centre.arriving import Arrived
from tenants.centre.models import Contact, Municipality
from tenants.models import User
from tenants.roles import CentreRole, Role

from .models import Enrolment, Standing


class CannotName(Exception):
    """She cannot be named; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def keep_in_step(arrived: Arrived) -> None:
    """Give somebody who arrives the standing that her node says she has today, and end what she has no more. What was said by hand stays.

    A node that is too old to name offices says roles only: its supervisors decide about the office that the centre knows of, if any.
    """
    wanted = _said_by(arrived)
    held = {(row.role, row.office): row for row in Standing.objects.select_for_update().filter(person=arrived.person)}
    for key, row in held.items():
        if not row.by_hand and (row.municipality_id != arrived.municipality.pk or key not in wanted):
            _end(row, arrived.at)
    for (role, office), ends_at in wanted.items():
        known = held.get((role, office))
        if known is None or known.municipality_id != arrived.municipality.pk:
            row = Standing.objects.create(
                person=arrived.person, municipality=arrived.municipality, role=role, office=office, ends_at=ends_at
            )
            journal.enter(act="standing", object=row, by=None, at=arrived.at, changes={"role": (None, role), "office": (None, office)})
        elif known.ends_at != ends_at and not known.by_hand:
            known.ends_at = ends_at
            known.save(update_fields=["ends_at"])


def name_coordinator(*, municipality: Municipality, name: str, email: str, by: User, at: datetime) -> User:
    """Name the training coordinator of a municipality: a contact of hers with this address, else a new one without a password.

    She signs in with one that an operator hands out, as everybody (tenants.passwords). Raises CannotName.
    """
    if not by.has_role(CentreRole.OPERATOR):
        raise CannotName(_("Training coordinators are named by operators."))
    if not municipality.active:
        raise CannotName(_("We do not work for this municipality any more."))
    with current.atomic():
        Municipality.objects.select_for_update().get(pk=municipality.pk)
        person = known_by(municipality, email) or make_contact(municipality=municipality, name=name, email=email, by=by, at=at)
        row, new = Standing.objects.get_or_create(
            person=person, municipality=municipality, role=Standing.Role.COORDINATOR, office="", defaults={"by_hand": True}
        )
        if not new and row.by_hand:
            raise CannotName(_("%(person)s is training coordinator already.") % {"person": person})
        row.by_hand, row.ends_at = True, None
        row.save(update_fields=["by_hand", "ends_at"])
        journal.enter(act="standing", object=row, by=by, at=at, changes={"role": (None, row.role), "person": (None, str(person))})
    return person


def end_by_hand(*, standing: Standing, by: User, at: datetime) -> None:
    """End a standing that an operator had given. Raises CannotName."""
    if not by.has_role(CentreRole.OPERATOR):
        raise CannotName(_("Training coordinators are named by operators."))
    with current.atomic():
        found = Standing.objects.select_for_update().filter(pk=standing.pk, by_hand=True).first()
        if found is None:
            raise CannotName(_("This has ended already."))
        _end(found, at, by)


def known_by(municipality: Municipality, email: str) -> User | None:
    """The contact of a municipality with this address: who was handed over before who was not, else the oldest."""
    found = Contact.objects.select_related("person").filter(
        municipality=municipality, person__email__iexact=email.strip(), person__is_active=True
    )
    first = found.order_by("clerk_id", "pk").first() if email.strip() else None  # those without an id of their node come last
    return first.person if first else None


def make_contact(*, municipality: Municipality, name: str, email: str, office: str = "", by: User | None, at: datetime) -> User:
    """Make somebody known who was not: an account without a password that may only learn and ask. Raises CannotName."""
    name, email, office = line(name, 200), email.strip(), line(office, 200)
    if not name:
        raise CannotName(_("A person needs a name."), "name")
    try:
        validate_email(email)
    except ValidationError as fault:
        raise CannotName(_("This is no e-mail address."), "email") from fault
    if len(email) > 254:
        raise CannotName(_("This is no e-mail address."), "email")
    username = f"{municipality.slug[:25]}.{uuid4().hex}"
    with current.atomic():
        person = staffing.create_person(username=username, display_name=name, email=email, roles=[CentreRole.REQUESTER], by=by, at=at)
        Contact.objects.create(person=person, municipality=municipality, office=office)
    return person


def forget_ended(*, at: datetime) -> None:
    """Drop standings that ended more than a day ago."""
    Standing.objects.filter(ends_at__lt=at - timedelta(days=1)).delete()


def _said_by(arrived: Arrived) -> dict[tuple[str, str], datetime | None]:
    """(role, office) → until when."""
    said: dict[tuple[str, str], datetime | None] = {}
    if Role.COORDINATOR in arrived.roles:
        said[Standing.Role.COORDINATOR, ""] = None
    if arrived.standing is None:
        known = Contact.objects.filter(person=arrived.person).exclude(office="").first()
        offices = (known.office,) if known and Role.SUPERVISOR in arrived.roles else ()
        return said | {(Standing.Role.SUPERVISOR, office): None for office in offices}
    if Role.SUPERVISOR in arrived.roles:
        said |= {(Standing.Role.SUPERVISOR, office): None for office in arrived.standing.leads}
    for office, last_day in arrived.standing.stands_in:
        ends_at = timezone.make_aware(datetime.combine(last_day + timedelta(days=1), time.min))
        if office and ends_at > arrived.at:
            said[Standing.Role.DEPUTY, office] = ends_at
    return said


def _end(row: Standing, at: datetime, by: User | None = None) -> None:
    journal.enter(act="end_standing", object=row, by=by, at=at, changes={"role": (row.role, None), "office": (row.office, None)})
    row.delete()


def unite(*, earlier: Contact, arrived: Contact, by: User, at: datetime) -> User:
    """Make one of two contacts who are one person: an operator any two, a training coordinator two of her municipality with the same address.

    It is not done by itself: an address is what somebody typed, and whoever got hold of another's would get her requests and certificates.
    Raises uniting.CannotUnite.
    """
    if not by.has_role(CentreRole.OPERATOR):
        same = earlier.person.email.strip().casefold() == arrived.person.email.strip().casefold() != ""
        if not same or not Standing.objects.towns_of(by).filter(pk=earlier.municipality_id).exists():
            raise uniting.CannotUnite(_("You can unite two people of your municipality who have the same e-mail address."))
    return uniting.unite(earlier=earlier, arrived=arrived, by=by, at=at)


def twins_of(municipality: Municipality) -> list[tuple[Contact, Contact]]:
    """Who seems to be two people: (earlier, handed over later) with the same address."""
    people = Contact.objects.select_related("person").filter(municipality=municipality, person__is_active=True).exclude(person__email="")
    by_address: dict[str, list[Contact]] = {}
    for contact in people.order_by("pk"):
        by_address.setdefault(contact.person.email.strip().casefold(), []).append(contact)
    found = []
    for same in by_address.values():
        earlier, arrived = [c for c in same if c.clerk_id is None], [c for c in same if c.clerk_id is not None]
        if len(earlier) == 1 and len(arrived) == 1:
            found.append((earlier[0], arrived[0]))
    return found


def follow_united(earlier: User, arrived: User, at: datetime) -> None:
    """Carry over what training has of somebody. Raises uniting.CannotUnite: both have a place, or a wish for one, on the same date."""
    hers = Enrolment.objects.active().filter(person=arrived).values("date")
    both = Enrolment.objects.active().select_related("date__course").filter(person=earlier, date__in=hers).first()
    if both is not None:
        raise uniting.CannotUnite(
            _("Both are enrolled for “%(course)s” on the same date. Please withdraw one of them first.") % {"course": both.date.course}
        )
    uniting.carry_over(app="training", earlier=earlier, arrived=arrived)
