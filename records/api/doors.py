"""What all doors of the API have in common: who asks, what she may know of, what she may change.

Every query starts at `visible_to`. What is cut away is a 404; a 403 is only for an act on something that the caller can see.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import viewsets
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from foundation.api.cursors import Cursors
from foundation.api.etags import unchanged
from foundation.statements import Blank, Statement, columns
from records import confidential
from records.models import Document, FilePlanUnit, RecordFile
from records.models.access import LEVEL_FOR, LEVEL_READ, LEVEL_WRITE, FileAct, readable_units, scopes_of
from tenants import current
from tenants.doors import clerk_of
from tenants.models import User

M = TypeVar("M", bound=Model)


VISIBLE_FILE = Statement(
    lambda: (
        RecordFile.objects.in_scopes(Blank("scopes")).filter(public_id=Blank("id")).values_list(*columns(RecordFile), "scope__restricted")
    ),
    using=current.alias,
)


class Door(viewsets.GenericViewSet[M], Generic[M]):
    """A view set whose objects are addressed by their public id. A malformed id is a 404 like any other unknown one."""

    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    pagination_class = Cursors
    ordering: tuple[str, ...] = ("id",)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_nul(request.query_params)

    def get_object(self) -> M:
        """The object of the address; that somebody looked into a restricted file is journaled. Raises Http404."""
        found = super().get_object()
        file = found.file if isinstance(found, Document) else found
        if isinstance(file, RecordFile):
            confidential.note_reading(file=file, by=self.clerk, at=self.now)
        return found

    @property
    def clerk(self) -> User:
        return clerk_of(self.request)

    @property
    def now(self) -> datetime:
        return timezone.now()

    def asked(self, form: type[Serializer[Any]]) -> dict[str, Any]:
        """The parameters of the address that the form knows, checked; unknown ones are ignored. Raises ValidationError."""
        given = {name: value for name, value in self.request.query_params.items() if value != ""}
        checked = form(data=given)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)

    def sent(self, form: type[Serializer[Any]], *, partial: bool = False) -> dict[str, Any]:
        """The body, checked by the form. Raises ValidationError."""
        checked = form(data=self.request.data, partial=partial)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)


def refuse_nul(parameters: Mapping[str, str]) -> None:
    """PostgreSQL cannot hold NUL characters, and nobody types them. Raises ValidationError."""
    found = {
        name.replace("\x00", ""): [_("NUL characters are not allowed.")] for name, value in parameters.items() if "\x00" in name + value
    }
    if found:
        raise ValidationError(found)


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


def uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def known_id(text: str) -> UUID:
    """An id of the address; what is none is as unknown as one of nobody's. Raises NotFound."""
    known = uuid_or_none(text)
    if known is None:
        raise NotFound
    return known
