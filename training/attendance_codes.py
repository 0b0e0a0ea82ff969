"""The code that a trainer shows in the room: another one every half minute, so that a photograph of it is soon worth nothing.

It is the HMAC (RFC 2104) of the session and the half minute, so nothing has to be stored. The one before is taken as well: somebody needs some
seconds to hold her telephone up. Whoever has opened one in time gets a proof of her own, good for some minutes, with which she says that she is
there: nobody else can use it, and she may read the page in peace.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from tenants import current
from tenants.models import User

from .models import Session

LASTS = 30  # seconds
PROOF_LASTS = timedelta(minutes=3)
LETTERS = 22  # of a code: 110 bits


def code_of(*, session: Session, at: datetime) -> str:
    """The code of this half minute."""
    return _code(session, int(at.timestamp()) // LASTS)


def ends_in(at: datetime) -> int:
    """Seconds until the next code, 1 to LASTS."""
    return LASTS - int(at.timestamp()) % LASTS


def is_fresh(*, session: Session, code: str, at: datetime) -> bool:
    """Whether a code is the one of now, or the one before."""
    window = int(at.timestamp()) // LASTS
    return any(constant_time_compare(code, _code(session, window - back)) for back in (0, 1))


def proof_for(*, session: Session, person: User, at: datetime) -> str:
    """What somebody gets who has opened a fresh code."""
    return signing.dumps([str(session.public_id), str(person.public_id), int(at.timestamp())], salt=_salt("proof"))


def was_opened(*, session: Session, person: User, proof: str, at: datetime) -> bool:
    """Whether it is her own proof for this session, and not too old."""
    try:
        whose = signing.loads(proof, salt=_salt("proof"))
    except signing.BadSignature:
        return False
    age = at.timestamp() - whose[2]
    return bool(whose[:2] == [str(session.public_id), str(person.public_id)] and 0 <= age < PROOF_LASTS.total_seconds())


def address_of(*, session: Session, at: datetime) -> str:
    """Where the code leads that is shown now."""
    return f"{settings.CENTRE_ADDRESS}/schulungen/anwesend/{session.public_id}/{code_of(session=session, at=at)}/"


def _code(session: Session, window: int) -> str:
    digest = salted_hmac(_salt("code"), f"{session.public_id}:{window}", algorithm="sha256").digest()
    return base64.b32encode(digest).decode().lower()[:LETTERS]


def _salt(what: str) -> str:
    return current.salt(f"training.attendance.{what}")
