"""Tasks of training: doors for the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from . import certifying, evaluating, notifying, practice_following, refreshing, reminding, waiting, warning, welcome_mails


@shared_task(name="training.expire_offers")
def expire_offers(**_newer: object) -> None:
    """End the offers whose time is over, and the wishes for dates that have begun. Safe to run twice, and at once."""
    waiting.expire_offers(at=timezone.now())
    waiting.end_begun(at=timezone.now())


@shared_task(name="training.remind")
def remind(**_newer: object) -> None:
    """Remind of the sessions whose time has come. Safe to run twice, and at once."""
    reminding.remind(at=timezone.now())


@shared_task(name="training.follow_practice")
def follow_practice(**_newer: object) -> None:
    """Let practice towns follow who has a place. Safe to run twice, and at once."""
    practice_following.follow(at=timezone.now())


@shared_task(name="training.ask_how_it_was")
def ask_how_it_was(**_newer: object) -> None:
    """Ask those who came how it was, on dates that nobody has finished. Safe to run twice, and at once."""
    evaluating.ask_where_forgotten(at=timezone.now())


@shared_task(name="training.warn_of_minimum")
def warn_of_minimum(**_newer: object) -> None:
    """Tell trainers that too few people have enrolled, once enrolment has ended. Safe to run twice, and at once."""
    warning.warn(at=timezone.now())


@shared_task(name="training.send_notices")
def send_notices(**_newer: object) -> None:
    """Send by mail what people are to be told. Safe to run twice, and at once."""
    notifying.send_waiting(now=timezone.now)


@shared_task(name="training.make_certificates")
def make_certificates(**_newer: object) -> None:
    """Make sheets of certificates that were issued. Safe to run twice, and at once."""
    certifying.make_sheets(at=timezone.now())


@shared_task(name="training.remind_of_refreshers")
def remind_of_refreshers(**_newer: object) -> None:
    """Tell those whose qualification ends soon, once."""
    refreshing.remind(at=timezone.now())


@shared_task(name="training.send_invitations")
def send_invitations(**_newer: object) -> None:
    """Send the mails that prove the addresses of invited people. Safe to run twice, and at once."""
    welcome_mails.send_waiting(now=timezone.now)
