"""What a person reads about a version: why it could not be read, and what she should know of it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.pages.facts import Failure, NoticeCode
from foundation.pages.sentences import sentence


class WasRead(Protocol):
    """A version, or a row of a list that knows as much of one."""

    @property
    def failure(self) -> str: ...
    @property
    def notices(self) -> list[str]: ...


class Held(Protocol):
    """A document, or a row of a list that knows as much of one."""

    @property
    def checked_out_by(self) -> object: ...
    @property
    def checked_out_at(self) -> datetime | None: ...


INTERRUPTED = "interrupted"
NOT_IN_STORE = "not_in_store"
NO_ROOM = "no_room"
STORE_AWAY = "store_away"
WAITS = "waits"


def failure(version: WasRead) -> str:
    """One sentence on why reading failed; empty if it did not."""
    if not version.failure:
        return ""
    own = {
        INTERRUPTED: _("Reading was interrupted several times. Please have the document read again, or ask the hotline."),
        NOT_IN_STORE: _("The document's bytes are missing in the store. Please inform the competence centre."),
        NO_ROOM: _("There was no room on the disk for a long time. Please inform your administrator, then have the document read again."),
        STORE_AWAY: _(
            "The store could not be reached for a long time. Please inform your administrator, then have the document read again."
        ),
    }
    return own.get(version.failure) or sentence(Failure(version.failure))


def notice(version: WasRead) -> str:
    """What a person should know (encrypted, signed, files inside, wrong ending), as sentences; empty if nothing."""
    own = {WAITS: _("Reading waits: the disk is full, or the store cannot be reached. It goes on by itself.")}
    return " ".join(own.get(code) or sentence(NoticeCode(code)) for code in version.notices)


def held(document: Held) -> str:
    """Who has checked the document out, and since when; empty if nobody has."""
    if document.checked_out_by is None or document.checked_out_at is None:
        return ""
    since = timezone.localtime(document.checked_out_at)
    return _("%(name)s has had this document checked out since %(day)s, %(time)s.") % {
        "name": document.checked_out_by,
        "day": f"{since:%d.%m.%Y}",
        "time": f"{since:%H:%M}",
    }
