"""A node's acquaintance with the centre: it asks to be let in, remembers the centre's key, and changes its own.

What it knows lies beside its keys (EAKTE_CHANNEL). The centre cannot change it: only an operator of the node can, and the key that it knows.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from foundation import calling, signed

from . import channel, identity, registry

logger = logging.getLogger(__name__)
SECONDS = 10.0
ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")  # it becomes part of the Content Security Policy


class CannotJoin(Exception):
    """The node cannot ask the centre, or was not let in; the message says why."""


@dataclass(frozen=True)
class Centre:
    """The centre as this node knows it. `called_at` is where the node calls, `address` where browsers go; `key` is its public key.

    `next_key`: the one that it has named as its next, which signs from the moment `changes_at` (ISO 8601).
    """

    called_at: str
    address: str
    id: str
    key: str
    code: str = ""
    next_key: str = ""
    changes_at: str = ""

    def public_of(self, at: datetime) -> Callable[[str], str | None]:
        """Find a key that the centre is believed by at a moment: around a change both of them."""
        return {signed.kid_of(public): public for public in settled(self, at).publics}.get

    @property
    def publics(self) -> list[str]:
        """The keys by which it is believed, the newest last."""
        return [public for public in (self.key, self.next_key) if public]

    @property
    def newest(self) -> str:
        """How the newest key is called that this node knows."""
        return signed.kid_of(self.publics[-1])


def centre() -> Centre | None:
    """The centre that this node has asked to be let in, if any. A file that cannot be read counts as none, and is logged."""
    try:
        return Centre(**json.loads(_path().read_text()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        logger.error("centre.json cannot be used (%s): the centre counts as unknown.", type(error).__name__)
        return None


def join(*, address: str, name: str, anew: bool = False, at: datetime) -> Centre:
    """Ask the centre at this address to let the node in with all its municipalities. Safe to repeat: new municipalities are told then.

    The code that it returns is read out to the centre's operator, who sees another one if somebody stands in between. `anew` is for a node
    that was shut out: it gets a new identity. Raises CannotJoin.
    """
    address = _usable(address)
    me = identity.change(identity.anew) if anew else identity.mine()
    towns = [{"slug": town.slug, "name": town.name} for town in registry.everyone() if not town.trainee]
    said = {"key": me.key.public, "name": name, "municipalities": towns, "version": settings.VERSION}
    token = signed.sign(
        key=me.key, purpose=channel.JOIN, claims=said, issuer=me.id, audience=channel.ANY_CENTRE, at=at, lasts=channel.HOLDS
    )
    answer = ask(f"{address}/api/v1/channel/join/", token)
    try:
        told, public = signed.introduced(
            str(answer.get("token", "")), purpose=channel.JOINED, audience=me.id, at=at, longest=channel.HOLDS + 2 * signed.TOLERANCE
        )
    except signed.Refused as refusal:
        raise CannotJoin(_("The answer of the centre cannot be used: %(why)s.") % {"why": refusal}) from refusal
    found = Centre(address, _usable(str(told.claims.get("address", ""))), told.issuer, public, signed.code_of(me.key.public, public))
    known = centre()
    if known is not None and not anew and known.id == told.issuer:
        found = _the_same(known, found, said_of_keys(told.claims), at)
    remember(found)
    return found


def follow(known: Centre, *, statements: Iterable[str], at: datetime) -> Centre:
    """Learn the centre's next keys from what it says of them, each signed with the one before. Returns what is known then, and keeps it.

    What cannot be believed is logged with its reason, and changes nothing.
    """
    found = settled(known, at)
    for statement in statements:
        try:
            found = settled(_followed(found, statement, at), at)
        except signed.Refused as refusal:
            logger.warning("what the centre says of its next key is not believed: %s", refusal)
            break
    if found != known:
        remember(found)
        logger.info("the centre is known by its key %s", found.newest[:12])
    return found


def settled(known: Centre, at: datetime) -> Centre:
    """The same, without the old key once its time is over."""
    if not known.next_key or at < _moment(known.changes_at) + channel.OLD_KEY_RESTS:
        return known
    return replace(known, key=known.next_key, next_key="", changes_at="")


def said_of_keys(answer: Mapping[str, Any]) -> list[str]:
    """What an answer of the centre says of its next keys."""
    said = answer.get("succession")
    return [one for one in said if isinstance(one, str)] if isinstance(said, list) else []


def rotate(*, at: datetime) -> str:
    """Change this node's key. Returns how the new one begins. Safe to repeat if the answer was lost. Raises CannotJoin."""
    known = centre()
    if known is None:
        raise CannotJoin(_("This node has not joined a centre yet."))
    me = identity.change(identity.with_next)
    assert me.other is not None
    token = token_for(known, purpose=channel.NEW_KEY, claims={"key": me.other.public}, at=at)
    ask(f"{known.called_at}/api/v1/channel/keys/", token)
    identity.change(lambda held: replace(held, key=held.other or held.key, other=None))
    return me.other.kid[:12]


def token_for(known: Centre, *, purpose: str, claims: dict[str, Any], at: datetime) -> str:
    """Sign a message of this node to its centre."""
    me = identity.mine()
    return signed.sign(key=me.key, purpose=purpose, claims=claims, issuer=me.id, audience=known.id, at=at, lasts=channel.HOLDS)


def ask(url: str, token: str, *, seconds: float = SECONDS) -> dict[str, Any]:
    """Send a signed message. Raises CannotJoin with the centre's own sentence, or why it does not answer."""
    try:
        return calling.post(url, {"token": token}, seconds=seconds)
    except calling.Declined as refusal:
        raise CannotJoin(_("The centre declines: %(why)s") % {"why": refusal}) from refusal
    except calling.NoAnswer as reason:
        raise CannotJoin(_("The centre does not answer: %(why)s") % {"why": reason}) from reason


def remember(found: Centre) -> None:
    """Keep what is known of the centre."""
    signed.write(_path(), asdict(found))
    registry.hand_over(_path())


def _followed(known: Centre, statement: str, at: datetime) -> Centre:
    """Raises signed.Refused."""
    changed = bool(known.next_key) and at >= _moment(known.changes_at) - signed.TOLERANCE
    told = signed.check(
        statement,
        purpose=channel.SUCCESSION,
        public_of={signed.kid_of(public): public for public in (known.publics if changed else [known.key])}.get,
        audience=channel.ANY_NODE,
        at=at,
        longest=channel.SUCCESSION_HOLDS,
    )
    public, changes_at = told.claims.get("key"), told.claims.get("changes_at")
    if told.issuer != known.id:
        raise signed.Refused("the key is that of the centre, the issuer another")
    if isinstance(changes_at, bool) or not isinstance(changes_at, int) or not 0 <= changes_at <= told.expires_at.timestamp():
        raise signed.Refused("it does not say from when on")
    try:
        signed.kid_of(public if isinstance(public, str) else "")
    except signed.BrokenKey as error:
        raise signed.Refused("it names no usable key") from error
    if told.kid != signed.kid_of(known.key):  # the one that signs since a moment ago names another one already
        known = replace(known, key=known.next_key, next_key="", changes_at="")
    if known.next_key not in ("", public):
        raise signed.Refused("the centre has named another key as its next before")
    return replace(known, next_key=str(public), changes_at=datetime.fromtimestamp(changes_at, UTC).isoformat())


def _the_same(known: Centre, found: Centre, statements: list[str], at: datetime) -> Centre:
    """The centre that this node knows already, as it answers now. Raises CannotJoin if no way leads from the known key to this one."""
    led = follow(known, statements=statements, at=at)
    if found.key not in led.publics:
        raise CannotJoin(_("The centre has another key than before. Ask its operators; to accept it, join anew with --anew."))
    return replace(found, key=led.key, next_key=led.next_key, changes_at=led.changes_at)


def _moment(kept: str) -> datetime:
    """What cannot be read counts as long over: the newer key holds."""
    try:
        return datetime.fromisoformat(kept).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)


def _path() -> Path:
    return Path(settings.CHANNEL) / "centre.json"


def _usable(address: str) -> str:
    """An address without a path. In production only https is good enough: names and telephone numbers go there. Raises CannotJoin."""
    address = address.strip().rstrip("/")
    if not ADDRESS.fullmatch(address):
        raise CannotJoin(_("An address looks like https://zentrum.example, without a path."))
    if address.startswith("http:") and settings.PRODUCTION:
        raise CannotJoin(_("The centre must be reached by https."))
    return address
