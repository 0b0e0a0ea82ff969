"""The file plan with the files of the chosen unit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

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
from records.models.access import LEVEL_WRITE, readable_units
from tenants import current

from . import plan_tree
from .doors import ClerkRequest, is_partial, unit_or_404
from .paging import FilePage, page_of

SHELF = 12  # favourites of each kind above the tree; all of them are on the desk
LAST = 5


@require_safe
def tree(request: ClerkRequest) -> HttpResponse:
    context = {"nav": "file_plan", "tree": plan_tree.drawn(plan_tree.roots(request)), "unit": None, **shelf(request)}
    return render(request, "records/file_plan.html", context)


@require_safe
def branch(request: ClerkRequest, unit: UUID) -> HttpResponse:
    found = unit_or_404(request.user, unit)
    return HttpResponse(plan_tree.drawn(plan_tree.levels_of(request, [found.pk])[found.pk], level=found.level + 1))


@require_safe
def unit(request: ClerkRequest, unit: UUID) -> HttpResponse:
    found: Any = unit_or_404(request.user, unit)
    status = request.GET.get("status", "")
    page = _files_of(request, found, status) if found.is_leaf else FilePage([], None, None)
    if is_partial(request):
        return render(request, "records/_file_rows.html", vars(page))
    chain = file_plan.from_the_top(unit=found)
    ancestors = chain[:-1]
    levels = plan_tree.levels_of(request, [None, *found.ancestor_ids, found.pk])
    return render(
        request,
        "records/file_plan.html",
        {
            "nav": "file_plan",
            "tree": plan_tree.drawn(plan_tree.opened(levels, chain), selected=str(found.public_id)),
            "below": "" if found.is_leaf else plan_tree.drawn_list(levels[found.pk]),
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


def _files_of(request: ClerkRequest, unit: FilePlanUnit, status: str) -> FilePage:
    files = with_counts(RecordFile.objects.visible_to(request.user).filter(unit=unit))
    return page_of(files.filter(status=status) if status in RecordFile.Status.values else files.standing(), request.GET)


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


FORMER = Statement(
    lambda: FormerCode.objects.filter(unit=Blank("unit")).order_by("-until").values_list("classification_code"), using=current.alias
)


def retention_sentence(defaults: file_plan.Defaults) -> str:
    """What holds, in words; empty if nothing is set."""
    if defaults.retention_unlimited:
        return _("Kept without limit")
    if defaults.retention_years is None:
        return ""
    years = defaults.retention_years
    if defaults.event:
        sentence = ngettext("Kept for %(years)s year after: %(event)s", "Kept for %(years)s years after: %(event)s", years)
        return sentence % {"years": years, "event": defaults.event}
    return ngettext("Kept for %(years)s year after closing", "Kept for %(years)s years after closing", years) % {"years": years}
