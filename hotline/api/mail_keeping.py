"""Doors of the API to mails that did not reach their readers, for staff, and to mail domains, for operators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.answers import problems
from foundation.api.etags import etag_of, quoted, require_match
from foundation.api.problems import Conflict, PreconditionFailed
from hotline import domain_keeping, posting, returning
from hotline.models import MailDomain, OutgoingMail
from tenants.api.doors import IDEMPOTENCY_KEY, IF_MATCH, PAGING, Door
from tenants.api.idempotency import once
from tenants.centre.models import Municipality
from tenants.roles import CentreRole


class UndeliveredOut(serializers.ModelSerializer[OutgoingMail]):
    """A mail that could not be sent (`failed_at`, `trouble`) or came back (`returned_at`; `status` after RFC 3463, `said` by the other server)."""

    id = serializers.UUIDField(source="public_id")
    ticket = serializers.CharField(source="ticket.number")
    status = serializers.CharField(source="returned_status")
    said = serializers.CharField(source="returned_trouble")

    class Meta:
        model = OutgoingMail
        fields = ("id", "ticket", "to_address", "queued_at", "failed_at", "trouble", "returned_at", "status", "said")
        read_only_fields = fields


@extend_schema(tags=["mails"])
class UndeliveredDoor(Door[OutgoingMail]):
    queryset = OutgoingMail.objects.none()
    serializer_class = UndeliveredOut
    ordering = ("-queued_at", "-id")

    def get_queryset(self) -> QuerySet[OutgoingMail]:
        found: QuerySet[OutgoingMail] = OutgoingMail.objects.visible_to(self.clerk).select_related("ticket")
        return found

    @extend_schema(parameters=PAGING, responses={200: UndeliveredOut(many=True), **problems(400)})
    def list(self, request: Request) -> Response:
        """Mails that did not reach their readers and that nobody has seen to; for the hotline's staff, nobody else has any."""
        found = OutgoingMail.objects.visible_to(self.clerk).undelivered().select_related("ticket")
        return self.get_paginated_response(UndeliveredOut(self.paginate_queryset(found), many=True).data)

    @extend_schema(request=None, responses={204: None, **problems(404, 409)})
    def send_again(self, request: Request, id: str) -> Response:
        """Send the mail once more."""
        return self._do(lambda mail: posting.send_again(mail=mail, by=self.clerk, at=self.now))

    @extend_schema(request=None, responses={204: None, **problems(404, 409)})
    def see_to(self, request: Request, id: str) -> Response:
        """Say that somebody has seen to a mail that came back."""
        return self._do(lambda mail: returning.see_to(mail=mail, by=self.clerk, at=self.now))

    def _do(self, act: Callable[[OutgoingMail], Any]) -> Response:
        try:
            act(self.get_object())
        except (posting.CannotSendAgain, returning.CannotSee) as refusal:
            raise Conflict(str(refusal)) from refusal
        return Response(status=204)


class MailDomainOut(serializers.ModelSerializer[MailDomain]):
    """A mail domain, and the short name of the municipality that it belongs to."""

    id = serializers.UUIDField(source="public_id")
    municipality = serializers.CharField(source="municipality.slug")

    class Meta:
        model = MailDomain
        fields = ("id", "domain", "municipality")
        read_only_fields = fields


class MailDomainIn(serializers.Serializer[Any]):
    domain = serializers.CharField(max_length=260)
    municipality = serializers.SlugField(max_length=50)


class MailDomainChange(serializers.Serializer[Any]):
    municipality = serializers.SlugField(max_length=50)


@extend_schema(tags=["mails"])
class MailDomainDoor(Door[MailDomain]):
    """Mail domains, for operators."""

    queryset = MailDomain.objects.none()
    serializer_class = MailDomainOut
    ordering = ("domain",)

    def get_queryset(self) -> QuerySet[MailDomain]:
        found: QuerySet[MailDomain] = MailDomain.objects.select_related("municipality").order_by("domain")
        return found if self.clerk.has_role(CentreRole.OPERATOR) else found.none()

    @extend_schema(parameters=PAGING, responses={200: MailDomainOut(many=True), **problems(400, 404)})
    def list(self, request: Request) -> Response:
        """Which mail domain belongs to which municipality; for operators, for nobody else there is such a list."""
        self._operators_only()
        return self.get_paginated_response(MailDomainOut(self.paginate_queryset(self.get_queryset()), many=True).data)

    @extend_schema(request=MailDomainIn, parameters=[IDEMPOTENCY_KEY], responses={201: MailDomainOut, **problems(400, 404, 409, 415)})
    def create(self, request: Request) -> Response:
        """Say that whoever writes from a domain for the first time belongs to a municipality."""
        self._operators_only()
        return once(request, self._create)

    def _create(self) -> Response:
        sent = self.sent(MailDomainIn)
        town = _town(sent["municipality"])
        made = self._acted(lambda: domain_keeping.add(domain=sent["domain"], municipality=town, by=self.clerk, at=self.now))
        return self._shown(made, status=201)

    @extend_schema(request=MailDomainChange, parameters=[IF_MATCH], responses={200: MailDomainOut, **problems(400, 404, 409, 412, 415)})
    def partial_update(self, request: Request, id: str) -> Response:
        """Give a domain to another municipality. The ETag of a domain comes with the answers that make and change it."""
        found, town = self.get_object(), _town(self.sent(MailDomainChange)["municipality"])
        require_match(request._request, _revision(found))
        seen = found.municipality if "If-Match" in request.headers else None
        changed = self._acted(lambda: domain_keeping.change(domain=found, municipality=town, by=self.clerk, at=self.now, seen=seen))
        return self._shown(changed)

    @extend_schema(responses={204: None, **problems(404, 409)})
    def destroy(self, request: Request, id: str) -> Response:
        """Take a domain from the list."""
        found = self.get_object()
        self._acted(lambda: domain_keeping.remove(domain=found, by=self.clerk, at=self.now))
        return Response(status=204)

    def _shown(self, domain: MailDomain, *, status: int = 200) -> Response:
        return Response(MailDomainOut(domain).data, status=status, headers={"ETag": quoted(_revision(domain))})

    def _operators_only(self) -> None:
        if not self.clerk.has_role(CentreRole.OPERATOR):
            raise NotFound

    def _acted(self, act: Callable[[], Any]) -> Any:
        try:
            return act()
        except domain_keeping.StaleDomain as refusal:
            raise PreconditionFailed from refusal
        except domain_keeping.CannotKeepDomain as refusal:
            if refusal.field:
                raise ValidationError({refusal.field: [str(refusal)]}) from refusal
            raise Conflict(str(refusal)) from refusal


def _revision(domain: MailDomain) -> str:
    return etag_of(domain.domain, domain.municipality.slug)


def _town(slug: str) -> Municipality:
    found = Municipality.objects.filter(slug=slug).first()
    if found is None:
        raise ValidationError({"municipality": [_("There is no municipality with this short name.")]})
    return found
