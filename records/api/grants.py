"""Rights on files and units, the access restriction, protection need and emergency access.

What is sent is done. What it would do is asked for beforehand, by GET at the address of the act (for giving, whose address lists the grants, at
`grants/preview/`): who gains, who loses and who has open work there, as the screens show it, or the refusal of the act.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from foundation.api.problems import Conflict
from records import emergency, granting, protection, reach, rights
from records.models import Document, EmergencyAccess, FilePlanUnit, RecordFile
from records.models.access import LEVEL_MANAGE, readable_units
from records.models.files import ProtectionNeed
from tenants.api.idempotency import once
from tenants.models import Office, User
from tenants.roles import Role

from . import rights_serializers as serializers
from .answers import IDEMPOTENCY_KEY, PAGING, problems
from .doors import Door, require, uuid_or_none, visible_file
from .lists import Slices

PREVIEW: dict[str, Any] = {"responses": {200: serializers.RightsPreviewOut, **problems(403, 404, 409)}}
PREVIEW_OF_A_RIGHT: dict[str, Any] = {
    "parameters": [serializers.NewGrant],
    "responses": {200: serializers.RightsPreviewOut, **problems(400, 403, 404, 409)},
}


@extend_schema(tags=["rights"])
class FileRightsDoor(Door[RecordFile]):
    """Rights on one file, for those who manage it."""

    queryset = RecordFile.objects.none()
    serializer_class = serializers.GrantOut
    pagination_class = Slices

    @extend_schema(
        operation_id="files_grants", parameters=PAGING, responses={200: serializers.GrantOut(many=True), **problems(400, 403, 404)}
    )
    def grants(self, request: Request, id: str) -> Response:
        """Grants that hold for the file, its own ones first."""
        return _listed(request, serializers.GrantOut, rights.grants_on_file(file=self._file("grant")))

    @extend_schema(
        operation_id="files_grant",
        request=serializers.NewGrant,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: serializers.Grants, **problems(400, 403, 404, 409, 415)},
    )
    def give(self, request: Request, id: str) -> Response:
        """Give a right on the file to an office or a person."""
        return once(request, lambda: self._change(granting.grant, "to", 201))

    @extend_schema(operation_id="files_grant_preview", **PREVIEW_OF_A_RIGHT)
    def preview_give(self, request: Request, id: str) -> Response:
        """What giving this right would do: who gains by it. Nothing is changed."""
        return _seen_giving(self, self._file("grant"))

    @extend_schema(operation_id="files_revoke_preview", **PREVIEW_OF_A_RIGHT)
    def preview_revoke(self, request: Request, id: str) -> Response:
        """What taking this right away would do: who loses by it, and who has open work in the file. Nothing is changed."""
        return _seen_taking(self, self._file("grant"))

    @extend_schema(
        operation_id="files_revoke",
        request=serializers.NewGrant,
        responses={200: serializers.Grants, **problems(400, 403, 404, 409, 415)},
    )
    def revoke(self, request: Request, id: str) -> Response:
        """Take a right on the file away."""
        return self._change(granting.revoke, "of", 200)

    @extend_schema(
        operation_id="files_reach", parameters=PAGING, responses={200: serializers.ReachedOut(many=True), **problems(400, 403, 404)}
    )
    def reach(self, request: Request, id: str) -> Response:
        """Who may see the file, and why."""
        return _listed(request, serializers.ReachedOut, reach.of_file(file=self._file("grant"), at=self.now))

    @extend_schema(
        operation_id="files_restrict", request=serializers.RestrictionReason, responses={204: None, **problems(400, 403, 404, 409, 415)}
    )
    def restrict(self, request: Request, id: str) -> Response:
        """Narrow the file to its own grants (Zugriffsbeschränkung). The caller keeps the right to manage it."""
        return self._restrict(True)

    @extend_schema(
        operation_id="files_lift_restriction",
        request=serializers.RestrictionReason,
        responses={204: None, **problems(400, 403, 404, 409, 415)},
    )
    def lift_restriction(self, request: Request, id: str) -> Response:
        return self._restrict(False)

    @extend_schema(operation_id="files_restrict_preview", **PREVIEW)
    def preview_restrict(self, request: Request, id: str) -> Response:
        """What narrowing the file would do: who loses access, and whose open work in it is touched. Nothing is changed."""
        return self._seen_restricting(True)

    @extend_schema(operation_id="files_lift_restriction_preview", **PREVIEW)
    def preview_lifting(self, request: Request, id: str) -> Response:
        """What lifting the access restriction would do: who gets access (again). Nothing is changed."""
        return self._seen_restricting(False)

    @extend_schema(
        operation_id="files_protect", request=serializers.Need, responses={200: serializers.Need, **problems(400, 403, 404, 409, 415)}
    )
    def protect(self, request: Request, id: str) -> Response:
        """Set the protection need of the file."""
        file = require("set_protection_need", clerk=self.clerk, file=visible_file(self.clerk, id))
        return _protected(file, self.sent(serializers.Need)["protection_need"], self)

    def _restrict(self, restricted: bool) -> Response:
        file = self._file("restrict")
        reason = self.sent(serializers.RestrictionReason)["reason"]
        try:
            granting.restrict_file(file=file, restricted=restricted, reason=reason, by=self.clerk, at=self.now)
        except granting.CannotGrant as refusal:
            raise Conflict(str(refusal)) from refusal
        return Response(status=204)

    def _seen_restricting(self, restricted: bool) -> Response:
        file = self._file("restrict")
        _act(granting.refuse_restriction, file=file, restricted=restricted, by=self.clerk)
        return _previewed(reach.preview_restriction(file=file, restricted=restricted, by=self.clerk, at=self.now))

    def _change(self, act: Callable[..., None], preposition: str, status: int) -> Response:
        file = self._file("grant")
        sent = self.sent(serializers.NewGrant)
        _act(act, target=file, by=self.clerk, at=self.now, right=sent["right"], **{preposition: _holder(sent)})
        shown = RecordFile.objects.visible_to(self.clerk, LEVEL_MANAGE).select_related("scope", "unit").filter(pk=file.pk).first()
        grants = rights.grants_on_file(file=shown) if shown else []  # who took it from herself is told no more of it
        return Response(serializers.Grants({"grants": grants}).data, status=status)

    def _file(self, act: Any) -> RecordFile:
        return require(act, clerk=self.clerk, file=visible_file(self.clerk, self.kwargs["id"]))


@extend_schema(tags=["rights"])
class UnitRightsDoor(Door[FilePlanUnit]):
    """Rights on a unit and all below, for those who manage it and for administrators (who do not see its files for that)."""

    queryset = FilePlanUnit.objects.none()
    serializer_class = serializers.GrantOut
    pagination_class = Slices

    @extend_schema(
        operation_id="file_plan_grants", parameters=PAGING, responses={200: serializers.GrantOut(many=True), **problems(400, 403, 404)}
    )
    def grants(self, request: Request, id: str) -> Response:
        return _listed(request, serializers.GrantOut, rights.grants_on_unit(unit=self._unit()))

    @extend_schema(
        operation_id="file_plan_grant",
        request=serializers.NewGrant,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: serializers.Grants, **problems(400, 403, 404, 409, 415)},
    )
    def give(self, request: Request, id: str) -> Response:
        """Give a right on the unit to an office or a person; it holds for everything below."""
        return once(request, lambda: self._change(granting.grant, "to", 201))

    @extend_schema(operation_id="file_plan_grant_preview", **PREVIEW_OF_A_RIGHT)
    def preview_give(self, request: Request, id: str) -> Response:
        """What giving this right would do: who gains by it. Nothing is changed."""
        return _seen_giving(self, self._unit())

    @extend_schema(operation_id="file_plan_revoke_preview", **PREVIEW_OF_A_RIGHT)
    def preview_revoke(self, request: Request, id: str) -> Response:
        """What taking this right away would do: who loses by it, and who has open work in the files below. Nothing is changed."""
        return _seen_taking(self, self._unit())

    @extend_schema(
        operation_id="file_plan_revoke",
        request=serializers.NewGrant,
        responses={200: serializers.Grants, **problems(400, 403, 404, 409, 415)},
    )
    def revoke(self, request: Request, id: str) -> Response:
        return self._change(granting.revoke, "of", 200)

    def _change(self, act: Callable[..., None], preposition: str, status: int) -> Response:
        unit, sent = self._unit(), self.sent(serializers.NewGrant)
        _act(act, target=unit, by=self.clerk, at=self.now, right=sent["right"], **{preposition: _holder(sent)})
        return Response(serializers.Grants({"grants": rights.grants_on_unit(unit=unit)}).data, status=status)

    def _unit(self) -> FilePlanUnit:
        public_id = uuid_or_none(self.kwargs["id"])
        unit: FilePlanUnit | None = FilePlanUnit.objects.filter(public_id=public_id).first() if public_id else None
        if unit is None or not (self.clerk.has_role(Role.ADMINISTRATOR) or self._sees(unit)):
            raise NotFound
        if not self.clerk.has_role(Role.ADMINISTRATOR) and readable_units(self.clerk).levels.get(unit.pk, 0) < LEVEL_MANAGE:
            raise PermissionDenied(_("You do not manage this unit."))
        return unit

    def _sees(self, unit: FilePlanUnit) -> bool:
        return unit.pk in readable_units(self.clerk)


@extend_schema(tags=["rights"])
class DocumentRightsDoor(Door[Document]):
    queryset = Document.objects.none()
    serializer_class = serializers.Need

    def get_queryset(self) -> QuerySet[Document]:
        visible: QuerySet[Document] = Document.objects.visible_to(self.clerk).filter(erased_at__isnull=True)
        return visible.select_related("file")

    @extend_schema(
        operation_id="documents_protect", request=serializers.Need, responses={200: serializers.Need, **problems(400, 403, 404, 409, 415)}
    )
    def protect(self, request: Request, id: str) -> Response:
        """Set the protection need of the document."""
        document = self.get_object()
        require("set_protection_need", clerk=self.clerk, file=document.file)
        return _protected(document, self.sent(serializers.Need)["protection_need"], self)


@extend_schema(tags=["rights"])
class EmergencyDoor(Door[EmergencyAccess]):
    """Emergency access to restricted files: two persons, 24 hours."""

    queryset = EmergencyAccess.objects.none()
    serializer_class = serializers.EmergencyOut
    ordering = ("asked_at", "id")

    def get_queryset(self) -> QuerySet[EmergencyAccess]:
        return emergency.waiting_for(approver=self.clerk, at=self.now)

    @extend_schema(responses={200: serializers.EmergencyOut(many=True), **problems()})
    def list(self, request: Request) -> Response:
        """What waits for the caller's approval; empty for everybody but the data protection officer and administrators."""
        return self.get_paginated_response(serializers.EmergencyOut(self.paginate_queryset(self.get_queryset()), many=True).data)

    @extend_schema(request=serializers.NewEmergency, parameters=[IDEMPOTENCY_KEY], responses={202: None, **problems(400, 409, 415)})
    def create(self, request: Request) -> Response:
        """Ask for emergency access. The answer does not tell whether there is such a file."""
        return once(request, self._ask)

    def _ask(self) -> Response:
        try:
            emergency.ask(**self.sent(serializers.NewEmergency), by=self.clerk, at=self.now)
        except emergency.CannotAsk as refusal:
            raise ValidationError({"reason": [str(refusal)]}) from refusal
        return Response(status=202)

    @extend_schema(request=None, responses={200: serializers.EmergencyOut, **problems(404, 409)})
    def approve(self, request: Request, id: str) -> Response:
        """Approve somebody else's request."""
        access = self.get_object()
        try:
            return Response(serializers.EmergencyOut(emergency.approve(access=access, by=self.clerk, at=self.now)).data)
        except emergency.CannotApprove as refusal:
            raise Conflict(str(refusal)) from refusal


def _listed(request: Request, form: type[Serializer[Any]], rows: Sequence[Any]) -> Response:
    pages = Slices()
    return pages.get_paginated_response(form(pages.cut(rows, request), many=True).data)


def _seen_giving(door: Door[Any], target: RecordFile | FilePlanUnit) -> Response:
    asked = door.asked(serializers.NewGrant)
    act: dict[str, Any] = {"target": target, "to": _holder(asked), "right": asked["right"]}
    _act(granting.refuse_grant, **act, by=door.clerk)
    return _previewed(reach.preview_grant(**act, at=door.now))


def _seen_taking(door: Door[Any], target: RecordFile | FilePlanUnit) -> Response:
    asked = door.asked(serializers.NewGrant)
    act: dict[str, Any] = {"target": target, "of": _holder(asked), "right": asked["right"]}
    _act(granting.refuse_revoke, **act)
    return _previewed(reach.preview_revoke(**act, at=door.now))


def _previewed(seen: reach.Preview) -> Response:
    return Response(serializers.RightsPreviewOut(seen).data)


def _act(act: Callable[..., None], **given: Any) -> None:
    try:
        act(**given)
    except granting.CannotGrant as refusal:
        raise Conflict(str(refusal)) from refusal


def _holder(sent: dict[str, Any]) -> Office | User:
    found: Office | User | None
    field: str
    if sent.get("office"):
        field, found = "office", Office.objects.filter(public_id=sent["office"]).first()
    else:
        person: UUID = sent["person"]
        field, found = "person", User.objects.people().filter(public_id=person).first()
    if found is None:
        raise ValidationError({field: [_("There is no such office.") if field == "office" else _("There is no such person.")]})
    return found


def _protected(target: RecordFile | Document, need: str, door: Door[Any]) -> Response:
    try:
        protection.refuse_classified(need)
        changed = protection.set_need(target=target, need=need, by=door.clerk, at=door.now)
    except protection.Classified as refusal:
        raise ValidationError({"protection_need": [str(refusal)]}) from refusal
    except protection.CannotProtect as refusal:
        if need not in ProtectionNeed.values:
            raise ValidationError({"protection_need": [str(refusal)]}) from refusal
        raise Conflict(str(refusal)) from refusal
    return Response(serializers.Need(changed).data)
