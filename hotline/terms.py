"""What is agreed on, ready to be counted with: which agreement holds for a ticket, its calendar, its minutes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import prefetch_related_objects

from foundation.business_time import Calendar, ClosingDay
from foundation.statements import Blank, Statement
from tenants import current

from .models import Agreement, Promise

COVERING = Statement(lambda: Agreement.objects.covering(Blank("municipality"))[:1], using=current.alias)
HELD = 48_200_004  # an advisory lock of the centre's database: "agreements are being changed"
Hours = tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True)
class Terms:
    """An agreement as it counts: `minutes` by (priority, promise), in business minutes; what is missing is not promised."""

    agreement_id: int | None
    calendar: Calendar
    minutes: Mapping[tuple[str, str], int]
    warn_percent: int


@dataclass(frozen=True)
class AllTerms:
    """The terms of all municipalities: those of their own agreement, or those for all others (None if there are none)."""

    own: Mapping[int, Terms]
    others: Terms | None

    def of(self, municipality_id: int | None) -> Terms | None:
        return self.others if municipality_id is None else self.own.get(municipality_id, self.others)


def of_municipality(municipality_id: int | None) -> Terms | None:
    """The terms that hold for a municipality; four queries, inside a transaction.

    Acts in flight share a lock, which `change` takes alone: so no ticket keeps deadlines by terms that are no longer in force when the counting
    anew begins.
    """
    current.ask("SELECT pg_advisory_xact_lock_shared(%s)", [HELD])
    found: list[Agreement] = current.objects_of(COVERING, municipality=municipality_id)
    if not found:
        return None
    prefetch_related_objects(found, "levels", "closings")
    return of_agreement(found[0])


def everything() -> AllTerms:
    """The terms of all municipalities, in four queries."""
    own: dict[int, Terms] = {}
    others = None
    for agreement in Agreement.objects.for_counting():
        terms = of_agreement(agreement)
        own |= {member.municipality_id: terms for member in agreement.members.all()}
        others = terms if agreement.default else others
    return AllTerms(own, others)


def hold() -> None:
    """Wait until no act is under way that counts by the terms in force, and let new ones wait until the transaction ends."""
    current.ask("SELECT pg_advisory_xact_lock(%s)", [HELD])


def of_agreement(agreement: Agreement) -> Terms:
    """Make terms of an agreement with its levels and closing times. Raises foundation.business_time.CalendarError if they make no calendar."""
    levels = [(one.priority, promise, getattr(one, promise)) for one in agreement.levels.all() for promise in Promise.values]
    return Terms(
        agreement.pk,
        calendar(week=agreement.week, closings=closing_days(agreement), zone=agreement.zone, land=agreement.land),
        {(priority, promise): minutes for priority, promise, minutes in levels if minutes is not None},
        agreement.warn_percent,
    )


def closing_days(agreement: Agreement) -> list[ClosingDay]:
    return [ClosingDay(one.name, one.first, one.last, one.start, one.end) for one in agreement.closings.all()]


def calendar(*, week: Iterable[Iterable[Iterable[int]]], closings: Iterable[ClosingDay], zone: str, land: str) -> Calendar:
    """The calendar of these values: the same object for the same ones, because its tables cost some milliseconds for each year."""
    hours: Hours = tuple(tuple((start, end) for start, end in day) for day in week)
    return _calendar(hours, tuple(sorted(closings, key=lambda one: (one.first, one.start, one.name))), zone, land or None)


@lru_cache(maxsize=128)
def _calendar(week: Hours, closings: tuple[ClosingDay, ...], zone: str, land: str | None) -> Calendar:
    return Calendar(week=week, closing_days=closings, zone=zone, land=land)
