"""A token for programs of a person who was handed over: she has no password to exchange for one."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.api.answers import problems
from tenants.api.auth import Token
from tenants.api.sessions import BrowserSession
from tenants.centre import arriving, issuing
from tenants.doors import clerk_of


class HandoffTokenView(APIView):
    """Issue a token that holds for twelve hours, in a session that began with a handover. It ends with the contact and with her site."""

    authentication_classes = (BrowserSession,)

    @extend_schema(request=None, responses={200: Token, **problems(403)}, tags=["auth"], operation_id="handoff_token")
    def post(self, request: Request) -> Response:
        try:
            row, token = issuing.issue(by=clerk_of(request), brought=arriving.brought(request.session) is not None, at=timezone.now())
        except issuing.CannotIssue as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        response = Response(Token({"token": token, "expires_at": timezone.localtime(row.expiry)}).data)
        response["Cache-Control"] = "no-store"
        return response
