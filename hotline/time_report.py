"""What was booked in a quarter: for each municipality, shared out by its agreement's key. Nobody's work is told: no person appears, no ticket."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import openpyxl
from django.db.models import Sum
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from foundation import typesetting
from tenants import current, journal
from tenants.centre.models import Municipality
from tenants.models import User
from tenants.roles import CentreRole

from . import time_booking
from .models import Agreement, BilledQuarter, TimeEntry

MONTHS = {1: (1, 4), 2: (4, 7), 3: (7, 10), 4: (10, 1)}  # of a quarter: the first one, and the first one behind it


class CannotBill(Exception):
    """The quarter cannot be reported or billed like that; the message says why."""


@dataclass(frozen=True)
class Line:
    """A municipality in a quarter: `activities` are the minutes booked for it, `minutes` their sum, `share` what it bears by the key of its agreement.

    `inhabitants` None where the key does not ask for them.
    """

    agreement: str
    key: str
    municipality: str
    activities: dict[str, int]
    minutes: int
    inhabitants: int | None
    share: int


@dataclass(frozen=True)
class Report:
    """`billed_at` None: the quarter is still open, and so are its figures."""

    year: int
    quarter: int
    lines: list[Line]
    billed_at: datetime | None

    @property
    def minutes(self) -> int:
        return sum(line.minutes for line in self.lines)


def of_quarter(*, year: int, quarter: int) -> Report:
    """The report of a quarter: as it was billed, or as it stands. The same number of queries for any number of entries. Raises CannotBill."""
    if quarter not in MONTHS or not 2000 <= year <= 2099:
        raise CannotBill(_("There is no such quarter."))
    billed = BilledQuarter.objects.filter(year=year, quarter=quarter).first()
    lines = [Line(**line) for line in billed.lines] if billed else _lines(year, quarter)
    return Report(year, quarter, lines, billed.billed_at if billed else None)


def bill(*, year: int, quarter: int, by: User, at: datetime, today: date) -> Report:
    """Close a quarter that is over: its figures stay as they are, later corrections go into the running one.

    Raises CannotBill: not by an operator, billed already, not over yet, or inhabitants are missing that its key needs.
    """
    if not by.has_role(CentreRole.OPERATOR):
        raise CannotBill(_("Quarters are billed by operators."))
    with current.atomic():
        current.ask("SELECT pg_advisory_xact_lock(%s)", [time_booking.BILLING])
        report = of_quarter(year=year, quarter=quarter)
        if report.billed_at is not None:
            raise CannotBill(_("This quarter is billed already."))
        if today < days_of(year, quarter)[1]:
            raise CannotBill(_("This quarter is not over yet."))
        made = BilledQuarter.objects.create(
            year=year, quarter=quarter, lines=[asdict(line) for line in report.lines], billed_at=at, billed_by=str(by)
        )
        journal.enter(act="quarter_bill", object=made, by=by, at=at, changes={"minutes": (None, report.minutes)})
    return of_quarter(year=year, quarter=quarter)


def days_of(year: int, quarter: int) -> tuple[date, date]:
    """The first day of a quarter, and the first one behind it."""
    first, behind = MONTHS[quarter]
    return date(year, first, 1), date(year + (quarter == 4), behind, 1)


def shares(minutes: Sequence[int], weights: Sequence[int]) -> list[int]:
    """Share whole minutes out by weights so that they add up to all of them: what is left over goes to the largest remainders (Hare and Niemeyer).

    A sum below zero (a quarter with nothing but corrections) is shared out in the same way.
    """
    whole, together = sum(minutes), sum(weights)
    sign, rest = (-1, -whole) if whole < 0 else (1, whole)
    found = [rest * weight // together for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: (-(rest * weights[place] % together), place))
    for place in order[: rest - sum(found)]:
        found[place] += 1
    return [sign * part for part in found]


def as_sheet(report: Report) -> bytes:
    """The report as .xlsx. What begins like a formula is text."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = f"{report.year}-{report.quarter}"
    for column, heading in enumerate(headings(), start=1):
        sheet.cell(1, column, heading).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = 28 if column <= 3 else 16
    for row, line in enumerate(report.lines, start=2):
        for column, value in enumerate(cells(line), start=1):
            cell = sheet.cell(row, column, value)
            if isinstance(value, str):
                cell.data_type = "s"
    sheet.freeze_panes = "A2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_pdf(report: Report) -> bytes:
    """The report as a tagged PDF/A."""
    rows = [cells(line) for line in report.lines]
    html = render_to_string("hotline/print/time_report.html", {"report": report, "headings": headings(), "rows": rows})
    return typesetting.as_pdf(html, variant="pdf/a-2a")


def headings() -> list[str]:
    activities = [str(label) for label in TimeEntry.Activity.labels]
    return [_("Agreement"), _("Municipality"), _("Shared out"), *activities, _("Minutes booked"), _("Inhabitants"), _("Minutes by the key")]


def cells(line: Line) -> list[Any]:
    key = _("by inhabitants") if line.key == Agreement.Key.INHABITANTS else _("by use")
    minutes = [line.activities.get(activity, 0) for activity in TimeEntry.Activity.values]
    return [line.agreement, line.municipality, key, *minutes, line.minutes, line.inhabitants, line.share]


def _lines(year: int, quarter: int) -> list[Line]:
    booked = _booked(*days_of(year, quarter))
    towns = {
        town.pk: town for town in Municipality.objects.filter(pk__in=[pk for pk in booked if pk]) | Municipality.objects.filter(active=True)
    }
    agreements = list(Agreement.objects.prefetch_related("members").order_by("-default", "name", "pk"))
    own = {member.municipality_id: (agreement, member) for agreement in agreements for member in agreement.members.all()}
    default = next((agreement for agreement in agreements if agreement.default), None)
    covered: dict[Agreement | None, list[int | None]] = defaultdict(list)
    for pk in sorted((pk for pk in {*towns, *booked} if pk is None or pk in towns), key=lambda pk: towns[pk].name if pk else ""):
        covered[own[pk][0] if pk in own else default].append(pk)
    found: list[Line] = []
    for agreement in sorted(covered, key=lambda one: (one is None, one.name if one else "")):
        inhabitants: dict[int | None, int | None] = {pk: own[pk][1].inhabitants for pk in covered[agreement] if pk in own}
        found += _lines_of(agreement, covered[agreement], {pk: town.name for pk, town in towns.items()}, booked, inhabitants)
    return found


def _lines_of(
    agreement: Agreement | None,
    keys: Sequence[int | None],
    names: dict[int, str],
    booked: dict[int | None, dict[str, int]],
    inhabitants: dict[int | None, int | None],
) -> list[Line]:
    sums = [sum(booked.get(pk, {}).values()) for pk in keys]
    key = agreement.key if agreement else Agreement.Key.USE
    borne = sums
    if agreement is not None and key == Agreement.Key.INHABITANTS:
        borne = _by_inhabitants(agreement, keys, names, sums, inhabitants)
    return [
        Line(
            agreement=agreement.name if agreement else "",
            key=str(key),
            municipality=names[pk] if pk else _("without a municipality"),
            activities=booked.get(pk, {}),
            minutes=minutes,
            inhabitants=inhabitants.get(pk) if key == Agreement.Key.INHABITANTS else None,
            share=share,
        )
        for pk, minutes, share in zip(keys, sums, borne, strict=True)
        if minutes or share or booked.get(pk)
    ]


def _by_inhabitants(
    agreement: Agreement,
    keys: Sequence[int | None],
    names: dict[int, str],
    sums: Sequence[int],
    inhabitants: dict[int | None, int | None],
) -> list[int]:
    """What each bears; tickets without a municipality are borne by all."""
    missing = [names[pk] for pk in keys if pk and not inhabitants.get(pk)]
    if missing:
        raise CannotBill(
            _("The agreement “%(agreement)s” shares by inhabitants; please enter those of: %(names)s.")
            % {"agreement": agreement.name, "names": ", ".join(missing)}
        )
    weights = [inhabitants.get(pk) or 0 for pk in keys]
    return shares(sums, weights) if sum(weights) else list(sums)


def _booked(first: date, behind: date) -> dict[int | None, dict[str, int]]:
    """Minutes by municipality and activity."""
    rows: Iterable[tuple[int | None, str, int]] = (
        TimeEntry.objects.filter(day__gte=first, day__lt=behind)
        .values_list("ticket__municipality", "activity")
        .annotate(minutes=Sum("minutes"))
        .order_by()
    )
    found: dict[int | None, dict[str, int]] = defaultdict(dict)
    for municipality, activity, minutes in rows:
        found[municipality][activity] = minutes
    return found
