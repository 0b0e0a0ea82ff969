"""Planning a date on screens: with all its sessions, then opened, changed, copied, made into a series, cancelled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tenants.doors import ClerkRequest
from training import planning, repeating
from training.models import CourseDate
from training.plan_forms import CopyForm, DateForm, NewDateForm, ReasonForm, SeriesForm, SessionForms

from .doors import trainers_only
from .plan_doors import NAV, confirmed, done, key_of, plan_or_404, renewed, to_choose, tried

PREFIX = "tag"


@require_http_methods(["GET", "HEAD", "POST"])
@trainers_only
def date_new(request: ClerkRequest) -> HttpResponse:
    """One form for the date and all its sessions. "One more day" and "take out" come back with the rows changed and nothing lost."""
    form = NewDateForm(request.POST or None, initial={"course": request.GET.get("kurs")})
    rows = _rows(request)
    asked: list[Any] = []
    if request.method == "POST" and not _rows_only(request) and form.is_valid() and rows.is_valid():
        made, asked = tried(
            form,
            lambda: planning.plan_date(
                course=form.cleaned_data["course"],
                sessions=rows.planned(),
                confirmed=confirmed(request),
                by=request.user,
                at=timezone.now(),
                **form.asked(),
            ),
        )
        if made is not None:
            messages.success(request, _("The date is planned. Nobody can enrol before you open it."))
            return redirect("training:plan_date", made.public_id)
    if _rows_only(request):
        form = NewDateForm(initial=request.POST.dict())  # what was typed, without a word about what is missing yet
    context = {**NAV, "section": "dates", "form": form, "rows": rows, "clashes": asked, "keys": key_of(asked)}
    context["added"] = "more" in request.POST
    return render(request, "training/plan_date_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@trainers_only
def date_change(request: ClerkRequest, date: UUID) -> HttpResponse:
    """Places, price, deadlines, remark."""
    found = plan_or_404(request, date)
    form, differs = DateForm(request.POST or None, initial=DateForm.of(found)), None
    if request.method == "POST" and form.is_valid():
        etag = form.cleaned_data["etag"]
        made, _asked = tried(
            form, lambda: planning.change_date(date=found, fields=form.asked(), etag=etag, by=request.user, at=timezone.now())
        )
        if made is not None:
            messages.success(request, _("Saved."))
            return redirect("training:plan_date", found.public_id)
        now = plan_or_404(request, date)
        differs = renewed(form, now.etag, DateForm.of(now)) if etag != now.etag else None
    return _act(request, found, form, _("Places and deadlines"), _("Save"), differs=differs)


@require_POST
@trainers_only
def date_open(request: ClerkRequest, date: UUID) -> HttpResponse:
    found = plan_or_404(request, date)
    done(request, lambda: planning.open_date(date=found, by=request.user, at=timezone.now()), _("People can enrol now."))
    return redirect("training:plan_date", found.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@trainers_only
def date_cancel(request: ClerkRequest, date: UUID) -> HttpResponse:
    """With the reason that everybody concerned reads."""
    found = plan_or_404(request, date)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        made, _asked = tried(form, lambda: planning.cancel_date(date=found, reason=reason, by=request.user, at=timezone.now()))
        if made is not None:
            messages.success(request, _("The date is cancelled. Everybody concerned is told."))
            return redirect("training:plan_date", found.public_id)
    told = found.taken + found.in_line  # type: ignore[attr-defined] # with_counts
    text = ngettext("%(n)s person is told.", "%(n)s people are told.", told) % {"n": told}
    return _act(request, found, form, _("Cancel the date"), _("Cancel the date"), text=text, danger=True)


@require_POST
@trainers_only
def date_discard(request: ClerkRequest, date: UUID) -> HttpResponse:
    found = plan_or_404(request, date)
    if done(request, lambda: planning.discard_draft(date=found, by=request.user, at=timezone.now()), _("The plan is thrown away.")):
        return redirect("training:plan")
    return redirect("training:plan_date", found.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@trainers_only
def date_copy(request: ClerkRequest, date: UUID) -> HttpResponse:
    """The same once more, beginning on another day."""
    found = plan_or_404(request, date)
    form = CopyForm(request.POST or None, initial={"first_day": timezone.localdate(found.starts_at) + timedelta(days=7)})
    asked: list[Any] = []
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["first_day"]
        made, asked = tried(
            form,
            lambda: repeating.copy_date(date=found, first_day=day, confirmed=confirmed(request), by=request.user, at=timezone.now()),
        )
        if made is not None:
            messages.success(request, _("This is the copy. Nobody can enrol before you open it."))
            return redirect("training:plan_date", made.public_id)
    text = _("All days, times and deadlines move along; the time by the clock stays. Nobody who is enrolled comes along.")
    return _act(request, found, form, _("Copy the date"), _("Copy"), text=text, clashes=asked)


@require_http_methods(["GET", "HEAD", "POST"])
@trainers_only
def date_series(request: ClerkRequest, date: UUID) -> HttpResponse:
    """The same every so many weeks."""
    found = plan_or_404(request, date)
    form = SeriesForm(request.POST or None)
    asked: list[Any] = []
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made, asked = tried(
            form, lambda: repeating.make_series(date=found, **said, confirmed=confirmed(request), by=request.user, at=timezone.now())
        )
        if made is not None:
            left_out = said["times"] - len(made)
            messages.success(request, ngettext("%(n)s date is planned.", "%(n)s dates are planned.", len(made)) % {"n": len(made)})
            if left_out:
                words = ngettext("%(n)s was left out because of a holiday.", "%(n)s were left out because of holidays.", left_out)
                messages.info(request, words % {"n": left_out})
            return redirect("training:plan_date", found.public_id)
    text = _("Each one begins so many weeks after the one before, at the same time by the clock. All of them are planned, or none.")
    return _act(request, found, form, _("Make a series"), _("Plan the series"), text=text, clashes=asked)


def _act(request: ClerkRequest, found: CourseDate, form: Any, title: str, submit: str, **more: Any) -> HttpResponse:
    """A form that does one thing to a date."""
    asked = more.pop("clashes", [])
    context = {**NAV, "section": "dates", "date": found, "form": form, "title": title, "submit": submit, "clashes": asked}
    return render(request, "training/plan_act.html", {**context, "keys": key_of(asked), **more})


def _rows_only(request: ClerkRequest) -> bool:
    """She wants another row, or one less; nothing is planned yet."""
    return "more" in request.POST or "without" in request.POST


def _rows(request: ClerkRequest) -> Any:
    """The rows of the sessions: as they were sent, with one more or without one."""
    options = {"prefix": PREFIX, "form_kwargs": to_choose()}
    if request.method != "POST":
        return SessionForms(**options)
    if not _rows_only(request):
        return SessionForms(request.POST, **options)
    sent = SessionForms(request.POST, **options)
    rows = [{name: form[name].value() for name in form.fields if name != "DELETE"} for form in sent.forms]
    if "more" in request.POST:
        rows.append(_next(rows))
    gone = request.POST.get("without", "")
    rows = [row for place, row in enumerate(rows) if str(place) != gone] or [{}]
    shown = SessionForms(initial=rows, **options)
    shown.extra = 0
    return shown


def _next(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Mostly it goes on the day after, at the same time, in the same place."""
    if not rows:
        return {}
    last = dict(rows[-1])
    try:
        last["day"] = SessionForms.form.base_fields["day"].clean(last["day"]) + timedelta(days=1)
    except (ValidationError, OverflowError):
        last["day"] = ""
    return last
