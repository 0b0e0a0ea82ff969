"""Handing files over at a reorganisation: all that one office leads is led by another one from now on, after a look at what that means."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import Office, User

from . import journal, warnings_before
from .models import FilePlanUnit, Participant, RecordFile, Reminder
from .models.access import scopes_of
from .registering import registry_level
from .taking_turns import all_locked

SHOWN = 200
MOST = 20_000


class CannotHandOver(Exception):
    """The files cannot be handed over like that; the message says why."""


class BlockNotConfirmed(CannotHandOver):
    """A disclosure block stands in some of the files, and nobody has confirmed to have heeded it."""


class PreviewIsOld(CannotHandOver):
    """The files are no longer those that were shown."""


@dataclass(frozen=True)
class Preview:
    """What a hand-over would do. `mark` stands for exactly these files: the act compares it.

    `losing` and `gaining` are the people whose work it is now and would be; `blind` those of them who may not see all of the files. `blocked`:
    in so many of them a disclosure block stands (shown files have `has_block`).
    """

    files: list[RecordFile]
    count: int
    open_count: int
    reminders: int
    blocked: int
    losing: list[User]
    gaining: list[User]
    blind: list[User]
    mark: str


def preview(*, giving: Office, taking: Office, clerk: User, unit: FilePlanUnit | None = None, closed_too: bool = True) -> Preview:
    """Look at a hand-over. Only files in which the clerk does the registry's work are meant, and spoken of."""
    files = _files(giving, clerk, unit, closed_too)
    rows = list(files.values_list("pk", "status", "scope_id"))
    gaining, losing = _people(taking), _people(giving)
    needed = {scope for _pk, _status, scope in rows}
    return Preview(
        files=list(files.select_related("unit").annotate(has_block=Exists(_blocks().filter(file=OuterRef("pk"))))[:SHOWN]),
        count=len(rows),
        open_count=sum(status != RecordFile.Status.CLOSED for _pk, status, _scope in rows),
        reminders=Reminder.objects.open().filter(file__in=files.values("pk"), office=giving).count(),
        blocked=_blocks().filter(file__in=files.values("pk")).values("file").distinct().count(),
        losing=[person for person in losing if person not in gaining],
        gaining=[person for person in gaining if person not in losing],
        blind=[person for person in gaining if not needed <= scopes_of(person).levels.keys()],
        mark=_mark(pk for pk, _status, _scope in rows),
    )


def hand_over(
    *,
    giving: Office,
    taking: Office,
    mark: str,
    reason: str,
    by: User,
    at: datetime,
    unit: FilePlanUnit | None = None,
    closed_too: bool = True,
    confirmed: Sequence[str] = (),
) -> int:
    """Make another office the lead office of the files that were shown; each file's journal tells of it, as one act. Returns how many.

    Closed files go along: somebody has to answer for them too. `confirmed`: the warnings that were confirmed; the journal of a file with a
    disclosure block keeps that. Raises PreviewIsOld if these are other files by now, BlockNotConfirmed, CannotHandOver (the same office, one that
    is no longer active, no reason, no files, more than 20,000 at once).
    """
    reason = " ".join(reason.replace("\x00", "").split())[:1000]
    if not reason:
        raise CannotHandOver(_("Please give a reason for the hand-over."))
    if giving.pk == taking.pk:
        raise CannotHandOver(_("Please choose two different offices."))
    if not taking.is_active:
        raise CannotHandOver(_("Office %(office)s is no longer active.") % {"office": taking})
    with current.atomic():
        pks = list(_files(giving, by, unit, closed_too).values_list("pk", flat=True))
        if not pks:
            raise CannotHandOver(_("There are no files to hand over."))
        if len(pks) > MOST:
            raise CannotHandOver(_("At most %(most)d files at once. Please choose a unit of the file plan.") % {"most": MOST})
        rows = list(all_locked(pks).values())
        still = _files(giving, by, unit, closed_too).values_list("pk", flat=True)  # with the locks held nothing changes any more
        if not _mark(pks) == _mark(still) == mark:
            raise PreviewIsOld(_("The files are no longer those that were shown. Please look at them again."))
        blocked = set(_blocks().filter(file__any_of=pks).values_list("file_id", flat=True))
        if blocked and warnings_before.DISCLOSURE_BLOCK not in confirmed:
            raise BlockNotConfirmed(_("A disclosure block stands in some of these files. Please confirm the warning first."))
        for row in rows:
            row.lead_office, row.changed_at, row.revision = taking, at, row.revision + 1
        RecordFile.objects.bulk_update(rows, ["lead_office", "changed_at", "revision"], batch_size=1000)
        told = {"lead_office": (giving, taking), "reason": (None, reason)}
        heeded = told | warnings_before.told([warnings_before.DISCLOSURE_BLOCK])
        entries = [
            journal.Entry("hand_over", "RecordFile", row.public_id, row.public_id, heeded if row.pk in blocked else told) for row in rows
        ]
        journal.enter_all(entries=entries, by=by, at=at)
    return len(rows)


def _files(giving: Office, clerk: User, unit: FilePlanUnit | None, closed_too: bool) -> QuerySet[RecordFile]:
    found: QuerySet[RecordFile] = RecordFile.objects.visible_to(clerk, registry_level(clerk)).standing().filter(lead_office=giving)
    if unit is not None:
        found = found.filter(unit__path__startswith=unit.path)
    return (found if closed_too else found.filter(~Q(status=RecordFile.Status.CLOSED))).order_by("reference_key", "id")


def _blocks() -> QuerySet[Participant]:
    return Participant.objects.filter(disclosure_block=True)


def _people(office: Office) -> list[User]:
    return list(User.objects.active().filter(memberships__office=office).order_by("display_name"))


def _mark(pks: Iterable[int]) -> str:
    return hashlib.sha256(",".join(str(pk) for pk in sorted(pks)).encode()).hexdigest()[:32]
