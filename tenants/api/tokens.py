"""Bearer tokens of programs."""

from __future__ import annotations

from hmac import compare_digest
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.models import AuthToken
from knox.settings import CONSTANTS
from rest_framework.exceptions import AuthenticationFailed

from foundation.statements import Blank, Statement, columns
from tenants import current
from tenants.models import User

COLUMNS, OF_USER = columns(AuthToken), columns(User)
TOKENS = Statement(
    lambda: AuthToken.objects.filter(token_key=Blank("key")).values_list(*COLUMNS, *(f"user__{name}" for name in OF_USER)),
    using=current.alias,
)


class BearerToken(TokenAuthentication):  # type: ignore[misc]
    """knox's rules, with one prepared query. The caller's other tokens are swept by housekeeping, not with each of her requests."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, AuthToken]:
        """Raises AuthenticationFailed for a token that is unknown, expired or revoked, or whose owner may not sign in any more, or is a guest."""
        try:
            written = token.decode()
        except UnicodeDecodeError as fault:
            raise AuthenticationFailed(_("Invalid token.")) from fault
        for found in _tokens(written[: CONSTANTS.TOKEN_KEY_LENGTH]):
            expired = found.expiry is not None and found.expiry < timezone.now()
            if not expired and not found.user.is_guest and compare_digest(hash_token(written), found.digest):
                accepted: tuple[User, AuthToken] = self.validate_user(found)
                return accepted
        raise AuthenticationFailed(_("Invalid token."))


def _tokens(key: str) -> list[AuthToken]:
    """Tokens that begin so, each with its owner."""
    alias, tokens = current.alias(), []
    for row in current.rows_of(TOKENS, key=key):
        token = AuthToken.from_db(alias, COLUMNS, row[: len(COLUMNS)])
        token.user = User.from_db(alias, OF_USER, row[len(COLUMNS) :])
        tokens.append(token)
    return tokens


class BearerTokenInSchema(KnoxTokenScheme):  # type: ignore[no-untyped-call]
    target_class: Any = BearerToken
