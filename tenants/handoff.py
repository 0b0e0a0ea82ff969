"""A clerk asks for help: she is handed over to the competence centre with what it needs to help her, and nothing of her files.

What is sent is shown to her before, entered as a message that left the house, signed by the node's key, and good for one use within 60 seconds.
Never in it: contents, titles, references, ids of records, or what was searched for. The screen is told by the *name* of its route, never by its address.
"""

from __future__ import annotations

import concurrent.futures
import functools
import logging
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation import signed

from . import channel, current, joining, outgoing, substitution
from .models import Office, User
from .roles import Role

logger = logging.getLogger(__name__)
KIND = "handoff"
HELP, TRAINING = LANDINGS = ("help", "training")  # where she arrives; the centre knows the addresses (ARRIVALS_LAND_AT)
LONGEST = 200  # characters of an office's name
MOST_OFFICES = 100  # that are told
ERROR_ID = re.compile(r"[0-9a-f]{8}")
SECONDS = 1.0  # that she waits at most to hear whether the centre is there
SECONDS_OF_REST = 30.0  # after it was not; nobody waits for it meanwhile
_threads = concurrent.futures.ThreadPoolExecutor(max_workers=2, thread_name_prefix="centre")
_resting_until = 0.0


class CannotHandOver(Exception):
    """She cannot be handed over; the message says why."""


@dataclass(frozen=True)
class Handover:
    """Where the browser sends `token`, by a form: an address would end up in logs."""

    address: str
    token: str


def context_of(*, person: User, screen: str, error: str = "", landing: str = HELP, at: datetime) -> dict[str, Any]:
    """Everything that is sent of her, and nothing else is.

    `screen` is the name of a route; what is none of this node's names becomes "". So does an `error` that does not look like the id of one. `leads`
    are the offices of which she is the supervisor, `stands_in` those of supervisors for whom she stands in today, with the last day: these people's
    training is hers to decide. Who is absent is not told.
    """
    leads = _offices(substitution.offices_led_by(person)) if Role.SUPERVISOR in person.role_names else []
    return {
        "municipality": current.municipality().slug,
        "clerk": {
            "id": str(person.public_id),
            "name": person.display_name or person.username,
            "email": person.email,
            "telephone": person.telephone,
        },
        "screen": screen if screen in _screens() else "",
        "roles": sorted(person.role_names & set(Role.values)),
        "version": settings.VERSION,
        "error": error if ERROR_ID.fullmatch(error) else "",
        "landing": landing if landing in LANDINGS else HELP,
        "office": _office_of(person),
        "leads": leads,
        "stands_in": _stands_in(person, at),
    }


def hand_over(*, person: User, screen: str, error: str = "", landing: str = HELP, at: datetime) -> Handover:
    """Sign what is sent of her, good for 60 seconds and once. Raises CannotHandOver: the node knows no centre, or has no key."""
    if current.municipality().trainee:
        raise CannotHandOver(_("This is your practice town. Please ask your trainer, or use “Help” in the files of your own municipality."))
    known = joining.centre()
    if known is None:
        raise CannotHandOver(_("This municipality is not connected with a competence centre yet."))
    said = context_of(person=person, screen=screen, error=error, landing=landing, at=at)
    try:
        token = joining.token_for(known, purpose=channel.HANDOFF, claims=said, at=at)
    except signed.BrokenKey as broken:
        logger.error("nobody can be handed over: %s", broken)
        raise CannotHandOver(_("This municipality is not connected with a competence centre yet.")) from broken
    with current.atomic():
        outgoing.enter(kind=KIND, body=said, by=person, at=at, sent=True)
    return Handover(f"{known.address}/hilfe/ankommen/", token)


def centre_answers() -> bool:
    """Ask the centre whether it is there and knows this node: within a second, and not again for a while after it was not."""
    global _resting_until
    known = joining.centre()
    if known is None or time.monotonic() < _resting_until:
        return False
    try:
        _threads.submit(_hello, known).result(timeout=SECONDS)
    except concurrent.futures.TimeoutError:
        logger.warning("the competence centre does not answer within a second")
    except (joining.CannotJoin, signed.BrokenKey) as reason:
        logger.warning("nobody can be handed over to the competence centre: %s", reason)
    else:
        return True
    _resting_until = time.monotonic() + SECONDS_OF_REST
    return False


def try_again() -> None:
    """Ask the centre anew, whatever happened a moment ago (tests)."""
    global _resting_until
    _resting_until = 0.0


def _hello(known: joining.Centre) -> None:
    token = joining.token_for(known, purpose=channel.HELLO, claims={}, at=timezone.now())
    joining.ask(f"{known.called_at}/api/v1/channel/hello/", token, seconds=0.8 * SECONDS)


def _office_of(person: User) -> str:
    """Where she works: of several offices the one that she leads, else that where she has been longest."""
    found = person.memberships.filter(office__is_active=True).select_related("office").order_by("-is_lead", "since", "pk").first()
    return str(found.office)[:LONGEST] if found else ""


def _offices(keys: set[int]) -> list[str]:
    found = Office.objects.filter(pk__in=keys, is_active=True).order_by("code")[:MOST_OFFICES]
    return [str(office)[:LONGEST] for office in found]


def _stands_in(person: User, at: datetime) -> list[dict[str, str]]:
    """Offices of supervisors for whom she stands in today, each with the last day of that; of two who lead the same office the later."""
    until: dict[int, date] = {}
    for row in substitution.acting_for(person=person, at=at).filter(absent__groups__name=Role.SUPERVISOR):
        for office in substitution.offices_led_by(row.absent):
            until[office] = max(until.get(office, row.last_day), row.last_day)
    found = Office.objects.filter(pk__in=until, is_active=True).order_by("code")[:MOST_OFFICES]
    return [{"office": str(office)[:LONGEST], "until": until[office.pk].isoformat()} for office in found]


@functools.cache
def _screens() -> frozenset[str]:
    """The names of all routes of this site."""
    return frozenset(_names(get_resolver(), ""))


def _names(resolver: URLResolver, space: str) -> Iterator[str]:
    for part in resolver.url_patterns:
        if isinstance(part, URLPattern):
            if part.name:
                yield space + part.name
        else:
            yield from _names(part, f"{space}{part.namespace}:" if part.namespace else space)
