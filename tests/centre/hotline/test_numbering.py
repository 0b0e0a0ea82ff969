"""Ticket numbers under concurrency: no gap, no double, also where some requests fail."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from django.db import connections, transaction

from hotline import numbering
from hotline.models import TicketCounter

AT = datetime(2031, 5, 5, 8, 0, tzinfo=UTC)


class TestNextNumber:
    def test_fifty_at_once_get_fifty_numbers_in_a_row(self, django_db_blocker: Any) -> None:
        def one(turn: int) -> str | None:
            with django_db_blocker.unblock():
                try:
                    with transaction.atomic(using="default"):  # noqa: TID251 - a request of its own
                        number = numbering.next_number(at=AT)
                        if turn % 5 == 0:
                            raise RuntimeError("this request fails")
                        return number
                except RuntimeError:
                    return None
                finally:
                    connections["default"].close()

        def forget() -> None:
            with django_db_blocker.unblock():
                TicketCounter.objects.filter(year=2031).delete()
                connections["default"].close()

        with ThreadPoolExecutor(10) as pool:
            try:
                given = sorted(number for number in pool.map(one, range(50)) if number)
            finally:
                pool.submit(forget).result()  # not in the test's own transaction, which is rolled back

        assert given == [f"2031-{n:06}" for n in range(1, 41)]
