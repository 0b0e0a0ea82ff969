"""Looking an edition through and putting it into force; taking it out as a spreadsheet and in again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from records import edition_intake, editions, plan_enactment, plan_export, plan_review, plan_rights, plan_sheets
from records.forms import PlanImportForm
from records.models import PlanEdition
from records.plan_forms import EnactForm
from tenants.doors import roles_required
from tenants.roles import Role

from .doors import ClerkRequest
from .editions import KEEPERS, edition_or_404, kind_words

MOST = 300  # changes on one page; the others by their kind, or in the spreadsheet
State = PlanEdition.State


@require_safe
@roles_required(*KEEPERS)
def edition_review(request: ClerkRequest, edition: UUID) -> HttpResponse:
    """What is different, who gains or loses access, and what must be mended."""
    return _review_page(request, edition_or_404(edition), EnactForm())


@require_POST
@roles_required(Role.ADMINISTRATOR)
def edition_enact(request: ClerkRequest, edition: UUID) -> HttpResponse:
    """Now, or on a day to come."""
    found = edition_or_404(edition)
    form = EnactForm(request.POST)
    if not form.is_valid():
        return _review_page(request, found, form)
    on, now = form.cleaned_data["on"], timezone.now()
    try:
        if on is None or on == timezone.localdate(now):
            plan_enactment.put_into_force(edition=found, by=request.user, at=now)
            messages.success(request, _("The edition “%(name)s” is in force.") % {"name": found.name})
            return redirect("records:editions")
        editions.schedule_edition(edition=found, on=on, by=request.user, at=now)
    except (plan_enactment.CannotPutIntoForce, editions.CannotEdit) as refusal:
        form.add_error(None if isinstance(refusal, plan_enactment.CannotPutIntoForce) else "on", str(refusal))
        return _review_page(request, found, form)
    words = {"name": found.name, "day": date_format(on, "SHORT_DATE_FORMAT")}
    messages.success(request, _("The edition “%(name)s” comes into force on %(day)s.") % words)
    return redirect("records:edition_review", found.public_id)


@require_POST
@roles_required(Role.ADMINISTRATOR)
def edition_withdraw(request: ClerkRequest, edition: UUID) -> HttpResponse:
    found = edition_or_404(edition)
    try:
        editions.withdraw_date(edition=found, by=request.user, at=timezone.now())
    except editions.CannotEdit as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The date has been taken back; the edition can be changed again."))
    return redirect("records:edition_review", found.public_id)


@require_POST
@roles_required(Role.ADMINISTRATOR)
def edition_discard(request: ClerkRequest, edition: UUID) -> HttpResponse:
    found = edition_or_404(edition)
    try:
        editions.discard_edition(edition=found, by=request.user, at=timezone.now())
    except editions.CannotEdit as refusal:
        messages.error(request, str(refusal))
        return redirect("records:edition", found.public_id)
    messages.success(request, _("The edition “%(name)s” has been given up.") % {"name": found.name})
    return redirect("records:editions")


@require_safe
@roles_required(*KEEPERS)
def edition_export(request: ClerkRequest, edition: UUID) -> HttpResponse:
    found = edition_or_404(edition)
    return as_spreadsheet(plan_export.export_edition(edition=found), f"{_('File plan')} {found.name}")


@require_safe
@roles_required(*KEEPERS)
def plan_in_force(request: ClerkRequest) -> HttpResponse:
    return as_spreadsheet(plan_export.export_plan(), f"{_('File plan')} {timezone.localdate().isoformat()}")


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*KEEPERS)
def edition_import(request: ClerkRequest, edition: UUID) -> HttpResponse:
    """First a trial that names every faulty cell; the same file is sent again to be taken in."""
    found = edition_or_404(edition)
    form = PlanImportForm(request.POST, request.FILES) if request.method == "POST" else PlanImportForm()
    context: dict[str, Any] = {"nav": "administration", "edition": found, "form": form}
    if form.is_bound and form.is_valid():
        upload, really = form.cleaned_data["sheet"], form.cleaned_data["really"]
        try:
            sheet = plan_sheets.read_sheet(upload.file, upload.name, existing=edition_intake.levels_of(found))
            taken = edition_intake.take_in_sheet(
                edition=found, sheet=sheet, by=request.user, at=timezone.now(), dry_run=not really, reason=form.cleaned_data["reason"]
            )
        except (plan_sheets.UnreadableSheet, editions.CannotEdit) as refusal:
            form.add_error("sheet", str(refusal))
        else:
            if really and not taken.faults:
                messages.success(request, _("The spreadsheet has been taken into the edition."))
                return redirect("records:edition_review", found.public_id)
            context |= {"outcome": taken, "ignored": sheet.ignored_columns}
    return render(request, "records/edition_import.html", context, status=422 if form.errors else 200)


def as_spreadsheet(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=plan_export.MEDIA_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{get_valid_filename(name[:80]) or "Aktenplan"}.xlsx"'.encode(
        "ascii", "replace"
    ).decode()
    answer["Cache-Control"] = "private, no-store"
    return answer


def _review_page(request: ClerkRequest, edition: PlanEdition, form: EnactForm) -> HttpResponse:
    """Only an edition that is not in force yet is compared: the others have nothing left to be compared with."""
    context: dict[str, Any] = {"nav": "administration", "edition": edition, "form": form, "ready": False}
    if edition.state in (State.PREPARED, State.SCHEDULED):
        found = plan_review.review(edition=edition)
        kind = request.GET.get("art", "")
        changes: list[Any] = [c for c in found.changes if not kind or kind in c.kinds]
        counts = [(name, kind_words((name,))[0], n) for name, n in found.counts.items()]
        context |= {
            "counts": counts, "kind": kind, "changes": [(c, kind_words(c.kinds)) for c in changes[:MOST]], "more": max(0, len(changes) - MOST),
            "faults": found.faults, "shifts": plan_rights.shifts(draft=found.draft), "ready": not found.faults,
            "overdue": edition.in_force_on is not None and edition.in_force_on <= timezone.localdate(),
        }  # fmt: skip
    return render(request, "records/edition_review.html", context, status=422 if form.errors else 200)
