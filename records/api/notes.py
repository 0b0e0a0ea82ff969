"""A Vermerk filed by a program, and sticky notes."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.etags import quoted
from foundation.api.problems import Conflict, PreconditionFailed
from records import noting, sticking
from records.intake import CannotTakeIn
from records.models import Document, StickyNote
from tenants.api.idempotency import once

from . import document_serializers, note_serializers
from .answers import IDEMPOTENCY_KEY, IF_MATCH, problems
from .documents import DocumentsDoor, refused_as, register_of
from .doors import Door, require, require_current, visible_file


@extend_schema(tags=["files"])
class NoteDoor(DocumentsDoor):
    @extend_schema(
        operation_id="files_notes_create",
        request=note_serializers.NewNote,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: document_serializers.DocumentOut, **problems(400, 403, 404, 409, 415)},
    )
    def create(self, request: Request, id: str) -> Response:
        """File a note (Vermerk) as a dated, tagged PDF/A in the caller's name."""
        return once(request, self._write)

    def _write(self) -> Response:
        file = require("file_documents", clerk=self.clerk, file=visible_file(self.clerk, self.kwargs["id"]))
        sent = self.sent(note_serializers.NewNote)
        register = register_of(file, sent.get("register"))
        try:
            note = noting.write_note(
                file=file, register=register, title=sent["title"], text=sent["text"], draft=sent["draft"], by=self.clerk, at=self.now
            )
        except noting.CannotNote as refusal:
            raise ValidationError({field: [sentence] for field, sentence in refusal.errors.items()}) from refusal
        except CannotTakeIn as refusal:
            raise refused_as(refusal) from refusal
        place = reverse("records_api:document", args=[note.public_id])
        return self.shown(self.get_queryset().get(pk=note.pk), status=201, location=place)


@extend_schema(tags=["files"])
class StickyNotesDoor(Door[StickyNote]):
    """Notes stuck to the sheets of a file."""

    queryset = StickyNote.objects.none()
    serializer_class = note_serializers.StickyNoteOut
    ordering = ("created_at", "id")

    @extend_schema(operation_id="files_sticky_notes_list", responses={200: note_serializers.StickyNoteOut(many=True), **problems(400, 404)})
    def list(self, request: Request, id: str) -> Response:
        """Notes that stick to the file's documents, oldest first."""
        page: Any = self.paginate_queryset(sticking.notes_on(file=visible_file(self.clerk, id)))
        return self.get_paginated_response(note_serializers.StickyNoteOut(page, many=True).data)

    @extend_schema(
        operation_id="files_sticky_notes_create",
        request=note_serializers.NewStickyNote,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: note_serializers.StickyNoteOut, **problems(400, 403, 404, 409, 415)},
    )
    def create(self, request: Request, id: str) -> Response:
        """Stick a note to a page of one of the file's documents."""
        return once(request, self._stick)

    def _stick(self) -> Response:
        file = require("file_documents", clerk=self.clerk, file=visible_file(self.clerk, self.kwargs["id"]))
        sent = self.sent(note_serializers.NewStickyNote)
        document = Document.objects.filter(file=file, public_id=sent["document"], erased_at__isnull=True).first()
        if document is None:
            raise ValidationError({"document": [_("There is no such document in this file.")]})
        note = refusing(
            lambda: sticking.stick(
                document=document,
                page=sent.get("page", 1),
                text=sent["text"],
                printed=sent.get("printed", False),
                by=self.clerk,
                at=self.now,
            )
        )
        return note_shown(note, status=201)


@extend_schema(tags=["files"])
class StickyNoteDoor(Door[StickyNote]):
    queryset = StickyNote.objects.none()
    serializer_class = note_serializers.StickyNoteOut

    def get_queryset(self) -> Any:
        return StickyNote.objects.visible_to(self.clerk).sticking().select_related("document__file", "created_by")

    @extend_schema(operation_id="sticky_note", responses={200: note_serializers.StickyNoteOut, **problems(404)})
    def retrieve(self, request: Request, id: str) -> Response:
        """One note, with the ETag for If-Match."""
        note = self.get_object()
        visible_file(self.clerk, note.document.file.public_id)  # who looks into a restricted file is journaled
        return note_shown(note)

    @extend_schema(
        request=note_serializers.StickyNoteFields,
        parameters=[IF_MATCH],
        responses={200: note_serializers.StickyNoteOut, **problems(400, 403, 404, 409, 412, 415)},
    )
    def partial_update(self, request: Request, id: str) -> Response:
        """Change one's own note. With If-Match nothing that was written meanwhile, in another window, is overwritten."""
        note = self.note()
        require_current(request, etag_of(note), said=lambda: sticking.changed(note))
        revision = note.revision if "If-Match" in request.headers else None
        sent = {"text": note.text, "printed": note.printed, **self.sent(note_serializers.StickyNoteFields, partial=True)}
        new = {"text": sent["text"], "printed": sent["printed"], "revision": revision}
        return note_shown(refusing(lambda: sticking.edit_note(note=note, **new, by=self.clerk, at=self.now)))

    @extend_schema(request=None, responses={204: None, **problems(403, 404, 409)})
    def take_off(self, request: Request, id: str) -> Response:
        """Take a note off: one's own, or as who manages the file anybody's."""
        note = self.note()
        refusing(lambda: sticking.take_off(note=note, by=self.clerk, at=self.now))
        return Response(status=204)

    def note(self) -> StickyNote:
        note: StickyNote = self.get_object()
        require("file_documents", clerk=self.clerk, file=note.document.file)
        return note


def etag_of(note: StickyNote) -> str:
    return f"{note.public_id}.{note.revision}"


def note_shown(note: StickyNote, **options: Any) -> Response:
    return Response(note_serializers.StickyNoteOut(note).data, headers={"ETag": quoted(etag_of(note))}, **options)


def refusing(act: Any) -> StickyNote:
    """Run an act on a note; refusals become 403, 412 for what was changed meanwhile, 400 for what was typed, otherwise 409."""
    try:
        note: StickyNote = act()
    except sticking.NotYours as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except sticking.Stale as refusal:
        raise PreconditionFailed(str(refusal)) from refusal
    except sticking.CannotStick as refusal:
        if refusal.field:
            raise ValidationError({refusal.field: [str(refusal)]}) from refusal
        raise Conflict(str(refusal)) from refusal
    return note
