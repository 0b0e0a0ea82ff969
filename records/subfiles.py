"""Subfiles (Teilakten): a file that is part of another one. Seen from both sides by those who may see both."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import journal, protection
from .models import ProtectionNeed, RecordFile
from .models.access import LEVEL_WRITE, scopes_of
from .taking_turns import all_locked, save

NAMED = 5  # subfiles that a sentence names
DEEPEST = 3  # levels: file, subfile, subfile of that
LOCK = 0x5465696C  # "Teil": all joining of files takes turns, because a cycle may be closed by two acts at far ends


class CannotJoin(Exception):
    """The file cannot become a subfile of the other one; the message says why."""


def set_parent(*, file: RecordFile, parent: RecordFile | None, by: User, at: datetime) -> RecordFile:
    """Make a file a subfile of another one, or (None) a file of its own again. Whoever does it may write in both, and in the parent it leaves.

    Raises CannotJoin (closed or cancelled, no right to write there, a cycle, more than three levels). Both files' journals tell of it.
    """
    with current.atomic():
        _take_turns()
        former = RecordFile.objects.filter(pk=file.pk).values_list("parent_id", flat=True).get()
        rows = all_locked({file.pk, *([parent.pk] if parent else []), *([former] if former else [])})
        file, parent = rows[file.pk], rows[parent.pk] if parent else None
        left = rows[former] if former else None
        _refuse(file, parent, left, by)
        if file.parent_id == (parent.pk if parent else None):
            return file
        file.parent = parent
        save(file, at, "parent")
        _tell(file, parent, left, by, at)
    return file


def visible_parent(*, file: RecordFile, clerk: User) -> RecordFile | None:
    """The file that this one is part of, if the clerk may know of it."""
    if file.parent_id is None:
        return None
    found: RecordFile | None = RecordFile.objects.visible_to(clerk).filter(pk=file.parent_id).first()
    return found


def visible_subfiles(*, file: RecordFile, clerk: User) -> QuerySet[RecordFile]:
    """Standing subfiles that the clerk may know of."""
    found: QuerySet[RecordFile] = RecordFile.objects.visible_to(clerk).standing().filter(parent=file).in_order()
    return found


def stricter_around(*, file: RecordFile, clerk: User) -> list[str]:
    """Say what is stricter than the file itself around it: the file that it is part of, and its subfiles, in protection need or in access.

    Only of files that the clerk may know of. Two queries at most, none for a file that stands alone. Expects with_highest_need() and
    `has_subfiles`, whether there may be any.
    """
    own: str = file.highest_need  # type: ignore[attr-defined]
    said = []
    if file.parent_id is not None:
        for reference, need, restricted in _strictness(RecordFile.objects.visible_to(clerk).filter(pk=file.parent_id)):
            if restricted and not file.scope.restricted:
                said.append(_("Part of file %(reference)s, the access to which is restricted.") % {"reference": reference})
            if protection.is_stricter(need, own):
                words = {"reference": reference, "need": ProtectionNeed(need).label}
                said.append(_("Part of file %(reference)s with protection need: %(need)s") % words)
    if file.has_subfiles:  # type: ignore[attr-defined]
        below = list(_strictness(visible_subfiles(file=file, clerk=clerk)))
        if names := [reference for reference, _need, restricted in below if restricted and not file.scope.restricted]:
            said.append(_("Access restricted in subfile %(references)s.") % {"references": _some(names)})
        needs = [(reference, ProtectionNeed(need)) for reference, need, _restricted in below if protection.is_stricter(need, own)]
        if names := [f"{reference} ({need.label})" for reference, need in needs]:
            said.append(_("Higher protection need in subfile %(references)s.") % {"references": _some(names)})
    return said


def _strictness(files: QuerySet[RecordFile]) -> Iterable[tuple[str, str, bool]]:
    """Reference, highest protection need and whether the access is restricted."""
    needs: Any = files.with_highest_need()  # type: ignore[attr-defined]
    found: Iterable[tuple[str, str, bool]] = needs.values_list("file_reference", "highest_need", "scope__restricted")
    return found


def _some(names: list[str]) -> str:
    return ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")


def _take_turns() -> None:
    with current.connection().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _refuse(file: RecordFile, parent: RecordFile | None, left: RecordFile | None, by: User) -> None:
    if not file.is_open or (parent is not None and not parent.is_open):
        raise CannotJoin(_("A closed or cancelled file is not changed."))
    scopes = scopes_of(by)
    if any(scopes.level(one.scope_id) < LEVEL_WRITE for one in (file, parent) if one is not None):
        raise CannotJoin(_("You may not change this file."))
    if left is not None and 0 < scopes.level(left.scope_id) < LEVEL_WRITE:
        raise CannotJoin(_("You may not change file %(reference)s, of which this one is a part.") % {"reference": left.file_reference})
    if parent is None:
        return
    above = _above(parent)
    if file.pk in above:
        raise CannotJoin(_("File %(reference)s is itself a part of this one.") % {"reference": parent.file_reference})
    if len(above) + _depth(file) > DEEPEST:
        raise CannotJoin(_("Subfiles may be nested three levels deep."))


def _above(file: RecordFile) -> list[int]:
    """Ids of a file and of those it is part of, upwards. Ends also where rows are wrong already."""
    found, at = [], file.pk
    while at is not None and at not in found:
        found.append(at)
        at = RecordFile.objects.filter(pk=at).values_list("parent_id", flat=True).get()
    return found


def _depth(file: RecordFile) -> int:
    """Levels from a file downwards, itself included."""
    depth, level = 0, [file.pk]
    while level and depth <= DEEPEST:
        depth += 1
        level = list(RecordFile.objects.filter(parent__in=level).values_list("pk", flat=True))
    return depth


def _tell(file: RecordFile, parent: RecordFile | None, left: RecordFile | None, by: User, at: datetime) -> None:
    """The journals name the other file by its id: who reads one file's journal need not know of the other (records.journal_reading)."""
    told = {"part_of": (left.public_id if left else None, parent.public_id if parent else None)}
    entries = [journal.Entry("set_parent", "RecordFile", file.public_id, file.public_id, told)]
    entries += [
        journal.Entry("set_parent", "RecordFile", other.public_id, other.public_id, {"subfile": change})
        for other, change in ((left, (file.public_id, None)), (parent, (None, file.public_id)))
        if other is not None
    ]
    journal.enter_all(entries=entries, by=by, at=at)
