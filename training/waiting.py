"""The waiting list: a place that becomes free is offered to whoever has waited longest, and kept for her until the offer ends.

Each act holds the course date's row. So there is one order for all, nobody is served twice, and no place is given twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import double_seats, events, places, practice_following, telling
from .models import CourseDate, Enrolment, Standing
from .models.courses import STAFF

State = Enrolment.State
OFFER_HOLDS = timedelta(hours=48)


class CannotAnswer(Exception):
    """The offer cannot be accepted or declined; the message is for the person."""


def promote(*, date: CourseDate, at: datetime) -> list[Enrolment]:
    """Offer the places that are free to those who wait, in their order, and give whom one was offered.

    Inside the transaction that made them free, with the date locked (places.locked). Nothing is offered on a date that is not open or has begun.
    """
    if date.state != CourseDate.State.OPEN or at >= date.starts_at:
        return []
    until = min(at + OFFER_HOLDS, date.starts_at)
    first = list(Enrolment.objects.select_related("person").filter(date=date).waiting()[: places.free(date)])
    for enrolment in first:
        _move(enrolment, State.OFFERED, by=None, at=at, act="offer", offered_until=until)
        once = f"offer:{enrolment.pk}:{int(until.timestamp())}"
        telling.tell(
            person=enrolment.person, kind=telling.Kind.OFFER, about=enrolment, once=once, at=at, facts={"until": until.isoformat()}
        )
    return first


def accept(*, enrolment: Enrolment, by: User, at: datetime) -> Enrolment:
    """Take the place that is offered. Raises CannotAnswer: it is not offered (any more), not to her, or she has one elsewhere at that hour.

    Then the offer stays until its end: she may leave the other course and take this place.
    """
    with current.atomic():
        double_seats.hold([enrolment.person_id])
        date, found = _held(enrolment, by)
        if found.offered_until is not None and at < found.offered_until:
            if clash := double_seats.said_of(date, found.person):
                raise CannotAnswer(
                    _("%(clash)s Please withdraw there first; this place is kept for you until its offer ends.") % {"clash": clash}
                )
            _move(found, State.ENROLLED, by=by, at=at, act="accept", enrolled_at=at)
            telling.tell(
                person=found.person,
                kind=telling.Kind.ENROLLED,
                about=found,
                once=f"enrolled:{found.pk}",
                at=at,
                calendar=telling.Calendar.REQUEST,
            )
            practice_following.soon(date)
            return found
        _expire(date, [found], at)  # the clock has not come by yet
    raise CannotAnswer(_("This offer has ended; the place goes to the next person. You can ask for a place once more."))


def decline(*, enrolment: Enrolment, by: User, at: datetime) -> Enrolment:
    """Leave the place that is offered to the next in line. Raises CannotAnswer."""
    with current.atomic():
        date, found = _held(enrolment, by)
        _move(found, State.DECLINED, by=by, at=at, act="decline", ended_at=at)
        promote(date=date, at=at)
    return found


def expire_offers(*, at: datetime) -> int:
    """End the offers whose time is over and offer those places to the next; gives how many ended. Safe to run twice, and at once."""
    ended = 0
    due = Enrolment.objects.filter(state=State.OFFERED, offered_until__lte=at).order_by("date").values_list("date", flat=True).distinct()
    for date in CourseDate.objects.filter(pk__in=list(due)).order_by("pk"):
        with current.atomic():
            held = places.locked(date)
            over = list(
                Enrolment.objects.select_related("person").filter(date=held, state=State.OFFERED, offered_until__lte=at).order_by("pk")
            )
            _expire(held, over, at)
            ended += len(over)
    return ended


def end_begun(*, at: datetime) -> int:
    """End the wishes for dates that have begun, in line or awaiting approval, and tell each person once; gives how many. Safe to run twice, and at once."""
    ended = 0
    wishes = Enrolment.objects.filter(state__in=(State.WAITING, State.AWAITING_APPROVAL), date__starts_at__lte=at)
    for date in CourseDate.objects.filter(pk__in=list(wishes.values_list("date", flat=True).distinct())).order_by("pk"):
        with current.atomic():
            held = places.locked(date)
            over = list(wishes.select_related("person").filter(date=held).order_by("pk"))  # it may have been moved meanwhile
            for enrolment in over:
                _move(enrolment, State.WITHDRAWN, by=None, at=at, act="withdraw", ended_at=at)
                once = f"withdrawn:{enrolment.pk}"
                telling.tell(person=enrolment.person, kind=telling.Kind.WITHDRAWN, about=enrolment, once=once, at=at, facts={"begun": True})
            ended += len(over)
    return ended


def _expire(date: CourseDate, over: list[Enrolment], at: datetime) -> None:
    for enrolment in over:
        _move(enrolment, State.EXPIRED, by=None, at=at, act="expire", ended_at=at)
        telling.tell(person=enrolment.person, kind=telling.Kind.EXPIRED, about=enrolment, once=f"expired:{enrolment.pk}", at=at)
    promote(date=date, at=at)


def _held(enrolment: Enrolment, by: User) -> tuple[CourseDate, Enrolment]:
    """The date, held, and the enrolment as it is now, which must be offered to her (or be hers to decide). Raises CannotAnswer."""
    date = places.locked(enrolment.date)
    found = Enrolment.objects.select_related("person", "date__course").get(pk=enrolment.pk)
    if found.person_id != by.pk and not by.has_role(*STAFF) and not Standing.objects.people_of(by).filter(person=found.person_id).exists():
        raise CannotAnswer(_("This offer is somebody else's."))
    if found.state == State.ENROLLED:
        raise CannotAnswer(_("You have this place already."))
    if found.state != State.OFFERED:
        raise CannotAnswer(_("No place is offered here at the moment."))
    return date, found


def _move(enrolment: Enrolment, state: str, *, by: User | None, at: datetime, act: str, **more: datetime) -> None:
    """Put an enrolment of a held date into another state, and write it down."""
    was, enrolment.state = enrolment.state, state
    enrolment.offered_until = None
    for name, value in more.items():
        setattr(enrolment, name, value)
    enrolment.save(update_fields=["state", "offered_until", *more])
    events.enter(act=act, about=enrolment, by=by, at=at, changes={"state": (was, state)})
