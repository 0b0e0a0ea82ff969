"""Deadlines as people say them: "in 2 Std. 10 Min.", "überfällig seit 3 Tagen". Words first: no colour says anything that they do not say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Promise, Ticket, Told

MINUTE, HOUR, DAY = 60, 3600, 86_400  # seconds


@dataclass(frozen=True)
class Due:
    """The next deadline of a ticket. `state`: "overdue", "soon" (the desk was warned) or "running"; without a deadline why there is none."""

    promise: str
    at: datetime | None
    words: str
    state: str


def next_due(ticket: Ticket, *, at: datetime) -> Due:
    """What a list says of a ticket's next deadline."""
    promise = ticket.next_promise()
    due = ticket.due(promise) if promise else None
    if promise is None or due is None:
        return Due("", None, _why_none(ticket), "none")
    label = str(Promise(promise).label)
    if due <= at:
        return Due(label, due, _("overdue for %(time)s") % {"time": length((at - due).total_seconds())}, "overdue")
    state = "running" if ticket.told(promise) == Told.NOTHING else "soon"
    return Due(label, due, _("in %(time)s") % {"time": length((due - at).total_seconds())}, state)


def span(start: datetime, end: datetime) -> str:
    """From when until when, in local time."""
    start, end = timezone.localtime(start), timezone.localtime(end)
    return f"{start:%d.%m.%Y %H:%M}–{end:%H:%M}" if start.date() == end.date() else f"{start:%d.%m.%Y %H:%M}–{end:%d.%m.%Y %H:%M}"


def length(seconds: float) -> str:
    """A length of time in its two largest units, cut and never rounded up: nobody is promised time that is not there."""
    if seconds < MINUTE:
        return _("less than a minute")
    if seconds < HOUR:
        return _("%(minutes)d min") % {"minutes": seconds // MINUTE}
    if seconds < DAY:
        hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes} if minutes else _("%(hours)d h") % {"hours": hours}
    days, hours = int(seconds // DAY), int(seconds % DAY // HOUR)
    told = ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    return _("%(days)s %(hours)d h") % {"days": told, "hours": hours} if hours else told


def amount(seconds: int) -> str:
    """An amount of business time: "3 Std. 20 Min.", to the second where it is not whole minutes."""
    minutes, rest = divmod(seconds, MINUTE)
    parts = [_("%(hours)d h") % {"hours": minutes // 60}] if minutes >= 60 else []
    if minutes % 60 or not (parts or rest):
        parts.append(_("%(minutes)d min") % {"minutes": minutes % 60})
    if rest:
        parts.append(_("%(seconds)d s") % {"seconds": rest})
    return " ".join(parts)


def _why_none(ticket: Ticket) -> str:
    if ticket.settled:
        return _("settled")
    if ticket.state == Ticket.State.WAITING:
        return _("stands: waiting for an answer")
    return _("no deadline")
