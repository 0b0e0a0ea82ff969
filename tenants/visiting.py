"""Somebody of the competence centre comes to look at what this municipality has let her see: what she brings is signed by the centre.

The message says who comes and to which access, for this node and this municipality only; it gives nobody a right. Whether there is such an access,
and whether it is hers, is for the app that keeps them.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from foundation import signed

from . import channel, current, identity, joining

logger = logging.getLogger(__name__)
SAID = {"municipality", "access", "agent"}


@dataclass(frozen=True)
class Visit:
    """A message that was believed: `token_id` is to be kept, so that it is believed once. `agent` is the visitor's id at the centre."""

    token_id: str
    access: UUID
    agent: UUID


def checked(*, token: str, at: datetime) -> Visit:
    """Believe a message of the centre that this node knows, for this municipality. Raises signed.Refused; the reason is logged."""
    try:
        return _understood(token, at)
    except signed.Refused as refusal:
        logger.warning("a visit of the centre was refused: %s", refusal)
        raise


def believed(*, token: str, purpose: str, said: set[str], at: datetime) -> signed.Signed:
    """A message of the centre that this node knows, with exactly these claims, all of them texts. Raises signed.Refused."""
    known = joining.centre()
    if known is None:
        raise signed.Refused("this node knows no centre")
    told = signed.check(
        token,
        purpose=purpose,
        public_of=known.public_of(at),
        audience=identity.mine().id,
        at=at,
        longest=channel.HOLDS + timedelta(seconds=1),
    )
    if told.issuer != known.id:
        raise signed.Refused("the key is that of the centre, the issuer another")
    if set(told.claims) != said or not all(isinstance(each, str) for each in told.claims.values()):
        raise signed.Refused("it says more or less than a visit does")
    return told


def _understood(token: str, at: datetime) -> Visit:
    told = believed(token=token, purpose=channel.VISIT, said=SAID, at=at)
    if told.claims["municipality"] != current.municipality().slug:
        raise signed.Refused("meant for another municipality")
    try:
        return Visit(told.id[:100], UUID(told.claims["access"]), UUID(told.claims["agent"]))
    except ValueError as error:
        raise signed.Refused("an id in it is none") from error
