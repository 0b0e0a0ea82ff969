"""PDFs made of pages of documents: which file of a version they are taken from, which versions they can be taken from, and what gets lost.

What is made is made before anything is locked or written: it takes seconds, and nobody else should wait for it. The act that asked for it
then makes sure that everything still is as it was (records.rearranging.hold_still).
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext as _

from foundation.pages import rearranging as making
from foundation.pages.facts import NoticeCode, Unreadable
from foundation.pages.rearranging import BadResult, Part, Source, Wanted
from foundation.pages.sentences import sentence
from foundation.store import Stored, StoreError
from tenants import current, stores

from . import sentences
from .export_making import lost_for_good, put_result
from .models import DocumentVersion

__all__ = ["CannotTakePages", "Finished", "Part", "Signed", "Wanted", "make", "refuse_unfit", "remarks"]

logger = logging.getLogger(__name__)
MOST_PAGES = 2_000  # of one act; more is split in several steps
MOST_BYTES = 1024**3
FAMILIES = ("pdf", "image")
TURNS = threading.BoundedSemaphore(2)  # of one web process: each may need 1.5 GB
SECONDS_TO_WAIT = 60
NEVER = (NoticeCode.ENCRYPTED, NoticeCode.XFA, NoticeCode.ONLY_BEGINNING)


class CannotTakePages(Exception):
    """No pages can be taken from this document; the message says why."""


class Signed(CannotTakePages):
    """The document carries an electronic signature, and nobody has confirmed that it holds for the original only."""


@dataclass(frozen=True)
class Finished:
    """A PDF in the store, and in words what could not be kept."""

    stored: Stored
    remarks: tuple[str, ...]


def refuse_unfit(version: DocumentVersion | None, *, title: str, despite_signature: bool) -> None:
    """Raises CannotTakePages, Signed: nothing to take pages from, not read yet, no PDF and no picture, encrypted, signed, too thick."""
    named = {"title": title}
    if version is None:
        raise CannotTakePages(_("“%(title)s” has no file to take pages from.") % named)
    if version.being_read:
        raise CannotTakePages(_("“%(title)s” is still being read. Please try again in a moment.") % named)
    if version.family not in FAMILIES:
        raise CannotTakePages(_("“%(title)s” is neither a PDF nor a picture; its pages cannot be arranged.") % named)
    if version.failure:
        raise CannotTakePages(_("“%(title)s” could not be read: %(why)s") % {**named, "why": sentences.failure(version)})
    hindering = [code for code in NEVER if code.value in version.notices]
    if hindering:
        raise CannotTakePages(_("The pages of “%(title)s” cannot be arranged.") % named + " " + sentence(hindering[0]))
    if not version.page_count:
        raise CannotTakePages(_("“%(title)s” has no pages.") % named)
    refuse_too_much([version])
    if NoticeCode.SIGNED.value in version.notices and not despite_signature:
        raise Signed(
            _(
                "“%(title)s” carries an electronic signature. It holds for the original only, which stays as version %(number)s; a version with other pages has none. Please confirm that."
            )
            % {**named, "number": version.number}
        )


def refuse_too_much(versions: Sequence[DocumentVersion]) -> None:
    """Raises CannotTakePages: more pages or bytes than are worked on in one go."""
    if sum(version.page_count or 0 for version in versions) > MOST_PAGES:
        raise CannotTakePages(_("More than %(most)s pages cannot be arranged in one go.") % {"most": f"{MOST_PAGES:_}".replace("_", ".")})
    if sum(version.size for version in versions) > MOST_BYTES:
        raise CannotTakePages(_("More than 1 GB cannot be arranged in one go."))


def make(versions: Sequence[DocumentVersion], wanted: Sequence[Wanted]) -> list[Finished]:
    """Make PDFs of pages of versions, in the sandbox; all of them or none. `source` of a part is a place in `versions`.

    Pages are taken as people see them: from the searchable copy where reading has made one, else from the original, for a picture from a PDF of it.
    Raises CannotTakePages for a file that cannot be worked on, and what the store raises while it is away.
    """
    try:
        with _turn(), _folder() as folder:
            made = making.rearrange([_source(version) for version in versions], wanted, folder=folder)
            return [Finished(put_result(one.path), tuple(remarks(one.lost))) for one in made]
    except Unreadable as trouble:
        logger.warning("Pages could not be taken: %s", trouble)
        raise CannotTakePages(_("The pages cannot be arranged; nothing was changed.") + " " + sentence(trouble.code)) from trouble
    except BadResult as trouble:
        logger.error("Pages were not put together rightly: %s", trouble)
        raise CannotTakePages(_("The file is built in a way that its pages cannot be arranged safely. Nothing was changed.")) from trouble
    except StoreError as trouble:
        if not lost_for_good(trouble):
            raise
        raise CannotTakePages(_("The document's bytes are missing in the store. Please inform the competence centre.")) from trouble


def remarks(lost: Sequence[str]) -> list[str]:
    """What could not be kept, in words."""
    words = {
        "form": _("form fields have become writing"),
        "signature": _("without the electronic signature"),
        "attachments": _("without the files inside"),
        "tags": _("without tags for screen readers"),
        "scripts": _("without scripts"),
        "claims": _("no longer marked as PDF/A"),
    }
    return [words[code] for code in lost if code in words]


def _source(version: DocumentVersion) -> Source:
    store = stores.of_municipality()
    shown = version.searchable_sha256 or version.sha256
    for sha256 in {shown, version.sha256}:
        store.open_verified(sha256).close()
    copied = bool(version.searchable_sha256)
    original = store.path(version.sha256) if copied and version.family == "pdf" else None
    return Source(store.path(shown), "pdf" if copied else version.family, original)


@contextmanager
def _turn() -> Iterator[None]:
    if not TURNS.acquire(timeout=SECONDS_TO_WAIT):
        raise CannotTakePages(_("Pages of other documents are being arranged at the moment. Please try again in a minute."))
    try:
        yield
    finally:
        TURNS.release()


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder for temporary files, gone afterwards; what a crash leaves behind is swept (records.storekeeping)."""
    folder = Path(settings.SCRATCH) / current.municipality().slug / uuid4().hex
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
