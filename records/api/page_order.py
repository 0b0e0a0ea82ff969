"""Pages of documents in another order, split off, put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.problems import Conflict
from records import intake, merging, page_making, rearranging, splitting
from records.models import Document, RecordFile
from records.splitting import Piece
from tenants.api.idempotency import once

from . import document_serializers, page_serializers, said
from .answers import IDEMPOTENCY_KEY, problems
from .documents import DocumentsDoor, refused_as
from .doors import require, visible_file

T = TypeVar("T")
REFUSED = problems(400, 403, 404, 409, 415)


class PagesDoor(DocumentsDoor):
    def done(self, act: Callable[[], T], *, field: str) -> T:
        """What an act gives; a refusal is a 409 where the state forbids it (also a signature without confirmation), else a 400 about `field`."""
        try:
            return act()
        except (rearranging.Stale, page_making.CannotTakePages) as refusal:
            raise Conflict(str(refusal)) from refusal
        except splitting.BadTitles as refusal:
            raise ValidationError({f"parts.{place}.title": [sentence] for place, sentence in refusal.errors.items()}) from refusal
        except merging.BadTitle as refusal:
            raise ValidationError({"title": [str(refusal)]}) from refusal
        except rearranging.CannotRearrange as refusal:
            raise ValidationError({field: [str(refusal)]}) from refusal
        except intake.CannotTakeIn as refusal:
            raise refused_as(refusal) from refusal


@extend_schema(tags=["documents"])
class PageOrderDoor(PagesDoor):
    @extend_schema(
        operation_id="documents_rearrange",
        request=page_serializers.OfVersion,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: document_serializers.VersionOut, **REFUSED},
    )
    def rearrange(self, request: Request, id: str) -> Response:
        """Put pages into another order, turn them, leave some out. A new version is made and read; the old one stays with all its pages.

        For PDFs and pictures that have been read. Folio numbers, sticky notes and bookmarks go along with their pages. 409 with who and when
        if the document was changed meanwhile, and where its file does not allow it (encrypted, an XFA form, signed without `despite_signature`).
        """
        return once(request, self._rearrange)

    @extend_schema(
        operation_id="documents_split",
        request=page_serializers.Splitting,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: page_serializers.SplitOut, **REFUSED},
    )
    def split(self, request: Request, id: str) -> Response:
        """Leave `pages` with the document, as a new version, and make a document of each of the `parts`.

        The new ones lie right behind it in paper order and take over register, case, dates, kind, direction, keywords and protection need. All
        is done or nothing.
        """
        return once(request, self._split)

    def _rearrange(self) -> Response:
        document, sent = self.writable(), self.sent(page_serializers.OfVersion)
        version = self.done(
            lambda: rearranging.rearrange(document=document, **self._act(sent)),
            field="pages",
        )
        place = reverse("records_api:version_content", args=[document.public_id, version.number])
        return Response(
            document_serializers.VersionOut(version).data, status=201, headers={"Location": self.request.build_absolute_uri(place)}
        )

    def _split(self) -> Response:
        document, sent = self.writable(), self.sent(page_serializers.Splitting)
        pieces = [
            Piece(
                (part.get("title") or "").strip() or splitting.proposed_title(document, place),
                tuple(page_serializers.chosen(part["pages"])),
            )
            for place, part in enumerate(sent["parts"], start=2)
        ]
        made = self.done(lambda: splitting.split(document=document, pieces=pieces, **self._act(sent)), field="parts")
        rows = {row.pk: row for row in self.get_queryset().filter(pk__in=[one.pk for one in made])}
        return Response({"documents": said.documents([rows[one.pk] for one in made])}, status=201)

    def _act(self, sent: dict[str, Any]) -> dict[str, Any]:
        return {
            "seen": sent["version"],
            "pages": page_serializers.chosen(sent["pages"]),
            "despite_signature": sent["despite_signature"],
            "by": self.clerk,
            "at": self.now,
        }


@extend_schema(tags=["files"])
class MergingDoor(PagesDoor):
    @extend_schema(
        operation_id="files_merge",
        request=page_serializers.Merging,
        parameters=[IDEMPOTENCY_KEY],
        responses={200: document_serializers.DocumentOut, **REFUSED},
    )
    def merge(self, request: Request, id: str) -> Response:
        """Put documents of the file together: the first one gets a new version with the pages of all, the others are cancelled.

        They stay with all their versions and can be restored. Attachments, participants and what is on their pages go along.
        """
        return once(request, lambda: self._merge(require("file_documents", clerk=self.clerk, file=visible_file(self.clerk, id))))

    def _merge(self, file: RecordFile) -> Response:
        sent = self.sent(page_serializers.Merging)
        found = {
            row.public_id: row
            for row in Document.objects.visible_to(self.clerk)
            .standing()
            .filter(file=file, public_id__in=[one["document"] for one in sent["documents"]])
            .select_related("file", "register", "case", "parent", "current__created_by", "checked_out_by")
        }
        missing = [str(one["document"]) for one in sent["documents"] if one["document"] not in found]
        if missing:
            raise ValidationError({"documents": [_("There is no such document in this file: %(id)s") % {"id": missing[0]}]})
        documents = [found[one["document"]] for one in sent["documents"]]
        seen = {found[one["document"]].pk: one["version"] for one in sent["documents"] if "version" in one}
        whole = self.done(
            lambda: merging.merge(
                documents=documents,
                title=sent.get("title", ""),
                seen=seen,
                despite_signature=sent["despite_signature"],
                by=self.clerk,
                at=self.now,
            ),
            field="documents",
        )
        return self.answer(whole.document)
