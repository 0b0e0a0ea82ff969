"""What is in a document: its bytes, its text, pictures of its pages. Answers here are bytes, whatever the caller accepts."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.etags import quoted, ranged_file_response, unchanged
from foundation.api.problems import Conflict
from foundation.store import StoreError
from records import page_images, participants
from records.models import Document, DocumentVersion, Page
from tenants import stores

from . import document_serializers
from .answers import problems
from .doors import Door

# What a browser may show by itself. Everything else is downloaded: a document must not run anything in the reader's name.
SHOWN_INLINE = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "text/plain"})
FOR_GOOD = "private, max-age=31536000, immutable"
BYTES = OpenApiResponse(OpenApiTypes.BINARY, description="The original bytes, unchanged.")
INLINE = OpenApiParameter("inline", OpenApiTypes.BOOL, description="Let a browser show PDF, pictures and plain text.")
RANGE = OpenApiParameter("Range", OpenApiTypes.STR, OpenApiParameter.HEADER)
WIDTH = OpenApiParameter("width", OpenApiTypes.INT, description="Pixels, 50 to 4000; 1400 without it.")
VERSION = OpenApiParameter("version", OpenApiTypes.INT, description="Number of a version; the current one without it.")
NUMBER = OpenApiParameter("number", OpenApiTypes.INT, OpenApiParameter.PATH)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="The ETag of bytes that the caller has already: 304."
)
ETAG = OpenApiParameter(
    "ETag", OpenApiTypes.STR, OpenApiParameter.HEADER, response=[200, 206, 304], description="The SHA-256 of the bytes, in quotation marks."
)
BLOCK = OpenApiParameter(
    "X-Disclosure-Block",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    response=[200, 206],
    description="1 where a disclosure block (Auskunftssperre, § 51 BMG) stands in the file; absent otherwise.",
)
CONTENT: dict[Any, Any] = {
    (200, "*/*"): BYTES,  # as whatever kind they were recognised
    (206, "*/*"): BYTES,
    304: OpenApiResponse(description="The caller has these bytes already."),
    **problems(404, 416, 503),
}


class Undeliverable(APIException):
    """503: the row speaks of bytes that the store cannot hand out."""

    status_code = 503
    default_code = "undeliverable"


@extend_schema(tags=["documents"])
class ContentDoor(Door[Document]):
    """Of documents that the caller may know of. An erased document has no content any more: 404."""

    queryset = Document.objects.none()
    serializer_class = document_serializers.TextOut

    def get_queryset(self) -> QuerySet[Document]:
        visible: QuerySet[Document] = Document.objects.visible_to(self.clerk).select_related("current", "file__scope")
        return visible

    @extend_schema(parameters=[INLINE, RANGE, IF_NONE_MATCH, ETAG, BLOCK], responses=CONTENT)
    def content(self, request: Request, id: str) -> HttpResponseBase:
        """The original bytes of the current version, with ETag (the SHA-256) and Range.

        Where a disclosure block (Auskunftssperre) stands in the file, `X-Disclosure-Block` says so: whoever passes the bytes on heeds it.
        """
        return self._bytes(self._version())

    @extend_schema(parameters=[NUMBER, INLINE, RANGE, IF_NONE_MATCH, ETAG, BLOCK], responses=CONTENT)
    def version_content(self, request: Request, id: str, number: str) -> HttpResponseBase:
        """The original bytes of a version."""
        return self._bytes(self._version(number))

    @extend_schema(responses={200: document_serializers.TextOut, **problems(404)})
    def text(self, request: Request, id: str) -> Response:
        """The text by pages; empty as long as the document is being read."""
        version = self._version()
        pages = Page.objects.filter(version=version).order_by("number").values("number", "text")
        return Response(document_serializers.TextOut({"state": version.state, "pages": list(pages)}).data)

    @extend_schema(
        parameters=[NUMBER, WIDTH, VERSION],
        responses={
            (200, "image/jpeg"): OpenApiResponse(OpenApiTypes.BINARY),
            **problems(400, 404, 409, 503),
        },
    )
    def page_image(self, request: Request, id: str, number: str) -> HttpResponseBase:
        """A picture of a page. With `version` in the address it never changes and may be kept for good."""
        version = self._version(request.query_params.get("version", ""))
        width = _width(request.query_params.get("width", ""))
        etag = f"{version.sha256[:24]}-{version.searchable_sha256[:8]}-{number}-{width}"
        headers = {
            "ETag": quoted(etag),
            "Cache-Control": FOR_GOOD if request.query_params.get("version") else "private, no-cache",
        }
        try:
            if unchanged(request._request, etag) and _number(number) <= (version.page_count or 0):
                return HttpResponseNotModified(headers=headers)
            image = page_images.page_image(version, _number(number), width=width)
        except page_images.NotReady as refusal:
            raise Conflict(str(refusal)) from refusal
        except page_images.NoSuchPage as refusal:
            why = None if version.page_count else _("There is no preview of this document. The original can be downloaded.")
            raise NotFound(why) from refusal
        except (page_images.Unreadable, StoreError) as refusal:
            raise Undeliverable(_("This page cannot be shown at the moment. The original can be downloaded.")) from refusal
        return HttpResponse(image, content_type="image/jpeg", headers=headers)

    def _version(self, number: str = "") -> DocumentVersion:
        """The current version of the document of the address, or the one of this number. Raises Http404."""
        document = self.get_object()
        version: DocumentVersion | None = document.current
        if number:
            version = document.versions.filter(number=_number(number)).first()
        if version is None:
            raise Http404
        return version

    def _bytes(self, version: DocumentVersion) -> HttpResponseBase:
        store, inline = stores.of_municipality(), self.request.query_params.get("inline") in ("1", "true")
        try:
            answer = ranged_file_response(
                self.request._request,
                lambda: store.open_verified(version.sha256),
                size=version.size,
                etag=version.sha256,
                media_type=version.media_type,
                name=version.original_name,
                inline=inline and version.media_type in SHOWN_INLINE,
            )
        except StoreError as trouble:
            sentence = _("The bytes of this document cannot be delivered at the moment. Please inform the competence centre.")
            raise Undeliverable(sentence) from trouble
        if participants.block_stands_beside(document_id=version.document_id):
            answer["X-Disclosure-Block"] = "1"
        return answer


def _number(text: str) -> int:
    """A number from an address. Raises Http404."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Http404
    return int(text)


def _width(text: str) -> int:
    if not text:
        return 1400
    allowed = range(page_images.NARROWEST, page_images.WIDEST + 1)
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) in allowed):
        raise ValidationError({"width": [_("Please give a width from 50 to 4000 pixels.")]})
    return int(text)
