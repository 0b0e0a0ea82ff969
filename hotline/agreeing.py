"""Agreeing on service levels with municipalities, and changing what was agreed on: all open deadlines follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from foundation.business_time import CalendarError, ClosingDay
from tenants import current, journal, queues
from tenants.centre.models import Municipality
from tenants.models import User
from tenants.roles import CentreRole

from . import hours, recounting, terms
from .models import Agreement, AgreementMember, ClosingTime, Promise, ServiceLevel, Ticket
from .recounting import Foreseen
from .terms import Terms

LONGEST_NAME, MOST_MINUTES = 200, 100_000  # a year of office hours


class CannotAgree(Exception):
    """Nothing can be agreed on like that; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class ChangedMeanwhile(Exception):
    """The agreement was changed since it was read: nothing was written."""


@dataclass(frozen=True)
class Wanted:
    """An agreement as it is to be. `levels`: business minutes by priority and promise, None or missing for nothing promised; `members`: each
    municipality with its inhabitants, None if nobody has said them.
    """

    name: str
    week: Sequence[Sequence[tuple[int, int]]]
    levels: Mapping[tuple[str, str], int | None]
    default: bool = False
    closings: Sequence[ClosingDay] = ()
    zone: str = "Europe/Berlin"
    land: str = "NW"
    warn_percent: int = 75
    key: str = Agreement.Key.USE
    members: Mapping[Municipality, int | None] | None = None


def agree(*, wanted: Wanted, by: User, at: datetime) -> Agreement:
    """Make an agreement; the open tickets that it covers get its deadlines. Raises CannotAgree."""
    _operators_only(by)
    with current.atomic():
        terms.hold()
        _check(wanted, None)
        made = Agreement(revision=1)
        _write(made, wanted)
        journal.enter(act="agreement_make", object=made, by=by, at=at, changes={name: (None, text) for name, text in _told(made).items()})
        queues.send("hotline.count_deadlines_anew", lane=queues.CENTRE)
    return made


def change(*, agreement: Agreement, wanted: Wanted, by: User, at: datetime, seen: int | None = None) -> Agreement:
    """Change an agreement; the open tickets that it covers, or covered, get other deadlines. Raises CannotAgree, ChangedMeanwhile."""
    _operators_only(by)
    with current.atomic():
        terms.hold()
        found = Agreement.objects.select_for_update().get(pk=agreement.pk)
        if seen is not None and seen != found.revision:
            raise ChangedMeanwhile(_("This agreement has been changed meanwhile."))
        _check(wanted, found)
        before = _told(found)
        found.revision += 1
        _write(found, wanted)
        after = _told(found)
        changes = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
        journal.enter(act="agreement_change", object=found, by=by, at=at, changes=changes)
        queues.send("hotline.count_deadlines_anew", lane=queues.CENTRE)
    return found


def foresee(*, agreement: Agreement | None, wanted: Wanted, at: datetime) -> Foreseen:
    """How many open tickets an agreement would cover, and how many would get another deadline by it (of very many: about). Raises CannotAgree."""
    members = _check(wanted, agreement)
    return recounting.would_change(
        agreement=agreement, wanted=_terms(wanted), municipalities=[one.pk for one in members], default=wanted.default, at=at
    )


def _operators_only(by: User) -> None:
    if not by.has_role(CentreRole.OPERATOR):
        raise CannotAgree(_("Agreements are kept by operators."))


def _check(wanted: Wanted, agreement: Agreement | None) -> list[Municipality]:
    if not wanted.name.strip() or len(wanted.name) > LONGEST_NAME:
        raise CannotAgree(_("An agreement needs a name, of %(most)d characters at most.") % {"most": LONGEST_NAME}, "name")
    if not 1 <= wanted.warn_percent <= 99:
        raise CannotAgree(_("The warning comes before the end: from 1 to 99 percent."), "warn_percent")
    for minutes in wanted.levels.values():
        if minutes is not None and not 1 <= minutes <= MOST_MINUTES:
            raise CannotAgree(_("Please promise from 1 to %(most)d minutes, or nothing.") % {"most": MOST_MINUTES}, "levels")
    _terms(wanted)
    others = Agreement.objects.exclude(pk=agreement.pk) if agreement else Agreement.objects.get_queryset()
    if wanted.default and (other := others.filter(default=True).first()):
        raise CannotAgree(_("“%(name)s” is the agreement for all others already.") % {"name": other}, "default")
    members = list(wanted.members or {})
    taken = (
        AgreementMember.objects.filter(municipality__in=members, agreement__in=others).select_related("agreement", "municipality").first()
    )
    if taken:
        where = {"municipality": taken.municipality, "agreement": taken.agreement}
        raise CannotAgree(_("%(municipality)s belongs to the agreement “%(agreement)s”.") % where, "members")
    return members


def _terms(wanted: Wanted) -> Terms:
    try:
        calendar = terms.calendar(week=wanted.week, closings=wanted.closings, zone=wanted.zone, land=wanted.land)
    except CalendarError as why:
        sentences = {
            "no_working_time": _("The week has no working time."),
            "unknown_zone": _("There is no such time zone."),
            "unknown_land": _("There is no such Land."),
            "outside_years": _("A closing day lies too far in the past or in the future."),
        }
        fields = {"unknown_zone": "zone", "unknown_land": "land", "outside_years": "closings"}
        raise CannotAgree(sentences.get(why.code, _("These hours are not possible.")), fields.get(why.code, "")) from why
    return Terms(None, calendar, {at: minutes for at, minutes in wanted.levels.items() if minutes is not None}, wanted.warn_percent)


def _write(agreement: Agreement, wanted: Wanted) -> None:
    for name in ("default", "zone", "land", "warn_percent", "key"):
        setattr(agreement, name, getattr(wanted, name))
    agreement.name, agreement.week = wanted.name.strip(), [[list(pair) for pair in day] for day in wanted.week]
    agreement.save()
    for rows in (agreement.levels, agreement.closings, agreement.members):
        rows.all().delete()
    levels = {
        priority: {promise: wanted.levels.get((priority, promise)) for promise in Promise.values} for priority in Ticket.Priority.values
    }
    ServiceLevel.objects.bulk_create(ServiceLevel(agreement=agreement, priority=priority, **level) for priority, level in levels.items())
    ClosingTime.objects.bulk_create(
        ClosingTime(agreement=agreement, name=one.name, first=one.first, last=one.until, start=one.start, end=one.end)
        for one in wanted.closings
    )
    AgreementMember.objects.bulk_create(
        AgreementMember(agreement=agreement, municipality=municipality, inhabitants=inhabitants)
        for municipality, inhabitants in (wanted.members or {}).items()
    )


def _told(agreement: Agreement) -> dict[str, str]:
    """An agreement in words, for the journal."""
    levels = agreement.levels.order_by("priority").values_list("priority", *Promise.values)
    members = agreement.members.order_by("municipality__slug").values_list("municipality__slug", "inhabitants")
    return {
        "name": agreement.name,
        "default": str(agreement.default),
        "week": " | ".join(hours.write_hours(day) for day in agreement.week),
        "zone": agreement.zone,
        "land": agreement.land,
        "warn_percent": str(agreement.warn_percent),
        "key": agreement.key,
        "levels": "; ".join(f"{priority} {first}/{following}/{resolution}" for priority, first, following, resolution in levels),
        "closings": "; ".join(hours.write_closings(terms.closing_days(agreement)).splitlines()),
        "members": "; ".join(f"{slug} {inhabitants or '–'}" for slug, inhabitants in members),
    }
