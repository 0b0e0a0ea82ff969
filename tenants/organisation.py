"""Offices as a tree: created, renamed, moved, deactivated. Each has a group that grants are given to."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from . import current, journal
from .models import Office, User


class CannotOrganise(Exception):
    """The office cannot be created or changed like that; the message says why."""


def create_office(*, code: str, name: str, parent: Office | None = None, by: User | None, at: datetime) -> Office:
    """Add an office. Raises CannotOrganise (no code or name, the code is taken, the office above is inactive)."""
    code, name = code.strip(), name.strip()
    with current.atomic():
        _refuse_bad(code, name)
        if parent is not None and not parent.is_active:
            raise CannotOrganise(_("The office above is not active."))
        office = Office.objects.create(code=code, name=name, parent=parent, group=Group.objects.create(name=_group_name(code)))
        changes = {"code": (None, code), "name": (None, name), "parent": (None, str(parent) if parent else None)}
        journal.enter(act="create", object=office, by=by, at=at, changes=changes)
    return office


def rename_office(*, office: Office, code: str, name: str, by: User | None, at: datetime) -> Office:
    """Give an office another code or name; its rights and people stay. Raises CannotOrganise."""
    code, name = code.strip(), name.strip()
    with current.atomic():
        office = _locked(office)
        if (office.code, office.name) == (code, name):
            return office
        _refuse_bad(code, name, besides=office)
        changes = {"code": (office.code, code), "name": (office.name, name)}
        office.code, office.name = code, name
        office.save(update_fields=["code", "name"])
        Group.objects.filter(pk=office.group_id).update(name=_group_name(code))
        journal.enter(act="rename", object=office, by=by, at=at, changes=changes)
    return office


def move_office(*, office: Office, parent: Office | None, by: User | None, at: datetime) -> Office:
    """Put an office (with all below it) under another, or at the top. Raises CannotOrganise: not below itself."""
    with current.atomic():
        everyone = {row.pk: row for row in Office.objects.select_for_update(of=("self",)).order_by("pk")}
        office = everyone[office.pk]
        above = everyone[parent.pk] if parent is not None else None
        if above is not None and not above.is_active:
            raise CannotOrganise(_("The office above is not active."))
        step = above
        while step is not None:
            if step.pk == office.pk:
                raise CannotOrganise(_("An office cannot be put below itself."))
            step = everyone[step.parent_id] if step.parent_id is not None else None
        if office.parent_id == (above.pk if above else None):
            return office
        was = everyone[office.parent_id] if office.parent_id is not None else None
        office.parent = above
        office.save(update_fields=["parent"])
        changes = {"parent": (str(was) if was else None, str(above) if above else None)}
        journal.enter(act="move", object=office, by=by, at=at, changes=changes)
    return office


def deactivate_office(*, office: Office, by: User | None, at: datetime) -> None:
    """Close an office. Raises CannotOrganise while people work in it or active offices are below it."""
    with current.atomic():
        office = _locked(office)
        if not office.is_active:
            return
        if office.memberships.exists():
            raise CannotOrganise(_("People work in this office. Move them to another one first."))
        if office.children.filter(is_active=True).exists():
            raise CannotOrganise(_("Other offices are below this one. Move them first."))
        office.is_active = False
        office.save(update_fields=["is_active"])
        journal.enter(act="deactivate", object=office, by=by, at=at, changes={"is_active": (True, False)})


def reactivate_office(*, office: Office, by: User | None, at: datetime) -> None:
    """Open an office again. Raises CannotOrganise if the one above is closed."""
    with current.atomic():
        office = _locked(office)
        if office.is_active:
            return
        if office.parent is not None and not office.parent.is_active:
            raise CannotOrganise(_("The office above is not active."))
        office.is_active = True
        office.save(update_fields=["is_active"])
        journal.enter(act="reactivate", object=office, by=by, at=at, changes={"is_active": (False, True)})


def _locked(office: Office) -> Office:
    found: Office = Office.objects.select_for_update(of=("self",)).get(pk=office.pk)
    return found


def _refuse_bad(code: str, name: str, besides: Office | None = None) -> None:
    if not code or not name:
        raise CannotOrganise(_("An office needs a code and a name."))
    if len(code) > 20 or len(name) > 200:
        raise CannotOrganise(_("The code has at most 20 characters, the name at most 200."))
    others = Office.objects.filter(code=code)
    if (others.exclude(pk=besides.pk) if besides else others).exists():
        raise CannotOrganise(_("The code %(code)s is taken.") % {"code": code})


def _group_name(code: str) -> str:
    return f"office:{code}"
