"""The ticket desk's work that nobody waits for. Each task may run twice, or beside itself."""

from celery import shared_task
from django.utils import timezone

from . import fetching, sending


@shared_task(name="hotline.fetch_mail")
def fetch_mail(**_newer: object) -> None:
    """Take in what has come by mail."""
    fetching.fetch(now=timezone.now)


@shared_task(name="hotline.send_mail")
def send_mail(**_newer: object) -> None:
    """Send the mails that are due."""
    sending.send_waiting(now=timezone.now)
