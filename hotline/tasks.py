"""What the desk does by itself, as tasks."""

from celery import shared_task

from . import attaching


@shared_task(name="hotline.sweep_attachments")
def sweep_attachments(**_newer: object) -> None:
    """Remove what no message refers to: uploads that broke off or were refused. Safe to run twice."""
    attaching.sweep()
