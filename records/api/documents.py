"""Documents: lists, taking in, versions, moving, cancelling, reading again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.etags import etag_of_answer, quoted, require_match
from foundation.api.parsers import FileParser
from foundation.api.problems import Conflict, PreconditionFailed, UnreadableKind
from foundation.uploads import ReceivedFile
from records import cases, describing, description, facts, filing, intake, moving, reading, sentences
from records.models import Case, Document, DocumentVersion, RecordFile, Register, Volume
from records.models.documents import shown
from tenants import stores
from tenants.api.idempotency import once

from . import document_serializers, file_serializers, said
from .answers import IDEMPOTENCY_KEY, IF_MATCH, problems
from .case_serializers import CaseChosen
from .doors import Door, require, unless_known, uuid_or_none, visible_file

RECEIVED: dict[Any, Any] = {201: document_serializers.ReceivedDocumentOut, **problems(400, 403, 404, 409, 413, 415)}


class DocumentsDoor(Door[Document]):
    """Documents that the caller may know of."""

    queryset = Document.objects.none()
    serializer_class = document_serializers.DocumentOut

    def get_queryset(self) -> QuerySet[Document]:
        visible: QuerySet[Document] = Document.objects.visible_to(self.clerk).for_reading().select_related("file__scope")
        return visible

    def writable(self) -> Document:
        """The document of the address. Raises Http404, PermissionDenied."""
        document = self.get_object()
        require("file_documents", clerk=self.clerk, file=document.file)
        return document

    def answer(self, document: Document, *, status: int = 200) -> Response:
        """The document as it is now, with its ETag."""
        return self.shown(self.get_queryset().get(pk=document.pk), status=status)

    def shown(
        self, document: Document, *, status: int, place: int | None = None, more: dict[str, Any] | None = None, location: str = ""
    ) -> Response:
        """The same of a document that comes with all that an answer shows; its place is asked for unless it is known."""
        said_of_it = said.document(document, place=place) if place else said.documents([document])[0]
        headers = {"ETag": quoted(etag_of_answer(document.etag, said_of_it))}
        headers |= {"Location": self.request.build_absolute_uri(location)} if location else {}
        return Response({**said_of_it, **(more or {})}, status=status, headers=headers)


@extend_schema(tags=["documents"])
class DocumentDoor(DocumentsDoor):
    ordering = ("-created_at", "-id")

    def get_parsers(self) -> Any:
        uploading = getattr(self, "action_map", {}).get("post") == "create"
        return [FileParser()] if uploading else super().get_parsers()

    @extend_schema(
        parameters=[document_serializers.DocumentFilters], responses={200: document_serializers.DocumentOut(many=True), **problems(400)}
    )
    def list(self, request: Request) -> Response:
        """Documents, newest first. Cancelled ones are left out."""
        asked = self.asked(document_serializers.DocumentFilters)
        names = {
            "file": "file__public_id",
            "register": "register__public_id",
            "case": "case__public_id",
            "state": "current__state",
            "q": "title__icontains",
        }
        visible: Any = Document.objects.visible_to(self.clerk).standing()
        page: Any = self.paginate_queryset(
            visible.filter(**{names[name]: value for name, value in asked.items()}).values("created_at", "id")
        )
        return self.get_paginated_response(said.documents(shown(row["id"] for row in page)))

    @extend_schema(request={"multipart/form-data": document_serializers.NewDocument}, parameters=[IDEMPOTENCY_KEY], responses=RECEIVED)
    def create(self, request: Request) -> Response:
        """Take a document in. With the answer its bytes are safe; it is read afterwards (`state`)."""
        return once(request, self._take_in)

    @extend_schema(responses={200: document_serializers.DocumentOut, **problems(404)})
    def retrieve(self, request: Request, id: str) -> Response:
        return unless_known(request, self.shown(self.get_object(), status=200))

    @extend_schema(
        request=document_serializers.DocumentFields,
        parameters=[IF_MATCH],
        responses={200: document_serializers.DocumentOut, **problems(400, 403, 404, 409, 412, 415)},
    )
    def partial_update(self, request: Request, id: str) -> Response:
        """Change descriptive fields. With If-Match nothing that somebody else wrote meanwhile is overwritten; while it is checked out, only its
        holder changes it."""
        document = self.writable()
        changes = self.sent(document_serializers.DocumentFields, partial=True)
        if document.is_held_from(self.clerk):
            raise Conflict(sentences.held(document))
        try:
            require_match(request._request, document.etag)
            etag = document.etag if "If-Match" in request.headers else None
            described = describing.describe_document(document=document, changes=changes, etag=etag, by=self.clerk, at=self.now)
        except PreconditionFailed as refusal:
            raise PreconditionFailed(describing.who_changed([document.public_id]).get(document.public_id)) from refusal
        except describing.Stale as refusal:
            raise PreconditionFailed(str(refusal)) from refusal
        except describing.CannotDescribe as refusal:
            raise Conflict(str(refusal)) from refusal
        except description.BadDescription as refusal:
            raise ValidationError({field: [sentence] for field, sentence in refusal.errors.items()}) from refusal
        return self.answer(described)

    @extend_schema(
        request=document_serializers.Move, responses={200: document_serializers.DocumentOut, **problems(400, 403, 404, 409, 415)}
    )
    def move(self, request: Request, id: str) -> Response:
        """Put the document at another place of its file, or into another file. Both must be open and writable."""
        document = self.writable()
        sent = self.sent(document_serializers.Move)
        if sent.keys() == {"case"}:  # its place in the register is not asked for: it stays
            return self._put_into_case(document, sent["case"])
        file = document.file
        if "file" in sent and sent["file"] != file.public_id:
            file = require("file_documents", clerk=self.clerk, file=visible_file(self.clerk, sent["file"]))
        stays = "register" not in sent and file == document.file
        register = document.register if stays else register_of(file, sent.get("register"))
        case = case_of(file, sent["case"]) if "case" in sent else moving.SAME
        volume = _volume_of(file, sent["volume"]) if "volume" in sent else None
        try:
            moved = moving.move_document(
                document=document,
                file=file,
                register=register,
                position=sent.get("position"),
                case=case,
                volume=volume,
                by=self.clerk,
                at=self.now,
            )
        except moving.CannotMove as refusal:
            raise Conflict(str(refusal)) from refusal
        return self.answer(moved)

    @extend_schema(request=CaseChosen, responses={200: document_serializers.DocumentOut, **problems(400, 403, 404, 409, 415)})
    def case(self, request: Request, id: str) -> Response:
        """Put the document into a case of its file, or out of it (null). It keeps its place, and gets a new document reference."""
        document = self.writable()
        return self._put_into_case(document, self.sent(CaseChosen)["case"])

    @extend_schema(request=file_serializers.Reason, responses={200: document_serializers.DocumentOut, **problems(400, 403, 404, 409, 415)})
    def cancel(self, request: Request, id: str) -> Response:
        """Cancel the document, with a reason: it stays, marked, out of lists and search hits."""
        document = self.writable()
        reason = self.sent(file_serializers.Reason)["reason"]
        try:
            return self.answer(filing.cancel_document(document=document, reason=reason, by=self.clerk, at=self.now))
        except filing.CannotCancel as refusal:
            raise Conflict(str(refusal)) from refusal

    @extend_schema(request=None, responses={202: document_serializers.DocumentOut, **problems(403, 404, 409)})
    def read_again(self, request: Request, id: str) -> Response:
        """Have the current version read anew."""
        document = self.writable()
        try:
            return self.answer(reading.read_again(document=document, by=self.clerk, at=self.now), status=202)
        except reading.CannotReadAgain as refusal:
            raise Conflict(str(refusal)) from refusal

    def _put_into_case(self, document: Document, chosen: str | None) -> Response:
        try:
            return self.answer(cases.put_into_case(document=document, case=case_of(document.file, chosen), by=self.clerk, at=self.now))
        except facts.CannotKeep as refusal:
            raise Conflict(str(refusal)) from refusal

    def _take_in(self) -> Response:
        sent = self.sent(document_serializers.NewDocument)
        file = require("file_documents", clerk=self.clerk, file=visible_file(self.clerk, sent["file"]))
        register, case = register_of(file, sent.get("register")), case_of(file, sent.get("case"))
        arrival = arrival_of(sent["content"])
        try:
            document = intake.take_in(
                arrival=arrival,
                file=file,
                register=register,
                case=case,
                title=sent.get("title", ""),
                received_on=sent.get("received_on"),
                details={name: sent[name] for name in description.FIELDS if name in sent and name not in ("title", "received_on")},
                directly_in_file=sent["directly_in_file"],
                draft=sent["draft"],
                by=self.clerk,
                at=self.now,
            )
        except description.BadDescription as refusal:
            raise ValidationError({field: [sentence] for field, sentence in refusal.errors.items()}) from refusal
        except intake.CannotTakeIn as refusal:
            raise refused_as(refusal) from refusal
        known = intake.known_elsewhere(sha256=arrival.stored.sha256, clerk=self.clerk, but=document)
        more = {"duplicates": document_serializers.DuplicateOut(known, many=True).data}
        place, location = moving.place_of_newest(document), reverse("records_api:document", args=[document.public_id])
        return self.shown(document, status=201, place=place, more=more, location=location)


@extend_schema(tags=["documents"])
class VersionDoor(DocumentsDoor):
    """Versions of a document; the old ones stay readable."""

    ordering = ("-number",)

    @extend_schema(responses={200: document_serializers.VersionOut(many=True), **problems(400, 404)})
    def list(self, request: Request, id: str) -> Response:
        """Versions, newest first."""
        versions: Any = DocumentVersion.objects.filter(document=self.get_object()).select_related("document", "created_by")
        return self.get_paginated_response(document_serializers.VersionOut(self.paginate_queryset(versions), many=True).data)

    @extend_schema(
        request={"multipart/form-data": document_serializers.NewVersion},
        parameters=[IDEMPOTENCY_KEY],
        responses={201: document_serializers.VersionOut, **problems(400, 403, 404, 409, 413, 415)},
    )
    def create(self, request: Request, id: str) -> Response:
        """Put a new version on the document. It becomes the current one."""
        return once(request, self._add)

    def get_parsers(self) -> Any:
        return [FileParser()]

    def _add(self) -> Response:
        document = self.writable()
        sent = self.sent(document_serializers.NewVersion)
        arrival = arrival_of(sent["content"])
        try:
            version = intake.add_version(document=document, arrival=arrival, comment=sent.get("comment", ""), by=self.clerk, at=self.now)
        except intake.CannotTakeIn as refusal:
            raise refused_as(refusal) from refusal
        place = reverse("records_api:version_content", args=[document.public_id, version.number])
        return Response(
            document_serializers.VersionOut(version).data, status=201, headers={"Location": self.request.build_absolute_uri(place)}
        )


def register_of(file: RecordFile, name_or_id: str | None) -> Register | None:
    """A register of the file by its id or name; None for none. Raises ValidationError."""
    if not name_or_id:
        return None
    known = uuid_or_none(name_or_id)
    found = Register.objects.filter(file=file, **({"public_id": known} if known else {"name": name_or_id})).first()
    if found is None:
        raise ValidationError({"register": [_("This register does not exist in the file.")]})
    return found


def _volume_of(file: RecordFile, volume: UUID) -> Volume:
    """A volume of the file. Raises ValidationError."""
    found: Volume | None = file.volumes.filter(public_id=volume).first()
    if found is None:
        raise ValidationError({"volume": [_("This volume does not exist in the file.")]})
    return found


def case_of(file: RecordFile, reference_or_id: str | None) -> Case | None:
    """A case of the file by its id or reference; None for none. Raises ValidationError."""
    if not reference_or_id:
        return None
    known = uuid_or_none(reference_or_id)
    found = Case.objects.filter(file=file, **({"public_id": known} if known else {"case_reference": reference_or_id})).first()
    if found is None:
        raise ValidationError({"case": [_("This case does not exist in the file.")]})
    return found


def arrival_of(content: ReceivedFile) -> intake.Arrival:
    """Make the bytes that arrived safe in the store."""
    return intake.Arrival(stores.of_municipality().keep(content.incoming), content.name or "")


def refused_as(refusal: intake.CannotTakeIn) -> Exception:
    """The status of a refusal: 415 for programs, 409 for a closed file or a document that somebody else has, otherwise 400."""
    if isinstance(refusal, intake.Executable):
        return UnreadableKind(str(refusal))
    if isinstance(refusal, intake.FileNotOpen | intake.HeldByAnother):
        return Conflict(str(refusal))
    return ValidationError({"content": [str(refusal)]})
