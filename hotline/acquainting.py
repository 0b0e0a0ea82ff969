"""Whoever calls for the first time becomes a contact, in the act that takes her request in: name, municipality, number; no e-mail is needed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from tenants import current, staffing
from tenants.centre.models import Contact, Municipality
from tenants.models import User
from tenants.roles import CentreRole

from . import correspondents, telephoning
from .models.tickets import STAFF

LONGEST = {"name": 200, "telephone": 50, "email": 254}  # characters


@dataclass(frozen=True)
class Caller:
    """Somebody unknown, as she says who she is. `somebody_else`: staff have been told who is known by her number, and she is none of them."""

    name: str
    municipality: Municipality
    telephone: str
    email: str = ""
    somebody_else: bool = False


class CannotAcquaint(Exception):
    """She cannot be made a contact like that; the message says why. `field` of Caller names what was wrong."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class AlreadyKnown(CannotAcquaint):
    """Her number or e-mail is somebody's: `people` are to be proposed first."""

    def __init__(self, message: str, field: str, people: list[User]) -> None:
        super().__init__(message, field)
        self.people = people


def make_contact(*, caller: Caller, by: User, at: datetime) -> User:
    """Make an account without a password for a caller, and her contact. By staff.

    Several people can have one number (an office's): that is said first, and then up to staff. An e-mail address is one person's: by it mails
    are put to people. Raises CannotAcquaint, AlreadyKnown.
    """
    if not by.has_role(*STAFF):
        raise CannotAcquaint(_("This is for the hotline's staff."), "name")
    name, telephone, email = (_line(getattr(caller, field), field) for field in LONGEST)
    if not name:
        raise CannotAcquaint(_("Please ask for the name."), "name")
    if len(re.sub(r"\D", "", telephone)) < telephoning.SHORTEST:
        raise CannotAcquaint(_("This is no telephone number."), "telephone")
    if not caller.municipality.active:
        raise CannotAcquaint(_("We do not work for this municipality any more."), "municipality")
    _refuse_known(telephone, _checked(email), somebody_else=caller.somebody_else)
    username = correspondents.username_of(email) if email else f"{caller.municipality.slug[:25]}.{uuid4().hex}"
    with current.atomic():
        try:
            person = staffing.create_person(
                username=username, display_name=name, email=email, telephone=telephone, roles=[CentreRole.REQUESTER], by=by, at=at
            )
        except staffing.CannotStaff as taken:  # her first mail came at this very moment
            raise CannotAcquaint(str(taken), "email") from taken
        Contact.objects.create(person=person, municipality=caller.municipality)
    return person


def _refuse_known(telephone: str, email: str, *, somebody_else: bool) -> None:
    known = correspondents.account_of(email) if email else None
    if known is not None and known.is_active and known.role_names == {CentreRole.REQUESTER}:
        raise AlreadyKnown(_("%(name)s has this e-mail address. Please choose her or him above.") % {"name": known}, "email", [known])
    if known is not None:
        raise CannotAcquaint(_("This e-mail address belongs to another account. Please leave it out."), "email")
    people = [] if somebody_else else telephoning.called_by(telephone)
    if people:
        raise AlreadyKnown(
            _("By this number is known: %(names)s. Please choose, or say that it is somebody else.")
            % {"names": ", ".join(str(person) for person in people)},
            "telephone",
            people,
        )


def _line(written: str, field: str) -> str:
    line = " ".join("".join(" " if ord(sign) < 32 or ord(sign) == 127 else sign for sign in written).split())
    if len(line) > LONGEST[field]:
        raise CannotAcquaint(_("At most %(most)s characters, please.") % {"most": LONGEST[field]}, field)
    return line


def _checked(email: str) -> str:
    try:
        if email:
            validate_email(email)
    except ValidationError as fault:
        raise CannotAcquaint(_("This is no e-mail address."), "email") from fault
    return email
