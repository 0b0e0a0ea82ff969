"""When trainers are not there: kept by themselves, or by an operator."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User
from tenants.roles import CentreRole

from . import clashes, events
from .models import Session, TrainerAbsence

LONGEST = timedelta(days=2 * 366)


class CannotBeAbsent(Exception):
    """It cannot be noted like that; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def note_absence(
    *, trainer: User, starts_at: datetime, ends_at: datetime, whole_days: bool = True, reason: str = "", by: User, at: datetime
) -> TrainerAbsence:
    """Note from when until when a trainer cannot teach; sessions that she has then stay as they are (`sessions_in`). Raises CannotBeAbsent.

    Why is hers to say or not, and is not written into the history: it outlives the absence (Art. 5 (1) (c) GDPR).
    """
    _may_keep(trainer, by)
    if ends_at <= starts_at:
        raise CannotBeAbsent(_("It ends before it begins."), "until")
    if ends_at <= at:
        raise CannotBeAbsent(_("This lies in the past."), "until")
    if ends_at - starts_at > LONGEST:
        raise CannotBeAbsent(_("An absence lasts two years at most."), "until")
    with current.atomic():
        clashes.hold()
        made = TrainerAbsence.objects.create(
            trainer=trainer,
            starts_at=starts_at,
            ends_at=ends_at,
            whole_days=whole_days,
            reason=" ".join(reason.replace("\x00", "").split())[:200],
        )
        changes = {"trainer": (None, trainer), "starts_at": (None, starts_at), "ends_at": (None, ends_at)}
        events.enter(act="note_absence", about=None, by=by, at=at, changes=changes)
    return made


def strike_absence(*, absence: TrainerAbsence, by: User, at: datetime) -> None:
    """She is there after all. Raises CannotBeAbsent."""
    _may_keep(absence.trainer, by)
    with current.atomic():
        clashes.hold()
        gone, _of_which = TrainerAbsence.objects.filter(pk=absence.pk).delete()
        if gone:
            changes = {"trainer": (absence.trainer, None), "starts_at": (absence.starts_at, None), "ends_at": (absence.ends_at, None)}
            events.enter(act="strike_absence", about=None, by=by, at=at, changes=changes)


def sessions_in(absence: TrainerAbsence) -> list[Session]:
    """What she would have to teach while she is away, in order."""
    held = Session.objects.filter(trainer=absence.trainer, called_off_at=None, starts_at__lt=absence.ends_at, ends_at__gt=absence.starts_at)
    return list(held.select_related("date__course").order_by("starts_at", "pk"))


def _may_keep(trainer: User, by: User) -> None:
    if not trainer.has_role(CentreRole.TRAINER):
        raise CannotBeAbsent(_("%(person)s is no trainer.") % {"person": trainer}, "trainer")
    if by != trainer and not by.has_role(CentreRole.OPERATOR):
        raise CannotBeAbsent(_("Trainers note when they themselves are not there; for others an operator does."), "trainer")
