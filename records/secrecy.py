"""Special secrecy (besonderes Amtsgeheimnis): marked at a file, or at a unit for all files below it. What is so marked is never shown to support."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import journal
from .models import FilePlanUnit, RecordFile, SecrecyMark


class CannotMark(Exception):
    """The mark cannot be set like that; the message says why."""


def mark_of(target: RecordFile | FilePlanUnit) -> str:
    """The kind of secrecy marked at this very file or unit; "" for none."""
    found = SecrecyMark.objects.filter(**_at(target)).first()
    return str(found.kind) if found else ""


def mark(*, target: RecordFile | FilePlanUnit, kind: str, by: User, at: datetime) -> None:
    """Mark a file, or a unit with all below it, with a kind of special secrecy; "" takes the mark away. Raises CannotMark for an unknown kind.

    It holds at once, for whoever is looking at a file by consent too (migration 0017).
    """
    if kind and kind not in SecrecyMark.Kind.values:
        raise CannotMark(_("There is no such secrecy."))
    with current.atomic():
        type(target).objects.select_for_update(of=("self",)).get(pk=target.pk)
        before = mark_of(target)
        if before == kind:
            return
        SecrecyMark.objects.filter(**_at(target)).delete()
        if kind:
            SecrecyMark.objects.create(**_at(target), kind=kind)
        journal.enter(act="mark_secrecy", object=target, by=by, at=at, changes={"secrecy": (before or None, kind or None)})
        current.forget()


def _at(target: RecordFile | FilePlanUnit) -> dict[str, RecordFile | FilePlanUnit]:
    return {"file": target} if isinstance(target, RecordFile) else {"unit": target}
