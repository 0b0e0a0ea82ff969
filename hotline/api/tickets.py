"""Doors of the API to tickets and to what is said on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.answers import problems
from foundation.api.etags import require_match
from foundation.api.problems import Conflict
from hotline import acquainting, answering, bundling, handling, overview, searching, taking_in
from hotline.models import Message, Tag, Ticket
from hotline.models.tickets import STAFF
from tenants.api.doors import IDEMPOTENCY_KEY, IF_MATCH, PAGING, Door, known_id
from tenants.api.idempotency import once

from .doors import TicketsDoor, kept
from .serializers import AssignedOut, MessageOut, NewMessage, NewTicket, Reason, TagOut, TicketChange, TicketFilters, TicketOut

FOR_STAFF = ("kind", "municipality", "requester", "caller")


@extend_schema(tags=["tickets"])
class TicketDoor(TicketsDoor):
    ordering = ("-created_at", "-id")

    @extend_schema(parameters=[TicketFilters, *PAGING], responses={200: TicketOut(many=True), **problems(400, 403)})
    def list(self, request: Request) -> Response:
        """Tickets, the newest first: all for staff, own and watched ones for everybody else."""
        asked = self.asked(TicketFilters)
        question = asked.pop("q", "")
        names = {
            "state": "state",
            "municipality": "municipality__slug",
            "queue": "queue__key",
            "assignee": "assignee__username",
            "tag": "tags__name__iexact",
        }
        own_queues, call_back = asked.pop("own_queues", False), asked.pop("call_back", "")
        if "tag" in asked or own_queues or call_back:
            self.require_staff()
        more = {"warteschlange": overview.MINE if own_queues else "", "rueckruf": {"open": "offen", "due": "jetzt"}.get(call_back, "")}
        found = overview.narrowed(self.get_queryset(), person=self.clerk, asked=more, at=self.now)
        found = found.filter(**{names[name]: value for name, value in asked.items()})
        if question:
            try:
                found = searching.tickets(found, person=self.clerk, text=question)
            except searching.CannotSearch as refusal:
                raise ValidationError({"q": [str(refusal)]}) from refusal
        return self.get_paginated_response(TicketOut(self.paginate_queryset(found), many=True, context=self.told()).data)

    @extend_schema(
        request={"application/json": NewTicket, "multipart/form-data": NewTicket},
        parameters=[IDEMPOTENCY_KEY],
        responses={201: TicketOut, **problems(400, 403, 409, 413, 415)},
    )
    def create(self, request: Request) -> Response:
        """Ask the hotline for help; staff may do so for somebody who called."""
        return once(request, self._create)

    @extend_schema(responses={200: TicketOut, **problems(404)})
    def retrieve(self, request: Request, id: str) -> Response:
        return self.answer(self.get_object())

    @extend_schema(request=TicketChange, parameters=[IF_MATCH], responses={200: AssignedOut, **problems(400, 403, 404, 409, 412, 415)})
    def partial_update(self, request: Request, id: str) -> Response:
        """Give the ticket to a member of staff, into another queue, another priority, exactly these tags; by staff.

        Somebody of another team gets it all the same, as on the screen; `notice` says so.
        """
        ticket, sent = self.of_staff(), self.sent(TicketChange)
        require_match(request._request, ticket.etag)
        before = (ticket.assignee_id, ticket.queue_id)
        found = self.do(lambda: handling.put(ticket=ticket, seen=ticket.revision, **sent, by=self.clerk, at=self.now))
        return self.answer_assigned(found, changed=(found.assignee_id, found.queue_id) != before)

    @extend_schema(request=None, responses={200: AssignedOut, **problems(403, 404, 409)})
    def take(self, request: Request, id: str) -> Response:
        """Take the ticket: it is the caller's now."""
        ticket = self.of_staff()
        return self.answer_assigned(self.do(lambda: handling.take(ticket=ticket, by=self.clerk, at=self.now)))

    @extend_schema(request=None, responses={200: AssignedOut, 204: None, **problems(403)})
    def take_next(self, request: Request) -> Response:
        """Take the most urgent ticket that is nobody's; 204 if none waits. By staff."""
        self.require_staff()
        ticket = handling.next_for(by=self.clerk, at=self.now)
        return Response(status=204) if ticket is None else self.answer_assigned(ticket)

    @extend_schema(request=None, responses={200: TicketOut, **problems(404, 409)})
    def close(self, request: Request, id: str) -> Response:
        """Close the ticket: the matter is settled."""
        ticket = self.get_object()
        return self.answer(self.do(lambda: handling.close(ticket=ticket, by=self.clerk, at=self.now)))

    @extend_schema(request=Reason, responses={200: TicketOut, **problems(400, 404, 409, 415)})
    def reopen(self, request: Request, id: str) -> Response:
        """Take a settled ticket up again, within 14 days of its being solved; after that a new one `follows` it."""
        ticket, reason = self.get_object(), self.sent(Reason)["reason"]
        return self.answer(self.do(lambda: handling.reopen(ticket=ticket, reason=reason, by=self.clerk, at=self.now)))

    def _create(self) -> Response:
        if not self.clerk.has_role(*STAFF) and self._speaks_for_others():
            raise PermissionDenied(_("Only the hotline's staff can take in a request for somebody else."))
        sent = self.sent(NewTicket)
        if "follows" in sent:
            sent["follows"] = self.named("follows", sent["follows"])
        files = kept(self.request, sent.pop("attachments", []))
        try:
            ticket = taking_in.open_ticket(**sent, files=files, by=self.clerk, at=self.now)
        except taking_in.CannotTakeIn as refusal:
            raise ValidationError({refusal.field: [str(refusal)]}) from refusal
        except acquainting.AlreadyKnown as known:
            usernames = ", ".join(person.username for person in known.people)
            raise Conflict(f"{known} ({usernames})") from known
        except acquainting.CannotAcquaint as refusal:
            raise ValidationError({"caller": {refusal.field: [str(refusal)]}}) from refusal
        return self.answer(ticket, status=201)

    def _speaks_for_others(self) -> bool:
        sent: Any = self.request.data
        return isinstance(sent, Mapping) and any(sent.get(name) for name in FOR_STAFF)


@extend_schema(tags=["tickets"])
class TagDoor(Door[Tag]):
    queryset = Tag.objects.none()
    serializer_class = TagOut
    ordering = ("name", "id")

    def get_queryset(self) -> QuerySet[Tag]:
        if not self.clerk.has_role(*STAFF):
            raise PermissionDenied(_("This is for the hotline's staff."))
        found: QuerySet[Tag] = Tag.objects.all()
        return found

    @extend_schema(parameters=PAGING, responses={200: TagOut(many=True), **problems(400, 403)})
    def list(self, request: Request) -> Response:
        """The tags that operators keep, by name; by staff."""
        return self.get_paginated_response(TagOut(self.paginate_queryset(self.get_queryset()), many=True).data)


@extend_schema(tags=["tickets"])
class MessageDoor(Door[Message]):
    queryset = Message.objects.none()
    serializer_class = MessageOut
    ordering = ("at", "id")

    def get_queryset(self) -> QuerySet[Message]:
        ticket = self.ticket()
        found: QuerySet[Message] = Message.objects.read_on(ticket.merged_into or ticket, self.clerk).for_reading()
        return found

    @extend_schema(operation_id="tickets_messages_list", parameters=PAGING, responses={200: MessageOut(many=True), **problems(404)})
    def list(self, request: Request, id: str) -> Response:
        """What was said, the oldest first; internal notes are shown to staff only. Of a merged ticket, what is said where it goes on."""
        return self.get_paginated_response(
            MessageOut(self.paginate_queryset(self.get_queryset()), many=True, context={"request": request}).data
        )

    @extend_schema(
        operation_id="tickets_messages_create",
        request={"application/json": NewMessage, "multipart/form-data": NewMessage},
        parameters=[IDEMPOTENCY_KEY],
        responses={201: MessageOut, **problems(400, 403, 404, 409, 413, 415)},
    )
    def create(self, request: Request, id: str) -> Response:
        """Reply; staff also write internal notes and telephone entries.

        What is closed, or was solved more than 14 days ago, takes no reply (409): a new ticket `follows` it.
        """
        return once(request, self._create)

    def ticket(self) -> Ticket:
        """The ticket of the address. Raises NotFound."""
        found: Ticket | None = (
            Ticket.objects.visible_to(self.clerk).filter(public_id=known_id(self.kwargs["id"])).select_related("merged_into").first()
        )
        if found is None:
            raise NotFound
        return found

    def _create(self) -> Response:
        ticket, sent = self.ticket(), self.sent(NewMessage)
        if (sent["kind"] != Message.Kind.REPLY or sent["children"]) and not self.clerk.has_role(*STAFF):
            raise PermissionDenied(_("Only the hotline's staff write notes and telephone entries."))
        said: dict[str, Any] = {name: sent[name] for name in ("kind", "body", "then") if name in sent}
        said["files"] = kept(self.request, sent.get("attachments", []))
        try:
            if sent["children"] and said.pop("kind") == Message.Kind.REPLY:
                message = bundling.answer_all(ticket=ticket, **said, by=self.clerk, at=self.now)[0]
            else:
                message = answering.say(ticket=ticket, **said, by=self.clerk, at=self.now)
        except answering.CannotAnswer as refusal:
            if refusal.field:
                raise ValidationError({refusal.field: [str(refusal)]}) from refusal
            raise Conflict(str(refusal)) from refusal
        return Response(MessageOut(message, context={"request": self.request}).data, status=201)
