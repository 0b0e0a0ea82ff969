"""Drafts of documents: registered, or discarded."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.problems import Conflict
from records import drafting

from . import document_serializers
from .answers import problems
from .documents import DocumentsDoor

DONE: dict[Any, Any] = {200: document_serializers.DocumentOut, **problems(403, 404, 409)}


@extend_schema(tags=["documents"])
class DraftDoor(DocumentsDoor):
    @extend_schema(request=None, responses=DONE)
    def register(self, request: Request, id: str) -> Response:
        """Register the draft: it gets its number and is a document of the record from now on."""
        try:
            return self.answer(drafting.register_draft(document=self.writable(), by=self.clerk, at=self.now))
        except drafting.CannotRegisterDraft as refusal:
            raise Conflict(str(refusal)) from refusal

    @extend_schema(request=None, responses=DONE)
    def discard(self, request: Request, id: str) -> Response:
        """Throw the draft away: it is cancelled, and can be restored like every cancelled document."""
        try:
            return self.answer(drafting.discard_draft(document=self.writable(), by=self.clerk, at=self.now))
        except drafting.CannotDiscard as refusal:
            raise Conflict(str(refusal)) from refusal
