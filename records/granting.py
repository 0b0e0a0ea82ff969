"""Giving and taking rights: guardian rows on units and files, for offices and persons, and narrowing a file."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from guardian.shortcuts import assign_perm, remove_perm

from tenants import current
from tenants.models import Office, User

from . import indexing, journal
from .models import AccessScope, FileOfficeGrant, FilePlanUnit, FileUserGrant, RecordFile
from .models.access import LEVEL_MANAGE, LEVELS, scopes_of

Target = FilePlanUnit | RecordFile
Holder = User | Office


class CannotGrant(Exception):
    """The right cannot be given or taken like that."""


def grant(*, target: Target, to: Holder, right: str, by: User | None, at: datetime) -> None:
    """Give "read_records", "write_records" or "manage_records" on a unit (and all below) or a file.

    Raises CannotGrant for an unknown right, and for an administrator who would give it to herself or to an office of her own:
    administration is not access, and whoever manages the records there decides.
    """
    _known(right)
    _refuse_own(target, to, by)
    with current.atomic():
        assign_perm(right, _holder(to), target)
        if isinstance(target, RecordFile):
            _give_scope_of_its_own(target)
        _tell("grant", target, to, right, by, at)


def revoke(*, target: Target, of: Holder, right: str, by: User | None, at: datetime) -> None:
    """Take a right away again."""
    _known(right)
    with current.atomic():
        remove_perm(right, _holder(of), target)
        if isinstance(target, RecordFile):
            _return_to_unit_scope(target)
        _tell("revoke", target, of, right, by, at)


def restrict_file(*, file: RecordFile, restricted: bool, by: User | None, at: datetime) -> None:
    """Narrow a file to its own grants (Zugriffsbeschränkung), or lift that. Raises CannotGrant if nobody would be left to manage it."""
    with current.atomic():
        file = RecordFile.objects.select_for_update(of=("self",)).select_related("scope").get(pk=file.pk)
        if restricted and not _has_manager(file):
            raise CannotGrant(_("Somebody must keep the right to manage this file before it is restricted."))
        scope = _give_scope_of_its_own(file)
        was, scope.restricted = scope.restricted, restricted
        scope.save(update_fields=["restricted"])
        _return_to_unit_scope(file)
        indexing.note_scope(file)
        journal.enter(act="restrict", object=file, by=by, at=at, changes={"restricted": (was, restricted)})
        current.forget()


def _refuse_own(target: Target, to: Holder, by: User | None) -> None:
    if by is None or _manages(by, target):
        return
    if (isinstance(to, User) and to.pk == by.pk) or (isinstance(to, Office) and by.memberships.filter(office=to).exists()):
        raise CannotGrant(_("You cannot give rights to yourself or to your own office. Please ask somebody who manages these records."))


def _manages(clerk: User, target: Target) -> bool:
    scopes = scopes_of(clerk)
    held = scopes.unit_levels.get(target.pk, 0) if isinstance(target, FilePlanUnit) else scopes.level(target.scope_id)
    return held >= LEVEL_MANAGE


def _give_scope_of_its_own(file: RecordFile) -> AccessScope:
    scope, made = AccessScope.objects.get_or_create(file=file)
    if file.scope_id != scope.pk:
        file.scope = scope
        RecordFile.objects.filter(pk=file.pk).update(scope=scope)
    if made:
        indexing.note_scope(file)
    return scope


def _return_to_unit_scope(file: RecordFile) -> None:
    """A file without grants or narrowing of its own lies in its unit's scope again."""
    own = AccessScope.objects.filter(file=file).first()
    if own is None or own.restricted or FileUserGrant.objects.filter(content_object=file).exists():
        return
    if FileOfficeGrant.objects.filter(content_object=file).exists():
        return
    file.scope = AccessScope.objects.get(unit_id=file.unit_id)
    RecordFile.objects.filter(pk=file.pk).update(scope=file.scope)
    own.delete()
    indexing.note_scope(file)


def _has_manager(file: RecordFile) -> bool:
    return (
        FileUserGrant.objects.filter(content_object=file, permission__codename="manage_records", user__is_active=True).exists()
        or FileOfficeGrant.objects.filter(content_object=file, permission__codename="manage_records").exists()
    )


def _holder(to: Holder) -> object:
    return to.group if isinstance(to, Office) else to


def _known(right: str) -> None:
    if right not in LEVELS:
        raise CannotGrant(_("There is no right %(right)s.") % {"right": right})


def _tell(act: str, target: Target, holder: Holder, right: str, by: User | None, at: datetime) -> None:
    change = (None, str(holder)) if act == "grant" else (str(holder), None)
    journal.enter(act=act, object=target, by=by, at=at, changes={right: change})
    current.forget()
