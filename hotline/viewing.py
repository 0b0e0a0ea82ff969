"""Saved views of the list: a filter with its order, under a name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tenants import current, journal
from tenants.models import User

from . import overview, wording
from .models import SavedView
from .models.tickets import STAFF

LONGEST_NAME = 60


class CannotSave(Exception):
    """The view cannot be saved like that; the message says why."""

    def __init__(self, message: str, field: str = "name") -> None:
        super().__init__(message)
        self.field = field


def save(*, name: str, asked: Mapping[str, str], shared: bool, by: User, at: datetime) -> SavedView:
    """Save what is asked of the list under a name; one of the same name of the same person is replaced. Raises CannotSave."""
    if not by.has_role(*STAFF):
        raise CannotSave(_("This is for the hotline's staff."))
    name = wording.subject(name, refuse=CannotSave)
    if len(name) > LONGEST_NAME:
        raise CannotSave(_("A name has %(most)s characters at most.") % {"most": LONGEST_NAME})
    known = {key: asked[key][:60] for key in overview.ASKED if asked.get(key)}
    with current.atomic():
        view, _made = SavedView.objects.update_or_create(owner=by, name=name, defaults={"asked": known, "shared": shared})
        journal.enter(act="save_view", object=view, by=by, at=at, changes={"asked": (None, known), "shared": (None, shared)})
    return view


def forget(*, view: SavedView, by: User, at: datetime) -> None:
    """Forget a view. Raises CannotSave: somebody else's."""
    if view.owner_id != by.pk:
        raise CannotSave(_("This view is somebody else's."))
    with current.atomic():
        journal.enter(act="forget_view", object=view, by=by, at=at)
        view.delete()


def views_of(person: User) -> QuerySet[SavedView]:
    """A person's own views and those that are shared with her, by name."""
    mine = SavedView.objects.filter(Q(owner=person) | Q(shared=True)) if person.has_role(*STAFF) else SavedView.objects.none()
    return mine.order_by("name", "pk")
