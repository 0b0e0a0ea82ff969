"""Keeping the store in order: uploads that broke off, and bytes that no record refers to."""

from __future__ import annotations

import logging
import shutil
import time
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from tenants import current, stores

from . import erasure, exports
from .models import DocumentVersion, Export, ReadingSlice

logger = logging.getLogger(__name__)
UPLOAD_SECONDS = 6 * 3600
ORPHAN_SECONDS = 24 * 3600


def sweep() -> int:
    """Remove exports past their time, broken-off uploads, old temporary folders, and objects older than a day that nothing refers to; returns the latter's number.

    A day: an upload's bytes are in the store before its row is committed, and a slice's before it is joined.
    """
    exports.expire(at=timezone.now())
    store = stores.of_municipality()
    store.sweep_incoming(older_than_seconds=UPLOAD_SECONDS)
    _sweep_scratch()
    old = {sha for sha in store.objects() if time.time() - store.path(sha).stat().st_mtime > ORPHAN_SECONDS}
    if not old:
        return 0
    needed = set(DocumentVersion.objects.values_list("sha256", flat=True)) | set(
        DocumentVersion.objects.values_list("searchable_sha256", flat=True)
    )
    needed |= set(ReadingSlice.objects.values_list("searchable_sha256", flat=True))
    needed |= set(Export.objects.exclude(sha256="").values_list("sha256", flat=True))
    removed = erasure.remove_unreferenced(hashes=old - needed)
    if removed:
        logger.info("%s objects that nothing refers to were removed from the store.", removed)
    return removed


def _sweep_scratch() -> None:
    folder = Path(settings.SCRATCH) / current.municipality().slug
    for leftover in folder.iterdir() if folder.exists() else ():
        if time.time() - leftover.stat().st_mtime > UPLOAD_SECONDS:
            shutil.rmtree(leftover, ignore_errors=True)
