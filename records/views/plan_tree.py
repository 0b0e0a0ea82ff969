"""The file plan as a tree, drawn by code: a branch may have hundreds of rows, and by a template they took most of its time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from foundation.icons import draw
from foundation.statements import Blank, Statement
from records import file_plan
from records.models import FilePlanUnit, RecordFile
from records.models.access import LEVEL_READ, readable_units, scopes_of
from tenants import current

from .doors import ClerkRequest

NOBODY = "00000000-0000-0000-0000-000000000000"  # stands in addresses for an id


@dataclass
class Node:
    """A unit as the tree shows it, all of it text. `children` are those already open."""

    key: str
    url: str
    branch_url: str
    classification_code: str
    title: str
    is_leaf: bool
    count: str = ""  # of files
    closed: bool = False  # frozen or no longer valid
    children: list[Node] = field(default_factory=list)


def roots(request: ClerkRequest) -> list[Node]:
    return levels_of(request, [None])[None]


def levels_of(request: ClerkRequest, parents: Sequence[int | None]) -> dict[int | None, list[Node]]:
    """The units right below each of some, with the number of files she may see: two queries beside her rights, however many are asked for.

    Those no longer valid come last: their files are still looked for there, but nobody puts new ones in.
    """
    above = [pk for pk in parents if pk is not None]
    units: list[Any] = current.objects_of(BELOW[None in parents], known=readable_units(request.user).known, parents=above)
    counts = dict(current.rows_of(COUNTS, scopes=scopes_of(request.user).at_least(LEVEL_READ), units=[u.pk for u in units]))
    today = timezone.localdate()
    levels: dict[int | None, list[Node]] = {parent: [] for parent in parents}
    page, branch_of = (reverse(f"records:{name}", args=[NOBODY]) for name in ("unit", "branch"))
    for unit in sorted(units, key=lambda u: u.valid_until is not None and u.valid_until < today):
        key, count = str(unit.public_id), counts.get(unit.pk)
        node = Node(key, page.replace(NOBODY, key), branch_of.replace(NOBODY, key), unit.classification_code, unit.title, unit.is_leaf)
        node.count, node.closed = str(count) if count else "", bool(file_plan.why_closed(unit, on=today))
        levels[unit.parent_id].append(node)
    return levels


def _below(at_top: bool) -> QuerySet[FilePlanUnit]:
    below = Q(parent__any_of=Blank("parents"))
    if at_top:
        below |= Q(parent__isnull=True)
    found: QuerySet[FilePlanUnit] = FilePlanUnit.objects.among(Blank("known")).filter(below).with_leaf().in_order()
    return found


def _counts() -> QuerySet[RecordFile, tuple[int, int]]:
    standing = RecordFile.objects.picked_by_scopes(Blank("scopes")).standing().filter(unit__any_of=Blank("units"))
    return standing.order_by().values_list("unit").annotate(n=Count("*"))


BELOW = {at_top: Statement(partial(_below, at_top), using=current.alias, anew=True) for at_top in (True, False)}
COUNTS = Statement(_counts, using=current.alias, anew=True)


def opened(levels: dict[int | None, list[Node]], chosen: list[FilePlanUnit]) -> list[Node]:
    """The tree with the branches open that lead to the last of some units, and its own."""
    level = levels[None]
    for unit in chosen:
        node = next(n for n in level if n.key == str(unit.public_id))
        node.children = level = levels[unit.pk]
    return levels[None]


def drawn(units: Iterable[Node], *, selected: str | None = None, level: int = 1) -> SafeString:
    """Items of one level: the content of the root list, and the answer of records:branch. static/js/tree.js moves among them.

    `selected` is the key of the chosen unit, `level` is 1 at the root.
    """
    frozen = _("Frozen")
    closed = format_html(
        ' <span class="tree__closed" title="{}">{}<span class="sr-only">{}</span></span>', frozen, draw("lock", "small"), frozen
    )
    return _items(units, selected, level, closed)


def drawn_list(units: Iterable[Node]) -> SafeString:
    """The units below the chosen one as a plain list, beside the tree."""
    row = '<li>{}<span class="lines__text"><a href="{}"><span class="reference">{}</span> {}</a></span>{}</li>'
    archive, folder = draw("archive"), draw("folder")
    told = (
        (
            archive if unit.is_leaf else folder,
            unit.url,
            unit.classification_code,
            unit.title,
            format_html('<span class="pill">{}</span>', unit.count) if unit.count else "",
        )
        for unit in units
    )
    return format_html('<ul class="lines">{}</ul>', format_html_join("", row, told))


ROW = (
    '<li role="none"><div class="tree__row" role="treeitem" tabindex="-1" id="unit-{key}" aria-level="{level}" aria-selected="{selected}"{branch}>'
    '<span class="tree__toggle" aria-hidden="true">{toggle}</span>{icon}<span class="tree__code">{code}</span> '
    '<a class="tree__title" href="{url}" tabindex="-1">{title}</a>{closed}{count}</div>{below}</li>'
)


def _items(units: Iterable[Node], selected: str | None, level: int, closed: str) -> SafeString:
    """Only codes and titles are what people have written; all else is ours: ids, numbers, addresses."""
    archive, folder, chevron = draw("archive"), draw("folder"), draw("chevron")
    rows = [
        ROW.format(
            key=unit.key,
            level=level,
            selected="true" if unit.key == selected else "false",
            branch="" if unit.is_leaf else _branch(unit),
            toggle="" if unit.is_leaf else chevron,
            icon=archive if unit.is_leaf else folder,
            code=escape(unit.classification_code),
            url=unit.url,
            title=escape(unit.title),
            closed=closed if unit.closed else "",
            count=f' <span class="tree__count">{unit.count}</span>' if unit.count else "",
            below="" if unit.is_leaf else _below_it(unit, selected, level, closed),
        )
        for unit in units
    ]
    return mark_safe("\n".join(rows))  # noqa: S308 - codes and titles are escaped above


def _branch(unit: Node) -> str:
    expanded = "true" if unit.children else "false"
    return f' aria-expanded="{expanded}" aria-owns="branch-{unit.key}" data-branch="{unit.branch_url}"'


def _below_it(unit: Node, selected: str | None, level: int, closed: str) -> str:
    hidden = "" if unit.children else " hidden"
    return f'<ul role="group" id="branch-{unit.key}"{hidden}>{_items(unit.children, selected, level + 1, closed)}</ul>'
