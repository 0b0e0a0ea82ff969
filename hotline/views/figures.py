"""What a manager reads in a minute: charts with their tables, and the same to take along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hotline import figure_sheets, keeping_promises
from hotline import figures as counting
from hotline.figures import ALL, Figures, Quarter
from hotline.models import Promise
from tenants.doors import ClerkRequest

from .doors import staff_only

WIDTH, HEIGHT, LEFT, BOTTOM = 720, 220, 48, 28  # of a chart, in its own units
MOST_TOPICS, BAR = 8, 460
KINDS = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    label: str
    value: int


@dataclass(frozen=True)
class Name:
    """What stands below a chart at `x`; where there is little room the `wide` ones are left out (figures.css)."""

    x: float
    label: str
    anchor: str
    wide: bool


@dataclass(frozen=True)
class Line:
    """A line of a chart, in pieces: where a figure is left out, it breaks."""

    name: str
    css: str
    pieces: list[str]
    points: list[Point]


@require_safe
@staff_only
def figures(request: ClerkRequest) -> HttpResponse:
    """Inflow and backlog over time, the topics of a quarter, municipalities by topics, and one of them over time."""
    asked = _asked(request)
    known = counting.quarters(timezone.localdate())
    counted = counting.of_quarters(known)
    chosen = next(each for each in counted if each.quarter == asked)
    town, topic = (request.GET.get(name, "").replace("\x00", "") for name in ("kommune", "thema"))
    towns = sorted({name for each in counted for name in each.municipalities})
    topics = sorted({name for each in counted for name in each.topics})
    town, topic = town if town in towns else ALL, topic if topic in topics else ALL
    levels = keeping_promises.of_quarters(known, at=timezone.now(), town=town)
    context = {
        "nav": "figures",
        "chosen": chosen,
        "courses": counting.worth_a_course(chosen),
        "levels": [
            (_name(quarter), [shares[promise] for promise in keeping_promises.COUNTED])
            for quarter, shares in zip(known, levels, strict=True)
        ],
        "kept": _kept(known, levels),
        "quarters": [(str(q), _name(q)) for q in reversed(known)],
        "quarter_name": _name(chosen.quarter),
        "months": _months(counted),
        "flow": _flow(counted),
        "bars": _bars(chosen),
        "table": [
            (name or _("Total"), [chosen.cell(name, each) for each in [*chosen.topics, ALL]]) for name in [*chosen.municipalities, ALL]
        ],
        "over_time": _over_time(counted, town, topic),
        "series": [(_name(each.quarter), each.cell(town, topic)) for each in counted],
        "towns": towns,
        "topics": topics,
        "town": town,
        "topic": topic,
        "spared": counting.spared(chosen.quarter),
        "width": WIDTH,
        "height": HEIGHT,
    }
    return render(request, "hotline/figures.html", context)


@require_safe
@staff_only
def figures_sheet(request: ClerkRequest, kind: str) -> HttpResponse:
    """The figures of a quarter as .xlsx or .csv."""
    if kind not in KINDS:
        raise Http404
    asked = _asked(request)
    counted = counting.of_quarters(counting.quarters(timezone.localdate()))
    chosen = next(each for each in counted if each.quarter == asked)
    [levels] = keeping_promises.of_quarters([asked], at=timezone.now())
    content = figure_sheets.xlsx(chosen, levels) if kind == "xlsx" else figure_sheets.comma_separated(chosen, levels)
    name = f"anfragen-{chosen.quarter}.{kind}"
    return HttpResponse(content, content_type=KINDS[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _asked(request: ClerkRequest) -> Quarter:
    known = counting.quarters(timezone.localdate())
    return next((each for each in known if str(each) == request.GET.get("quartal")), known[-1])


def _name(quarter: Quarter) -> str:
    return _("Quarter %(number)s of %(year)s") % {"number": quarter.number, "year": quarter.year}


def _months(counted: list[Figures]) -> list[tuple[str, list[int | None]]]:
    return [(date_format(month, "F Y"), each.of_month(month)) for each in counted for month in each.quarter.months]


def _flow(counted: list[Figures]) -> dict[str, Any]:
    rows = [(f"{month:%m/%Y}", each.of_month(month)) for each in counted for month in each.quarter.months]
    names = [
        (_("Taken in"), "chart__line--in"),
        (_("Settled"), "chart__line--out"),
        (_("Unsettled at the end of the month"), "chart__line--open"),
    ]
    return _chart(
        [label for label, _values in rows],
        [(name, css, [values[place] for _label, values in rows]) for place, (name, css) in enumerate(names)],
    )


def _kept(known: list[Quarter], levels: list[dict[str, keeping_promises.Share]]) -> dict[str, Any]:
    named = {
        Promise.FIRST_RESPONSE: "chart__line--in",
        Promise.NEXT_RESPONSE: "chart__line--open",
        Promise.RESOLUTION: "chart__line--out",
    }
    lines = [(str(promise.label), css, [shares[promise].percent for shares in levels]) for promise, css in named.items()]
    return _chart([str(quarter) for quarter in known], lines)


def _over_time(counted: list[Figures], town: str, topic: str) -> dict[str, Any]:
    values = [
        each.cell(town, topic) if (not town or town in each.municipalities) and (not topic or topic in each.topics) else 0
        for each in counted
    ]
    return _chart([str(each.quarter) for each in counted], [(_("Taken in"), "chart__line--in", values)])


def _chart(labels: list[str], lines: list[tuple[str, str, list[int | None]]]) -> dict[str, Any]:
    """Places of lines on a chart that begins at nought."""
    top = _round_up(max((value or 0 for _name, _css, values in lines for value in values), default=0))
    step = (WIDTH - LEFT - 12) / max(1, len(labels) - 1)
    drawn = []
    for name, css, values in lines:
        points = [
            Point(round(LEFT + place * step, 1), round(HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - 12), 1), labels[place], value)
            for place, value in enumerate(values)
            if value is not None
        ]
        drawn.append(Line(name, css, _pieces(points, step), points))
    marks = [
        (round(HEIGHT - BOTTOM - part * (HEIGHT - BOTTOM - 12), 1), round(top * part)) for part in ((0, 0.5, 1) if top > 1 else (0, 1))
    ]
    return {
        "lines": drawn,
        "marks": marks,
        "below": _names(labels, step),
        "empty": not any(point.value for line in drawn for point in line.points),
    }


def _names(labels: list[str], step: float) -> list[Name]:
    """Names of months or quarters below a chart, as many as do not run into each other. The newest one is always named."""
    every = -(-len(labels) // 6)
    named = range(len(labels) - 1, -1, -every)
    return [
        Name(
            x=round(LEFT + place * step, 1),
            label=labels[place],
            anchor="end" if turn == 0 else "start" if place == 0 else "middle",
            wide=turn % 2 == 1,
        )
        for turn, place in enumerate(named)
    ][::-1]


def _pieces(points: list[Point], step: float) -> list[str]:
    pieces: list[list[Point]] = []
    for point in points:
        if pieces and point.x - pieces[-1][-1].x < 1.5 * step:
            pieces[-1].append(point)
        else:
            pieces.append([point])
    return [" ".join(f"{point.x},{point.y}" for point in piece) for piece in pieces if len(piece) > 1]


def _bars(chosen: Figures) -> list[dict[str, Any]]:
    """The most frequent topics, the longest bar over the whole width."""
    known = [(topic, chosen.cell(ALL, topic)) for topic in chosen.topics[:MOST_TOPICS]]
    most = max((value or 0 for _topic, value in known), default=0) or 1
    return [
        {
            "topic": topic,
            "value": value,
            "width": round((value or 0) / most * BAR, 1),
            "y": 8 + 30 * place,
            "text_y": 25 + 30 * place,
        }
        for place, (topic, value) in enumerate(known)
    ]


def _round_up(value: int) -> int:
    """A round number above, for the top of a chart."""
    size = 10
    while size < value:
        size *= 10
    return next(size // 10 * part for part in (1, 2, 4, 5, 6, 8, 10) if size // 10 * part >= max(value, 10))
