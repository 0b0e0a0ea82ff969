"""Files that come with messages: looked at all together, kept whole or refused whole, handed out with their hash checked.

Whoever takes files in (a form, the API, a mail) keeps them first (`keep`) and then hands the kept ones to the act that makes the message, which
puts them on it in its own transaction (`attach`). Bytes that no message refers to in the end are swept after a day (`sweep`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation import kinds
from foundation.api.problems import store_problem
from foundation.store import Incoming, Stored, StoreError
from tenants.centre import stores

from .models import Attachment, Message

MOST_FILES = 20  # of one message
MIB = 1024**2
UPLOAD_SECONDS, ORPHAN_SECONDS = 6 * 3600, 24 * 3600

logger = logging.getLogger(__name__)


class CannotAttach(Exception):
    """The files cannot be attached; the message names the first one that is wrong, and why. None was kept on a message."""

    field = "attachments"


class TooLarge(CannotAttach):
    """A file is larger than one may be."""


@dataclass(frozen=True)
class Given:
    """A file as somebody gives it: its name is a claim. `content` has arrived in the store's folder of arrivals, is bytes, or lies at a path."""

    name: str
    content: Incoming | bytes | Path

    @property
    def size(self) -> int:
        if isinstance(self.content, Incoming):
            return self.content.size
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size


@dataclass(frozen=True)
class Kept:
    """A file whose bytes are safe in the store, with a harmless name and the type that its content shows."""

    name: str
    media_type: str
    stored: Stored


def keep(files: Iterable[Given]) -> list[Kept]:
    """Keep files in the centre's store: all, or none.

    Raises CannotAttach: more than 20, an empty one, or a store that takes nothing; TooLarge: one of more than 25 MB
    (settings.MAX_ATTACHMENT_BYTES).
    """
    given = list(files)
    refuse_unfit(given)
    try:
        return [_keep(one) for one in given]
    except StoreError as trouble:
        logger.error("Attachments were not kept: %s", trouble)
        raise CannotAttach(store_problem(trouble)[1]) from trouble


def refuse_unfit(files: Sequence[Given]) -> None:
    """Raises CannotAttach for too many files or an empty one, TooLarge for one that is too large."""
    if len(files) > MOST_FILES:
        raise CannotAttach(
            ngettext("A message has %(most)s file at most.", "A message has %(most)s files at most.", MOST_FILES) % {"most": MOST_FILES}
        )
    for one in files:
        name = kinds.clean_name(one.name)
        if not one.size:
            raise CannotAttach(_("“%(name)s” is empty. Nothing was sent; please choose the file again.") % {"name": name})
        if one.size > settings.MAX_ATTACHMENT_BYTES:
            words = {"name": name, "most": settings.MAX_ATTACHMENT_BYTES // MIB}
            raise TooLarge(_("“%(name)s” is too large: a file may have %(most)s MB. Nothing was sent.") % words)


def attach(*, message: Message, files: Sequence[Kept]) -> list[Attachment]:
    """Put kept files on a message that has just been made. Inside the transaction of its act."""
    rows = [
        Attachment(
            message=message, position=place, name=one.name, media_type=one.media_type, size=one.stored.size, sha256=one.stored.sha256
        )
        for place, one in enumerate(files)
    ]
    made: list[Attachment] = Attachment.objects.bulk_create(rows)
    return made


def again(attachments: Iterable[Attachment]) -> list[Kept]:
    """The same files for another message: their bytes lie in the store already."""
    return [Kept(one.name, one.media_type, Stored(one.sha256, one.size)) for one in attachments]


def opened(attachment: Attachment) -> BinaryIO:
    """The bytes, compared with their hash. Raises StoreError: damaged, not there, or the disk is away."""
    return stores.of_centre().open_verified(attachment.sha256)


def sweep(*, now: float | None = None) -> int:
    """Remove broken-off uploads, and bytes older than a day that no message refers to; returns the latter's number. `now`: seconds since 1970."""
    store, now = stores.of_centre(), now or time.time()
    store.sweep_incoming(older_than_seconds=UPLOAD_SECONDS)
    old = {sha for sha in store.objects() if now - store.path(sha).stat().st_mtime > ORPHAN_SECONDS}
    unneeded = old - set(Attachment.objects.values_list("sha256", flat=True)) if old else set()
    for sha256 in unneeded:
        store.remove(sha256)
    if unneeded:
        logger.info("%s objects that no message refers to were removed from the store.", len(unneeded))
    return len(unneeded)


def _keep(one: Given) -> Kept:
    store = stores.of_centre()
    stored = store.keep(one.content) if isinstance(one.content, Incoming) else store.put(one.content)
    name = kinds.clean_name(one.name)
    return Kept(name, kinds.recognise(store.path(stored.sha256), name).media_type, stored)
