"""A token for programs of somebody who was handed over: she has no password to exchange for one. It ends with her contact, and with her site."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from knox.models import AuthToken

from tenants import current, journal
from tenants.api.auth import TOKEN_HOURS
from tenants.models import User

MOST = 10  # that hold at the same time


class CannotIssue(Exception):
    """No token is given; the message says why."""


def issue(*, by: User, brought: bool, at: datetime) -> tuple[AuthToken, str]:
    """Give a person a token that holds for twelve hours; the second of what is returned is shown once and kept nowhere.

    `brought`: whether her session began with a handover. Raises CannotIssue: it did not, or she has ten already.
    """
    if not brought:
        raise CannotIssue(_("Only who was handed over by her municipality gets a token here."))
    with current.atomic():
        person = User.objects.get_queryset().select_for_update().get(pk=by.pk)
        if held_by(person, at=at).count() >= MOST:
            raise CannotIssue(_("You have %(most)s tokens already. Please end one of them first.") % {"most": MOST})
        row, token = AuthToken.objects.create(person, expiry=timedelta(hours=TOKEN_HOURS))
        journal.enter(act="issue_token", object=person, by=by, at=at, changes={"token": (None, row.token_key[:8])})
    return row, token


def revoke(*, begins: str, by: User, at: datetime) -> bool:
    """End one of her own tokens, named by how it begins (token_key); whether there was one. Harmless if done twice."""
    with current.atomic():
        ended, _rows = AuthToken.objects.filter(user=by, token_key=begins).delete()
        if ended:
            journal.enter(act="revoke_token", object=by, by=by, at=at, changes={"token": (begins[:8], None)})
    return bool(ended)


def held_by(person: User, *, at: datetime) -> QuerySet[AuthToken]:
    """Her tokens that still hold, the newest first."""
    found: QuerySet[AuthToken] = AuthToken.objects.filter(user=person, expiry__gt=at).order_by("-created", "pk")
    return found
