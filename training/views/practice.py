"""Practice towns of a course date: for its trainers how far everybody has come; for a trainee the way into hers."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import UUID

from csp.constants import SELF
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tenants.doors import ClerkRequest
from training import practising

from .doors import date_or_404, enrolment_or_404, learns, trainers_only


@require_safe
@trainers_only
def practice(request: ClerkRequest, date: UUID) -> HttpResponse:
    """Who practises on this date, in which town, and how far; the trainers open, reset and end towns here."""
    found = date_or_404(request, date)
    rows, fault = practising.rows_of(date=found), ""
    try:
        golden = practising.golden_of(found)
    except practising.CannotPractise as refusal:
        golden, fault = None, str(refusal)
    context = {"nav": "training", "section": "dates", "date": found, "rows": rows, "golden": golden, "fault": fault}
    return render(request, "training/practice.html", {**context, "some_open": any(row.place and row.place.state == "open" for row in rows)})


@require_POST
@trainers_only
def practice_open(request: ClerkRequest, date: UUID) -> HttpResponse:
    found = date_or_404(request, date)

    def act() -> str:
        count = practising.open_towns(date=found, by=request.user, at=timezone.now())
        return ngettext("A practice town is being made.", "%(n)s practice towns are being made.", count) % {"n": count}

    return _acted(request, date, act)


@require_POST
@trainers_only
def practice_end(request: ClerkRequest, date: UUID) -> HttpResponse:
    found = date_or_404(request, date)

    def act() -> str:
        practising.end(date=found, by=request.user, at=timezone.now())
        return _("The practice towns of this date are ended.")

    return _acted(request, date, act)


@require_POST
@trainers_only
def practice_reset(request: ClerkRequest, enrolment: UUID) -> HttpResponse:
    """One person begins anew; without `even_now` her node refuses while she is working."""
    found = enrolment_or_404(request, enrolment)

    def act() -> str:
        practising.reset(enrolment=found, even_now=bool(request.POST.get("even_now")), by=request.user, at=timezone.now())
        return _("The practice town of %(person)s is being made anew. If it cannot be, it says so here.") % {"person": found.person}

    return _acted(request, found.date.public_id, act)


@require_POST
@trainers_only
def practice_reset_all(request: ClerkRequest, date: UUID) -> HttpResponse:
    """All begin anew; without `even_now` those stay as they are in which somebody is working."""
    found = date_or_404(request, date)

    def act() -> str:
        even_now = bool(request.POST.get("even_now"))
        count = practising.reset_all(date=found, even_now=even_now, by=request.user, at=timezone.now())
        return ngettext("A practice town is being made anew.", "%(n)s practice towns are being made anew.", count) % {"n": count}

    return _acted(request, date, act)


@require_POST
@trainers_only
def practice_slips(request: ClerkRequest, date: UUID) -> HttpResponse:
    """One-time slips as a PDF; the ones printed before do not open anything any more."""
    found = date_or_404(request, date)
    try:
        sheet = practising.slips(date=found, by=request.user, at=timezone.now())
    except practising.CannotPractise as refusal:
        messages.error(request, str(refusal))
        return redirect("training:practice", date)
    headers = {"Content-Disposition": 'inline; filename="zettel.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(sheet, content_type="application/pdf", headers=headers)


@require_POST
@learns
@never_cache
def practice_enter(request: ClerkRequest, enrolment: UUID) -> HttpResponse:
    """On the way into her own practice town: a form that sends itself."""
    found = enrolment_or_404(request, enrolment)
    try:
        way = practising.way(enrolment=found, by=request.user, at=timezone.now())
    except practising.CannotPractise as refusal:
        messages.error(request, str(refusal))
        return redirect("training:date", found.date.public_id)
    response = render(request, "training/practice_going.html", {"nav": "training", "way": way})
    parts = urlsplit(way.address)
    response._csp_update = {"form-action": [SELF, f"{parts.scheme}://{parts.netloc}"]}  # type: ignore[attr-defined]
    return response


def _acted(request: ClerkRequest, date: UUID, act: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, act())
    except practising.CannotPractise as refusal:
        messages.error(request, str(refusal))
    return redirect("training:practice", date)
