"""Doors for the workers. Each makes one call; all are safe to run twice."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from . import anchors, exports, page_images, plan_enactment, reading, recovery, storekeeping, support_access


@shared_task(name="records.read_document")
def read_document(*, reading_id: int, **_newer: Any) -> None:
    reading.read(reading_id=reading_id)


@shared_task(name="records.read_slice")
def read_slice(*, slice_id: int, **_newer: Any) -> None:
    reading.read_slice(slice_id=slice_id)


@shared_task(name="records.draw_first_page", expires=600)
def draw_first_page(*, version_id: int, **_newer: Any) -> None:
    page_images.draw_first_page(version_id=version_id)


@shared_task(name="records.sweep_readings")
def sweep_readings(**_newer: Any) -> None:
    recovery.sweep(at=timezone.now())


@shared_task(name="records.set_anchor")
def set_anchor(**_newer: Any) -> None:
    anchors.set_anchor(at=timezone.now())


@shared_task(name="records.make_export")
def make_export(*, export_id: int, **_newer: Any) -> None:
    exports.make(export_id=export_id)


@shared_task(name="records.sweep_store")
def sweep_store(**_newer: Any) -> None:
    storekeeping.sweep()


@shared_task(name="records.put_due_editions_into_force")
def put_due_editions_into_force(**_newer: Any) -> None:
    plan_enactment.put_due_into_force(at=timezone.now())


@shared_task(name="records.end_support_accesses")
def end_support_accesses(**_newer: Any) -> None:
    support_access.end_due(at=timezone.now())
