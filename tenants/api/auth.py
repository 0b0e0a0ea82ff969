"""Tokens for programs: `POST /api/v1/auth/token/`, `POST /api/v1/auth/logout/`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import authenticate, logout
from django.contrib.auth.signals import user_logged_in
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.utils import OpenApiResponse, extend_schema
from knox.models import AuthToken
from rest_framework import serializers
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from foundation.api.answers import problems
from tenants.doors import clerk_of
from tenants.models import User

TOKEN_HOURS = 12
ENDED = OpenApiResponse(description="The token is revoked, or the session has ended.")


class WrongCredentials(APIException):
    """401: name or password is not right; which of them is not said."""

    status_code = 401
    default_code = "wrong_credentials"
    auth_header = "Bearer"


class LoginThrottle(AnonRateThrottle):
    """Per address; per user name axes counts."""

    scope = "login"


class Credentials(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=200, trim_whitespace=False, style={"input_type": "password"})


class Token(serializers.Serializer[Any]):
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


class TokenView(APIView):
    """Exchange user name and password for a token that holds for twelve hours."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (LoginThrottle,)

    @extend_schema(request=Credentials, responses={200: Token, **problems(400, 403, 415, 429)}, tags=["auth"], operation_id="auth_token")
    @method_decorator(sensitive_variables())
    def post(self, request: Request) -> Response:
        given = Credentials(data=request.data)
        given.is_valid(raise_exception=True)
        user = authenticate(request._request, **given.validated_data)
        if not isinstance(user, User):
            raise WrongCredentials(_("The user name or the password is not right."))
        if user.one_time_until is not None:
            raise PermissionDenied(_("Please choose a password of your own first."))
        row, token = AuthToken.objects.create(user, expiry=timedelta(hours=TOKEN_HOURS))
        user_logged_in.send(sender=User, request=request._request, user=user)
        response = Response(Token({"token": token, "expires_at": timezone.localtime(row.expiry)}).data)
        response["Cache-Control"] = "no-store"
        return response


class LogoutView(APIView):
    """End what the call is made with: the token is revoked, or the browser session is over."""

    @extend_schema(request=None, responses={204: ENDED, **problems(403)}, tags=["auth"], operation_id="auth_logout")
    def post(self, request: Request) -> Response:
        if isinstance(request.auth, AuthToken):
            AuthToken.objects.filter(user=clerk_of(request), pk=request.auth.pk).delete()
        else:
            logout(request._request)
        return Response(status=204)
