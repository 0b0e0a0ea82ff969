"""Doors for the centre's workers. Each makes one call; all are safe to run twice."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from . import delivering


@shared_task(name="hotline.call_webhook", soft_time_limit=60, time_limit=90)
def call_webhook(*, call: int, **_newer: Any) -> None:
    delivering.deliver(call=call, now=timezone.now)


@shared_task(name="hotline.sweep_webhooks")
def sweep_webhooks(**_newer: Any) -> None:
    delivering.sweep(at=timezone.now())
