"""Doors for the centre's workers. Each makes one call; all are safe to run twice."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from . import (
    attaching,
    calling_back,
    closing,
    delivering,
    disclosing,
    fetching,
    notifying,
    protecting,
    recounting,
    reminding,
    retaining,
    sending,
)


@shared_task(name="hotline.sweep_attachments")
def sweep_attachments(**_newer: Any) -> None:
    """Remove what no message refers to: uploads that broke off or were refused."""
    attaching.sweep()


@shared_task(name="hotline.count_deadlines_anew")
def count_deadlines_anew(**_newer: Any) -> None:
    recounting.count_anew(at=timezone.now())


@shared_task(name="hotline.sweep_deadlines")
def sweep_deadlines(**_newer: Any) -> None:
    """Count anew what an agreement has changed, where the task for it was lost."""
    if recounting.is_behind():
        recounting.count_anew(at=timezone.now())


@shared_task(name="hotline.tell_of_deadlines")
def tell_of_deadlines(**_newer: Any) -> None:
    reminding.tell(at=timezone.now())


@shared_task(name="hotline.remind_of_call_backs")
def remind_of_call_backs(**_newer: Any) -> None:
    calling_back.remind(at=timezone.now())


@shared_task(name="hotline.close_old")
def close_old(**_newer: Any) -> None:
    """Close what was solved more than 14 days ago."""
    closing.close_old(at=timezone.now())


@shared_task(name="hotline.fetch_mail")
def fetch_mail(**_newer: Any) -> None:
    """Take in what has come by mail."""
    fetching.fetch(now=timezone.now)


@shared_task(name="hotline.send_mail")
def send_mail(**_newer: Any) -> None:
    """Send the mails that are due: answers first, then what staff and municipalities are told."""
    sending.send_waiting(now=timezone.now)
    notifying.send_waiting(now=timezone.now)


@shared_task(name="hotline.call_webhook", soft_time_limit=60, time_limit=90)
def call_webhook(*, call: int, **_newer: Any) -> None:
    delivering.deliver(call=call, now=timezone.now)


@shared_task(name="hotline.sweep_webhooks")
def sweep_webhooks(**_newer: Any) -> None:
    delivering.sweep(at=timezone.now())


@shared_task(name="hotline.make_export")
def make_export(*, export: int, **_newer: Any) -> None:
    """Make the file in which a person is told what is stored about her."""
    disclosing.make(export=export, now=timezone.now)


@shared_task(name="hotline.empty_stores")
def empty_stores(**_newer: Any) -> None:
    """Remove bytes that nothing refers to any more."""
    protecting.empty_stores(at=timezone.now())


@shared_task(name="hotline.remove_old")
def remove_old(**_newer: Any) -> None:
    """Remove the content of requests whose time is over."""
    retaining.run(at=timezone.now())
