"""Tasks of training: doors for the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from . import waiting


@shared_task(name="training.expire_offers")
def expire_offers(**_newer: object) -> None:
    """End the offers whose time is over. Safe to run twice, and at once."""
    waiting.expire_offers(at=timezone.now())
