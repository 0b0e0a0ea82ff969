"""Doors of the API to watching, merging, splitting and linking."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.answers import problems
from hotline import linking, merging, splitting, watching
from hotline.models import Message, Ticket
from hotline.models.tickets import STAFF
from tenants.api.doors import IDEMPOTENCY_KEY, Door
from tenants.api.idempotency import once

from .doors import TicketsDoor, acted
from .serializers import LinkedOut, MessageOut, NewSubject, OtherTicket, TicketOut


@extend_schema(tags=["tickets"])
class JoiningDoor(TicketsDoor):
    @extend_schema(request=None, responses={204: None, **problems(404, 409)})
    def watch(self, request: Request, id: str) -> Response:
        """Watch the ticket: it stays among the watched ones."""
        ticket = self.get_object()
        self.do(lambda: watching.watch(ticket=ticket, by=self.clerk, at=self.now))
        return Response(status=204)

    @extend_schema(request=None, responses={204: None, **problems(404)})
    def unwatch(self, request: Request, id: str) -> Response:
        """Watch the ticket no longer."""
        watching.unwatch(ticket=self.get_object(), by=self.clerk, at=self.now)
        return Response(status=204)

    @extend_schema(request=OtherTicket, responses={200: TicketOut, **problems(400, 403, 404, 409, 415)})
    def merge(self, request: Request, id: str) -> Response:
        """Merge the ticket into another one, where everything goes on; by staff. It can be undone."""
        ticket, other = self.of_staff(), self._other()
        self.do(lambda: merging.merge(ticket=ticket, into=other, by=self.clerk, at=self.now))
        return self.answer(ticket)

    @extend_schema(request=None, responses={200: TicketOut, **problems(403, 404, 409)})
    def unmerge(self, request: Request, id: str) -> Response:
        """Take a merged ticket out again; by staff."""
        ticket = self.of_staff()
        return self.answer(self.do(lambda: merging.undo(ticket=ticket, by=self.clerk, at=self.now)))

    @extend_schema(responses={200: LinkedOut, **problems(403, 404)})
    def links(self, request: Request, id: str) -> Response:
        """The tickets that have to do with this one; for staff."""
        return self._linked(self.of_staff())

    @extend_schema(request=OtherTicket, responses={200: LinkedOut, **problems(400, 403, 404, 409, 415)})
    def link(self, request: Request, id: str) -> Response:
        """Say that the ticket has to do with another one; by staff."""
        ticket, other = self.of_staff(), self._other()
        self.do(lambda: linking.link(ticket=ticket, other=other, by=self.clerk, at=self.now))
        return self._linked(ticket)

    @extend_schema(request=OtherTicket, responses={200: LinkedOut, **problems(400, 403, 404, 409, 415)})
    def unlink(self, request: Request, id: str) -> Response:
        """Take a link away; by staff."""
        ticket, other = self.of_staff(), self._other()
        self.do(lambda: linking.unlink(ticket=ticket, other=other, by=self.clerk, at=self.now))
        return self._linked(ticket)

    @extend_schema(request=OtherTicket, responses={200: TicketOut, **problems(400, 403, 404, 409, 415)})
    def put_below(self, request: Request, id: str) -> Response:
        """Put the ticket below another one, whose answer can reach it too; by staff."""
        ticket, other = self.of_staff(), self._other()
        return self.answer(self.do(lambda: linking.put_below(ticket=ticket, parent=other, by=self.clerk, at=self.now)))

    @extend_schema(request=None, responses={200: TicketOut, **problems(403, 404, 409)})
    def release(self, request: Request, id: str) -> Response:
        """Let the ticket stand by itself again; by staff."""
        ticket = self.of_staff()
        return self.answer(self.do(lambda: linking.release(ticket=ticket, by=self.clerk, at=self.now)))

    def _other(self) -> Ticket:
        return self.named("ticket", self.sent(OtherTicket)["ticket"])

    def _linked(self, ticket: Ticket) -> Response:
        return Response({"linked": [one.public_id for one in linking.linked_with(ticket)]})


@extend_schema(tags=["tickets"])
class SplittingDoor(Door[Message]):
    queryset = Message.objects.none()
    serializer_class = MessageOut

    def get_queryset(self) -> QuerySet[Message]:
        found: QuerySet[Message] = Message.objects.visible_to(self.clerk).select_related("ticket")
        return found

    @extend_schema(request=NewSubject, parameters=[IDEMPOTENCY_KEY], responses={201: TicketOut, **problems(400, 403, 404, 409, 415)})
    def split(self, request: Request, id: str) -> Response:
        """Move the message into a ticket of its own, of whoever wrote it; by staff."""
        return once(request, self._split)

    def _split(self) -> Response:
        message = self.get_object()
        if not self.clerk.has_role(*STAFF):
            raise PermissionDenied(_("This is for the hotline's staff."))
        subject = self.sent(NewSubject)["subject"]
        new = acted(lambda: splitting.split(message=message, subject=subject, by=self.clerk, at=self.now))
        return Response(TicketOut(new).data, status=201)
