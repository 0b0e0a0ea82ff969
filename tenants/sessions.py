"""Sessions live in the municipality's own database and are signed with its name."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions

from . import current


class SessionStore(DatabaseSessions):
    @property
    def key_salt(self) -> str:
        return current.salt("tenants.sessions")
