"""The file plan as a tree, with the files of the chosen unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from records import file_plan
from records.models import FilePlanUnit, RecordFile
from records.models.access import LEVEL_WRITE, readable_units

from .doors import ClerkRequest, is_partial, unit_or_404
from .paging import page_of


@dataclass
class Node:
    """A unit as the tree shows it; `children` are those already open."""

    public_id: UUID
    classification_code: str
    title: str
    is_leaf: bool
    file_count: int | None = None
    children: list[Node] = field(default_factory=list)


@require_safe
def tree(request: ClerkRequest) -> HttpResponse:
    return render(request, "records/file_plan.html", {"nav": "file_plan", "units": _level(request, None), "selected": None, "unit": None})


@require_safe
def branch(request: ClerkRequest, unit: UUID) -> HttpResponse:
    found = unit_or_404(request.user, unit)
    context = {"units": _level(request, found), "selected": None, "level": found.level + 1}
    return render(request, "components/tree/_branch.html", context)


@require_safe
def unit(request: ClerkRequest, unit: UUID) -> HttpResponse:
    found: Any = unit_or_404(request.user, unit)
    ancestors = list(FilePlanUnit.objects.filter(pk__in=found.ancestor_ids).order_by("level"))
    files = with_counts(RecordFile.objects.visible_to(request.user).filter(unit=found))
    status = request.GET.get("status", "")
    files = files.filter(status=status) if status in RecordFile.Status.values else files.standing()
    page = page_of(files, request.GET)
    if is_partial(request):
        return render(request, "records/_file_rows.html", vars(page))
    defaults = file_plan.defaults_of(unit=found)
    found.retention = retention_sentence(defaults)
    found.disposal_action = defaults.disposal_action
    found.children_list = [] if found.is_leaf else _level(request, found)
    return render(
        request,
        "records/file_plan.html",
        {
            "nav": "file_plan",
            "units": _opened(request, ancestors, found),
            "selected": found.public_id,
            "unit": found,
            "crumbs": [
                {"url": reverse("records:unit", args=[a.public_id]), "label": f"{a.classification_code} {a.title}"} for a in ancestors
            ],
            "status_filter": status,
            "can_create": found.is_leaf and readable_units(request.user).levels.get(found.pk, 0) >= LEVEL_WRITE,
            **vars(page),
        },
    )


def with_counts(files: Any) -> Any:
    """Annotate `document_count`: standing documents; in the same query as the rows."""
    return (
        files.with_highest_need()
        .select_related("unit", "lead_office")
        .annotate(document_count=Count("documents", filter=Q(documents__cancelled_at__isnull=True)))
    )


def _level(request: ClerkRequest, parent: FilePlanUnit | None) -> list[Node]:
    units: list[Any] = list(FilePlanUnit.objects.visible_to(request.user).filter(parent=parent).with_leaf().in_order())
    visible = RecordFile.objects.visible_to(request.user).standing().filter(unit__in=[u.pk for u in units])
    counts = dict(visible.order_by().values_list("unit").annotate(n=Count("pk")))
    return [Node(u.public_id, u.classification_code, u.title, u.is_leaf, counts.get(u.pk)) for u in units]


def _opened(request: ClerkRequest, ancestors: list[FilePlanUnit], chosen: FilePlanUnit) -> list[Node]:
    """The tree with the branches open that lead to the chosen unit."""
    roots = level = _level(request, None)
    for above in ancestors:
        node = next(n for n in level if n.public_id == above.public_id)
        node.children = level = _level(request, above)
    if not getattr(chosen, "is_leaf", True):
        next(n for n in level if n.public_id == chosen.public_id).children = _level(request, chosen)
    return roots


def retention_sentence(defaults: file_plan.Defaults) -> str:
    """What holds, in words; empty if nothing is set."""
    if defaults.retention_unlimited:
        return _("Kept without limit")
    if defaults.retention_years is None:
        return ""
    years = defaults.retention_years
    return ngettext("Kept for %(years)s year after closing", "Kept for %(years)s years after closing", years) % {"years": years}
