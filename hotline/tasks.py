"""The ticket desk's work that nobody waits for. Each task may run twice, or beside itself."""

from celery import shared_task
from django.utils import timezone

from . import attaching, fetching, sending


@shared_task(name="hotline.fetch_mail")
def fetch_mail(**_newer: object) -> None:
    """Take in what has come by mail."""
    fetching.fetch(now=timezone.now)


@shared_task(name="hotline.send_mail")
def send_mail(**_newer: object) -> None:
    """Send the mails that are due."""
    sending.send_waiting(now=timezone.now)


@shared_task(name="hotline.sweep_attachments")
def sweep_attachments(**_newer: object) -> None:
    """Remove what no message refers to: uploads that broke off or were refused. Safe to run twice."""
    attaching.sweep()
