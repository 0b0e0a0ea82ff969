"""What leaves the house: asking for a file as one PDF or as a package for the court, making it in the background, handing it out.

An export is made under a lease like a reading (records.leases): a killed worker's is taken over by another one. It belongs to the clerk who
asked, for as long as she may read the file; after a week it is gone.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants import current, queues
from tenants.models import User

from . import court_package, file_pdf, informing, journal, leases, leaving_out, numbering, warnings_before
from .export_making import CannotMake, Made, Making
from .leases import Hold
from .models import Document, Export, RecordFile
from .models.access import LEVEL_FOR
from .models.reading import LEASE_SECONDS

logger = logging.getLogger(__name__)
KEPT_DAYS = 7
MEDIA_TYPES = {Export.Kind.FILE_PDF: "application/pdf", Export.Kind.COURT_PACKAGE: "application/zip"}
MOST_AT_ONCE = 3  # of one clerk, so that nobody else's documents wait for hers
LANE = "large"
QUIET_SECONDS, LONG_QUIET_SECONDS, LONGEST_LOOK = 10, 900, 2000
LONGEST_REASON = 500
CANCELLED, NO_ACCESS, GIVEN_UP = "cancelled", "no_access", "given_up"


class CannotExport(Exception):
    """The export cannot be asked for, cancelled or handed out; the message says why."""


def ask(
    *,
    file: RecordFile,
    kind: str,
    address: str,
    by: User,
    at: datetime,
    leave_out: Mapping[str, Any] | None = None,
    confirmed: Sequence[str] = (),
    searchable: bool = False,
    receipt_stamps: bool = True,
    occasion: informing.Occasion | None = None,
    document: Document | None = None,
) -> Export:
    """Ask for an export; it is queued and made in the background.

    `address` is that of the binder (it stands on the cover), `leave_out` names public ids of "registers", "documents" and "sticky_notes" and
    the "reason" for leaving them out, `confirmed` the warnings that the clerk has confirmed; with `searchable` a package holds the readable
    copies of scans beside the originals, with `receipt_stamps` the first sheet of what came in bears the municipality's stamp in the PDF. With an `occasion` somebody outside is informed by it, and a second person must release it (records.informing).
    With a `document` of the file, the PDF is made of that one alone, without cover and contents.
    Raises CannotExport, informing.CannotInform, warnings_before.NotConfirmed.
    """
    if document is not None:
        _refuse_unless_printable(document, kind)
    wishes = _wishes(leave_out or {})
    if _left_out(wishes) and not wishes["reason"]:
        raise CannotExport(_("Please say why something is left out: the reason stands in the list of what is missing."))
    occasion = informing.checked(occasion) if occasion else None
    warnings_before.require_confirmed(file=file, confirmed=confirmed)
    options = {
        "leave_out": wishes,
        "address": address,
        "confirmed": list(confirmed),
        "searchable": bool(searchable),
        "receipt_stamps": bool(receipt_stamps),
        "document": str(document.public_id) if document else "",
    }
    with current.atomic():
        User.objects.select_for_update(of=("self",)).get(pk=by.pk)  # two clicks at once take turns
        if unfinished().filter(asked_by=by).count() >= MOST_AT_ONCE:
            raise CannotExport(_("Several of your exports are being made already. Please wait until one of them is ready."))
        export: Export = Export.objects.create(file=file, kind=kind, options=options, asked_at=at, asked_by=by)
        told = _told_of(export, wishes, confirmed, document)
        journal.enter(act="export", object=export, by=by, at=at, file_id=file.public_id, changes=told)
        if occasion:
            informing.ask(export=export, occasion=occasion, by=by, at=at)
        _queue(export)
    return export


def _told_of(export: Export, wishes: Mapping[str, Any], confirmed: Sequence[str], document: Document | None) -> dict[str, journal.Change]:
    """What the journal keeps of what was asked for."""
    told: dict[str, journal.Change] = {"kind": (None, export.kind), "left_out": (None, _left_out(wishes))} | warnings_before.told(confirmed)
    if wishes["reason"]:
        told["reason"] = (None, wishes["reason"])
    if document:
        told["document_reference"] = (None, numbering.reference_of(document))
    return told


def _left_out(wishes: Mapping[str, Any]) -> int:
    """How many things are left out by somebody's wish."""
    return sum(len(wishes[name]) for name in ("registers", "documents", "sticky_notes"))


def _refuse_unless_printable(document: Document, kind: str) -> None:
    if kind != Export.Kind.FILE_PDF:
        raise CannotExport(_("Only a PDF is made of a single document."))
    if code := leaving_out.hindrance(document, needs_pages=True):
        raise CannotExport(leaving_out.why({"code": code}))


def cancel(*, export: Export, by: User, at: datetime) -> Export:
    """Give up an export that is not ready yet; its worker notices within seconds. Raises CannotExport."""
    with current.atomic():
        export = Export.objects.select_for_update(of=("self",)).select_related("file").get(pk=export.pk)
        if export.done_at is not None:
            raise CannotExport(_("This export is finished already."))
        _end(export, CANCELLED, at)
        journal.enter(act="cancel_export", object=export, by=by, at=at, file_id=export.file.public_id)
    return export


def hand_out(*, export: Export, by: User, at: datetime) -> Export:
    """Journal that the result is handed to the clerk who asked.

    Raises CannotExport: not ready, expired, not released by a second person, or a disclosure block was entered after it was asked for.
    """
    with current.atomic():
        export = Export.objects.select_for_update(of=("self",)).select_related("file").get(pk=export.pk)
        if export.state != Export.State.READY or (export.expires_at and export.expires_at <= at):
            raise CannotExport(_("There is nothing to be downloaded (any more)."))
        if informing.waits(export):
            raise CannotExport(_("A second person must release this before it is handed out."))
        _refuse_later_block(export)
        journal.enter(
            act="download_export", object=export, by=by, at=at, file_id=export.file.public_id, changes={"sha256": (None, export.sha256)}
        )
    return export


def _refuse_later_block(export: Export) -> None:
    try:
        warnings_before.require_blocks_confirmed(file=export.file, confirmed=export.options.get("confirmed", ()))
    except warnings_before.NotConfirmed as refusal:
        again = _("It was entered after this had been asked for. Please check, and ask for it anew.")
        raise CannotExport(f"{refusal} {again}") from refusal


def of_clerk(*, file: RecordFile, clerk: User) -> QuerySet[Export]:
    """The exports of a file that this clerk asked for, newest first. Nobody sees those of others: the journal tells who exported what."""
    return Export.objects.filter(file=file, asked_by=clerk).select_related("information__released_by").order_by("-asked_at", "-pk")


def unfinished() -> QuerySet[Export]:
    return Export.objects.filter(done_at__isnull=True)


def make(*, export_id: int) -> None:
    """Make one export. Safe to run twice: who does not get the lease goes away.

    A town's exports are made one after another: a file of 2,000 sheets takes minutes, and two at once would leave no process that reads
    other people's long scans. The next one is queued by the sweep, within seconds.
    """
    if _others_in_the_making(export_id).exists():
        return
    with leases.hold(Export, export_id) as hold:
        if hold is None or not _takes_its_turn(export_id, hold):
            return
        export = Export.objects.select_related("file__unit", "file__scope", "file__lead_office", "asked_by").get(pk=export_id)
        if not _may_still_have_it(export):
            _fail(export, NO_ACCESS, hold)
            return
        makers = {Export.Kind.FILE_PDF: file_pdf.compose, Export.Kind.COURT_PACKAGE: court_package.pack}
        try:
            made = makers[Export.Kind(export.kind)](Making(export=export, hold=hold, at=timezone.now()))
        except CannotMake as trouble:
            logger.warning("Export %s could not be made: %s", export.public_id, trouble)
            _fail(export, trouble.code, hold)
            return
        _finish(export, made, hold)


def _others_in_the_making(export_id: int) -> QuerySet[Export]:
    alive = timezone.now() - timedelta(seconds=LEASE_SECONDS)
    return unfinished().filter(holder__isnull=False, heartbeat_at__gte=alive).exclude(pk=export_id)


def _takes_its_turn(export_id: int, hold: Hold) -> bool:
    """Say that this one is being made, unless another one is; then the lease is given back, and no attempt is counted.

    The sweep queues all that wait at once, and several workers take them in the same moment: whoever locks the rows first has its turn.
    """
    mine = Export.objects.filter(pk=export_id, holder=hold.holder, done_at__isnull=True)
    with current.atomic():
        held = unfinished().filter(holder__isnull=False).select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
        locked = list(held)
        if _others_in_the_making(export_id).filter(pk__in=locked, state=Export.State.RUNNING).exists():
            mine.update(holder=None, heartbeat_at=None, attempts=F("attempts") - 1)
            return False
        return bool(mine.update(state=Export.State.RUNNING))


def sweep(*, at: datetime) -> int:
    """Give abandoned exports back and queue again what the broker has lost; returns how many were queued."""
    queued = 0
    before = at - timedelta(seconds=LEASE_SECONDS)
    for export in Export.objects.abandoned(before=before):
        freed = Export.objects.filter(pk=export.pk, holder=export.holder, heartbeat_at__lt=before).update(holder=None, heartbeat_at=None)
        queued += freed and _again(export)
    waiting = queues.waiting(LANE) if unfinished().exists() else -1
    if waiting < 0:
        return queued
    quiet = at - timedelta(seconds=LONG_QUIET_SECONDS if waiting > LONGEST_LOOK else QUIET_SECONDS)
    named = queues.named(LANE).get("export_id", set()) if 0 < waiting <= LONGEST_LOOK else set()
    lost = unfinished().filter(Q(queued_at__isnull=True) | Q(queued_at__lt=quiet), holder__isnull=True).exclude(pk__in=named)
    for export in lost.filter(Q(not_before__isnull=True) | Q(not_before__lte=at)).order_by("pk"):
        queued += _again(export)
    return queued


def expire(*, at: datetime) -> int:
    """Forget exports past their time, ready or not; their bytes go with the store's sweep. Returns how many."""
    old = Q(expires_at__lte=at) | Q(asked_at__lte=at - timedelta(days=2 * KEPT_DAYS))
    return int(Export.objects.filter(old, done_at__isnull=False).delete()[0])


def failure(export: Export) -> str:
    """Why there is no result, in a sentence; "" if there is one, or will be."""
    if not export.failure:
        return ""
    if export.failure in (leaving_out.NOT_IN_STORE, *leaving_out.FAILURES):  # of the one document that it was to be made of
        return leaving_out.why({"code": export.failure})
    own = {
        CANCELLED: _("Cancelled."),
        NO_ACCESS: _("You may not read this file any more."),
        GIVEN_UP: _("It was begun several times and never came to an end. Please ask the hotline."),
        "nothing": _("Nothing is left that could go along: everything was left out."),
        "bad_result": _("The result did not pass its check and is not handed out. Please ask the hotline."),
        "too_large": _("The file is too large for one PDF. Please leave registers out, or choose the package of single documents."),
        "xjustiz": _("The XJustiz record does not fit the schema that is set up here. Please ask the hotline."),
    }
    return own.get(export.failure, own[GIVEN_UP])


def _wishes(leave_out: Mapping[str, Any]) -> dict[str, Any]:
    ids = {name: sorted(set(map(str, leave_out.get(name) or ()))) for name in ("registers", "documents", "sticky_notes")}
    return ids | {"reason": " ".join(str(leave_out.get("reason") or "").replace("\x00", "").split())[:LONGEST_REASON]}


def _may_still_have_it(export: Export) -> bool:
    """Rights may have been taken away since it was asked for."""
    visible = RecordFile.objects.visible_to(export.asked_by, LEVEL_FOR["export"])
    return bool(visible.filter(pk=export.file_id).exists())


def _finish(export: Export, made: Made, hold: Hold) -> None:
    at = timezone.now()
    with current.atomic():
        hold.settle()
        if not _may_still_have_it(export):
            _end(export, NO_ACCESS, at)
            return
        Export.objects.filter(pk=export.pk).update(
            state=Export.State.READY,
            failure="",
            sha256=made.stored.sha256,
            size=made.stored.size,
            name=made.name[:200],
            left_out=made.left_out,
            options=export.options | made.told,
            done=made.total,
            total=made.total,
            ready_at=at,
            expires_at=at + timedelta(days=KEPT_DAYS),
        )
        told: dict[str, journal.Change] = {"left_out": (None, len(made.left_out)), "sha256": (None, made.stored.sha256)}
        journal.enter(act="export_ready", object=export, by=None, at=at, file_id=export.file.public_id, changes=told)


def _fail(export: Export, code: str, hold: Hold) -> None:
    with current.atomic():
        hold.settle()
        _end(export, code, timezone.now())


def _end(export: Export, code: str, at: datetime) -> None:
    export.state, export.failure, export.done_at, export.holder = Export.State.FAILED, code, at, None
    export.expires_at = at + timedelta(days=KEPT_DAYS)
    export.save(update_fields=["state", "failure", "done_at", "holder", "expires_at"])


def _again(export: Export) -> int:
    """Queue an export once more, or give up."""
    if export.crashes < leases.MOST_CRASHES and export.attempts < leases.MOST_ATTEMPTS:
        _queue(export)
        return 1
    logger.error("Export %s: %s attempts, %s crashes; given up.", export.public_id, export.attempts, export.crashes)
    _end(export, GIVEN_UP, timezone.now())
    return 0


def _queue(export: Export) -> None:
    Export.objects.filter(pk=export.pk).update(queued_at=timezone.now())
    queues.send("records.make_export", lane=LANE, export_id=export.pk)
