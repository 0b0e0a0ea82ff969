"""Tasks of training: doors for the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from . import certifying, refreshing, waiting


@shared_task(name="training.expire_offers")
def expire_offers(**_newer: object) -> None:
    """End the offers whose time is over. Safe to run twice, and at once."""
    waiting.expire_offers(at=timezone.now())


@shared_task(name="training.make_certificates")
def make_certificates(**_newer: object) -> None:
    """Make sheets of certificates that were issued. Safe to run twice, and at once."""
    certifying.make_sheets(at=timezone.now())


@shared_task(name="training.remind_of_refreshers")
def remind_of_refreshers(**_newer: object) -> None:
    """Tell those whose qualification ends soon, once."""
    refreshing.remind(at=timezone.now())
