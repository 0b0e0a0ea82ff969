"""Doors of the API to data protection: exports, anonymising, how long requests are kept."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.answers import problems
from foundation.api.etags import ranged_file_response
from foundation.api.problems import Conflict
from hotline import anonymising, disclosing, protecting, retaining
from hotline.models import PersonExport
from tenants.api.doors import Door, known_id
from tenants.centre.models import Municipality
from tenants.models import User
from tenants.roles import CentreRole

from .doors import TicketsDoor


class ExportOut(serializers.ModelSerializer[PersonExport]):
    """All that is stored about a person, as a ZIP file; `whole` with internal notes, for operators."""

    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = PersonExport
        fields = ("id", "state", "whole", "asked_at", "made_at", "expires_at", "size", "sha256")
        read_only_fields = fields


class NewExport(serializers.Serializer[Any]):
    person = serializers.UUIDField(required=False, help_text="By operators: the contact whom it is about. Left out: the caller.")


class PreviewOut(serializers.Serializer[Any]):
    """What anonymising would do, in numbers. `refusal` says why it cannot be done now; `shared` what other accounts have, too."""

    tickets = serializers.IntegerField()
    messages = serializers.IntegerField()
    files = serializers.IntegerField()
    mails_in = serializers.IntegerField()
    mails_out = serializers.IntegerField()
    callbacks = serializers.IntegerField()
    watched = serializers.IntegerField()
    tokens = serializers.IntegerField()
    refusal = serializers.CharField()
    shared = serializers.ListField(child=serializers.CharField())


class Confirmed(serializers.Serializer[Any]):
    confirmed = serializers.CharField(max_length=200, help_text="The person's name as it is shown, once more.")


class NewRule(serializers.Serializer[Any]):
    municipality = serializers.SlugField(
        required=False, allow_null=True, default=None, help_text="Left out: all without a rule of their own."
    )
    years = serializers.IntegerField(
        required=True, allow_null=True, help_text="After the year in which a request was settled; null: as all others."
    )


class RuleOut(serializers.Serializer[Any]):
    municipality = serializers.CharField()
    years = serializers.IntegerField()


class RetentionOut(serializers.Serializer[Any]):
    """How long requests are kept, and what would go at the next run: `count` in all, `tickets` the numbers of the first hundred."""

    years = serializers.IntegerField()
    municipalities = RuleOut(many=True)
    next_run_at = serializers.DateTimeField()
    count = serializers.IntegerField()
    held = serializers.IntegerField()
    tickets = serializers.ListField(child=serializers.CharField())


class HoldReason(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=retaining.LONGEST_REASON)


@extend_schema(tags=["data protection"])
class ExportDoor(Door[PersonExport]):
    queryset = PersonExport.objects.none()
    serializer_class = ExportOut

    def get_queryset(self) -> QuerySet[PersonExport]:
        found: QuerySet[PersonExport] = PersonExport.objects.visible_to(self.clerk).select_related("person")
        return found

    @extend_schema(request=NewExport, responses={202: ExportOut, **problems(400, 403, 404, 415)})
    def ask(self, request: Request) -> Response:
        """Have an export made: of oneself, or by an operator of a contact. What is being made already is given again."""
        wanted = self.sent(NewExport).get("person")
        person = self.clerk if wanted in (None, self.clerk.public_id) else _contact(self.clerk, str(wanted))
        try:
            made = disclosing.ask(person=person, by=self.clerk, at=self.now)
        except disclosing.CannotDisclose as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        return Response(ExportOut(made).data, status=202)

    @extend_schema(responses={200: ExportOut, **problems(404)})
    def retrieve(self, request: Request, id: str) -> Response:
        return Response(ExportOut(self.get_object()).data)

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY, **problems(404, 409, 416, 503)})
    def content(self, request: Request, id: str) -> HttpResponseBase:
        """The file, once it is ready and until its time is over."""
        found, now = self.get_object(), self.now
        if not found.is_to_be_had(now):
            raise Conflict(_("This export is not ready, or its time is over. Please ask for a new one."))
        return ranged_file_response(
            request._request,
            lambda: disclosing.fetch(export=found, by=self.clerk, at=now),
            size=found.size,
            etag=found.sha256,
            media_type="application/zip",
            name=disclosing.name_of(found),
            inline=False,
        )


@extend_schema(tags=["data protection"])
class AnonymisingDoor(Door[User]):
    queryset = User.objects.none()
    serializer_class = PreviewOut

    @extend_schema(operation_id="contacts_anonymise_preview", responses={200: PreviewOut, **problems(404)})
    def preview(self, request: Request, id: str) -> Response:
        """What anonymising this contact would do; for operators."""
        return Response(PreviewOut(anonymising.preview(person=_contact(self.clerk, id), by=self.clerk)).data)

    @extend_schema(operation_id="contacts_anonymise", request=Confirmed, responses={204: None, **problems(400, 404, 409, 415)})
    def anonymise(self, request: Request, id: str) -> Response:
        """Make a contact unknown for ever; by operators."""
        person = _contact(self.clerk, id)
        try:
            anonymising.anonymise(person=person, **self.sent(Confirmed), by=self.clerk, at=self.now)
        except anonymising.CannotAnonymise as refusal:
            if refusal.field:
                raise ValidationError({refusal.field: [str(refusal)]}) from refusal
            raise Conflict(str(refusal)) from refusal
        return Response(status=204)


@extend_schema(tags=["data protection"])
class RetentionDoor(Door[User]):
    queryset = User.objects.none()
    serializer_class = RetentionOut

    @extend_schema(operation_id="retention_retrieve", responses={200: RetentionOut, **problems(404)})
    def retention(self, request: Request) -> Response:
        """The rules and what would go at the next run; for operators."""
        _operators_only(self.clerk)
        return Response(_retention(self.now))

    @extend_schema(operation_id="retention_rule_set", request=NewRule, responses={200: RetentionOut, **problems(400, 404, 415)})
    def set_rule(self, request: Request) -> Response:
        """Set the rule for all, or for one municipality; by operators."""
        _operators_only(self.clerk)
        sent = self.sent(NewRule)
        town = Municipality.objects.filter(slug=sent["municipality"]).first() if sent["municipality"] else None
        if sent["municipality"] and town is None:
            raise ValidationError({"municipality": [_("There is no such municipality.")]})
        try:
            retaining.set_rule(municipality=town, years=sent["years"], by=self.clerk, at=self.now)
        except retaining.CannotRetain as refusal:
            raise ValidationError({refusal.field or "years": [str(refusal)]}) from refusal
        return Response(_retention(self.now))


@extend_schema(tags=["tickets"])
class HoldDoor(TicketsDoor):
    @extend_schema(request=HoldReason, responses={204: None, **problems(400, 404, 409, 415)})
    def hold(self, request: Request, id: str) -> Response:
        """Keep the ticket whatever its time (legal hold); by operators."""
        return self._do(lambda ticket: retaining.hold(ticket=ticket, **self.sent(HoldReason), by=self.clerk, at=self.now))

    @extend_schema(request=None, responses={204: None, **problems(404, 409)})
    def end_hold(self, request: Request, id: str) -> Response:
        """End the legal hold; by operators."""
        return self._do(lambda ticket: retaining.end_hold(ticket=ticket, by=self.clerk, at=self.now))

    def _do(self, act: Any) -> Response:
        ticket = self.get_object()
        _operators_only(self.clerk)
        try:
            act(ticket)
        except retaining.CannotRetain as refusal:
            if refusal.field:
                raise ValidationError({refusal.field: [str(refusal)]}) from refusal
            raise Conflict(str(refusal)) from refusal
        return Response(status=204)


def _operators_only(person: User) -> None:
    """To everybody else it does not exist."""
    if not protecting.is_operator(person):
        raise NotFound


def _contact(by: User, id: str) -> User:
    _operators_only(by)
    people = User.objects.get_queryset().filter(public_id=known_id(id), groups__name=CentreRole.REQUESTER, is_guest=False)
    found = people.distinct().first()
    if found is None:
        raise NotFound
    return found


def _retention(now: Any) -> dict[str, Any]:
    rules, preview = retaining.rules(), retaining.preview(at=now)
    towns = dict(Municipality.objects.filter(pk__in=rules.own).order_by("slug").values_list("pk", "slug"))
    data = {
        "years": rules.years,
        "municipalities": [{"municipality": slug, "years": rules.own[key]} for key, slug in towns.items()],
        "next_run_at": preview.at,
        "count": preview.count,
        "held": preview.held,
        "tickets": [ticket.number for ticket in preview.tickets],
    }
    return dict(RetentionOut(data).data)
