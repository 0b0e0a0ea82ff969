"""The centre changes its own key: the next one is named in a message that the present one signs, and each node learns it with its next call.

Until the day of the change the old key signs, from then on the new one; around it nodes believe both. A node that was away is given all that was
said since the key that it knows, one signed by the other, so that it finds the way by itself (for two years: channel.SUCCESSION_HOLDS).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from foundation import signed
from tenants import channel, identity

from .models import Site

logger = logging.getLogger(__name__)
LONGEST = timedelta(days=90)
MOST_KEPT = 50  # changes of the past


class CannotRotate(Exception):
    """The key is not changed like that; the message says why."""


@dataclass(frozen=True)
class Rotation:
    """A change that is under way. `present` and `next` are how the keys are called."""

    present: str
    next: str
    changes_at: datetime


def announce(*, changes_at: datetime, at: datetime) -> Rotation:
    """Make the next key and have it named to all nodes; from `changes_at` on (at most 90 days ahead) it signs, and the old one is retired.

    Raises CannotRotate: a change is under way already, or the moment is past or too far ahead. Raises signed.BrokenKey.
    """
    if not at <= changes_at <= at + LONGEST:
        raise CannotRotate(_("A key is changed today at the earliest and in 90 days at the latest."))
    settle(at=at)
    me = identity.change(lambda known: _announced(known, changes_at, at))
    assert me.other is not None
    assert me.changes_at is not None
    logger.warning("the centre's key %s is replaced by %s from %s on", me.key.kid[:12], me.other.kid[:12], me.changes_at.isoformat())
    return Rotation(me.key.kid, me.other.kid, me.changes_at)


def settle(*, at: datetime) -> None:
    """Retire the old key for good, once the new one signs: its private half is forgotten. Safe to repeat. Raises signed.BrokenKey."""
    if not _is_over(identity.mine(), at):
        return
    me = identity.change(lambda known: _settled(known) if _is_over(known, at) else known)
    logger.warning("the centre's old key is retired; %s signs", me.key.kid[:12])


def under_way(*, at: datetime) -> Rotation | None:
    """The change that is under way: the new key does not sign yet. Raises signed.BrokenKey."""
    me = identity.mine()
    if me.other is None or me.changes_at is None or _is_over(me, at):
        return None
    return Rotation(me.key.kid, me.other.kid, me.changes_at)


def newest(*, at: datetime) -> str:
    """How the key is called that nodes should know. Raises signed.BrokenKey."""
    me = identity.mine()
    return (me.other or me.key).kid


def said_since(kid: object) -> list[str]:
    """What has been said of next keys since the one that a node knows; all of it if that one is unknown. Raises signed.BrokenKey."""
    me = identity.mine()
    if kid == (me.other or me.key).kid:
        return []
    before = [one for one, _message in me.succession]
    start = before.index(kid) if kid in before else 0
    return [message for _one, message in me.succession[start:]]


def behind(*, at: datetime) -> list[Site]:
    """The confirmed sites that do not know the newest key yet, by name."""
    return list(Site.objects.filter(state=Site.State.CONFIRMED).exclude(knows_key=newest(at=at)).order_by("name", "pk"))


def _announced(known: identity.Identity, changes_at: datetime, at: datetime) -> identity.Identity:
    if known.other is not None:
        raise CannotRotate(_("A change is under way already."))
    following = signed.Key.new()
    statement = signed.sign(
        key=known.key,
        purpose=channel.SUCCESSION,
        claims={"key": following.public, "changes_at": int(changes_at.timestamp())},
        issuer=known.id,
        audience=channel.ANY_NODE,
        at=at,
        lasts=channel.SUCCESSION_HOLDS,
    )
    succession = (*known.succession, (known.key.kid, statement))[-MOST_KEPT:]
    return replace(known, other=following, changes_at=changes_at.replace(microsecond=0), succession=succession)


def _is_over(known: identity.Identity, at: datetime) -> bool:
    return known.other is not None and known.changes_at is not None and at >= known.changes_at


def _settled(known: identity.Identity) -> identity.Identity:
    return replace(known, key=known.other or known.key, other=None, changes_at=None)
