"""Exports: a file as one PDF or as a package for a court; asked for, looked at, cancelled, downloaded by the one who asked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.etags import ranged_file_response
from foundation.api.problems import Conflict
from records import exports, informing, leaving_out, warnings_before
from records.models import Document, Export, Information, RecordFile
from tenants import stores
from tenants.api.idempotency import once

from .answers import IDEMPOTENCY_KEY, problems
from .doors import Door, require, to_be_confirmed, uuid_or_none, visible_file

RESULT = OpenApiResponse(OpenApiTypes.BINARY, description="The PDF, or the zip file of the package.")


class LeaveOut(serializers.Serializer[Any]):
    """What does not go along. With anything in it, `reason` is required: it stands in the list of what is missing."""

    registers = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=1000)
    documents = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=10_000)
    sticky_notes = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=10_000)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500)


class Occasion(serializers.Serializer[Any]):
    """For whom it is: information (Art. 15 GDPR) or inspection of the file. A second person must release the result."""

    purpose = serializers.ChoiceField(choices=Information.Purpose.choices)
    recipient = serializers.CharField(max_length=informing.LONGEST_NAME)
    reason = serializers.CharField(max_length=informing.LONGEST_REASON)


class NewExport(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=Export.Kind.choices)
    occasion = Occasion(required=False)
    leave_out = LeaveOut(required=False)
    confirmed = serializers.ListField(
        child=serializers.ChoiceField(choices=[(code, code) for code in warnings_before.CODES]),
        required=False,
        help_text="Warnings that a person has read: `disclosure_block` (an Auskunftssperre), `restricted` (the file's access is restricted).",
    )
    searchable = serializers.BooleanField(required=False, default=False, help_text="In a package: searchable copies of scans, too.")
    receipt_stamps = serializers.BooleanField(
        required=False, default=True, help_text="In a PDF: the municipality's receipt stamp on the first sheet of what came in."
    )
    document = serializers.UUIDField(
        required=False,
        help_text="Make the PDF of this document of the file alone, without cover and contents; `leave_out` says nothing then.",
    )


class LeftOutOut(serializers.Serializer[Any]):
    """One thing that is not in the result."""

    kind = serializers.ChoiceField(choices=[("document", "document"), ("sticky_note", "sticky_note")])
    id = serializers.CharField()
    title = serializers.CharField()
    sheets = serializers.CharField()
    code = serializers.CharField()
    why = serializers.SerializerMethodField()

    def get_why(self, left: Any) -> str:
        return leaving_out.why(left)


class ExportOut(serializers.ModelSerializer[Export]):
    """An export. `done` of `total` sheets (a package: documents); `content` is there while it is `ready`."""

    id = serializers.UUIDField(source="public_id")
    file = serializers.UUIDField(source="file.public_id")
    failure = serializers.SerializerMethodField()
    left_out = LeftOutOut(many=True)
    xjustiz = serializers.SerializerMethodField()
    content = serializers.SerializerMethodField()
    occasion = serializers.SerializerMethodField()
    document = serializers.SerializerMethodField()
    awaits_release = serializers.SerializerMethodField(help_text="A second person must release it before it is handed out.")

    class Meta:
        model = Export
        fields = (
            "id", "file", "kind", "state", "done", "total", "left_out", "failure", "size", "sha256", "name", "asked_at", "ready_at",
            "expires_at", "xjustiz", "content", "occasion", "awaits_release", "document",
        )  # fmt: skip
        read_only_fields = fields

    def get_failure(self, export: Export) -> str | None:
        """Why there is no result, in a sentence."""
        return exports.failure(export) or None

    @extend_schema_field({"type": ["object", "null"], "properties": {"version": {"type": "string"}, "checked": {"type": "boolean"}}})
    def get_xjustiz(self, export: Export) -> dict[str, Any] | None:
        """Of a package: the version of its record, and whether it was validated against schema files that are set up here."""
        found: dict[str, Any] | None = export.options.get("xjustiz")
        return found

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_content(self, export: Export) -> str | None:
        if export.state != Export.State.READY or self.get_awaits_release(export):
            return None
        path = reverse("records_api:export_content", args=[export.file.public_id, export.public_id])
        return str(self.context["request"].build_absolute_uri(path))

    @extend_schema_field(Occasion(allow_null=True))
    def get_occasion(self, export: Export) -> dict[str, str] | None:
        told: Information | None = getattr(export, "information", None)
        return {name: getattr(told, name) for name in ("purpose", "recipient", "reason")} if told else None

    @extend_schema_field({"type": ["string", "null"], "format": "uuid"})
    def get_document(self, export: Export) -> str | None:
        """The one document that it was made of; null for the whole file."""
        return export.options.get("document") or None

    def get_awaits_release(self, export: Export) -> bool:
        told: Information | None = getattr(export, "information", None)
        return told is not None and told.released_at is None


class ToReleaseOut(serializers.ModelSerializer[Information]):
    """What a colleague has asked for and the caller may release."""

    id = serializers.UUIDField(source="export.public_id")
    kind = serializers.CharField(source="export.kind")
    asked_by = serializers.CharField()
    asked_at = serializers.DateTimeField(source="export.asked_at")

    class Meta:
        model = Information
        fields = ("id", "kind", "purpose", "recipient", "reason", "asked_by", "asked_at")
        read_only_fields = fields


@extend_schema(tags=["files"])
class ReleaseDoor(Door[Information]):
    """What colleagues have asked for to inform somebody outside: another clerk, who may write in the file, releases it."""

    queryset = Information.objects.none()
    serializer_class = ToReleaseOut
    ordering = ("id",)

    def get_queryset(self) -> QuerySet[Information]:
        file = require("release", clerk=self.clerk, file=visible_file(self.clerk, self.kwargs["id"]))
        return informing.waiting_for(file=file, clerk=self.clerk)

    @extend_schema(operation_id="files_releases", responses={200: ToReleaseOut(many=True), **problems(400, 403, 404)})
    def list(self, request: Request, id: str) -> Response:
        """What waits for a second person, oldest first. One's own is not among it."""
        return self.get_paginated_response(ToReleaseOut(self.paginate_queryset(self.get_queryset()), many=True).data)

    @extend_schema(operation_id="files_exports_release", request=None, responses={204: None, **problems(403, 404, 409)})
    def release(self, request: Request, id: str, export: str) -> Response:
        """Release it, as the second person. From then on the one who asked can download it."""
        known = uuid_or_none(export)
        found = self.get_queryset().filter(export__public_id=known).first() if known else None
        if found is None:
            raise NotFound
        try:
            informing.release(export=found.export, by=self.clerk, at=self.now)
        except informing.CannotInform as refusal:
            raise Conflict(str(refusal)) from refusal
        return Response(status=204)


@extend_schema(tags=["files"])
class ExportDoor(Door[Export]):
    """Exports of a file that the caller asked for. Those of others are unknown here."""

    queryset = Export.objects.none()
    serializer_class = ExportOut
    ordering = ("-asked_at", "-id")

    def get_queryset(self) -> QuerySet[Export]:
        return exports.of_clerk(file=self.file(), clerk=self.clerk).select_related("file")

    @extend_schema(operation_id="files_exports", responses={200: ExportOut(many=True), **problems(400, 404)})
    def list(self, request: Request, id: str) -> Response:
        """The caller's exports of the file, newest first. They are kept for a week."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self._said(page, many=True))

    @extend_schema(
        operation_id="files_exports_create",
        request=NewExport,
        parameters=[IDEMPOTENCY_KEY],
        responses={202: ExportOut, **problems(400, 404, 409, 415)},
    )
    def create(self, request: Request, id: str) -> Response:
        """Have an export made in the background. Warnings that stand for the file must have been confirmed, otherwise 400."""
        return once(request, self._create)

    @extend_schema(operation_id="files_exports_retrieve", responses={200: ExportOut, **problems(404)})
    def retrieve(self, request: Request, id: str, export: str) -> Response:
        """How far it is."""
        return Response(self._said(self._export()))

    @extend_schema(operation_id="files_exports_cancel", request=None, responses={200: ExportOut, **problems(404, 409)})
    def cancel(self, request: Request, id: str, export: str) -> Response:
        """Give it up before it is finished."""
        try:
            return Response(self._said(exports.cancel(export=self._export(), by=self.clerk, at=self.now)))
        except exports.CannotExport as refusal:
            raise Conflict(str(refusal)) from refusal

    @extend_schema(
        operation_id="files_exports_content",
        responses={(200, "*/*"): RESULT, (206, "*/*"): RESULT, **problems(404, 409, 416, 503)},
    )
    def content(self, request: Request, id: str, export: str) -> HttpResponseBase:
        """The result, as a download. Each download is journaled."""
        try:
            found = exports.hand_out(export=self._export(), by=self.clerk, at=self.now)
        except exports.CannotExport as refusal:
            raise Conflict(str(refusal)) from refusal
        store = stores.of_municipality()
        return ranged_file_response(
            request._request,
            lambda: store.open_verified(found.sha256),
            size=found.size,
            etag=found.sha256,
            media_type=exports.MEDIA_TYPES[Export.Kind(found.kind)],
            name=found.name,
            inline=False,
        )

    def file(self) -> RecordFile:
        return require("export", clerk=self.clerk, file=visible_file(self.clerk, self.kwargs["id"]))

    def _export(self) -> Export:
        known = uuid_or_none(self.kwargs["export"])
        found = self.get_queryset().filter(public_id=known).first() if known else None
        if found is None:
            raise NotFound
        return found

    def _document(self, file: RecordFile, wanted: UUID) -> Document:
        found: Document | None = Document.objects.filter(file=file, public_id=wanted).standing().select_related("current", "case").first()
        if found is None:
            raise ValidationError({"document": [_("There is no such document in this file.")]})
        return found

    def _said(self, found: Any, **options: Any) -> Any:
        return ExportOut(found, context={"request": self.request}, **options).data

    def _create(self) -> Response:
        file, sent = self.file(), self.sent(NewExport)
        document = self._document(file, sent["document"]) if "document" in sent else None
        try:
            export = exports.ask(
                file=file,
                kind=sent["kind"],
                address=self.request.build_absolute_uri(reverse("records:file", args=[file.public_id])),
                leave_out=None if document else sent.get("leave_out"),
                document=document,
                confirmed=sent.get("confirmed", ()),
                searchable=sent["searchable"],
                receipt_stamps=sent["receipt_stamps"],
                occasion=informing.Occasion(**sent["occasion"]) if sent.get("occasion") else None,
                by=self.clerk,
                at=self.now,
            )
        except warnings_before.NotConfirmed as refusal:
            raise to_be_confirmed(refusal) from refusal
        except informing.CannotInform as refusal:
            raise ValidationError({"occasion": [str(refusal)]}) from refusal
        except exports.CannotExport as refusal:
            raise Conflict(str(refusal)) from refusal
        place = reverse("records_api:export", args=[file.public_id, export.public_id])
        return Response(self._said(export), status=202, headers={"Location": self.request.build_absolute_uri(place)})
