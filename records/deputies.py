"""Restricted files and substitutes: a substitute works on them only if they were named for her."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import Substitute, User

from . import journal
from .models import RecordFile, SubstituteFile
from .models.access import LEVEL_MANAGE, LEVEL_READ, scopes_of


class CannotName(Exception):
    """The file cannot be named for the substitute; the message says why."""


def name_file(*, substitute: Substitute, file: RecordFile, by: User, at: datetime) -> None:
    """Let a substitute work on a restricted file too, with the rights of the person she stands in for.

    The absent person names what she may read herself; whoever manages the file may name it as well. Both need that right of their own: what
    somebody holds only as a substitute she does not pass on. Raises CannotName for everybody else, and for a substitution that has ended.
    """
    _refuse_unless_may_name(substitute, file, by)
    with current.atomic():
        substitute = Substitute.objects.select_for_update(of=("self",)).select_related("deputy", "absent").get(pk=substitute.pk)
        if substitute.ended_at is not None or substitute.last_day < timezone.localdate(at):
            raise CannotName(_("This substitution has ended."))
        if not RecordFile.objects.filter(pk=file.pk, scope__restricted=True).exists():
            raise CannotName(_("Only restricted files are named; the substitute sees all others anyway."))
        _named, made = SubstituteFile.objects.get_or_create(substitute=substitute, file=file)
        if made:
            changes = {"deputy": (None, str(substitute.deputy)), "absent": (None, str(substitute.absent))}
            journal.enter(act="name_for_substitute", object=file, by=by, at=at, changes=changes)
        current.forget()


def unname_file(*, substitute: Substitute, file: RecordFile, by: User, at: datetime) -> None:
    """Take that back. The absent person and whoever manages the file may; raises CannotName for everybody else."""
    _refuse_unless_may_name(substitute, file, by)
    with current.atomic():
        gone, _rows = SubstituteFile.objects.filter(substitute=substitute, file=file).delete()
        if gone:
            changes = {"deputy": (str(substitute.deputy), None), "absent": (str(substitute.absent), None)}
            journal.enter(act="unname_for_substitute", object=file, by=by, at=at, changes=changes)
        current.forget()


def nameable_files(*, clerk: User) -> QuerySet[RecordFile]:
    """Restricted files that a person may read herself and so name for her own substitute, in order."""
    scopes = scopes_of(clerk)
    own = [scope for scope in scopes.at_least(LEVEL_READ) if scopes.own_level(scope) >= LEVEL_READ]
    files: QuerySet[RecordFile] = RecordFile.objects.filter(scope__any_of=own, scope__restricted=True)
    return files.exclude(status=RecordFile.Status.CANCELLED).order_by("reference_key", "pk")


def substitutes_for(*, file: RecordFile, people: list[int], at: datetime) -> QuerySet[Substitute]:
    """Substitutions, in force or still to come, of those who have a right on a restricted file themselves."""
    coming: QuerySet[Substitute] = Substitute.objects.filter(absent__in=people, ended_at__isnull=True, last_day__gte=timezone.localdate(at))
    return coming.filter(absent__is_active=True, deputy__is_active=True).select_related("absent", "deputy").order_by("first_day", "pk")


def _refuse_unless_may_name(substitute: Substitute, file: RecordFile, by: User) -> None:
    own = scopes_of(by).own_level(RecordFile.objects.values_list("scope_id", flat=True).get(pk=file.pk))
    if own < (LEVEL_READ if by.pk == substitute.absent_id else LEVEL_MANAGE):
        raise CannotName(_("Only the absent person or somebody who manages the file can name it for a substitute."))
