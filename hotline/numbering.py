"""Ticket numbers: counted in each local year, without gaps and without doubles."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from tenants import current

# The row of TicketCounter is locked until the transaction ends: whoever comes next waits for what becomes of this number.
NEXT_SQL = """
    INSERT INTO hotline_ticketcounter AS counter (year, last) VALUES (%s, 1)
    ON CONFLICT (year) DO UPDATE SET last = counter.last + 1 RETURNING last
"""


def next_number(*, at: datetime) -> str:
    """Give the next number of the local year of `at`. Inside the transaction that makes the ticket: what is rolled back gives its number back."""
    year = timezone.localdate(at).year
    [[last]] = current.ask(NEXT_SQL, [year])
    return f"{year}-{last:06}"
