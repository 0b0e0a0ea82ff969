"""What leaves a municipality for the competence centre: entered here first, so that whoever is responsible can read it afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise

from .models import OutgoingMessage, User

READABLE_FOR = timedelta(days=30)
_words: dict[str, Promise] = {}
_personal: set[str] = set()


def name_kind(kind: str, words: Promise, *, personal: bool = False) -> None:
    """Say how people call a kind of message. Called in AppConfig.ready() by the app that sends it.

    `personal`: what it says concerns one person alone, and is not for those who answer for the municipality; that it was sent is shown, not what.
    """
    _words[kind] = words
    if personal:
        _personal.add(kind)


def words_of_kinds() -> dict[str, str]:
    """The kinds that apps have named, in words."""
    return {kind: str(words) for kind, words in _words.items()}


def is_personal(kind: str) -> bool:
    return kind in _personal


def enter(*, kind: str, body: Mapping[str, Any], by: User | None, at: datetime, sent: bool = False) -> OutgoingMessage:
    """Put a message into the municipality's out-tray; the courier takes it to the centre. Inside the act that has something to tell.

    With `sent` it leaves at once by another way (a clerk who is handed over), and is kept to be read.
    """
    return OutgoingMessage.objects.create(kind=kind, body=dict(body), by=str(by or ""), created_at=at, sent_at=at if sent else None)


def waiting(*, most: int) -> list[OutgoingMessage]:
    """What the centre has not taken in yet, the oldest first."""
    return list(OutgoingMessage.objects.filter(sent_at=None).order_by("pk")[:most])


def taken_in(*, messages: Iterable[OutgoingMessage], at: datetime) -> None:
    """The centre has these messages now."""
    OutgoingMessage.objects.filter(pk__in=[message.pk for message in messages], sent_at=None).update(sent_at=at)


def forget_old(*, at: datetime) -> int:
    """Drop what was sent more than 30 days ago; what still waits is kept. Returns how many."""
    return OutgoingMessage.objects.filter(sent_at__lt=at - READABLE_FOR).delete()[0]
