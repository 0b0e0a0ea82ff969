"""Cases and participants of a file."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.etags import quoted
from records import cases, facts, participants
from records.models import Case, Document, Participant, RecordFile
from tenants.api.idempotency import once

from . import file_serializers
from . import life_serializers as said
from .answers import IDEMPOTENCY_KEY, IF_MATCH, PAGING, problems
from .case_serializers import CaseOut, NewCase, ParticipantIn, ParticipantOut
from .documents import case_of
from .doors import require_current
from .fact_doors import FactDoor, refusals

ACT: dict[Any, Any] = {200: CaseOut, **problems(403, 404, 409, 415)}
REASONED: dict[Any, Any] = {200: CaseOut, **problems(400, 403, 404, 409, 415)}


@extend_schema(tags=["cases"])
class CaseDoor(FactDoor[Case]):
    """Cases (Vorgänge) of a file."""

    queryset = Case.objects.none()
    serializer_class = CaseOut
    ordering = ("number", "id")

    def rows(self, file: RecordFile) -> QuerySet[Case]:
        return cases.cases_of(file).select_related("file")

    @extend_schema(operation_id="files_cases", parameters=PAGING, responses={200: CaseOut(many=True), **problems(400, 404)})
    def list(self, request: Request, id: str) -> Response:
        """Cases of the file in their order, closed and cancelled ones too."""
        page = self.paginate_queryset(self.rows(self.file()).order_by())
        return self.get_paginated_response(CaseOut(page, many=True).data)

    @extend_schema(
        operation_id="files_cases_create",
        request=NewCase,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: CaseOut, **problems(400, 403, 404, 409, 415)},
    )
    def create(self, request: Request, id: str) -> Response:
        """Open a case. Its number runs in the file and is never given again."""
        return once(request, self._create)

    @extend_schema(operation_id="files_case", responses={200: CaseOut, **problems(404)})
    def retrieve(self, request: Request, id: str, case: str) -> Response:
        return self.shown(self.one(self.rows(self.file()), "case"))

    @extend_schema(
        operation_id="files_case_edit",
        request=NewCase,
        parameters=[IF_MATCH],
        responses={200: CaseOut, **problems(400, 403, 404, 409, 412, 415)},
    )
    def partial_update(self, request: Request, id: str, case: str) -> Response:
        """Give the case another title."""
        found = self.found()
        title = self.sent(NewCase)["title"]
        require_current(request, etag_of(found), said=lambda: facts.changed(object_id=found.public_id))
        revision = found.revision if "If-Match" in request.headers else None
        with refusals():
            return self.answer(cases.rename_case(case=found, title=title, revision=revision, by=self.clerk, at=self.now))

    @extend_schema(operation_id="files_case_close", request=None, responses=ACT)
    def close(self, request: Request, id: str, case: str) -> Response:
        """Close the case: nothing is filed in it any more."""
        with refusals():
            return self.answer(cases.close_case(case=self.found(), by=self.clerk, at=self.now))

    @extend_schema(operation_id="files_case_reopen", request=file_serializers.Reason, responses=REASONED)
    def reopen(self, request: Request, id: str, case: str) -> Response:
        """Open a closed case again, with a reason."""
        found, reason = self.found(), self.sent(file_serializers.Reason)["reason"]
        with refusals():
            return self.answer(cases.reopen_case(case=found, reason=reason, by=self.clerk, at=self.now))

    @extend_schema(operation_id="files_case_cancel", request=file_serializers.Reason, responses=REASONED)
    def cancel(self, request: Request, id: str, case: str) -> Response:
        """Cancel an empty case, with a reason: it stays, marked."""
        found, reason = self.found(), self.sent(file_serializers.Reason)["reason"]
        with refusals():
            return self.answer(cases.cancel_case(case=found, reason=reason, by=self.clerk, at=self.now))

    @extend_schema(operation_id="files_case_restore", request=said.OptionalReason, responses=REASONED)
    def restore(self, request: Request, id: str, case: str) -> Response:
        """Take a cancellation back: the case is what it was, open or closed, with its number."""
        found, reason = self.found(), self.sent(said.OptionalReason).get("reason", "")
        with refusals():
            return self.answer(cases.restore_case(case=found, reason=reason, by=self.clerk, at=self.now))

    def found(self) -> Case:
        """The case of the address, if the caller may change its file."""
        case: Case = self.one(self.rows(self.writable()), "case")
        return case

    def answer(self, case: Case, **options: Any) -> Response:
        return self.shown(self.rows(case.file).get(pk=case.pk), **options)

    def shown(self, case: Case, **options: Any) -> Response:
        headers = {"ETag": quoted(etag_of(case)), **options.pop("headers", {})}
        return Response(CaseOut(case).data, headers=headers, **options)

    def _create(self) -> Response:
        file, title = self.writable(), self.sent(NewCase)["title"]
        with refusals():
            case = cases.create_case(file=file, title=title, by=self.clerk, at=self.now)
        location = self.request.build_absolute_uri(reverse("records_api:case", args=[file.public_id, case.public_id]))
        return self.answer(case, status=201, headers={"Location": location})


@extend_schema(tags=["participants"])
class ParticipantDoor(FactDoor[Participant]):
    """Participants (Beteiligte) of a file, its cases and documents."""

    queryset = Participant.objects.none()
    serializer_class = ParticipantOut
    ordering = ("id",)

    def rows(self, file: RecordFile) -> QuerySet[Participant]:
        return participants.participants_of(file).select_related("file", "case", "document")

    @extend_schema(operation_id="files_participants", parameters=PAGING, responses={200: ParticipantOut(many=True), **problems(400, 404)})
    def list(self, request: Request, id: str) -> Response:
        page = self.paginate_queryset(self.rows(self.file()).order_by())
        return self.get_paginated_response(ParticipantOut(page, many=True).data)

    @extend_schema(
        operation_id="files_participants_create",
        request=ParticipantIn,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ParticipantOut, **problems(400, 403, 404, 409, 415)},
    )
    def create(self, request: Request, id: str) -> Response:
        return once(request, self._create)

    @extend_schema(operation_id="files_participant", responses={200: ParticipantOut, **problems(404)})
    def retrieve(self, request: Request, id: str, participant: str) -> Response:
        return self.shown(self.one(self.rows(self.file()), "participant"))

    @extend_schema(
        operation_id="files_participant_edit",
        request=ParticipantIn,
        parameters=[IF_MATCH],
        responses={200: ParticipantOut, **problems(400, 403, 404, 409, 412, 415)},
    )
    def partial_update(self, request: Request, id: str, participant: str) -> Response:
        file = self.writable()
        found = self.one(self.rows(file), "participant")
        sent = self.sent(ParticipantIn, partial=True)
        mark = participants.mark_of(found)
        require_current(request, mark, said=lambda: facts.changed(object_id=found.public_id))
        kept = {name: getattr(found, name) for name in participants.FIELDS}
        particulars = _particulars(file, {**kept, **_looked_up(file, sent)})
        checked = mark if "If-Match" in request.headers else None
        with refusals():
            participants.change_participant(participant=found, particulars=particulars, mark=checked, by=self.clerk, at=self.now)
        return self.shown(self.rows(file).get(pk=found.pk))

    @extend_schema(operation_id="files_participant_remove", request=None, responses={204: None, **problems(403, 404, 409)})
    def remove(self, request: Request, id: str, participant: str) -> Response:
        """Take the participant out of the file. The journal keeps who it was."""
        found = self.one(self.rows(self.writable()), "participant")
        with refusals():
            participants.remove_participant(participant=found, by=self.clerk, at=self.now)
        return Response(status=204)

    def shown(self, participant: Participant, **options: Any) -> Response:
        headers = {"ETag": quoted(participants.mark_of(participant)), **options.pop("headers", {})}
        return Response(ParticipantOut(participant).data, headers=headers, **options)

    def _create(self) -> Response:
        file = self.writable()
        particulars = _particulars(file, _looked_up(file, self.sent(ParticipantIn)))
        with refusals():
            made = participants.add_participant(file=file, particulars=particulars, by=self.clerk, at=self.now)
        location = self.request.build_absolute_uri(reverse("records_api:participant", args=[file.public_id, made.public_id]))
        return self.shown(self.rows(file).get(pk=made.pk), status=201, headers={"Location": location})


def etag_of(case: Case) -> str:
    return f"{case.public_id}.{case.revision}"


def _looked_up(file: RecordFile, sent: dict[str, Any]) -> dict[str, Any]:
    """What was sent, with the case and the document that it names. Raises ValidationError."""
    found = dict(sent)
    if "case" in sent:
        found["case"] = case_of(file, sent["case"])
    if sent.get("document"):
        found["document"] = Document.objects.filter(file=file, public_id=sent["document"], cancelled_at__isnull=True).first()
        if found["document"] is None:
            raise ValidationError({"document": [_("This document does not exist in the file.")]})
    return found


def _particulars(file: RecordFile, given: dict[str, Any]) -> participants.Particulars:
    return participants.Particulars(**given)
