"""People: created, edited, moved between offices, given roles, deactivated and taken back.

Administration is not access. Roles open screens, never records; records are opened by grants to offices and persons. But a
membership carries its office's grants, so nobody changes their own memberships or roles: a second administrator has to, and the
journal says so. Whoever is alone asks the operator (`manage.py create_person`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.models import AuthToken

from . import current, handover, journal
from .models import Membership, Office, User
from .roles import administrator_role, of_this_site

USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,59}")


class CannotStaff(Exception):
    """The person cannot be created or changed like that; the message says why."""


class OwnRights(CannotStaff):
    """Nobody gives rights to themselves or takes them from themselves."""


class LastAdministrator(CannotStaff):
    """Somebody must be able to administer."""


class WorkLeft(CannotStaff):
    """There is open work and nobody named to take it over."""


def create_person(
    *,
    username: str,
    display_name: str,
    email: str = "",
    telephone: str = "",
    roles: Iterable[str] = (),
    office: Office | None = None,
    is_lead: bool = False,
    by: User | None,
    at: datetime,
) -> User:
    """Create an account without a password; tenants.passwords.hand_out gives the first one. Raises CannotStaff."""
    username, display_name, roles = username.strip().lower(), display_name.strip(), _known(roles)
    if not USERNAME.fullmatch(username):
        raise CannotStaff(_("A user name has 2 to 60 characters: small letters without umlauts, digits, dots and hyphens."))
    if not display_name:
        raise CannotStaff(_("A person needs a name."))
    with current.atomic():
        if User.objects.filter(username=username).exists():
            raise CannotStaff(_("The user name %(username)s is taken.") % {"username": username})
        person = User(username=username, display_name=display_name, email=email.strip(), telephone=telephone.strip())
        person.set_unusable_password()
        person.save()
        person.groups.add(*Group.objects.filter(name__in=roles))
        changes = {"username": (None, username), "display_name": (None, display_name), "roles": (None, _listed(roles))}
        journal.enter(act="create", object=person, by=by, at=at, changes=changes)
        if office is not None:
            _join(person, office, is_lead, by, at)
    return person


def edit_person(*, person: User, display_name: str, email: str, telephone: str, by: User | None, at: datetime) -> User:
    """Change how a person is called and reached. The user name stays: the journal knows people by name."""
    given = {"display_name": display_name.strip(), "email": email.strip(), "telephone": telephone.strip()}
    if not given["display_name"]:
        raise CannotStaff(_("A person needs a name."))
    with current.atomic():
        person = _locked(person)
        changes = {name: (getattr(person, name), new) for name, new in given.items() if getattr(person, name) != new}
        if not changes:
            return person
        for name, (_old, new) in changes.items():
            setattr(person, name, new)
        person.save(update_fields=[*changes])
        journal.enter(act="edit", object=person, by=by, at=at, changes=changes)
    return person


def set_roles(*, person: User, roles: Iterable[str], by: User | None, at: datetime) -> None:
    """Give exactly these roles. Raises OwnRights, LastAdministrator, CannotStaff (an unknown role)."""
    wanted = set(_known(roles))
    with current.atomic():
        person = _locked(person)
        held = set(person.groups.filter(name__in=of_this_site().values).values_list("name", flat=True))
        if held == wanted:
            return
        _refuse_own(person, by)
        if administrator_role() in held - wanted:
            _refuse_last_administrator(person)
        person.groups.remove(*Group.objects.filter(name__in=held - wanted))
        person.groups.add(*Group.objects.filter(name__in=wanted - held))
        journal.enter(act="roles", object=person, by=by, at=at, changes={"roles": (_listed(held), _listed(wanted))})
        current.forget()


def move_person(*, person: User, to: Office, is_lead: bool = False, keeping: bool = False, by: User | None, at: datetime) -> None:
    """Put a person into another office; with `keeping` she stays in the present ones too.

    The rights of the old office end with the membership, those of the new one begin. Raises OwnRights, CannotStaff, WorkLeft (she
    leads an office that she would leave).
    """
    with current.atomic():
        person = _locked(person)
        _refuse_own(person, by)
        if not to.is_active or not person.is_active:
            raise CannotStaff(_("Only an active person can be moved, and only to an active office."))
        if not keeping:
            for membership in person.memberships.select_related("office__group").exclude(office=to):
                if membership.is_lead:
                    raise WorkLeft(
                        _("%(person)s leads %(office)s. Name another lead first.") % {"person": person, "office": membership.office}
                    )
                _leave(membership, by, at)
        _join(person, to, is_lead, by, at)
        current.forget()


def leave_office(*, person: User, office: Office, by: User | None, at: datetime) -> None:
    """End one membership, and with it the office's rights. Raises OwnRights."""
    with current.atomic():
        person = _locked(person)
        _refuse_own(person, by)
        for membership in person.memberships.select_related("office__group").filter(office=office):
            _leave(membership, by, at)
        current.forget()


def deactivate_person(*, person: User, successor: User | None, by: User | None, at: datetime) -> None:
    """End an account: sessions, tokens and memberships end with it, open work goes to the successor, the name stays.

    Raises OwnRights, LastAdministrator, WorkLeft (open work and no successor), CannotStaff (the successor cannot take it).
    """
    with current.atomic():
        person = _locked(person)
        if not person.is_active:
            return
        _refuse_own(person, by)
        _refuse_last_administrator(person)
        if handover.open_work_of(person=person):
            if successor is None:
                raise WorkLeft(_("There is open work. Name the person who takes it over."))
            if successor.pk == person.pk or not successor.is_active:
                raise CannotStaff(_("The successor must be another, active person."))
            handover.hand_over(person=person, successor=successor, by=by, at=at)
        for membership in person.memberships.select_related("office__group"):
            _leave(membership, by, at)
        person.is_active, person.deactivated_at = False, at
        person.save(update_fields=["is_active", "deactivated_at"])
        AuthToken.objects.filter(user=person).delete()
        changes = {"is_active": (True, False), "successor": (None, str(successor) if successor else None)}
        journal.enter(act="deactivate", object=person, by=by, at=at, changes=changes)
        current.forget()


def reactivate_person(*, person: User, by: User | None, at: datetime) -> None:
    """Take a person back: without a password and without an office, both are given anew."""
    with current.atomic():
        person = _locked(person)
        if person.is_active:
            return
        person.is_active, person.deactivated_at = True, None
        person.set_unusable_password()
        person.save(update_fields=["is_active", "deactivated_at", "password"])
        journal.enter(act="reactivate", object=person, by=by, at=at, changes={"is_active": (False, True)})


def _locked(person: User) -> User:
    found = User.objects.get_queryset().select_for_update().get(pk=person.pk)
    if found.is_guest:
        raise CannotStaff(_("This is a guest of the competence centre: nobody gives her anything but by consent on a request."))
    return found


def _join(person: User, office: Office, is_lead: bool, by: User | None, at: datetime) -> None:
    since = timezone.localdate(at)
    membership, made = Membership.objects.get_or_create(user=person, office=office, defaults={"is_lead": is_lead, "since": since})
    if not made and membership.is_lead == is_lead:
        return
    membership.is_lead = is_lead
    membership.save(update_fields=["is_lead"])
    person.groups.add(office.group)
    changes = {"office": (None, str(office)), "lead": (None, is_lead)} if made else {"lead": (not is_lead, is_lead)}
    journal.enter(act="join", object=person, by=by, at=at, changes=changes)


def _leave(membership: Membership, by: User | None, at: datetime) -> None:
    person, office = membership.user, membership.office
    membership.delete()
    person.groups.remove(office.group)
    journal.enter(act="leave", object=person, by=by, at=at, changes={"office": (str(office), None)})


def _refuse_own(person: User, by: User | None) -> None:
    if by is not None and by.pk == person.pk:
        raise OwnRights(_("Nobody changes their own rights. Please ask another administrator."))


def _refuse_last_administrator(person: User) -> None:
    others = User.objects.get_queryset().select_for_update(of=("self",)).active().with_role(administrator_role()).order_by("pk")
    administrators = {other.pk for other in others}
    if administrators == {person.pk}:
        raise LastAdministrator(_("This is the last administrator. Give somebody else the role first."))


def _known(roles: Iterable[str]) -> Sequence[str]:
    found = sorted({str(role) for role in roles})
    for role in found:
        if role not in of_this_site().values:
            raise CannotStaff(_("There is no role %(role)s.") % {"role": role})
    return found


def _listed(roles: Iterable[str]) -> str:
    return ", ".join(sorted(roles))
