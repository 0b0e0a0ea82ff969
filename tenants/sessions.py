"""Sessions live in the municipality's own database and are signed with its name."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from foundation.statements import Blank, Statement

from . import current


class SessionStore(DatabaseSessions):
    @property
    def key_salt(self) -> str:
        return current.salt("tenants.sessions")

    def _get_session_from_db(self) -> Any:
        """As Django's own, composed once: every request asks."""
        found = current.objects_of(SESSION, key=self.session_key, now=timezone.now())
        if not found:
            self._session_key = None
        return found[0] if found else None


def _session() -> QuerySet[Session]:
    return Session.objects.filter(session_key=Blank("key"), expire_date__gt=Blank("now"))


SESSION = Statement(_session, using=current.alias)
