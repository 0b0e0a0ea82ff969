"""Giving and taking rights: guardian rows on units and files, for offices and persons, and narrowing a file."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from guardian.shortcuts import assign_perm, remove_perm

from tenants import current
from tenants.models import Office, User

from . import indexing, journal, journal_reading
from .models import AccessScope, FileOfficeGrant, FilePlanUnit, FileUserGrant, RecordFile, SupportAccess
from .models.access import LEVEL_MANAGE, LEVELS, scopes_of

Target = FilePlanUnit | RecordFile
Holder = User | Office


class CannotGrant(Exception):
    """The right cannot be given or taken like that."""


def grant(*, target: Target, to: Holder, right: str, by: User | None, at: datetime) -> None:
    """Give "read_records", "write_records" or "manage_records" on a unit (and all below) or a file.

    Raises CannotGrant for an unknown right, for somebody or an office that is no longer active, and for a person who would give it to herself
    or to an office of her own without managing these records herself: administration is not access, and neither is standing in for somebody.
    """
    refuse_grant(target=target, to=to, right=right, by=by)
    with current.atomic():
        scope = _lock(target)
        assign_perm(right, _holder(to), target)
        if isinstance(target, RecordFile):
            _give_scope_of_its_own(target)
        _tell("grant", target, to, right, by, at, scope)


def revoke(*, target: Target, of: Holder, right: str, by: User | None, at: datetime) -> None:
    """Take a right away again. Raises CannotGrant for an unknown right, and if nobody would be left to manage a restricted file."""
    _known(right)
    with current.atomic():
        scope = _lock(target)
        refuse_revoke(target=target, of=of, right=right)
        remove_perm(right, _holder(of), target)
        if isinstance(target, RecordFile):
            _return_to_unit_scope(target)
        _tell("revoke", target, of, right, by, at, scope)


def restrict_file(*, file: RecordFile, restricted: bool, reason: str = "", by: User | None, at: datetime) -> None:
    """Narrow a file to its own grants (Zugriffsbeschränkung), or lift that, with a reason.

    Whoever narrows it keeps the right to manage it; a substitute keeps it for the person she stands in for, not for herself. Raises CannotGrant
    without a reason (the system itself needs none), if that is how things are already, and if nobody would be left to manage the file.
    """
    reason = " ".join(reason.replace("\x00", "").split())
    if by is not None and not reason:
        raise CannotGrant(_("Please give a reason for the access restriction."))
    if len(reason) > 1000:
        raise CannotGrant(_("A reason has at most 1,000 characters."))
    with current.atomic():
        acted_in = _lock(file)
        refuse_restriction(file=file, restricted=restricted, by=by)
        changes: dict[str, tuple[object, object]] = {"restricted": (file.scope.restricted, restricted), "reason": (None, reason or None)}
        keeper = keeper_of(file, by) if restricted else None
        if keeper is not None:
            assign_perm("manage_records", keeper, file)
            changes["manage_records"] = (None, str(keeper))
        scope = _give_scope_of_its_own(file)
        scope.restricted = restricted
        scope.save(update_fields=["restricted"])
        _return_to_unit_scope(file)
        indexing.note_scope(file)
        journal.enter(act="restrict", object=file, by=by, at=at, changes=changes, scope_id=acted_in)
        current.forget()


def refuse_grant(*, target: Target, to: Holder, right: str, by: User | None) -> None:
    """Raises CannotGrant where `grant` would."""
    _known(right)
    _refuse_inactive(to)
    _refuse_own(target, to, by)


def refuse_revoke(*, target: Target, of: Holder, right: str) -> None:
    """Raises CannotGrant where `revoke` would."""
    _known(right)
    leaving = of if right == "manage_records" else None
    if isinstance(target, RecordFile) and target.scope.restricted and not has_manager(target, but=leaving):
        raise CannotGrant(_("Somebody must keep the right to manage this file while it is restricted."))


def refuse_restriction(*, file: RecordFile, restricted: bool, by: User | None) -> None:
    """Raises CannotGrant where the state of the file, whoever narrows it (or lifts that) for whatever reason, would make `restrict_file` raise it."""
    if by is not None and file.scope.restricted == restricted:
        sentence = _("This file is restricted already.") if restricted else _("This file is not restricted.")
        raise CannotGrant(journal_reading.by_whom(sentence, object_id=file.public_id, acts=("restrict",)))
    keeper = keeper_of(file, by) if restricted else None
    if restricted and not (keeper is not None and keeper.is_active) and not has_manager(file):
        raise CannotGrant(_("Somebody must keep the right to manage this file before it is restricted."))


def set_apart(file: RecordFile) -> None:
    """Give a file a scope of its own, so that a right can hold for it alone (support access). Inside the act that gives the right."""
    _lock(file)
    _give_scope_of_its_own(file)


def put_back(file: RecordFile) -> None:
    """Let a file lie in its unit's scope again, if nothing else holds for it alone. Inside the act that took the right away."""
    _lock(file)
    _return_to_unit_scope(file)


def keeper_of(file: RecordFile, by: User | None) -> User | None:
    """Who gets the right to manage the file when it is narrowed: whoever does it, or for whom she stands in. None if that person has it."""
    if by is None:
        return None
    absent = scopes_of(by).behalf.get(file.scope_id)
    keeper = by if absent is None else User.objects.get_queryset().get(pk=absent)
    held = FileUserGrant.objects.filter(content_object=file, permission__codename="manage_records", user=keeper).exists()
    return None if held else keeper


def has_manager(file: RecordFile, *, but: Holder | None = None) -> bool:
    """Whether an active person has the right to manage this very file, herself or through her office; `but`: whose right does not count."""
    people = FileUserGrant.objects.filter(content_object=file, permission__codename="manage_records", user__is_active=True)
    offices = FileOfficeGrant.objects.filter(content_object=file, permission__codename="manage_records", group__user__is_active=True)
    if isinstance(but, User):
        people = people.exclude(user=but)
    elif but is not None:
        offices = offices.exclude(group=but.group_id)
    return people.exists() or offices.exists()


def _refuse_inactive(to: Holder) -> None:
    if not to.is_active or (isinstance(to, User) and to.is_guest):
        raise CannotGrant(_("%(holder)s is no longer active and gets no rights.") % {"holder": to})


def _refuse_own(target: Target, to: Holder, by: User | None) -> None:
    if by is None or _manages(by, target):
        return
    if (isinstance(to, User) and to.pk == by.pk) or (isinstance(to, Office) and by.memberships.filter(office=to).exists()):
        raise CannotGrant(_("You cannot give rights to yourself or to your own office. Please ask somebody who manages these records."))


def _manages(clerk: User, target: Target) -> bool:
    """By herself: who manages only on behalf of somebody would otherwise keep the right when the substitution ends."""
    scopes = scopes_of(clerk)
    held = scopes.own_unit_level(target.pk) if isinstance(target, FilePlanUnit) else scopes.own_level(target.scope_id)
    return held >= LEVEL_MANAGE


def _lock(target: Target) -> int | None:
    """Make those who change the rights of one file take turns; tells the scope that the file lies in before the act."""
    if not isinstance(target, RecordFile):
        return None
    locked = RecordFile.objects.select_for_update(of=("self",)).select_related("scope").get(pk=target.pk)
    target.scope, target.unit_id = locked.scope, locked.unit_id
    return locked.scope.pk


def _give_scope_of_its_own(file: RecordFile) -> AccessScope:
    scope, made = AccessScope.objects.get_or_create(file=file)
    if file.scope_id != scope.pk:
        RecordFile.objects.filter(pk=file.pk).update(scope=scope)
    file.scope = scope
    if made:
        indexing.note_scope(file)
    return scope


def _return_to_unit_scope(file: RecordFile) -> None:
    """A file without grants, narrowing or support access of its own lies in its unit's scope again."""
    own = AccessScope.objects.filter(file=file).first()
    if own is None or own.restricted or FileUserGrant.objects.filter(content_object=file).exists():
        return
    if FileOfficeGrant.objects.filter(content_object=file).exists():
        return
    if SupportAccess.objects.filter(file=file, state=SupportAccess.State.ACCEPTED).exists():
        return
    file.scope = AccessScope.objects.get(unit_id=file.unit_id)
    RecordFile.objects.filter(pk=file.pk).update(scope=file.scope)
    own.delete()
    indexing.note_scope(file)


def _holder(to: Holder) -> object:
    return to.group if isinstance(to, Office) else to


def _known(right: str) -> None:
    if right not in LEVELS:
        raise CannotGrant(_("There is no right %(right)s.") % {"right": right})


def _tell(act: str, target: Target, holder: Holder, right: str, by: User | None, at: datetime, scope: int | None) -> None:
    change = (None, str(holder)) if act == "grant" else (str(holder), None)
    journal.enter(act=act, object=target, by=by, at=at, changes={right: change}, scope_id=scope)
    current.forget()
