"""Time booked: on a ticket by staff, and the report of a quarter by operators. No person appears anywhere."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hotline import deadline_words, time_booking, time_report
from hotline.models import TimeEntry
from hotline.time_forms import QuarterForm, TimeForm
from tenants.doors import ClerkRequest, roles_required
from tenants.roles import CentreRole

from .doors import staff_only, ticket_or_404

operators = roles_required(CentreRole.OPERATOR)
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_QUARTERS = 8  # that the list offers


@require_POST
@staff_only
def time_book(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    found, form = ticket_or_404(request, ticket), TimeForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(f"{form[name].label}: {' '.join(map(str, errors))}" for name, errors in form.errors.items()))
        return redirect("hotline:ticket", found.public_id)
    try:
        entry = time_booking.book(ticket=found, **form.cleaned_data, by=request.user, at=timezone.now())
    except time_booking.CannotBook as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(time)s are booked.") % {"time": deadline_words.amount(entry.minutes * 60)})
    return redirect("hotline:ticket", found.public_id)


@require_POST
@staff_only
def time_take_back(request: ClerkRequest, ticket: UUID, entry: UUID) -> HttpResponse:
    found = ticket_or_404(request, ticket)
    booked = get_object_or_404(TimeEntry, public_id=entry, ticket=found)
    try:
        time_booking.take_back(entry=booked, by=request.user, at=timezone.now())
    except time_booking.CannotBook as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The entry is taken back."))
    return redirect("hotline:ticket", found.public_id)


@require_safe
@operators
def report(request: ClerkRequest) -> HttpResponse:
    """What was booked in a quarter, for each municipality."""
    year, quarter = _asked(request)
    found, refusal = None, ""
    try:
        found = time_report.of_quarter(year=year, quarter=quarter)
    except time_report.CannotBill as why:
        refusal = str(why)
    today = timezone.localdate()
    context = {
        "nav": "administration",
        "year": year,
        "quarter": quarter,
        "report": found,
        "refusal": refusal,
        "headings": time_report.headings(),
        "rows": [time_report.cells(line) for line in found.lines] if found else [],
        "quarters": _quarters(today.year, time_booking.quarter_of(today)),
        "may_bill": found is not None and found.billed_at is None and today >= time_report.days_of(year, quarter)[1],
    }
    return render(request, "hotline/time_report.html", context)


@require_safe
@operators
def report_sheet(request: ClerkRequest) -> HttpResponse:
    return _file(request, "xlsx")


@require_safe
@operators
def report_pdf(request: ClerkRequest) -> HttpResponse:
    return _file(request, "pdf")


@require_POST
@operators
def report_bill(request: ClerkRequest) -> HttpResponse:
    form = QuarterForm(request.POST)
    if not form.is_valid():
        raise Http404
    now = timezone.now()
    try:
        time_report.bill(**form.cleaned_data, by=request.user, at=now, today=timezone.localdate(now))
    except time_report.CannotBill as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The quarter is billed. Nothing can be booked into it any more."))
    address = redirect("hotline:time_report")
    address["Location"] += "?quartal={year}-{quarter}".format(**form.cleaned_data)
    return address


def _file(request: ClerkRequest, kind: str) -> HttpResponse:
    year, quarter = _asked(request)
    try:
        found = time_report.of_quarter(year=year, quarter=quarter)
    except time_report.CannotBill as refusal:
        messages.error(request, str(refusal))
        return redirect("hotline:time_report")
    content = time_report.as_sheet(found) if kind == "xlsx" else time_report.as_pdf(found)
    name = f'attachment; filename="Zeiten_{year}-{quarter}.{kind}"'
    return HttpResponse(content, content_type=SHEET if kind == "xlsx" else "application/pdf", headers={"Content-Disposition": name})


def _asked(request: HttpRequest) -> tuple[int, int]:
    """The quarter of the address; without one the running one. Raises Http404."""
    today = timezone.localdate()
    written = request.GET.get("quartal") or f"{today.year}-{time_booking.quarter_of(today)}"
    year, _sign, quarter = written.partition("-")
    form = QuarterForm({"year": year, "quarter": quarter})
    if not form.is_valid():
        raise Http404
    return form.cleaned_data["year"], form.cleaned_data["quarter"]


def _quarters(year: int, quarter: int) -> list[tuple[int, int]]:
    """The running quarter and those before, the newest first."""
    last = year * 4 + quarter - 1
    return [(number // 4, number % 4 + 1) for number in range(last, last - MOST_QUARTERS, -1)]
