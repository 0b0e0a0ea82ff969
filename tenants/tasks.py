"""Housekeeping that both sites share, as tasks."""

from celery import shared_task

from . import housekeeping, queues

for_each_municipality = queues.for_each_municipality


@shared_task(name="tenants.forget_old")
def forget_old(**_newer: object) -> None:
    """Drop expired sessions, tokens and remembered answers."""
    housekeeping.forget_old()
