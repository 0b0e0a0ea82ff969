"""Numbers of certificates: counted in each local year, without gaps and without doubles."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from tenants import current

# The row of CertificateCounter is locked until the transaction ends: whoever comes next waits for what becomes of these numbers.
NEXT_SQL = """
    INSERT INTO training_certificatecounter AS counter (year, last) VALUES (%s, %s)
    ON CONFLICT (year) DO UPDATE SET last = counter.last + excluded.last RETURNING last
"""


def next_numbers(count: int, *, at: datetime) -> list[str]:
    """Give the next numbers of the local year of `at`. Inside the transaction that issues the certificates: what is rolled back gives them back."""
    year = timezone.localdate(at).year
    [[last]] = current.ask(NEXT_SQL, [year, count])
    return [f"{year}-{number:06}" for number in range(last - count + 1, last + 1)]
