"""Checking out and in, attachments, undoing a cancel; two versions compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.problems import Conflict
from records import attaching, comparing, holding, intake, restoring
from records.models import Document, DocumentVersion

from . import document_serializers, file_serializers, note_serializers
from .answers import problems
from .documents import DocumentsDoor, arrival_of, refused_as
from .doors import Door

REFUSALS = (holding.CannotCheckOut, holding.CannotCheckIn, holding.CannotTakeBack, attaching.CannotAttach, restoring.CannotRestore)
DONE: dict[Any, Any] = {200: document_serializers.DocumentOut, **problems(403, 404, 409)}


@extend_schema(tags=["documents"])
class HoldingDoor(DocumentsDoor):
    @extend_schema(request=None, responses=DONE)
    def check_out(self, request: Request, id: str) -> Response:
        """Reserve the document: until it is checked in, nobody else changes it. 409 says who has it and since when."""
        document = self.writable()
        return self.done(lambda: holding.check_out(document=document, by=self.clerk, at=self.now))

    @extend_schema(request={"multipart/form-data": note_serializers.CheckingIn}, responses={**DONE, **problems(400, 413, 415)})
    def check_in(self, request: Request, id: str) -> Response:
        """Give the document back, with a new version (`content`) or without."""
        document = self.writable()
        sent = self.sent(note_serializers.CheckingIn)
        arrival = arrival_of(sent["content"]) if sent.get("content") is not None else None
        try:
            return self.done(
                lambda: holding.check_in(document=document, arrival=arrival, comment=sent.get("comment", ""), by=self.clerk, at=self.now)
            )
        except intake.CannotTakeIn as refusal:
            raise refused_as(refusal) from refusal

    @extend_schema(request=file_serializers.Reason, responses={**DONE, **problems(400, 415)})
    def take_back(self, request: Request, id: str) -> Response:
        """Take the document back from its holder, with a reason. For the registry where it may write, and for those who manage the file."""
        document = self.writable()
        reason = self.sent(file_serializers.Reason)["reason"]
        if not holding.may_take_back(self.clerk, document.file):
            raise PermissionDenied(_("Only the registry, or whoever manages the file, takes a document back."))
        return self.done(lambda: holding.take_back(document=document, reason=reason, by=self.clerk, at=self.now))

    @extend_schema(request=None, responses=DONE)
    def restore(self, request: Request, id: str) -> Response:
        """Undo the cancelling: the document is back at its place, with the attachments that were cancelled together with it."""
        document = self.writable()
        return self.done(lambda: restoring.restore_document(document=document, by=self.clerk, at=self.now))

    @extend_schema(request=note_serializers.Attaching, responses={**DONE, **problems(400, 415)})
    def attach(self, request: Request, id: str) -> Response:
        """Make the document an attachment of another one of the same file. Attachments have none of their own."""
        document = self.writable()
        wanted = self.sent(note_serializers.Attaching)["to"]
        parent = Document.objects.visible_to(self.clerk).filter(public_id=wanted).first()
        if parent is None:
            raise ValidationError({"to": [_("There is no such document.")]})
        return self.done(lambda: attaching.attach(document=document, to=parent, by=self.clerk, at=self.now))

    @extend_schema(request=None, responses=DONE)
    def detach(self, request: Request, id: str) -> Response:
        """Make an attachment a document of its own again."""
        document = self.writable()
        return self.done(lambda: attaching.detach(document=document, by=self.clerk, at=self.now))

    def done(self, act: Callable[[], Document]) -> Response:
        """The document after an act; a refusal is a 409 with its sentence."""
        try:
            return self.answer(act())
        except REFUSALS as refusal:
            raise Conflict(str(refusal)) from refusal


@extend_schema(tags=["documents"])
class ComparisonDoor(Door[Document]):
    queryset = Document.objects.none()
    serializer_class = note_serializers.ComparisonOut

    def get_queryset(self) -> Any:
        return Document.objects.visible_to(self.clerk).select_related("current")

    @extend_schema(parameters=[note_serializers.Comparing], responses={200: note_serializers.ComparisonOut, **problems(400, 404, 409)})
    def comparison(self, request: Request, id: str) -> Response:
        """The text of two versions compared page by page; twenty pages that differ in one answer."""
        document = self.get_object()
        asked = self.asked(note_serializers.Comparing)
        if document.current is None:
            raise Http404
        newer = self.version(document, asked.get("newer", document.current.number))
        older = self.version(document, asked.get("older", max(1, newer.number - 1)))
        if not older.state == newer.state == DocumentVersion.State.READY:
            raise Conflict(_("Only versions whose text has been read can be compared."))
        found = comparing.compare(older=older, newer=newer, start=asked.get("start", 0))
        told = {
            "older": older.number,
            "newer": newer.number,
            "differing": found.differing,
            "same": found.same,
            "pages": found.pairs,
            "next": found.following,
        }
        return Response(note_serializers.ComparisonOut(told).data)

    def version(self, document: Document, number: int) -> DocumentVersion:
        found: DocumentVersion | None = document.versions.filter(number=number).first()
        if found is None:
            raise Http404
        return found
