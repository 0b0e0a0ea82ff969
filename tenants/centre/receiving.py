"""Taking in what municipalities' nodes say: each message once, however often it is sent; the app that owns its kind is told."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.utils.dateparse import parse_datetime

from foundation import signed
from tenants import channel, current

from . import ordering
from .admitting import as_uuid
from .models import Municipality, Site, SiteMessage

logger = logging.getLogger(__name__)
KEPT_FOR = timedelta(days=90)
NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # JSON may hold it, PostgreSQL does not: one such sign would stop all that a node says


class Taker(Protocol):
    """Does what a message asks for, inside the transaction that keeps it."""

    def __call__(self, *, message: SiteMessage, at: datetime) -> None: ...


_takers: dict[str, Taker] = {channel.ORDER_ANSWER: ordering.take_answer}


def register(kind: str, taker: Taker) -> None:
    """Say who takes messages of a kind. Called in AppConfig.ready() by the app that owns them."""
    _takers[kind] = taker


def receive(*, site: Site, claims: Mapping[str, Any], at: datetime) -> list[str]:
    """Take in the messages of one municipality; returns the ids of those that are kept now. Raises signed.Refused for what is no such letter."""
    slug, sent = claims.get("municipality"), claims.get("messages")
    if not isinstance(slug, str) or not isinstance(sent, list):
        raise signed.Refused("no letter of a municipality")
    town = Municipality.objects.filter(slug=slug[:50].replace("\x00", ""), site=site).first()
    if town is None:
        logger.warning("%s sent messages of a municipality that is not its own", site)
        raise signed.Refused("a municipality that is not one of this site's")
    return [one["id"] for one in sent if isinstance(one, dict) and _take(site, town, one, at)]


def forget_old(*, at: datetime) -> int:
    """Drop messages that were taken in 90 days ago. Returns how many."""
    return SiteMessage.objects.filter(received_at__lt=at - KEPT_FOR).delete()[0]


def _take(site: Site, town: Municipality, sent: Mapping[str, Any], at: datetime) -> bool:
    message_id, kind, body = sent.get("id"), sent.get("kind"), sent.get("body")
    moment = _moment(sent.get("at"))
    known = as_uuid(message_id) if isinstance(message_id, str) else None
    if known is None or not isinstance(kind, str) or not isinstance(body, dict) or moment is None or moment.tzinfo is None:
        logger.warning("%s sent a message that cannot be read", site)
        return False
    with current.atomic():
        message, made = SiteMessage.objects.get_or_create(
            site=site,
            message_id=known,
            defaults={"municipality": town, "kind": _kept(kind)[:40], "body": _kept(body), "at": moment, "received_at": at},
        )
        if made and (taker := _takers.get(message.kind)):
            taker(message=message, at=at)
        elif made:
            logger.info("%s sent a message of the kind %s, which nobody here takes", site, message.kind)
    return True


def _moment(said: object) -> datetime | None:
    try:
        return parse_datetime(said) if isinstance(said, str) else None
    except ValueError:  # the form of a moment, but no such day
        return None


def _kept(said: Any) -> Any:
    """The same with a blank for what cannot be kept."""
    if isinstance(said, str):
        return NO_TEXT.sub(" ", said)
    if isinstance(said, dict):
        return {_kept(key): _kept(value) for key, value in said.items()}
    return [_kept(one) for one in said] if isinstance(said, list) else said
