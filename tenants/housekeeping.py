"""What may be forgotten after its time: sessions, API tokens, remembered answers, old login failures."""

from __future__ import annotations

from datetime import timedelta

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.utils import timezone
from knox.models import AuthToken


def forget_old() -> None:
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    AuthToken.objects.filter(expiry__lt=now).delete()
    AccessAttempt.objects.filter(attempt_time__lt=now - timedelta(days=30)).delete()
