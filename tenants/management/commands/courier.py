"""manage.py courier: the one process of a node that talks with the competence centre. It only calls out."""

from __future__ import annotations

import logging
import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tenants import courier, practising

logger = logging.getLogger("tenants.courier")


class Command(BaseCommand):
    help = "Take messages to the competence centre and fetch its orders, again and again. Without a centre, or while it is away, it waits."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SITE != "node":
            raise CommandError("Only nodes have a courier.")
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_args: ended.set())
        failures, reported = 0, timezone.now() - courier.REPORTS_EVERY
        self._end_practice(anyway=True)
        while not ended.is_set():
            self._end_practice()
            try:
                courier.go_round(at=timezone.now())
                if timezone.now() - reported >= courier.REPORTS_EVERY:
                    reported = timezone.now()
                    courier.report(at=reported)
            except courier.Away as reason:
                failures += 1
                if failures in (1, 10) or failures % 100 == 0:  # a centre that is away for a night fills no log
                    logger.warning("the competence centre was not reached (%s times): %s", failures, reason)
            except Exception:
                failures += 1
                logger.exception("a round failed; trying again")
            else:
                if failures:
                    logger.info("the competence centre is reached again")
                failures = 0
            ended.wait(courier.rest(failures=failures, usual=settings.COURIER_SECONDS))

    def _end_practice(self, *, anyway: bool = False) -> None:
        """Practice towns whose time is over end here: it is the process that opened them. At its start it looks for what was left behind."""
        now = timezone.now()
        try:
            if anyway or practising.is_anything_due(at=now):
                practising.end_due(at=now)
        except Exception:
            logger.exception("practice towns were not ended; trying again")
