"""Retention periods (Aufbewahrungsfristen): whole years after the local year of closing, or without limit."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone


def last_day(*, closed_at: datetime, years: int) -> date:
    """Last day a file is kept: 31 December of (local closing year + years).

    The year is that of Europe/Berlin: a file closed on 31 December 23:30 UTC was closed in the new year. Free from 1 January after
    (KGSt report on retention periods: periods end with the calendar year; no counts of days).
    """
    return date(timezone.localdate(closed_at).year + years, 12, 31)
