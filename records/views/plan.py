"""The file plan as a tree, with the files of the chosen unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from foundation.statements import Blank, Statement
from records import binder, favourites, file_plan
from records.models import FilePlanUnit, FormerCode, RecordFile
from records.models.access import LEVEL_READ, LEVEL_WRITE, readable_units, scopes_of
from tenants import current

from .doors import ClerkRequest, is_partial, unit_or_404
from .paging import page_of

SHELF = 12  # favourites of each kind above the tree; all of them are on the desk
LAST = 5
NOBODY = "00000000-0000-0000-0000-000000000000"  # stands in addresses for an id


@dataclass
class Node:
    """A unit as the tree shows it, all of it text: a branch may have hundreds of rows. `children` are those already open."""

    key: str
    url: str
    branch_url: str
    classification_code: str
    title: str
    is_leaf: bool
    count: str = ""  # of files
    closed: bool = False  # frozen or no longer valid
    children: list[Node] = field(default_factory=list)


@require_safe
def tree(request: ClerkRequest) -> HttpResponse:
    context = {"nav": "file_plan", "units": roots(request), "selected": None, "unit": None, **shelf(request)}
    return render(request, "records/file_plan.html", context)


@require_safe
def branch(request: ClerkRequest, unit: UUID) -> HttpResponse:
    found = unit_or_404(request.user, unit)
    context = {"units": _levels(request, [found.pk])[found.pk], "selected": None, "level": found.level + 1}
    return render(request, "components/tree/_branch.html", context)


@require_safe
def unit(request: ClerkRequest, unit: UUID) -> HttpResponse:
    found: Any = unit_or_404(request.user, unit)
    files = with_counts(RecordFile.objects.visible_to(request.user).filter(unit=found))
    status = request.GET.get("status", "")
    files = files.filter(status=status) if status in RecordFile.Status.values else files.standing()
    page = page_of(files, request.GET)
    if is_partial(request):
        return render(request, "records/_file_rows.html", vars(page))
    chain = file_plan.from_the_top(unit=found)
    ancestors = chain[:-1]
    levels = _levels(request, [None, *found.ancestor_ids, found.pk])
    found.children_list = levels[found.pk]
    return render(
        request,
        "records/file_plan.html",
        {
            "nav": "file_plan",
            "units": _opened(levels, [*ancestors, found]),
            "selected": str(found.public_id),
            "unit": found,
            "crumbs": [
                {"url": reverse("records:unit", args=[a.public_id]), "label": f"{a.classification_code} {a.title}"} for a in ancestors
            ],
            "status_filter": status,
            **_about(request, found, chain),
            **shelf(request),
            **vars(page),
        },
    )


def _about(request: ClerkRequest, unit: Any, chain: list[FilePlanUnit]) -> dict[str, Any]:
    """What holds in a unit and where it comes from (`chain`: from the top down to it), whether it takes files, what it was called."""
    today = timezone.localdate()
    closed = next(filter(None, (file_plan.why_closed(one, on=today) for one in reversed(chain))), "")
    defaults = file_plan.defaults_of(unit=unit, chain=chain)
    unit.retention = retention_sentence(defaults)
    unit.disposal = dict(FilePlanUnit.DisposalAction.choices).get(defaults.disposal_action, "")
    writes = readable_units(request.user).levels.get(unit.pk, 0) >= LEVEL_WRITE
    successor = (
        unit.successor if unit.successor and FilePlanUnit.objects.visible_to(request.user).filter(pk=unit.successor_id).exists() else None
    )
    return {
        "origins": file_plan.origins_of(unit=unit, chain=chain),
        "closed": closed,
        "successor": successor,
        "former_codes": [code for (code,) in current.rows_of(FORMER, unit=unit.pk)],
        "starred": favourites.is_favourite(target=unit, clerk=request.user),
        "can_create": unit.is_leaf and writes and not closed,
    }


def shelf(request: ClerkRequest) -> dict[str, Any]:
    """What stands above the tree: favourites and the files opened last."""
    return {
        "favourite_units": favourites.favourite_units(clerk=request.user)[:SHELF],
        "favourite_files": favourites.favourite_files(clerk=request.user)[:SHELF],
        "last_files": [place.file for place in binder.last_places(clerk=request.user)[:LAST]],
    }


def with_counts(files: Any) -> Any:
    """With what a row of a list of files shows: unit, lead office, `document_count` and `highest_need`; in the same query as the rows."""
    return files.with_highest_need().with_document_count().select_related("unit", "lead_office")


def roots(request: ClerkRequest) -> list[Node]:
    return _levels(request, [None])[None]


def _levels(request: ClerkRequest, parents: Sequence[int | None]) -> dict[int | None, list[Node]]:
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
FORMER = Statement(
    lambda: FormerCode.objects.filter(unit=Blank("unit")).order_by("-until").values_list("classification_code"), using=current.alias
)


def _opened(levels: dict[int | None, list[Node]], chosen: list[FilePlanUnit]) -> list[Node]:
    """The tree with the branches open that lead to the last of some units, and its own."""
    level = levels[None]
    for unit in chosen:
        node = next(n for n in level if n.key == str(unit.public_id))
        node.children = level = levels[unit.pk]
    return levels[None]


def retention_sentence(defaults: file_plan.Defaults) -> str:
    """What holds, in words; empty if nothing is set."""
    if defaults.retention_unlimited:
        return _("Kept without limit")
    if defaults.retention_years is None:
        return ""
    years = defaults.retention_years
    return ngettext("Kept for %(years)s year after closing", "Kept for %(years)s years after closing", years) % {"years": years}
