"""Files: lists, creating, editing, the acts of a file's life, its sheets and its journal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.etags import etag_of_answer, quoted
from foundation.api.problems import Conflict, PreconditionFailed
from records import binder, external_references, filing, index_values, refiling
from records.models import DisposalHold, FilePlanUnit, FormerReference, JournalEntry, RecordFile, RegisterSet
from records.models.files import awaiting_event, named
from tenants.api.idempotency import once
from tenants.models import Office, User

from . import file_serializers, said
from .answers import IDEMPOTENCY_KEY, IF_MATCH, PAGING, problems
from .doors import Door, require, require_current, unless_known, uuid_or_none, visible_file, writable_leaf
from .lists import Slices

THUMBNAIL_WIDTH = 160
IMAGE_WIDTH = 1400


@extend_schema(tags=["files"])
class FileDoor(Door[RecordFile]):
    """Files (Akten) that the caller may know of."""

    queryset = RecordFile.objects.none()
    serializer_class = file_serializers.FileOut
    ordering: tuple[str, ...] = ("reference_key", "id")

    def get_queryset(self) -> QuerySet[RecordFile]:
        visible: QuerySet[RecordFile] = RecordFile.objects.visible_to(self.clerk).with_highest_need()
        return visible.select_related("unit", "scope", "lead_office")

    @extend_schema(parameters=[file_serializers.FileFilters], responses={200: file_serializers.FileOut(many=True), **problems(400)})
    def list(self, request: Request) -> Response:
        """Files in the natural order of their references: 2 before 10."""
        page: Any = self.paginate_queryset(_narrowed(self.get_queryset(), self.asked(file_serializers.FileFilters), self.clerk))
        return self.get_paginated_response(said.files(page, clerk=self.clerk))

    @extend_schema(
        request=file_serializers.NewFile,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: file_serializers.FileOut, **problems(400, 403, 409, 415)},
    )
    def create(self, request: Request) -> Response:
        """Create a file. Its reference is given without gaps by the municipality's template."""
        return once(request, self._create)

    @extend_schema(responses={200: file_serializers.FileOut, **problems(404)})
    def retrieve(self, request: Request, id: str) -> Response:
        return unless_known(request, self.shown(self.get_object()))

    @extend_schema(
        request=file_serializers.Descriptive,
        parameters=[IF_MATCH],
        responses={200: file_serializers.FileOut, **problems(400, 403, 404, 409, 412, 415)},
    )
    def partial_update(self, request: Request, id: str) -> Response:
        """Change descriptive fields. With If-Match nothing that somebody else wrote meanwhile is overwritten."""
        file = require("edit", clerk=self.clerk, file=self.get_object())
        changes = self.sent(file_serializers.Descriptive, partial=True)
        if "office" in changes:
            changes["lead_office"] = _office(changes.pop("office"))
        require_current(request, file.etag, said=lambda: filing.stale(file))
        etag = file.etag if "If-Match" in request.headers else None
        try:
            return self.answer(filing.edit_file(file=file, changes=changes, by=self.clerk, at=self.now, etag=etag))
        except filing.Stale as refusal:
            raise PreconditionFailed(str(refusal)) from refusal
        except filing.ExternalReferenceTaken as refusal:
            raise ValidationError({"external_reference": [str(refusal)]}) from refusal
        except filing.CannotFile as refusal:
            raise Conflict(str(refusal)) from refusal

    @extend_schema(request=None, responses={200: file_serializers.FileOut, **problems(403, 404, 409)})
    def close(self, request: Request, id: str) -> Response:
        """Close the file ("zu den Akten"); its retention period begins."""
        file = require("close", clerk=self.clerk, file=self.get_object())
        try:
            return self.answer(filing.close_file(file=file, by=self.clerk, at=self.now))
        except filing.CannotClose as refusal:
            raise Conflict(str(refusal)) from refusal

    @extend_schema(request=file_serializers.Reason, responses={200: file_serializers.FileOut, **problems(400, 403, 404, 409, 415)})
    def reopen(self, request: Request, id: str) -> Response:
        """Reopen a closed file, with a reason. Its retention period begins anew when it is closed again."""
        file = require("reopen", clerk=self.clerk, file=self.get_object())
        reason = self.sent(file_serializers.Reason)["reason"]
        try:
            return self.answer(filing.reopen_file(file=file, reason=reason, by=self.clerk, at=self.now))
        except filing.CannotReopen as refusal:
            raise Conflict(str(refusal)) from refusal

    @extend_schema(request=file_serializers.Reason, responses={200: file_serializers.FileOut, **problems(400, 403, 404, 409, 415)})
    def cancel(self, request: Request, id: str) -> Response:
        """Cancel the file, with a reason: it stays, marked, out of lists and search hits."""
        file = require("cancel", clerk=self.clerk, file=self.get_object())
        reason = self.sent(file_serializers.Reason)["reason"]
        try:
            return self.answer(filing.cancel_file(file=file, reason=reason, by=self.clerk, at=self.now))
        except filing.CannotCancel as refusal:
            raise Conflict(str(refusal)) from refusal

    @extend_schema(request=file_serializers.Refiling, responses={200: file_serializers.FileOut, **problems(400, 403, 404, 409, 415)})
    def refile(self, request: Request, id: str) -> Response:
        """Move the file to another unit. It gets a new reference; the old one stays findable and is never given again."""
        file = require("refile", clerk=self.clerk, file=self.get_object())
        sent = self.sent(file_serializers.Refiling)
        unit = writable_leaf(self.clerk, sent["file_plan_unit"])
        try:
            return self.answer(refiling.refile_file(file=file, unit=unit, reason=sent["reason"], by=self.clerk, at=self.now))
        except filing.CannotFile as refusal:
            raise Conflict(str(refusal)) from refusal

    @extend_schema(
        operation_id="files_sheets", parameters=PAGING, responses={200: file_serializers.SheetOut(many=True), **problems(400, 404)}
    )
    def sheets(self, request: Request, id: str) -> Response:
        """The binder as one stream of sheets in paper order, whatever the size in a constant number of queries."""
        file = self.file()
        pages = Slices()
        rows = [_sheet(request, sheet) for sheet in pages.cut(binder.sheets(file=file), request)]
        return pages.get_paginated_response(file_serializers.SheetOut(rows, many=True).data)

    @extend_schema(
        operation_id="files_journal",
        parameters=PAGING,
        responses={200: file_serializers.JournalEntryOut(many=True), **problems(400, 403, 404)},
    )
    def journal(self, request: Request, id: str) -> Response:
        """What happened to the file and what lies in it, oldest first: to those who manage the file all of it, to others who may write in it their own acts."""
        file = require("read_journal", clerk=self.clerk, file=self.file())
        self.ordering = ("sequence",)
        entries: Any = JournalEntry.objects.concerning(file.public_id).known_to(self.clerk, file=file).prefetch_related("values")
        page = self.paginate_queryset(entries)
        return self.get_paginated_response(file_serializers.JournalEntryOut(page, many=True).data)

    def file(self) -> RecordFile:
        """The file of the address, without what an answer shows. Raises NotFound."""
        return visible_file(self.clerk, self.kwargs["id"])

    def answer(self, file: RecordFile, **options: Any) -> Response:
        """The file as it is now, with its ETag."""
        return self.shown(self.get_queryset().get(pk=file.pk), **options)

    def shown(self, file: RecordFile, **options: Any) -> Response:
        """The same of a file that comes with what get_queryset() gives."""
        [said_of_it] = said.files([file], clerk=self.clerk)
        headers = {"ETag": quoted(etag_of_answer(file.etag, said_of_it)), **options.pop("headers", {})}
        return Response(said_of_it, headers=headers, **options)

    def _create(self) -> Response:
        sent = self.sent(file_serializers.NewFile)
        unit = writable_leaf(self.clerk, sent["file_plan_unit"])
        like = RecordFile.objects.visible_to(self.clerk).filter(public_id=sent["like"]).first() if sent.get("like") else None
        if sent.get("like") and like is None:
            raise ValidationError({"like": [_("There is no such file.")]})
        try:
            file = filing.create_file(
                unit=unit,
                title=sent["title"],
                by=self.clerk,
                at=self.now,
                register_set=_register_set(sent.get("register_set")),
                lead_office=_office(sent.get("office")),
                external_system=sent.get("external_system", ""),
                external_reference=sent.get("external_reference", ""),
                medium=sent.get("medium", RecordFile.Medium.ELECTRONIC),
                location=sent.get("location", ""),
                like=like,
            )
        except filing.ExternalReferenceTaken as refusal:
            raise ValidationError({"external_reference": [str(refusal)]}) from refusal
        except filing.CannotFile as refusal:
            raise Conflict(str(refusal)) from refusal
        location = self.request.build_absolute_uri(reverse("records_api:file", args=[file.public_id]))
        return self.answer(file, status=201, headers={"Location": location})


def _narrowed(files: QuerySet[RecordFile], asked: dict[str, Any], clerk: User) -> QuerySet[RecordFile]:
    files = files.filter(status=asked["status"]) if "status" in asked else files.exclude(status=RecordFile.Status.CANCELLED)
    if "file_plan_unit" in asked:
        unit: Any = FilePlanUnit.objects.with_leaf().filter(public_id=asked["file_plan_unit"]).first()
        if unit is None:
            return files.none()
        files = files.filter(unit=unit) if unit.is_leaf else files.filter(unit__path__startswith=unit.path)
    if "reference" in asked:
        # Asked for first: as a subquery it would keep the database from using the index of references.
        former = list(FormerReference.objects.filter(file_reference=asked["reference"]).values_list("file_id", flat=True))
        files = files.filter(Q(file_reference=asked["reference"]) | Q(pk__in=former))
    if "q" in asked:
        indexed = index_values.ids_with(clerk=clerk, text=asked["q"])
        files = files.filter(named(asked["q"]) | Q(pk__in=indexed))
    files = _by_period(files, asked)
    if "external_system" in asked or "external_reference" in asked:
        files = files.filter(external_references.having(system=asked.get("external_system"), reference=asked.get("external_reference")))
    return files


def _by_period(files: QuerySet[RecordFile], asked: dict[str, Any]) -> QuerySet[RecordFile]:
    """By what the registry watches: the end of the period, an event that is awaited, a hold."""
    if "retain_until_before" in asked:
        files = files.filter(status=RecordFile.Status.CLOSED, retain_until__lt=asked["retain_until_before"])
    if asked.get("event_awaited"):
        files = files.filter(awaiting_event())
    if asked.get("held"):
        files = files.filter(Exists(DisposalHold.objects.filter(file=OuterRef("pk"), lifted_at__isnull=True)))
    return files


def _register_set(name_or_id: str | None) -> RegisterSet | None:
    if not name_or_id:
        return None
    found = RegisterSet.objects.filter(Q(name=name_or_id) | Q(public_id=uuid_or_none(name_or_id))).first()
    if found is None:
        raise ValidationError({"register_set": [_("There is no such register set.")]})
    return found


def _office(public_id: UUID | None) -> Office | None:
    if public_id is None:
        return None
    found = Office.objects.filter(public_id=public_id, is_active=True).first()
    if found is None:
        raise ValidationError({"office": [_("There is no such office.")]})
    return found


def _sheet(request: Request, sheet: binder.Sheet) -> dict[str, Any]:
    version = sheet.document.current
    assert version is not None
    path = reverse("records_api:page_image", args=[sheet.document.public_id, sheet.page])
    address = request.build_absolute_uri(f"{path}?version={version.number}")
    return {
        "sheet": sheet.sheet,
        "folio_number": sheet.folio_number,
        "document": sheet.document.public_id,
        "page": sheet.page,
        "register": sheet.register.public_id if sheet.register else None,
        "image": f"{address}&width={IMAGE_WIDTH}",
        "thumbnail": f"{address}&width={THUMBNAIL_WIDTH}",
        "width": round(sheet.width, 2),
        "height": round(sheet.height, 2),
    }
