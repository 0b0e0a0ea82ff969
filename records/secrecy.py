"""Special secrecy (besonderes Amtsgeheimnis): marked at a file, or at a unit for all files below it. What is so marked is never shown to support."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import facts, journal
from .models import FilePlanUnit, RecordFile, SecrecyMark


class CannotMark(Exception):
    """The mark cannot be set like that; the message says why."""


class MarkChanged(CannotMark):
    """Somebody else has set the mark otherwise meanwhile: nothing is overwritten."""


def mark_of(target: RecordFile | FilePlanUnit) -> str:
    """The kind of secrecy marked at this very file or unit; "" for none."""
    found = SecrecyMark.objects.filter(**_at(target)).first()
    return str(found.kind) if found else ""


def mark(*, target: RecordFile | FilePlanUnit, kind: str, by: User, at: datetime, seen: str | None = None) -> None:
    """Mark a file, or a unit with all below it, with a kind of special secrecy; "" takes the mark away. `seen`: the mark that she has seen there.

    Raises CannotMark for an unknown kind, MarkChanged where the mark is not (any more) what she has seen.

    It holds at once, for whoever is looking at a file by consent too (migration 0017).
    """
    if kind and kind not in SecrecyMark.Kind.values:
        raise CannotMark(_("There is no such secrecy."))
    with current.atomic():
        type(target).objects.select_for_update(of=("self",)).get(pk=target.pk)
        before = mark_of(target)
        if before == kind:
            return
        if seen is not None and before != seen:
            raise MarkChanged(facts.changed(object_id=target.public_id, acts=("mark_secrecy",)))
        SecrecyMark.objects.filter(**_at(target)).delete()
        if kind:
            SecrecyMark.objects.create(**_at(target), kind=kind)
        journal.enter(act="mark_secrecy", object=target, by=by, at=at, changes={"secrecy": (before or None, kind or None)})
        current.forget()


def _at(target: RecordFile | FilePlanUnit) -> dict[str, RecordFile | FilePlanUnit]:
    return {"file": target} if isinstance(target, RecordFile) else {"unit": target}
