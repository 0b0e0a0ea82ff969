"""Browser sessions at the API, with CSRF and 401 (not 403) for strangers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request


class BrowserSession(SessionAuthentication):
    def enforce_csrf(self, request: Request) -> None:
        """Raises PermissionDenied with a sentence for a person: Django's reason is for developers, and English."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied as refusal:
            raise PermissionDenied(
                _("The call lacks the CSRF token of this session (header X-CSRFToken), or comes from elsewhere. Nothing was changed.")
            ) from refusal

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class BrowserSessionInSchema(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = BrowserSession
    name = "browserSession"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        from django.conf import settings

        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
