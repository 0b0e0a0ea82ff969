"""Handing over reminders in one act: all open ones of a person who is away, or of an office, go to one person, after a look at what that means.

The supervisor does it, for the offices that she leads and the people in them; a single reminder is handed on by whoever has it (records.reminding).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tenants import current, substitution
from tenants.models import Office, User
from tenants.roles import Role

from . import journal
from .models import Reminder
from .models.access import LEVEL_READ, scopes_of
from .reminding import Addressee

SHOWN = 100
MOST = 5_000


class CannotHandOver(Exception):
    """The reminders cannot be handed over like that; the message says why."""


class PreviewIsOld(CannotHandOver):
    """They are no longer those that were shown."""


@dataclass(frozen=True)
class Preview:
    """What a hand-over would do. `blind` counts reminders that stay, because the taking person may not see their files; `mark` stands for exactly these
    reminders as they are: the act compares it."""

    reminders: list[Reminder]
    count: int
    blind: int
    mark: str


def offices_of(*, supervisor: User) -> QuerySet[Office]:
    """The offices whose reminders she hands over: those that she leads and all below."""
    if not supervisor.has_role(Role.SUPERVISOR):
        return Office.objects.none()
    return Office.objects.filter(pk__in=substitution.offices_led_by(supervisor), is_active=True).order_by("code")


def people_of(*, supervisor: User) -> QuerySet[User]:
    """The people whose reminders she hands over: those who work in these offices."""
    return substitution.led_by(supervisor=supervisor) if supervisor.has_role(Role.SUPERVISOR) else User.objects.get_queryset().none()


def preview(*, giving: Addressee, taking: User, by: User) -> Preview:
    """Look at a hand-over: open reminders of files that the supervisor may see, as far as the one who takes them may see these too.

    Raises CannotHandOver (not hers to hand over, an inactive person, the same one).
    """
    _refuse(giving, taking, by)
    found = _open(giving, by)
    going = found.filter(file__scope__any_of=scopes_of(taking).at_least(LEVEL_READ))
    marks = list(going.order_by("pk").values_list("pk", "revision"))
    return Preview(
        reminders=list(going.shown()[:SHOWN]),  # type: ignore[attr-defined]
        count=len(marks),
        blind=found.count() - len(marks),
        mark=_mark(marks),
    )


def hand_over(*, giving: Addressee, taking: User, mark: str, reason: str, by: User, at: datetime) -> int:
    """Give the reminders that were shown to another person; each file's journal tells of it, as one act. Returns how many.

    Raises PreviewIsOld if they are others by now (one was done, postponed, handed on or set), CannotHandOver (not hers to hand over, no reason, an
    inactive person, the same one, none, more than 5,000).
    """
    reason = " ".join(reason.replace("\x00", "").split())[:1000]
    if not reason:
        raise CannotHandOver(_("Please give a reason for the hand-over."))
    _refuse(giving, taking, by)
    with current.atomic():
        going = _open(giving, by).filter(file__scope__any_of=scopes_of(taking).at_least(LEVEL_READ))
        rows = list(going.select_for_update(of=("self",)).select_related("file").order_by("pk"))
        if _mark((row.pk, row.revision) for row in rows) != mark:
            raise PreviewIsOld(_("The reminders are no longer those that were shown. Please look at them again."))
        if not rows:
            raise CannotHandOver(_("There are no reminders to hand over."))
        if len(rows) > MOST:
            raise CannotHandOver(_("At most %(most)d reminders at once.") % {"most": MOST})
        for row in rows:
            row.person, row.office, row.revision = taking, None, row.revision + 1
        Reminder.objects.bulk_update(rows, ["person", "office", "revision"], batch_size=1000)
        told = {"addressee": (str(giving), str(taking)), "reason": (None, reason)}
        entries = [journal.Entry("hand_on", "Reminder", row.public_id, row.file.public_id, told) for row in rows]
        journal.enter_all(entries=entries, by=by, at=at)
    return len(rows)


def _refuse(giving: Addressee, taking: User, by: User) -> None:
    led: QuerySet[Office] | QuerySet[User] = offices_of(supervisor=by) if isinstance(giving, Office) else people_of(supervisor=by)
    if not led.filter(pk=giving.pk).exists():
        raise CannotHandOver(_("Only the supervisor hands over the reminders of an office or of the people in it."))
    if not taking.is_active:
        raise CannotHandOver(_("%(name)s is no longer active.") % {"name": taking})
    if isinstance(giving, User) and giving.pk == taking.pk:
        raise CannotHandOver(_("Please choose two different people."))


def _open(giving: Addressee, by: User) -> QuerySet[Reminder]:
    owner = {"office": giving} if isinstance(giving, Office) else {"person": giving}
    found: QuerySet[Reminder] = Reminder.objects.visible_to(by).open().filter(**owner)
    return found


def _mark(rows: Iterable[tuple[int, int]]) -> str:
    return hashlib.sha256(",".join(f"{pk}.{revision}" for pk, revision in sorted(rows)).encode()).hexdigest()[:32]
