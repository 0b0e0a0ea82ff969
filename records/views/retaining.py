"""Keeping one file: its period, the event that starts it, holds. And the registry's lists: drafts that wait, files by the end of their period."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import F, Q, QuerySet
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from records import drafting, file_plan, plan_fields, registering, retaining, retention
from records.keeping_forms import EventForm, HoldForm, PeriodForm
from records.models import DisposalHold, FilePlanUnit, RecordFile
from records.models.access import LEVEL_FOR, scopes_of
from records.models.files import awaiting_event, named

from .binder import crumbs_of
from .doors import ClerkRequest, file_or_404, is_partial, may
from .meanwhile import Refused, renew

ROWS = 50
SHOWS = ("all", "free", "awaited", "held", "unlimited")


@require_http_methods(["GET", "HEAD", "POST"])
def file_retention(request: ClerkRequest, file: UUID) -> HttpResponse:
    """What was typed stays, whatever is refused; where a colleague was quicker, what she has stored stands beside it."""
    if request.method != "POST":
        return _page(request, file_or_404(request.user, file))
    name = request.POST.get("act", "")
    forms: dict[str, type[Form]] = {"event": EventForm, "period": PeriodForm, "place_hold": HoldForm}
    acts: dict[str, Callable[[ClerkRequest, RecordFile, dict[str, Any]], None]] = {
        "event": _event, "period": _period, "place_hold": _place_hold, "lift_hold": _lift_hold,
    }  # fmt: skip
    found = file_or_404(request.user, file, LEVEL_FOR["retain"])
    if name not in acts or (name != "event" and not keeps(request, found)):
        raise Http404
    form = forms[name](request.POST, initial=_begun(found).get(name)) if name in forms else None
    if form is not None and not form.is_valid():
        return _page(request, found, status=422, refused=Refused(name, form, seen=request.POST.get("seen", "")))
    try:
        acts[name](request, found, form.cleaned_data if form is not None else {})
    except retaining.CannotKeep as refusal:
        found = file_or_404(request.user, file)
        if form is None:
            messages.error(request, str(refusal))
            return _page(request, found, status=409)
        form.add_error(None, str(refusal))
        return _page(request, found, status=409, refused=_refused(request, found, name, form, refusal))
    return redirect("records:file_retention", file)


def _refused(request: ClerkRequest, file: RecordFile, act: str, form: Form, refusal: retaining.CannotKeep) -> Refused:
    """What the page shows of a form that was refused."""
    if not isinstance(refusal, retaining.KeptOtherwise):
        return Refused(act, form, seen=request.POST.get("seen", ""))
    return Refused(act, form, now=renew(form, _begun(file)[act]))


def keeps(request: ClerkRequest, file: RecordFile) -> bool:
    """Whether periods and holds of this file are the clerk's to set: the registry's work."""
    return registering.keeps_registry(clerk=request.user, level=scopes_of(request.user).level(file.scope_id))


def _page(request: ClerkRequest, file: RecordFile, *, status: int = 200, refused: Refused | None = None) -> HttpResponse:
    rule, own = retention.rule_of(file=file), retention.set_at(file=file)
    period = retention.period_of(file=file, rule=rule)
    initial = _filled_with(file, own, retention.day_of_event(file=file, period=period))
    typed = {refused.act: refused.form} if refused else {}
    holds: list[Any] = list(DisposalHold.objects.filter(file=file).select_related("placed_by").order_by("-placed_at", "-pk"))
    context = {
        "nav": "file_plan",
        "tab": "retention",
        "file": file,
        "crumbs": crumbs_of(file),
        "seen": (refused and refused.seen) or retaining.mark_of(file),
        "period": period,
        "period_sentence": period_sentence(period),
        "sources": retention.sources_of(file=file, rule=rule, own=own),
        "event_day": retention.day_of_event(file=file, period=period),
        "disposal": dict(FilePlanUnit.DisposalAction.choices).get(period.disposal_action, ""),
        "holds": holds,
        "held": any(hold.lifted_at is None for hold in holds),
        "can_keep": keeps(request, file) and file.status != RecordFile.Status.CANCELLED,
        "event_form": typed.get("event") or EventForm(initial=initial["event"]),
        "period_form": typed.get("period") or PeriodForm(initial=initial["period"]),
        "hold_form": typed.get("place_hold") or HoldForm(),
        "faulty": refused and refused.form,
        "now": refused.now if refused else (),
        **may(request.user, file),
    }
    return render(request, "records/file_retention.html", context, status=status)


def _begun(file: RecordFile) -> dict[str, dict[str, Any]]:
    """What the forms of the page begin with, by act."""
    return _filled_with(file, retention.set_at(file=file), retention.day_of_event(file=file, period=retention.period_of(file=file)))


def _filled_with(file: RecordFile, own: Mapping[str, str], event_day: date | None) -> dict[str, dict[str, Any]]:
    """The same, of what is known already; `own` as in retention.set_at."""
    return {"event": {"on": event_day}, "period": _own_period(file, own)}


def period_sentence(period: retention.Period) -> str:
    """How long a file is kept, in words."""
    from .plan import retention_sentence

    defaults = file_plan.Defaults(period.years, period.unlimited, retention_starts_with=period.starts_with)
    return retention_sentence(defaults) or _("No period is set.")


def _own_period(file: RecordFile, own: Mapping[str, str]) -> dict[str, Any]:
    """What the form of a file's own period begins with; `own` as in retention.set_at."""
    start, event = plan_fields.split_start(own["retention_starts_with"])
    has_years = bool(file.retention_reason)
    return {
        "retention_years": file.retention_years if has_years else None,
        "retention_unlimited": has_years and file.retention_unlimited,
        "retention_start": start,
        "retention_starts_with": event,
        "disposal_action": own["disposal_action"],
    }


def _event(request: ClerkRequest, file: RecordFile, data: dict[str, Any]) -> None:
    kept = retaining.enter_event(file=file, on=data["on"], by=request.user, at=timezone.now(), seen=request.POST.get("seen"))
    if kept.retain_until:
        messages.success(request, _("The file is kept until %(until)s.") % {"until": f"{kept.retain_until:%d.%m.%Y}"})
    else:
        messages.success(request, _("The day has been noted."))


def _period(request: ClerkRequest, file: RecordFile, data: dict[str, Any]) -> None:
    wanted = retaining.Wanted(data["retention_years"], data["retention_unlimited"], data["retention_starts_with"], data["disposal_action"])
    retaining.set_period(file=file, wanted=wanted, reason=data["reason"], by=request.user, at=timezone.now(), seen=request.POST.get("seen"))
    messages.success(request, _("The period has been set."))


def _place_hold(request: ClerkRequest, file: RecordFile, data: dict[str, Any]) -> None:
    retaining.place_hold(file=file, reason=data["hold_reason"], by=request.user, at=timezone.now())
    messages.success(request, _("The hold has been placed. The file will not be destroyed while it stands."))


def _lift_hold(request: ClerkRequest, file: RecordFile, _data: dict[str, Any]) -> None:
    try:
        hold = DisposalHold.objects.select_related("file").get(file=file, public_id=UUID(request.POST.get("hold", "")))
    except (ValueError, DisposalHold.DoesNotExist) as error:
        raise Http404 from error
    retaining.lift_hold(hold=hold, reason=request.POST.get("reason", ""), by=request.user, at=timezone.now())
    messages.success(request, _("The hold has been lifted."))


@require_safe
def deadlines(request: ClerkRequest) -> HttpResponse:
    """Closed files in the order in which they become free; what is awaited; holds. A constant number of queries."""
    show = request.GET.get("zeige", "all")
    show = show if show in SHOWS else "all"
    year, words = request.GET.get("jahr", ""), request.GET.get("q", "").replace("\x00", "").strip()[:200]
    files = _shown(retaining.closed_files(clerk=request.user), show, year, words)
    start = _whole(request.GET.get("ab", "")) or 0
    rows: list[Any] = list(files.order_by(F("retain_until").asc(nulls_last=True), "reference_key", "id")[start : start + ROWS + 1])
    _complete(rows)
    context = {
        "nav": "administration",
        "rows": rows[:ROWS],
        "today": timezone.localdate(),
        "filters": {"show": show, "year": year, "q": words},
        "next_url": _page_address(request, start + ROWS) if len(rows) > ROWS else None,
        "previous_url": _page_address(request, max(0, start - ROWS)) if start else None,
    }
    return render(request, "records/_deadline_rows.html" if is_partial(request) else "records/deadlines.html", context)


def _shown(files: QuerySet[RecordFile], show: str, year: str, words: str) -> QuerySet[RecordFile]:
    if words:
        files = files.filter(named(words))
    if (wanted := _whole(year)) and 1800 <= wanted <= 3000:
        files = files.filter(retain_until__range=(date(wanted, 1, 1), date(wanted, 12, 31)))
    narrowed = {
        "free": Q(retain_until__lt=timezone.localdate()), "awaited": awaiting_event(), "held": Q(held=True),
        "unlimited": Q(retention_unlimited=True),
    }  # fmt: skip
    return files.filter(narrowed[show]) if show in narrowed else files


def _complete(rows: list[Any]) -> None:
    """Put the disposal action that holds on each row. Those closed before it was written down follow their units, fetched at once."""
    following = [row.unit for row in rows if not row.plan_at_closing]
    defaults = file_plan.inherited(FilePlanUnit.objects.with_those_above(following))
    words = dict(FilePlanUnit.DisposalAction.choices)
    for row in rows:
        unit_says = defaults[row.unit_id].disposal_action if not row.plan_at_closing else ""
        row.disposal = words.get(row.disposal_action or unit_says, "")


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else None


def _page_address(request: ClerkRequest, start: int) -> str:
    query = request.GET.copy()
    query["ab"] = str(start)
    return "?" + query.urlencode()


@require_safe
def drafts(request: ClerkRequest) -> HttpResponse:
    """Drafts that wait for the registry, and the clerk's own: of files, and of documents in files."""
    found: list[Any] = list(registering.drafts_waiting(clerk=request.user)[:200])
    level, scopes = registering.registry_level(request.user), scopes_of(request.user)
    defaults = file_plan.inherited(FilePlanUnit.objects.with_those_above([file.unit for file in found]))
    for file in found:
        held = scopes.level(file.scope_id)
        file.may_register = held >= level or (held >= LEVEL_FOR["register"] and not defaults[file.unit_id].by_registry)
    documents: list[Any] = list(drafting.drafts_waiting(clerk=request.user)[:200])
    for document in documents:
        document.may_register = drafting.may_register(document=document, clerk=request.user)
    context = {"nav": "administration", "files": found, "documents": documents}
    return render(request, "records/drafts.html", context)
