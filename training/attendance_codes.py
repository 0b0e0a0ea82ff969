"""The code that a trainer shows in the room: another one every half minute, so that a photograph of it is soon worth nothing.

It is the HMAC (RFC 2104) of the session and the half minute, so nothing has to be stored. The one before is taken as well: somebody needs some
seconds to hold her telephone up. Whoever has opened one in time gets a proof of her own, good for some minutes, with which she says that she is
there: nobody else can use it, and she may read the page in peace.

Whoever cannot sign in has a code of her own besides, which stands in her mails, or asks for one by mail that holds for some minutes. By itself neither
is worth anything: it needs the code of the room, which was opened at most ROOM_PROOF_LASTS ago.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from tenants import current
from tenants.models import User

from .models import Enrolment, Session

LASTS = 30  # seconds
PROOF_LASTS = timedelta(minutes=3)
ROOM_PROOF_LASTS = timedelta(minutes=15)  # a mail needs some minutes
LETTERS = 22  # of a code: 110 bits
TYPED = 8  # letters of a code that people type: 40 bits, and only some tries
MAILED_LASTS = 600  # seconds


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


def room_proof_for(*, session: Session, at: datetime) -> str:
    """What somebody gets who has opened a fresh code without having said who she is."""
    return signing.dumps([str(session.public_id), int(at.timestamp())], salt=_salt("room"))


def was_in_room(*, session: Session, proof: str, at: datetime) -> bool:
    """Whether it is a proof for this session, and not too old."""
    try:
        which, made = signing.loads(proof, salt=_salt("room"))
    except (signing.BadSignature, ValueError, TypeError):
        return False
    return bool(which == str(session.public_id) and 0 <= at.timestamp() - made < ROOM_PROOF_LASTS.total_seconds())


def personal_code(enrolment: Enrolment) -> str:
    """Her own code on a course date, as her mails say it: "ABCD-EFGH"."""
    return _typed("person", str(enrolment.public_id))


def mailed_code(*, enrolment: Enrolment, session: Session, at: datetime) -> str:
    """The code that is mailed to her at this moment; it holds for ten minutes at least."""
    return _typed("mailed", f"{enrolment.public_id}:{session.public_id}:{int(at.timestamp()) // MAILED_LASTS}")


def is_hers(*, enrolment: Enrolment, session: Session, typed: str, at: datetime) -> bool:
    """Whether what was typed is her own code, or one that was mailed to her a moment ago. Spaces, hyphens and capitals do not matter."""
    said = "".join(letter for letter in typed.upper() if letter.isalnum())
    before = at - timedelta(seconds=MAILED_LASTS)
    codes = [personal_code(enrolment), *(mailed_code(enrolment=enrolment, session=session, at=when) for when in (at, before))]
    return any(constant_time_compare(said, code.replace("-", "")) for code in codes)


def address_of(*, session: Session, at: datetime) -> str:
    """Where the code leads that is shown now."""
    return f"{settings.CENTRE_ADDRESS}/schulungen/anwesend/{session.public_id}/{code_of(session=session, at=at)}/"


def _typed(what: str, about: str) -> str:
    digest = salted_hmac(_salt(what), about, algorithm="sha256").digest()
    letters = base64.b32encode(digest).decode()[:TYPED]
    return f"{letters[:4]}-{letters[4:]}"


def _code(session: Session, window: int) -> str:
    digest = salted_hmac(_salt("code"), f"{session.public_id}:{window}", algorithm="sha256").digest()
    return base64.b32encode(digest).decode().lower()[:LETTERS]


def _salt(what: str) -> str:
    return current.salt(f"training.attendance.{what}")
