"""A file's life beyond opening and closing: registration, completeness, restoring, periods, holds, hand-over."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.problems import Conflict
from records import completeness, filing, handing_over, registering, retaining, retention, subfiles
from records.models import DisposalHold, Document, FilePlanUnit, RecordFile
from records.models.access import FileAct, scopes_of
from tenants.api.idempotency import once
from tenants.models import Office

from . import document_serializers, file_serializers
from . import life_serializers as said
from .answers import IDEMPOTENCY_KEY, problems
from .documents import DocumentsDoor
from .doors import Door, known_id, require, visible_file
from .files import FileDoor

REFUSED = problems(400, 403, 404, 409, 415)


class LifeDoor(FileDoor):
    """Acts on one file that the caller may know of."""

    def allowed(self, act: FileAct) -> RecordFile:
        return require(act, clerk=self.clerk, file=self.file())

    def kept(self) -> RecordFile:
        """The file, if periods and holds are the caller's to set. Raises NotFound, PermissionDenied."""
        file = self.allowed("keep")
        if not registering.keeps_registry(clerk=self.clerk, level=scopes_of(self.clerk).level(file.scope_id)):
            raise PermissionDenied(_("Periods and holds are set by the registry."))
        return file


@extend_schema(tags=["files"])
class RegistrationDoor(LifeDoor):
    @extend_schema(request=None, responses={200: file_serializers.FileOut, **problems(403, 404, 409)})
    def register(self, request: Request, id: str) -> Response:
        """Register a draft: it gets its reference and is open from then on. By the registry, where the file plan says so."""
        file = self.allowed("register")
        try:
            return self.answer(registering.register_file(file=file, by=self.clerk, at=self.now))
        except registering.NotTheRegistry as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except registering.CannotRegister as refusal:
            raise Conflict(str(refusal)) from refusal

    @extend_schema(request=said.OptionalReason, responses={200: file_serializers.FileOut, **REFUSED})
    def restore(self, request: Request, id: str) -> Response:
        """Take a cancellation back: the file is what it was, with its reference."""
        file = self.allowed("restore")
        reason = self.sent(said.OptionalReason).get("reason", "")
        try:
            return self.answer(filing.restore_file(file=file, reason=reason, by=self.clerk, at=self.now))
        except filing.CannotRestore as refusal:
            raise Conflict(str(refusal)) from refusal

    @extend_schema(operation_id="files_completeness", responses={200: said.CompletenessOut, **problems(403, 404)})
    def completeness(self, request: Request, id: str) -> Response:
        """The completeness check before closing: what is open, unread, misplaced, undated."""
        return Response(said.CompletenessOut(completeness.check(file=self.allowed("close"), clerk=self.clerk)).data)

    @extend_schema(request=said.ParentIn, responses={200: file_serializers.FileOut, **REFUSED})
    def parent(self, request: Request, id: str) -> Response:
        """Make the file a subfile of another one, at most three levels deep, or a file of its own again."""
        file, wanted = self.allowed("arrange"), self.sent(said.ParentIn)["parent"]
        parent = None
        if wanted is not None:
            try:
                parent = visible_file(self.clerk, wanted)
            except NotFound as error:
                raise ValidationError({"parent": [_("There is no such file.")]}) from error
            require("arrange", clerk=self.clerk, file=parent)
        try:
            return self.answer(subfiles.set_parent(file=file, parent=parent, by=self.clerk, at=self.now))
        except subfiles.CannotJoin as refusal:
            raise Conflict(str(refusal)) from refusal


@extend_schema(tags=["retention"])
class RetentionDoor(LifeDoor):
    @extend_schema(operation_id="files_retention", responses={200: said.RetentionOut, **problems(404)})
    def retention(self, request: Request, id: str) -> Response:
        """How long the file is kept, by which rule, and whether a hold stands."""
        return self._said(self.file())

    @extend_schema(operation_id="files_retention_set", request=said.PeriodIn, responses={200: said.RetentionOut, **REFUSED})
    def set_period(self, request: Request, id: str) -> Response:
        """Keep the file otherwise than the file plan says, with a reason. By the registry."""
        file, sent = self.kept(), self.sent(said.PeriodIn)
        wanted = retaining.Wanted(
            years=sent.get("retention_years"),
            unlimited=sent["retention_unlimited"],
            starts_with=sent.get("retention_starts_with", ""),
            disposal_action=sent.get("disposal_action", ""),
        )
        return self._kept(lambda: retaining.set_period(file=file, wanted=wanted, reason=sent["reason"], by=self.clerk, at=self.now))

    @extend_schema(request=said.EventIn, responses={200: said.RetentionOut, **REFUSED})
    def event(self, request: Request, id: str) -> Response:
        """Enter the day of the event that starts the period; a closed file gets its `retain_until` by it."""
        file, on = self.allowed("retain"), self.sent(said.EventIn)["on"]
        return self._kept(lambda: retaining.enter_event(file=file, on=on, by=self.clerk, at=self.now))

    @extend_schema(operation_id="files_holds", responses={200: said.HoldOut(many=True), **problems(400, 404)})
    def holds(self, request: Request, id: str) -> Response:
        """Holds of the file, newest first."""
        self.ordering = ("-placed_at", "-id")
        found: Any = DisposalHold.objects.filter(file=self.file()).select_related("placed_by")
        return self.get_paginated_response(said.HoldOut(self.paginate_queryset(found), many=True).data)

    @extend_schema(
        operation_id="files_holds_place", request=said.HoldIn, parameters=[IDEMPOTENCY_KEY], responses={201: said.HoldOut, **REFUSED}
    )
    def place_hold(self, request: Request, id: str) -> Response:
        """Place a hold: it blocks destruction and nothing else. By the registry."""
        return once(request, self._place)

    @extend_schema(request=said.HoldIn, responses={200: said.HoldOut, **REFUSED})
    def lift_hold(self, request: Request, id: str, hold: str) -> Response:
        """Lift a hold, with a reason. By the registry."""
        file, reason = self.kept(), self.sent(said.HoldIn)["reason"]
        found = DisposalHold.objects.filter(file=file, public_id=known_id(hold)).select_related("file", "placed_by").first()
        if found is None:
            raise NotFound
        try:
            lifted = retaining.lift_hold(hold=found, reason=reason, by=self.clerk, at=self.now)
        except retaining.CannotKeep as refusal:
            raise Conflict(str(refusal)) from refusal
        return Response(said.HoldOut(lifted).data)

    def _place(self) -> Response:
        file, reason = self.kept(), self.sent(said.HoldIn)["reason"]
        try:
            hold = retaining.place_hold(file=file, reason=reason, by=self.clerk, at=self.now)
        except retaining.CannotKeep as refusal:
            raise Conflict(str(refusal)) from refusal
        return Response(said.HoldOut(hold).data, status=201)

    def _kept(self, act: Any) -> Response:
        try:
            return self._said(act())
        except retaining.CannotKeep as refusal:
            raise Conflict(str(refusal)) from refusal

    def _said(self, file: RecordFile) -> Response:
        rule = retention.rule_of(file=file)
        period = retention.period_of(file=file, rule=rule)
        started_on = retention.day_of_event(file=file, period=period)
        told = SimpleNamespace(
            file=file,
            period=period,
            started_on=started_on,
            awaited=file.closed_at is not None and bool(period.starts_with) and not period.unlimited and started_on is None,
            held=DisposalHold.objects.filter(file=file, lifted_at__isnull=True).exists(),
            sources=retention.sources_of(file=file, rule=rule, own=retention.set_at(file=file)),
        )
        return Response(said.RetentionOut(told).data)


@extend_schema(tags=["documents"])
class MendingDoor(DocumentsDoor):
    """What the completeness check asks for, said of one document."""

    @extend_schema(request=None, responses={200: document_serializers.DocumentOut, **problems(403, 404, 409)})
    def directly_in_file(self, request: Request, id: str) -> Response:
        """Say that the document lies in no register on purpose."""
        return self._mended(lambda found: completeness.file_directly(document=found, by=self.clerk, at=self.now))

    @extend_schema(request=said.HoldIn, responses={200: document_serializers.DocumentOut, **REFUSED})
    def text_exception(self, request: Request, id: str) -> Response:
        """Say why nobody need wait for the document's text."""
        document, reason = self.writable(), self.sent(said.HoldIn)["reason"]
        return self._mended(lambda found: completeness.except_text(document=found, reason=reason, by=self.clerk, at=self.now), document)

    def _mended(self, act: Any, document: Document | None = None) -> Response:
        try:
            return self.answer(act(document or self.writable()))
        except completeness.CannotMend as refusal:
            raise Conflict(str(refusal)) from refusal


@extend_schema(tags=["files"])
class HandOverDoor(Door[RecordFile]):
    """All files of one office handed over to another one at a reorganisation; only those of which the caller keeps the registry."""

    queryset = RecordFile.objects.none()
    serializer_class = said.PreviewOut

    @extend_schema(operation_id="hand_over_preview", parameters=[said.HandOverQuery], responses={200: said.PreviewOut, **problems(400)})
    def preview(self, request: Request) -> Response:
        """What a hand-over would do: which files, who gains and loses work."""
        seen = handing_over.preview(**self._offices(self.asked(said.HandOverQuery)), clerk=self.clerk)
        return Response(said.PreviewOut(seen).data)

    @extend_schema(operation_id="hand_over", request=said.HandOverIn, responses={200: said.HandedOver, **problems(400, 409, 415)})
    def hand_over(self, request: Request) -> Response:
        """Hand over exactly the files of a preview, by its `mark`."""
        sent = self.sent(said.HandOverIn)
        asked = self._offices(sent)
        try:
            count = handing_over.hand_over(
                **asked, mark=sent["mark"], reason=sent["reason"], confirmed=sent.get("confirmed", ()), by=self.clerk, at=self.now
            )
        except handing_over.BlockNotConfirmed as refusal:
            raise ValidationError({"confirmed": [str(refusal)]}) from refusal
        except handing_over.CannotHandOver as refusal:
            raise Conflict(str(refusal)) from refusal
        return Response({"count": count})

    def _offices(self, asked: dict[str, Any]) -> dict[str, Any]:
        found = {name: Office.objects.filter(public_id=asked[name]).first() for name in ("giving", "taking")}
        missing = {name: [_("There is no such office.")] for name, office in found.items() if office is None}
        unit = None
        if asked.get("file_plan_unit"):
            unit = FilePlanUnit.objects.visible_to(self.clerk).filter(public_id=asked["file_plan_unit"]).first()
            if unit is None:
                missing["file_plan_unit"] = [_("There is no such unit in the file plan.")]
        if missing:
            raise ValidationError(missing)
        return {**found, "unit": unit, "closed_too": asked["closed_too"]}
