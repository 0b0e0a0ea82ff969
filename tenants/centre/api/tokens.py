"""A token for programs of a person who was handed over: she has no password to exchange for one."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from knox.models import AuthToken
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.api.answers import problems
from tenants.api.auth import TOKEN_HOURS, Token
from tenants.api.sessions import BrowserSession
from tenants.centre import arriving
from tenants.doors import clerk_of


class HandoffTokenView(APIView):
    """Issue a token that holds for twelve hours, in a session that began with a handover. It ends with the contact and with her site."""

    authentication_classes = (BrowserSession,)

    @extend_schema(request=None, responses={200: Token, **problems(403)}, tags=["auth"], operation_id="handoff_token")
    def post(self, request: Request) -> Response:
        if arriving.brought(request.session) is None:
            raise PermissionDenied(_("Only who was handed over by her municipality gets a token here."))
        row, token = AuthToken.objects.create(clerk_of(request), expiry=timedelta(hours=TOKEN_HOURS))
        response = Response(Token({"token": token, "expires_at": timezone.localtime(row.expiry)}).data)
        response["Cache-Control"] = "no-store"
        return response
