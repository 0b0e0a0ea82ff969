"""Bearer tokens of programs."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication
from knox.models import AuthToken


class BearerToken(TokenAuthentication):  # type: ignore[misc]
    """knox's, with one query instead of two: the caller's other tokens are swept by housekeeping, not with each of her requests."""

    def _cleanup_token(self, auth_token: AuthToken) -> bool:
        return bool(auth_token.expiry and auth_token.expiry < timezone.now())


class BearerTokenInSchema(KnoxTokenScheme):  # type: ignore[no-untyped-call]
    target_class: Any = BearerToken
