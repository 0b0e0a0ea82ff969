"""What may be forgotten after its time: sessions, API tokens, remembered answers, old login failures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session
from django.utils import timezone
from knox.models import AuthToken

from . import outgoing
from .models import RememberedAnswer

ANSWERS = timedelta(hours=48)
FAILURES = timedelta(days=30)
_others: list[Callable[..., object]] = []


def register(forget: Callable[..., object]) -> None:
    """Have `forget(at=…)` called with the others. Called in AppConfig.ready() by an app with something to forget."""
    if forget not in _others:
        _others.append(forget)


def forget_old() -> None:
    """Drop what is past its time in the municipality in force. Safe to run at any moment and twice."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    AuthToken.objects.filter(expiry__lt=now).delete()
    RememberedAnswer.objects.filter(created_at__lt=now - ANSWERS).delete()
    AccessAttempt.objects.filter(attempt_time__lt=now - FAILURES).delete()
    AccessLog.objects.filter(attempt_time__lt=now - FAILURES).delete()
    outgoing.forget_old(at=now)
    _call_others(now)


def _call_others(at: datetime) -> None:
    for forget in _others:
        forget(at=at)
