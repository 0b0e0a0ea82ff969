"""Preparing the next edition of the file plan: editions, their units one branch at a time, one unit. Shows no files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from records import editions, plan_fields, plan_review
from records.models import PlanEdition, PlannedUnit
from records.plan_forms import DropForm, EditionForm, PlannedForm, filled_with
from tenants.doors import roles_required
from tenants.roles import Role

from .doors import ClerkRequest
from .meanwhile import renew

KEEPERS = (Role.ADMINISTRATOR, Role.REGISTRY)
MOST = 200
REFUSALS = (editions.CannotEdit, editions.StalePlan, plan_fields.BadField)


def edition_or_404(edition: UUID) -> PlanEdition:
    found = PlanEdition.objects.filter(public_id=edition).first()
    if found is None:
        raise Http404
    return found


def planned_or_404(edition: PlanEdition, planned: UUID) -> PlannedUnit:
    wanted = edition.units.select_related(
        "unit__parent", "unit__register_set", "unit__successor", "parent", "successor", "register_set", "edition"
    )
    found = wanted.filter(public_id=planned).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*KEEPERS)
def edition_list(request: ClerkRequest) -> HttpResponse:
    """All editions; a POST begins the next one."""
    form = EditionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            edition = editions.prepare_edition(name=form.cleaned_data["name"], by=request.user, at=timezone.now())
        except editions.CannotEdit as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The edition is a copy of the plan in force. Nothing changes before it comes into force."))
            return redirect("records:edition", edition.public_id)
    listed = (
        PlanEdition.objects.select_related("created_by")
        .annotate(size=Count("units", filter=Q(units__dropped=False)))
        .order_by("-created_at")
    )
    context = {"nav": "administration", "editions": listed, "form": form, "begun": editions.in_preparation()}
    return render(request, "records/editions.html", context, status=422 if form.errors else 200)


@require_safe
@roles_required(*KEEPERS)
def edition(request: ClerkRequest, edition: UUID) -> HttpResponse:
    """One branch of an edition (`unter`), or what a search in it finds (`q`)."""
    found = edition_or_404(edition)
    above = _chosen(found, request.GET.get("unter", ""))
    text = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:200]
    rows = found.units.filter(_matching(text)) if text else found.units.filter(parent=above)
    shown, more = _rows(rows)
    context = {
        "nav": "administration", "edition": found, "above": above, "chain": _chain(above), "units": shown, "more": more,
        "query_text": text, "open": found.state == PlanEdition.State.PREPARED,
    }  # fmt: skip
    return render(request, "records/edition.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*KEEPERS)
def planned_new(request: ClerkRequest, edition: UUID) -> HttpResponse:
    found = edition_or_404(edition)
    above = _chosen(found, request.GET.get("unter", ""))
    start = {"parent": above.classification_code, "classification_code": above.classification_code + "."} if above else {}
    form = PlannedForm(request.POST if request.method == "POST" else None, edition=found, initial=start)
    if form.is_bound and form.is_valid():
        changes = form.changes
        try:
            made = editions.add_unit(edition=found, parent=changes.pop("parent"), fields=changes, by=request.user, at=timezone.now())
        except REFUSALS as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Unit %(code)s is in the edition.") % {"code": made.classification_code})
            return _to_branch(found, made.parent)
    context = {"nav": "administration", "edition": found, "planned": None, "above": above, "form": form, **_choices(found, None)}
    return render(request, "records/planned_unit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*KEEPERS)
def planned(request: ClerkRequest, edition: UUID, planned: UUID) -> HttpResponse:
    """One unit of an edition: changed, moved, frozen. What somebody else has entered meanwhile is not overwritten; it stands beside what was typed,
    which can be sent again."""
    found = edition_or_404(edition)
    unit = planned_or_404(found, planned)
    form = PlannedForm(request.POST if request.method == "POST" else None, edition=found, initial=_start(unit))
    now: list[tuple[str, str]] = []
    if form.is_bound and form.is_valid():
        try:
            editions.change_unit(planned=unit, changes=form.changes, by=request.user, at=timezone.now(), seen=form.cleaned_data["seen"])
        except editions.StalePlan as refusal:
            form.add_error(None, str(refusal))
            unit = planned_or_404(found, planned)
            now = renew(form, {**_start(unit), "register_set": unit.register_set})
        except REFUSALS as refusal:
            form.refuse(refusal)
        else:
            messages.success(
                request, _("Unit %(code)s has been changed in the edition.") % {"code": form.cleaned_data["classification_code"]}
            )
            return _to_branch(found, form.cleaned_data["parent"])
    return _planned_page(request, found, unit, form, DropForm(edition=found), now)


def _start(unit: PlannedUnit) -> dict[str, Any]:
    """What the form of a unit begins with."""
    above = unit.parent.classification_code if unit.parent else ""
    return {**filled_with(unit), "classification_code": unit.classification_code, "frozen": unit.frozen, "parent": above}


@require_POST
@roles_required(*KEEPERS)
def planned_drop(request: ClerkRequest, edition: UUID, planned: UUID) -> HttpResponse:
    found = edition_or_404(edition)
    unit = planned_or_404(found, planned)
    form = DropForm(request.POST, edition=found)
    if form.is_valid():
        successor, kept = form.cleaned_data["successor"], form.cleaned_data["kept"]
        try:
            editions.drop_unit(planned=unit, successor=successor, kept=kept, by=request.user, at=timezone.now())
        except editions.CannotEdit as refusal:
            form.add_error("successor", str(refusal))
        else:
            messages.success(request, _("Unit %(code)s will leave the plan with this edition.") % {"code": unit.classification_code})
            return _to_branch(found, unit.parent)
    return _planned_page(request, found, unit, PlannedForm(edition=found, initial=_start(unit)), form)


@require_POST
@roles_required(*KEEPERS)
def planned_restore(request: ClerkRequest, edition: UUID, planned: UUID) -> HttpResponse:
    found = edition_or_404(edition)
    unit = planned_or_404(found, planned)
    try:
        editions.restore_unit(planned=unit, by=request.user, at=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("records:planned", found.public_id, unit.public_id)
    messages.success(request, _("Unit %(code)s stays in the plan.") % {"code": unit.classification_code})
    return _to_branch(found, unit.parent)


@require_POST
@roles_required(*KEEPERS)
def planned_remove(request: ClerkRequest, edition: UUID, planned: UUID) -> HttpResponse:
    found = edition_or_404(edition)
    unit = planned_or_404(found, planned)
    try:
        editions.remove_unit(planned=unit, by=request.user, at=timezone.now())
    except editions.CannotEdit as refusal:
        messages.error(request, str(refusal))
        return redirect("records:planned", found.public_id, unit.public_id)
    messages.success(request, _("Unit %(code)s is out of the edition again.") % {"code": unit.classification_code})
    return _to_branch(found, unit.parent)


def _planned_page(
    request: ClerkRequest,
    edition: PlanEdition,
    unit: PlannedUnit,
    form: PlannedForm,
    drop_form: DropForm,
    now: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    context = {
        "nav": "administration", "edition": edition, "planned": unit, "form": form, "drop_form": drop_form, "now": now,
        "change": plan_review.change_of(unit, {}), "inherited": inherited_words(unit), "open": edition.state == PlanEdition.State.PREPARED,
        **_choices(edition, unit),
    }  # fmt: skip
    return render(request, "records/planned_unit.html", context, status=422 if form.errors or drop_form.errors else 200)


def inherited_words(unit: PlannedUnit) -> list[tuple[str, str, PlannedUnit]]:
    """What the unit would inherit: label, value, the unit above that it comes from."""
    found: dict[str, tuple[str, str, PlannedUnit]] = {}
    above, steps = unit.parent, 0
    while above is not None and steps < 10:
        for field in plan_fields.REASONS:
            if field not in found and (value := plan_fields.shown(above, field)):
                found[field] = (str(plan_fields.WORDS[field]), value, above)
        above, steps = above.parent, steps + 1
    return list(found.values())


def _chosen(edition: PlanEdition, public_id: str) -> PlannedUnit | None:
    if not public_id:
        return None
    try:
        return planned_or_404(edition, UUID(public_id))
    except ValueError as error:
        raise Http404 from error


def _chain(unit: PlannedUnit | None) -> list[PlannedUnit]:
    chain: list[PlannedUnit] = []
    while unit is not None and unit not in chain:
        chain.insert(0, unit)
        unit = unit.parent
    return chain


def _matching(text: str) -> Q:
    each = Q()
    for word in text.split()[:8]:
        each &= Q(classification_code__istartswith=word) | Q(unit__classification_code__istartswith=word) | Q(title__icontains=word)
    return each


def _rows(rows: QuerySet[PlannedUnit]) -> tuple[list[Any], bool]:
    """The first of them with what is different about each and how many lie below; and whether there are more."""
    related = rows.select_related("unit__parent", "unit__register_set", "unit__successor", "parent", "successor", "register_set")
    found: list[Any] = list(related.annotate(below=Count("children")).order_by("dropped", "sort_key", "pk")[: MOST + 1])
    for unit in found:
        change = plan_review.change_of(unit, {})
        unit.kinds = kind_words(change.kinds) if change else []
    return found[:MOST], len(found) > MOST


def kind_words(kinds: tuple[str, ...]) -> list[str]:
    words = {
        "new": _("new"), "moved": _("moved"), "renumbered": _("renumbered"), "retitled": _("renamed"), "frozen": _("frozen"),
        "unfrozen": _("no longer frozen"), "dropped": _("leaves the plan"), "restored": _("valid again"), "validity": _("other validity"),
        "defaults": _("other defaults"),
    }  # fmt: skip
    return [words[kind] for kind in kinds]


def _choices(edition: PlanEdition, unit: PlannedUnit | None) -> dict[str, Any]:
    """Codes that are offered while one is typed: units that have others below them, and the neighbours of the unit."""
    inner = edition.units.filter(children__isnull=False, dropped=False).distinct().order_by("sort_key")[:400]
    beside = edition.units.filter(parent=unit.parent if unit else None, dropped=False).order_by("sort_key")
    siblings = beside.exclude(pk=unit.pk)[:200] if unit else beside[:200]
    return {"parents": inner, "siblings": siblings}


def _to_branch(edition: PlanEdition, above: PlannedUnit | None) -> HttpResponse:
    address = redirect("records:edition", edition.public_id)
    if above is not None:
        address["Location"] += f"?unter={above.public_id}"
    return address
