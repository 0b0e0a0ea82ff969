"""One-time passwords on printed slips, passwords people choose themselves, and unlocking after failed logins."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from axes.utils import reset
from django.http import HttpRequest
from django.utils.translation import gettext as _
from knox.models import AuthToken

from . import current, journal
from .models import User

VALID_DAYS = 14
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # no i, l, o, 0 or 1: the slip is read on paper
GROUPS, LETTERS = 3, 4  # 31^12: 59 bits, far beyond eight attempts in a quarter of an hour


class CannotHandOut(Exception):
    """No one-time password for this person; the message says why."""


def hand_out(*, person: User, by: User | None, at: datetime) -> str:
    """Set a one-time password and return it: shown once, on a slip, valid for 14 days, changed at the first login.

    Ends the person's sessions and tokens and unlocks her. Raises CannotHandOut (inactive, or for oneself).
    """
    if not person.is_active or person.is_guest:
        raise CannotHandOut(_("This person is not active."))
    if by is not None and by.pk == person.pk:
        raise CannotHandOut(_("Please change your own password by the menu at the top right."))
    password = "-".join("".join(secrets.choice(READABLE) for _letter in range(LETTERS)) for _group in range(GROUPS))
    with current.atomic():
        person.set_password(password)
        person.one_time_until = at + timedelta(days=VALID_DAYS)
        person.save(update_fields=["password", "one_time_until"])
        AuthToken.objects.filter(user=person).delete()
        reset(username=person.username)
        journal.enter(act="one_time_password", object=person, by=by, at=at, changes={"one_time_until": (None, person.one_time_until)})
    return password


def choose(*, person: User, password: str, at: datetime) -> None:
    """Set the password a person chose herself: other sessions and all tokens end."""
    with current.atomic():
        person.set_password(password)
        person.one_time_until = None
        person.save(update_fields=["password", "one_time_until"])
        AuthToken.objects.filter(user=person).delete()
        journal.enter(act="password", object=person, by=person, at=at)


def unlock(*, person: User, by: User | None, at: datetime) -> None:
    """Forget the failed logins of a person."""
    with current.atomic():
        reset(username=person.username)
        journal.enter(act="unlock", object=person, by=by, at=at)


def slip_expired(*, person: User, at: datetime) -> bool:
    """A slip that lay in a drawer for too long opens nothing any more."""
    return person.one_time_until is not None and person.one_time_until < at


def typed_name(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str | None:
    """The name failed logins are counted under (AXES_USERNAME_CALLABLE): as accounts are looked up, or every spelling counts anew."""
    typed = (credentials or {}).get("username") or (request.POST.get("username") if request is not None else None)
    return User.normalize_username(typed)[:255] if typed else None
