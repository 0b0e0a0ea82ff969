"""Operators keep the list of municipalities that the centre works for."""

from __future__ import annotations

import re
from datetime import datetime

from django.utils.translation import gettext as _

from tenants import current, journal
from tenants.centre.models import Municipality
from tenants.models import User
from tenants.roles import CentreRole

SLUG = re.compile(r"[a-z][a-z0-9-]{1,49}")


class CannotKeepMunicipality(Exception):
    """The list cannot be kept like that; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def add(*, slug: str, name: str, by: User, at: datetime) -> Municipality:
    """Add a municipality. The short name is that on her node and never changes. Raises CannotKeepMunicipality."""
    _operators_only(by)
    slug, name = slug.strip(), _name(name)
    if not SLUG.fullmatch(slug):
        raise CannotKeepMunicipality(_("A short name has small letters, digits and hyphens, 2 to 50, and begins with a letter."), "slug")
    with current.atomic():
        made, new = Municipality.objects.get_or_create(slug=slug, defaults={"name": name})
        if not new:
            raise CannotKeepMunicipality(_("There is a municipality with this short name."), "slug")
        journal.enter(act="create", object=made, by=by, at=at, changes={"slug": (None, slug), "name": (None, name)})
    return made


def change(*, municipality: Municipality, name: str, active: bool, by: User, at: datetime) -> Municipality:
    """Give a municipality another name, or say whether the centre works for her. What she asked stays. Raises CannotKeepMunicipality."""
    _operators_only(by)
    name = _name(name)
    with current.atomic():
        found = Municipality.objects.select_for_update(of=("self",)).get(pk=municipality.pk)
        changes = {"name": (found.name, name), "active": (found.active, active)}
        found.name, found.active = name, active
        found.save(update_fields=["name", "active"])
        journal.enter(act="change", object=found, by=by, at=at, changes=changes)
    return found


def _name(written: str) -> str:
    name = " ".join(written.replace("\x00", "").split())
    if not name or len(name) > 200:
        raise CannotKeepMunicipality(_("Please give it a name of at most 200 characters."), "name")
    return name


def _operators_only(by: User) -> None:
    if not by.has_role(CentreRole.OPERATOR):
        raise CannotKeepMunicipality(_("The municipalities are kept by operators."))
