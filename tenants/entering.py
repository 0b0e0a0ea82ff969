"""A trainee comes into her own practice town: by one click from the centre, or by the code on a printed slip. Each opens it once, to her account.

What was used is kept in the golden town's database: a reset of hers forgets nothing of it.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _

from foundation import signed

from . import channel, current, registry, visiting
from .models import PracticeSignIn, PracticeSlip, User
from .passwords import READABLE

logger = logging.getLogger(__name__)
SAID = {"municipality", "course", "trainee"}
GROUPS, LETTERS = 4, 4  # 31^16: 79 bits


class CannotEnter(Exception):
    """She is not let in; the message is for her, the log has the reason."""


def come_in(*, token: str, at: datetime) -> User:
    """Let a trainee in by a message of the centre, once. Returns the account that is hers in the town in force. Raises CannotEnter."""
    try:
        told = visiting.believed(token=token, purpose=channel.PRACTICE_VISIT, said=SAID, at=at)
        town = current.municipality()
        if (told.claims["municipality"], told.claims["course"], told.claims["trainee"]) != (town.golden, town.course, town.trainee):
            raise signed.Refused("meant for another town")
        person = _account()
        _once(told.id[:100], at)
    except signed.Refused as refusal:
        logger.warning("nobody was let into the practice town: %s", refusal)
        raise CannotEnter(
            _("The way here holds for a minute and once only. Please use the button on the page of your course again.")
        ) from refusal
    return person


def come_in_by_slip(*, code: str, at: datetime) -> User:
    """Let a trainee in by the code on her slip, however she types it; once. Raises CannotEnter."""
    town = current.municipality()
    try:
        person = _account()
        with _in_golden(), current.atomic():
            found = (
                PracticeSlip.objects.select_for_update().filter(code_hash=hash_of(code), course=town.course, trainee=town.trainee).first()
            )
            if found is None or found.used_at is not None or found.until <= at:
                raise signed.Refused("a slip that is unknown, used or too old")
            found.used_at = at
            found.save(update_fields=["used_at"])
    except signed.Refused as refusal:
        logger.warning("nobody was let into the practice town: %s", refusal)
        raise CannotEnter(
            _("This code does not open this practice town. A slip opens it once only. Please ask your trainer for a new one.")
        ) from refusal
    return person


def new_code() -> str:
    """A code for a slip; whoever prints it keeps hash_of() it, and nothing else."""
    return "-".join("".join(secrets.choice(READABLE) for _letter in range(LETTERS)) for _group in range(GROUPS))


def hash_of(code: str) -> str:
    """The SHA-256 of a code, without what people add when they type it."""
    return hashlib.sha256("".join(letter for letter in code.lower() if letter in READABLE).encode()).hexdigest()


def know_slip(*, course: str, trainee: str, code_hash: str, until: datetime) -> None:
    """Have a slip open a trainee's town once, until then. In the golden town, which is in force; the same slip twice is one."""
    PracticeSlip.objects.get_or_create(code_hash=code_hash, defaults={"course": course, "trainee": trainee, "until": until})


def hand_out_slip(*, town: current.Municipality, at: datetime) -> str:
    """Make a new slip for a town's trainee: the code is returned once and kept nowhere. Earlier slips of hers open nothing any more."""
    code = new_code()
    with current.use(registry.by_slug(town.golden)), current.atomic():
        forget_slips(course=town.course, trainee=town.trainee)
        know_slip(course=town.course, trainee=town.trainee, code_hash=hash_of(code), until=town.until or at)
    return code


def forget_slips(*, course: str, trainee: str = "") -> None:
    """Drop the slips of a course date, or of one of its trainees. In the golden town, which is in force."""
    slips = PracticeSlip.objects.filter(course=course)
    (slips.filter(trainee=trainee) if trainee else slips).delete()


def forget_old(*, at: datetime) -> int:
    """Drop slips whose time is over. Returns how many."""
    return PracticeSlip.objects.filter(until__lt=at).delete()[0]


def _account() -> User:
    """The trainee's account in the town in force. Raises signed.Refused: it is no trainee's town, or the account was deactivated in it."""
    town = current.municipality()
    if not town.practice or not town.trainee:
        raise signed.Refused("this is no practice town of a trainee")
    person = User.objects.active().filter(username=town.account).first()
    if person is None:
        raise signed.Refused(f"the account {town.account} is not active here; reset the town")
    return person


def _once(token_id: str, at: datetime) -> None:
    try:
        with _in_golden(), current.atomic():
            PracticeSignIn.objects.filter(at__lt=at - 10 * channel.HOLDS).delete()
            PracticeSignIn.objects.create(token_id=token_id, at=at)
    except IntegrityError as error:
        raise signed.Refused("the message came before") from error


@contextmanager
def _in_golden() -> Iterator[None]:
    golden = registry.by_slug(current.municipality().golden)
    if golden is None:
        raise signed.Refused("the golden town is not there")
    with current.use(golden):
        yield
