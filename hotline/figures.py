"""Figures of the desk for managers and the municipalities' meeting: whole quarters, never a person, groups under five left out.

Only quarters that have ended are counted, and each stands for itself: two reports of overlapping times could be subtracted, and today's
from yesterday's. What is left out in a quarter is decided over all its figures together (foundation.small_groups), so that no table, chart
or export of it tells what another leaves out. Topics are the queues.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, DateTimeField, F, Func, IntegerField, QuerySet, Sum, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.small_groups import hidden
from tenants.centre.models import Municipality

from .models import ArticleCount, Queue, Ticket

QUARTERS = 8  # shown over time
MANY, GOOD_PART = 10, 15  # requests about one topic in a quarter, and percent of all, from which on a course is proposed
ALL = ""  # stands for all municipalities, or all topics
Key = tuple[str, ...]
Row = tuple[date, str, str, int]  # month, municipality, topic, tickets taken in


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter of local time; `number` is 1 to 4."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def months(self) -> list[date]:
        return [date(self.year, 3 * self.number - back, 1) for back in (2, 1, 0)]

    def plus(self, quarters: int) -> Quarter:
        years, number = divmod(self.year * 4 + self.number - 1 + quarters, 4)
        return Quarter(years, number + 1)

    @property
    def begins(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.first, time()))


@dataclass(frozen=True)
class Figures:
    """The figures of one quarter. `shown` holds what may be shown: key → number; what is left out is not in it.

    Keys: ("cell", municipality, topic), with ALL for totals; ("in", month), ("out", month), ("open", month) as ISO days: taken in, settled,
    unsettled at its end.
    """

    quarter: Quarter
    municipalities: list[str]
    topics: list[str]
    shown: dict[Key, int]

    def of_month(self, month: date) -> list[int | None]:
        """Taken in, settled, unsettled at its end; None for what is left out."""
        return [self.shown.get((what, month.isoformat())) for what in ("in", "out", "open")]

    def cell(self, municipality: str = ALL, topic: str = ALL) -> int | None:
        return self.shown.get(("cell", municipality, topic))


def last_quarter(today: date) -> Quarter:
    """The last quarter that has ended."""
    return Quarter(today.year, (today.month + 2) // 3).plus(-1)


def quarters(today: date) -> list[Quarter]:
    """Quarters that can be asked for, the oldest first."""
    last = last_quarter(today)
    return [last.plus(-back) for back in range(QUARTERS - 1, -1, -1)]


def of_quarters(asked: Sequence[Quarter]) -> list[Figures]:
    """Count neighbouring quarters, in order. Six queries, however many there are.

    What is left out of the months is decided over all quarters, for what is unsettled goes on from one into the next; then of each quarter's
    cells. Both meet in the quarter's total alone: hidden in one it is hidden in the other, shown it is a constant in both. So nothing follows
    from both together that does not follow from one.
    """
    begins, ends = asked[0].begins, asked[-1].plus(1).begins
    named = [month for quarter in asked for month in quarter.months]
    taken_in = Ticket.objects.filter(created_at__gte=begins, created_at__lt=ends).annotate(month=_month_of("created_at", named))
    towns: dict[int | None, str] = {None: _("Without a municipality"), **dict(Municipality.objects.values_list("pk", "name"))}
    topics = dict(Queue.objects.values_list("pk", "name"))
    counted = _counted(taken_in, "month", "municipality_id", "queue_id")
    rows = [(named[month - 1], towns[town], topics[topic], n) for month, town, topic, n in counted]
    settled = Ticket.objects.filter(solved_at__gte=begins, solved_at__lt=ends).annotate(month=_month_of("solved_at", named))
    out = {named[month - 1]: n for month, n in _counted(settled, "month")}
    before = Ticket.objects.filter(created_at__lt=begins).count() - Ticket.objects.filter(solved_at__lt=begins).count()
    months, away = _months(asked, rows, out, before)
    own: dict[date, list[Row]] = defaultdict(list)
    for row in rows:
        own[row[0]].append(row)
    return [_quarter(quarter, [row for month in quarter.months for row in own[month]], months, away) for quarter in asked]


def worth_a_course(figures: Figures) -> list[tuple[str, int]]:
    """Topics of a quarter that a course would be worth, most asked first: many requests, from several municipalities, and a good part of all.

    From what is shown alone: what is left out proposes nothing.
    """
    total, found = figures.cell() or 0, []
    for topic in figures.topics:
        asked = figures.cell(ALL, topic) or 0
        towns = sum(bool(figures.cell(town, topic)) for town in figures.municipalities)
        if asked >= MANY and towns >= 2 and asked * 100 >= total * GOOD_PART:
            found.append((topic, asked))
    return found


def spared(quarter: Quarter) -> list[tuple[str, int]]:
    """Articles that spared the most requests in a quarter, with five at least."""
    rows = ArticleCount.objects.filter(month__in=quarter.months, article__state="published").values("article__title")
    counted = rows.annotate(n=Sum("spared")).filter(n__gte=5).order_by("-n", "article__title")[:5]
    return [(row["article__title"], row["n"]) for row in counted]


def _month_of(moment: str, months: Sequence[date]) -> Func:
    return month_of(moment, [timezone.make_aware(datetime.combine(month, time())) for month in months])


def month_of(moment: str, begins: Sequence[datetime]) -> Func:
    """Which of these months (or quarters), counted from 1, a moment lies in. A tenth of the time of cutting each moment to its month in our time zone."""
    return Func(F(moment), Value([*begins], output_field=ArrayField(DateTimeField())), function="width_bucket", output_field=IntegerField())


def _counted(tickets: QuerySet[Ticket], *names: str) -> list[tuple[Any, ...]]:
    return list(tickets.order_by().values_list(*names).annotate(n=Count("pk")))


def _months(asked: Sequence[Quarter], rows: Sequence[Row], out: Mapping[date, int], before: int) -> tuple[dict[Key, int], set[Key]]:
    """Figures of the months and totals of the quarters, and which of them are left out."""
    last: Key = ("open", "before")
    values: dict[Key, int] = {last: before}
    sums: list[dict[Key, int]] = []
    taken_in: Counter[date] = Counter()
    for month, _town, _topic, n in rows:
        taken_in[month] += n
    for quarter in asked:
        for month in quarter.months:
            name = month.isoformat()
            values["in", name] = taken_in[month]
            values["out", name] = out.get(month, 0)
            values["open", name] = values[last] + values["in", name] - values["out", name]
            sums.append({last: 1, ("in", name): 1, ("out", name): -1, ("open", name): -1})
            last = ("open", name)
        values["all", str(quarter)] = sum(values["in", month.isoformat()] for month in quarter.months)
        sums.append(_line(("all", str(quarter)), [("in", month.isoformat()) for month in quarter.months]))
    return values, hidden(values, sums)


def _quarter(quarter: Quarter, rows: Sequence[Row], months: Mapping[Key, int], away: set[Key]) -> Figures:
    """A quarter's figures without what is left out."""
    values: Counter[Key] = Counter()
    for _month, town, topic, n in rows:
        for key in (("cell", town, topic), ("cell", town, ALL), ("cell", ALL, topic)):
            values[key] += n
    towns = sorted({town for _month, town, _topic, _n in rows})
    topics = sorted({topic for _month, _town, topic, _n in rows}, key=lambda topic: (-values["cell", ALL, topic], topic))
    figures: dict[Key, int] = {("cell", town, topic): values["cell", town, topic] for town in [*towns, ALL] for topic in [*topics, ALL]}
    whole: Key = ("cell", ALL, ALL)
    total = figures.pop(whole, 0) or months["all", str(quarter)]
    secret = ("all", str(quarter)) in away
    if secret:
        figures[whole] = total
    sums = [_line(("cell", town, ALL), [("cell", town, topic) for topic in topics]) for town in towns]
    sums += [_line(("cell", ALL, topic), [("cell", town, topic) for town in towns]) for topic in topics]
    sums += [_line(whole, [("cell", ALL, topic) for topic in topics]), _line(whole, [("cell", town, ALL) for town in towns])]
    gone = hidden(figures, sums, also=[whole] if secret else [])
    shown = {key: value for key, value in figures.items() if key not in gone}
    own = {month.isoformat() for month in quarter.months}
    shown |= {key: value for key, value in months.items() if key[1] in own and key not in away}
    return Figures(quarter, towns, topics, shown if secret else {**shown, whole: total})


def _line(total: Key, cells: list[Key]) -> dict[Key, int]:
    """Cells that make a total."""
    return {**dict.fromkeys(cells, 1), total: -1}
