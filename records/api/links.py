"""Links between files, cross-references of documents, and missing sheets."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from records import linking, missing_sheets, warnings_before
from records.models import CrossReference, Document, FileLink, MissingSheet, RecordFile
from tenants.api.idempotency import once

from .answers import IDEMPOTENCY_KEY, PAGING, problems
from .documents import register_of
from .doors import to_be_confirmed, uuid_or_none
from .fact_doors import FactDoor, refusals
from .fact_serializers import (
    CrossReferenceOut,
    Extended,
    LinkOut,
    MissingSheetOut,
    NewCrossReference,
    NewLink,
    NewMissingSheet,
    Returned,
)
from .lists import Slices


@extend_schema(tags=["links"])
class LinkDoor(FactDoor[FileLink]):
    """Files that belong together, seen from both sides by those who may see both."""

    queryset = FileLink.objects.none()
    serializer_class = LinkOut

    @extend_schema(operation_id="files_links", parameters=PAGING, responses={200: LinkOut(many=True), **problems(400, 404)})
    def list(self, request: Request, id: str) -> Response:
        pages = Slices()
        rows = pages.cut(linking.links_of(file=self.file(), clerk=self.clerk), request)
        return pages.get_paginated_response(LinkOut(rows, many=True).data)

    @extend_schema(
        operation_id="files_links_create",
        request=NewLink,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: LinkOut, **problems(400, 403, 404, 409, 415)},
    )
    def create(self, request: Request, id: str) -> Response:
        """Link the file with another one that the caller may see."""
        return once(request, self._create)

    @extend_schema(operation_id="files_link_remove", request=None, responses={204: None, **problems(403, 404, 409)})
    def remove(self, request: Request, id: str, link: str) -> Response:
        file = self.writable()
        found = next((row for row in linking.links_of(file=file, clerk=self.clerk) if str(row.public_id) == link), None)
        if found is None:
            raise NotFound
        with refusals():
            linking.unlink_files(link=found, file=file, by=self.clerk, at=self.now)
        return Response(status=204)

    def _create(self) -> Response:
        file, sent = self.writable(), self.sent(NewLink)
        known = uuid_or_none(sent["other"])
        other: RecordFile | None = (
            RecordFile.objects.visible_to(self.clerk).standing().filter(public_id=known).first()
            if known
            else linking.visible_named(clerk=self.clerk, reference=sent["other"])
        )
        if other is None:
            raise ValidationError({"other": [_("There is no such file.")]})
        with refusals():
            link: Any = linking.link_files(file=file, other=other, remark=sent.get("remark", ""), by=self.clerk, at=self.now)
        link.other = other
        return Response(LinkOut(link).data, status=201)


@extend_schema(tags=["links"])
class CrossReferenceDoor(FactDoor[CrossReference]):
    """Documents shown in this file that live in another one ("Dokument liegt in Akte …")."""

    queryset = CrossReference.objects.none()
    serializer_class = CrossReferenceOut

    @extend_schema(
        operation_id="files_cross_references", parameters=PAGING, responses={200: CrossReferenceOut(many=True), **problems(400, 404)}
    )
    def list(self, request: Request, id: str) -> Response:
        """Those whose document the caller may see."""
        pages = Slices()
        rows = pages.cut(linking.cross_references_of(file=self.file(), clerk=self.clerk), request)
        return pages.get_paginated_response(CrossReferenceOut(rows, many=True).data)

    @extend_schema(
        operation_id="files_cross_references_create",
        request=NewCrossReference,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: CrossReferenceOut, **problems(400, 403, 404, 409, 415)},
    )
    def create(self, request: Request, id: str) -> Response:
        """Show a document of another file in this one. The caller must be able to read that file."""
        return once(request, self._create)

    @extend_schema(operation_id="files_cross_reference_remove", request=None, responses={204: None, **problems(403, 404, 409)})
    def remove(self, request: Request, id: str, cross_reference: str) -> Response:
        rows = linking.cross_references_of(file=self.writable(), clerk=self.clerk)
        found = next((row for row in rows if str(row.public_id) == cross_reference), None)
        if found is None:
            raise NotFound
        with refusals():
            linking.remove_cross_reference(reference=found, by=self.clerk, at=self.now)
        return Response(status=204)

    def _create(self) -> Response:
        file, sent = self.writable(), self.sent(NewCrossReference)
        known = uuid_or_none(sent["document"])
        document: Document | None = (
            Document.objects.visible_to(self.clerk).standing().filter(public_id=known).first()
            if known
            else linking.visible_document(clerk=self.clerk, reference=sent["document"])
        )
        if document is None:
            raise ValidationError({"document": [_("There is no such document.")]})
        register = register_of(file, sent.get("register"))
        with refusals():
            made = linking.add_cross_reference(
                file=file,
                document=document,
                register=register,
                behind=_behind(file, sent.get("behind")),
                remark=sent.get("remark", ""),
                by=self.clerk,
                at=self.now,
            )
        return Response(CrossReferenceOut(made).data, status=201)


@extend_schema(tags=["missing sheets"])
class MissingSheetDoor(FactDoor[MissingSheet]):
    """Paper that was lent out (Fehlblätter)."""

    queryset = MissingSheet.objects.none()
    serializer_class = MissingSheetOut
    ordering = ("since", "id")

    def rows(self, file: RecordFile) -> QuerySet[MissingSheet]:
        return missing_sheets.missing_sheets_of(file)

    @extend_schema(
        operation_id="files_missing_sheets", parameters=PAGING, responses={200: MissingSheetOut(many=True), **problems(400, 404)}
    )
    def list(self, request: Request, id: str) -> Response:
        """What is away and what came back, in the order of lending."""
        page = self.paginate_queryset(self.rows(self.file()).order_by())
        return self.get_paginated_response(MissingSheetOut(page, many=True).data)

    @extend_schema(
        operation_id="files_missing_sheets_create",
        request=NewMissingSheet,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: MissingSheetOut, **problems(400, 403, 404, 409, 415)},
    )
    def create(self, request: Request, id: str) -> Response:
        """Lend paper out. Where a disclosure block stands in the file the warning has to be confirmed (`confirmed`), else 400."""
        return once(request, self._create)

    @extend_schema(
        operation_id="files_missing_sheet_give_back",
        request=Returned,
        responses={200: MissingSheetOut, **problems(400, 403, 404, 409, 415)},
    )
    def give_back(self, request: Request, id: str, missing_sheet: str) -> Response:
        """The paper is back at its place."""
        found, sent = self.one(self.rows(self.writable()), "missing_sheet"), self.sent(Returned)
        day = sent.get("returned_on") or timezone.localdate(self.now)
        with refusals():
            return Response(MissingSheetOut(missing_sheets.give_back(sheet=found, returned_on=day, by=self.clerk, at=self.now)).data)

    @extend_schema(
        operation_id="files_missing_sheet_extend",
        request=Extended,
        responses={200: MissingSheetOut, **problems(400, 403, 404, 409, 415)},
    )
    def extend(self, request: Request, id: str, missing_sheet: str) -> Response:
        """Expect it back on another day."""
        found, sent = self.one(self.rows(self.writable()), "missing_sheet"), self.sent(Extended)
        with refusals():
            return Response(MissingSheetOut(missing_sheets.extend(sheet=found, back_by=sent["back_by"], by=self.clerk, at=self.now)).data)

    def _create(self) -> Response:
        file, sent = self.writable(), self.sent(NewMissingSheet)
        register = register_of(file, sent.pop("register", None))
        behind = _behind(file, sent.pop("behind", None))
        sent.setdefault("since", timezone.localdate(self.now))
        try:
            with refusals():
                made = missing_sheets.lend_out(file=file, register=register, behind=behind, by=self.clerk, at=self.now, **sent)
        except warnings_before.NotConfirmed as missing:
            raise to_be_confirmed(missing) from missing
        return Response(MissingSheetOut(made).data, status=201)


def _behind(file: RecordFile, known: UUID | None) -> Document | None:
    """A document of the file. Raises ValidationError."""
    if known is None:
        return None
    found: Document | None = Document.objects.standing().filter(file=file, public_id=known).first()
    if found is None:
        raise ValidationError({"behind": [_("This document does not lie in this file.")]})
    return found
