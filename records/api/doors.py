"""What all doors of the API have in common: who asks, what she may know of, what she may change.

Every query starts at `visible_to`. What is cut away is a 404; a 403 is only for an act on something that the caller can see.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.etags import require_match, unchanged
from foundation.api.problems import PreconditionFailed
from foundation.statements import Blank, Statement, columns
from records import confidential, warnings_before
from records.models import Document, FilePlanUnit, RecordFile
from records.models.access import LEVEL_FOR, LEVEL_READ, LEVEL_WRITE, FileAct, readable_units, scopes_of
from tenants import current
from tenants.api import doors
from tenants.api.doors import known_id, refuse_nul, uuid_or_none
from tenants.models import User

M = TypeVar("M", bound=Model)
__all__ = ["Door", "known_id", "refuse_nul", "require", "require_current", "unless_known", "uuid_or_none", "visible_file", "writable_leaf"]


VISIBLE_FILE = Statement(
    lambda: (
        RecordFile.objects.in_scopes(Blank("scopes")).filter(public_id=Blank("id")).values_list(*columns(RecordFile), "scope__restricted")
    ),
    using=current.alias,
)


class Door(doors.Door[M], Generic[M]):
    """A door to records: whoever looks into a restricted file is journaled."""

    def get_object(self) -> M:
        """The object of the address; that somebody looked into a restricted file is journaled. Raises Http404."""
        found = super().get_object()
        file = found.file if isinstance(found, Document) else found
        if isinstance(file, RecordFile):
            confidential.note_reading(file=file, by=self.clerk, at=self.now)
        return found


def visible_file(clerk: User, public_id: UUID | str) -> RecordFile:
    """A file the caller may know of. Raises NotFound, also for what is no id."""
    known = uuid_or_none(str(public_id))
    found = current.rows_of(VISIBLE_FILE, scopes=scopes_of(clerk).at_least(LEVEL_READ), id=known) if known else []
    if not found:
        raise NotFound
    *row, restricted = found[0]
    file = RecordFile.from_db(current.alias(), columns(RecordFile), row)
    if restricted:
        confidential.note_reading(file=file, by=clerk, at=timezone.now())
    return file


def require(act: FileAct, *, clerk: User, file: RecordFile) -> RecordFile:
    """Raises PermissionDenied if the caller may see the file, but not do this to it."""
    if scopes_of(clerk).level(file.scope_id) < LEVEL_FOR[act]:
        raise PermissionDenied(_("You may read this file, but not change it."))
    return file


def require_current(request: Request, revision: str, *, said: Callable[[], str]) -> None:
    """Honour If-Match (foundation.api.etags.require_match); a 412 says who changed it and when, in the words that `said` gives."""
    try:
        require_match(request._request, revision)
    except PreconditionFailed as refusal:
        raise PreconditionFailed(said()) from refusal


def to_be_confirmed(refusal: warnings_before.NotConfirmed) -> ValidationError:
    """400 that names the warnings which a person has to read first."""
    said = _("To be confirmed (%(codes)s): %(warnings)s") % {"codes": ", ".join(refusal.codes), "warnings": refusal}
    return ValidationError({"confirmed": [said]})


def unless_known(request: Request, answer: Response) -> Response:
    """The answer, or 304 for a caller who has it already (If-None-Match)."""
    etag = answer["ETag"]
    return Response(status=304, headers={"ETag": etag}) if unchanged(request._request, etag.strip('"')) else answer


def writable_leaf(clerk: User, public_id: UUID) -> FilePlanUnit:
    """A unit in which the caller may create files.

    Raises ValidationError for one she may not know of or that is divided further, PermissionDenied if she may only read there.
    """
    unit: FilePlanUnit | None = (
        FilePlanUnit.objects.visible_to(clerk).with_leaf().select_related("scope").filter(public_id=public_id).first()
    )
    if unit is None:
        raise ValidationError({"file_plan_unit": [_("There is no such unit in the file plan.")]})
    if not unit.is_leaf:  # type: ignore[attr-defined] # annotated above
        raise ValidationError({"file_plan_unit": [_("This unit is divided further; files lie in its lowest units only.")]})
    if readable_units(clerk).levels.get(unit.pk, 0) < LEVEL_WRITE:
        raise PermissionDenied(_("You may read in this unit, but not create files there."))
    return unit
