"""Folio numbers of a file, and the caller's own bookmarks in it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.problems import Conflict
from records import bookmarks, folios
from records.models import Bookmark, Document, RecordFile
from tenants.api.idempotency import once

from . import folio_serializers as serializers
from .answers import IDEMPOTENCY_KEY, problems
from .doors import Door, require, visible_file


@extend_schema(tags=["files"])
class FolioDoor(Door[RecordFile]):
    """Folio numbers (Blattnummern) of a file."""

    queryset = RecordFile.objects.none()
    serializer_class = serializers.FoliosOut

    @extend_schema(operation_id="files_foliate", request=None, responses={200: serializers.FoliationOut, **problems(403, 404, 409)})
    def foliate(self, request: Request, id: str) -> Response:
        """Number all sheets of the file that have no number yet: the oldest first, insertions as 17a. Once given, a number never changes.

        Sent again, it numbers what is new since, or nothing. Closed files can be foliated, too.
        """
        file = require("foliate", clerk=self.clerk, file=visible_file(self.clerk, id))
        try:
            given = folios.foliate(file=file, by=self.clerk, at=self.now)
        except folios.CannotFoliate as refusal:
            raise Conflict(str(refusal)) from refusal
        file.refresh_from_db(fields=["foliated_at"])
        return Response(serializers.FoliationOut(_told(file) | {"given": given}).data)

    @extend_schema(operation_id="files_folios", responses={200: serializers.FoliosOut, **problems(404)})
    def show(self, request: Request, id: str) -> Response:
        """How far the file is foliated, the gaps in its numbers, and what lies out of order."""
        return Response(serializers.FoliosOut(_told(visible_file(self.clerk, id))).data)


@extend_schema(tags=["files"])
class BookmarkDoor(Door[Bookmark]):
    """The caller's bookmarks (Lesezeichen). Nobody else sees them."""

    queryset = Bookmark.objects.none()
    serializer_class = serializers.BookmarkOut
    ordering = ("at", "id")

    @extend_schema(operation_id="files_bookmarks", responses={200: serializers.BookmarkOut(many=True), **problems(400, 404)})
    def list(self, request: Request, id: str) -> Response:
        """All of them in one file, the oldest first."""
        page: Any = self.paginate_queryset(bookmarks.of(clerk=self.clerk, file=visible_file(self.clerk, id)))
        return self.get_paginated_response(serializers.BookmarkOut(page, many=True).data)

    @extend_schema(
        operation_id="files_bookmarks_create",
        request=serializers.Place,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: serializers.BookmarkOut, **problems(400, 404, 409, 415)},
    )
    def create(self, request: Request, id: str) -> Response:
        """Put a bookmark in at a page. Where one is already, it stays."""
        return once(request, lambda: self._create(id))

    def _create(self, id: str) -> Response:
        document, page = self._place(id)
        try:
            mark = bookmarks.put(document=document, page=page, by=self.clerk, at=self.now)
        except bookmarks.CannotMark as refusal:
            raise Conflict(str(refusal)) from refusal
        return Response(serializers.BookmarkOut(mark).data, status=201)

    @extend_schema(operation_id="files_bookmarks_remove", request=serializers.Place, responses={204: None, **problems(400, 404, 415)})
    def remove(self, request: Request, id: str) -> Response:
        """Take a bookmark out."""
        document, page = self._place(id)
        bookmarks.take_out(document=document, page=page, by=self.clerk)
        return Response(status=204)

    def _place(self, id: str) -> tuple[Document, int]:
        file, sent = visible_file(self.clerk, id), self.sent(serializers.Place)
        document = Document.objects.filter(file=file, public_id=sent["document"]).standing().select_related("current").first()
        if document is None:
            raise NotFound
        return document, sent["page"]


def _told(file: RecordFile) -> dict[str, Any]:
    return {"foliated_at": file.foliated_at, **vars(folios.overview(file=file))}
