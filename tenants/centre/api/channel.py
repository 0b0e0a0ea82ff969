"""The channel's doors: each takes one signed message of a node. Who is not believed gets 401 and no reason; the log has it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from foundation import signed
from foundation.api.answers import problems
from tenants import channel, identity
from tenants.centre import admitting, checking, ordering, receiving, rotating
from tenants.centre.models import Site


class NotBelieved(APIException):
    """401: the message is not from a site that the centre knows, or is not good (any more)."""

    status_code = 401
    default_code = "not_believed"
    auth_header = "Bearer"

    def __init__(self) -> None:
        super().__init__(_("The message is not from a confirmed site, or is no longer valid. The centre's log says why."))


class JoinThrottle(AnonRateThrottle):
    """Strangers may ask, but not all day long."""

    scope = "join"


class SignedMessage(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=signed.LONGEST_TOKEN, help_text="A signed message (JWT, EdDSA); `typ` says what it is for.")


class SignedAnswer(serializers.Serializer[Any]):
    token = serializers.CharField(help_text="The centre's answer (JWT, EdDSA).")


class Welcome(serializers.Serializer[Any]):
    site = serializers.CharField(help_text="The site as the centre calls it.")


class Received(serializers.Serializer[Any]):
    received = serializers.ListField(child=serializers.UUIDField(), help_text="The messages that are kept now.")


class Orders(serializers.Serializer[Any]):
    orders = serializers.ListField(child=serializers.CharField(), help_text="Signed orders (JWT, EdDSA).")
    key = serializers.CharField(help_text="The thumbprint (RFC 7638) of the key that the centre signs with.")
    succession = serializers.ListField(
        child=serializers.CharField(),
        help_text="What the centre says of its next keys since the one that the site knows, each signed (JWT, EdDSA).",
    )


class ChannelView(APIView):
    """A door of the channel: the signed message is all the proof there is."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def sent(self) -> str:
        given = SignedMessage(data=self.request.data)
        given.is_valid(raise_exception=True)
        return str(given.validated_data["token"])

    def checked(self, purpose: str) -> tuple[Site, signed.Signed]:
        """The site that sent this, and what it says. Raises NotBelieved."""
        try:
            return checking.checked(self.sent(), purpose=purpose, at=timezone.now())
        except signed.Refused as refusal:
            raise NotBelieved from refusal


class JoinView(ChannelView):
    """Ask to be let in; an operator confirms it by the code."""

    throttle_classes = (JoinThrottle,)

    @extend_schema(
        request=SignedMessage, responses={200: SignedAnswer, **problems(400, 401, 415, 429)}, tags=["channel"], operation_id="channel_join"
    )
    def post(self, request: Request) -> Response:
        try:
            return Response({"token": admitting.ask(token=self.sent(), at=timezone.now())})
        except signed.Refused as refusal:
            raise NotBelieved from refusal


class HelloView(ChannelView):
    """Tell a node that the centre is there and knows it."""

    @extend_schema(
        request=SignedMessage, responses={200: Welcome, **problems(400, 401, 415)}, tags=["channel"], operation_id="channel_hello"
    )
    def post(self, request: Request) -> Response:
        site, _told = self.checked(channel.HELLO)
        return Response({"site": site.name})


class MessagesView(ChannelView):
    """Take in the messages of one municipality; the node sends again what is not among the received."""

    @extend_schema(
        request=SignedMessage, responses={200: Received, **problems(400, 401, 415)}, tags=["channel"], operation_id="channel_messages"
    )
    def post(self, request: Request) -> Response:
        site, told = self.checked(channel.MESSAGES)
        try:
            return Response({"received": receiving.receive(site=site, claims=told.claims, at=timezone.now())})
        except signed.Refused as refusal:
            raise NotBelieved from refusal


class OrdersView(ChannelView):
    """Give a node its orders: each once more until it is answered, or has expired."""

    @extend_schema(
        request=SignedMessage, responses={200: Orders, **problems(400, 401, 415)}, tags=["channel"], operation_id="channel_orders"
    )
    def post(self, request: Request) -> Response:
        site, told = self.checked(channel.ASKING)
        now = timezone.now()
        knows_key = told.claims.get("centre_key")
        admitting.heard_of(site=site, version=told.claims.get("version"), knows_key=knows_key, at=now)
        return Response(
            {
                "orders": ordering.signed_for(site=site, at=now),
                "key": identity.mine().signing(now).kid,
                "succession": rotating.said_since(knows_key),
            }
        )


class KeysView(ChannelView):
    """Bring in a node's next key."""

    @extend_schema(request=SignedMessage, responses={204: None, **problems(400, 401, 415)}, tags=["channel"], operation_id="channel_keys")
    def post(self, request: Request) -> Response:
        try:
            admitting.change_key(token=self.sent(), at=timezone.now())
        except signed.Refused as refusal:
            raise NotBelieved from refusal
        return Response(status=204)
