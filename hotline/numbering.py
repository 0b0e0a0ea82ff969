"""Ticket numbers: counted in each local year, without gaps and without doubles."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from .models import TicketCounter


def next_number(*, at: datetime) -> str:
    """Give the next number of the local year of `at`. Inside the transaction that makes the ticket: what is rolled back gives its number back."""
    year = timezone.localdate(at).year
    counter, made = TicketCounter.objects.select_for_update().get_or_create(year=year, defaults={"last": 1})
    if not made:
        counter.last += 1
        counter.save(update_fields=["last"])
    return f"{year}-{counter.last:06}"
