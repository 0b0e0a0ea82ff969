"""Reminders on screens: a clerk's own, the registry's list, those of a file; done, postponed, handed on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.forms import CharField, HiddenInput, IntegerField
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from records import reminder_hand_over, reminding
from records.forms import HandOnForm, PostponeForm, ReminderForm
from records.keeping_forms import ReminderHandOverForm
from records.models import Reminder
from tenants.doors import roles_required
from tenants.roles import Role

from .binder import crumbs_of
from .doors import ClerkRequest, file_or_404, may
from .meanwhile import renew

PAGE = 100


@require_safe
def reminder_list(request: ClerkRequest) -> HttpResponse:
    """Overdue ones, today's and those to come, page by page; the registry's people may look at all of the files they see."""
    today, registry = timezone.localdate(), request.user.has_role(Role.REGISTRY)
    everyones = registry and request.GET.get("ansicht") == "registratur"
    found = reminding.registrys_list(clerk=request.user) if everyones else reminding.reminders_of(clerk=request.user, on=today)
    page = _page(request, found)
    context = {
        "nav": "reminders",
        "groups": _by_day(page.reminders, today),
        "today": today,
        "page": page,
        "here": request.get_full_path(),
        "everyones": everyones,
        "is_registry": registry,
        "is_supervisor": request.user.has_role(Role.SUPERVISOR),
    }
    return render(request, "records/reminders.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(Role.SUPERVISOR)
def hand_over(request: ClerkRequest) -> HttpResponse:
    """All reminders of an office, or of a person who is away, to another person: first a look at what that means (GET), then the act."""
    sent = request.POST if request.method == "POST" else request.GET
    form = ReminderHandOverForm(sent if "giving" in sent else None, supervisor=request.user)
    context: dict[str, Any] = {"nav": "reminders", "form": form, "reason": request.POST.get("reason", ""), "today": timezone.localdate()}
    status = 200
    if form.is_valid():
        asked = {name: form.cleaned_data[name] for name in ("giving", "taking")}
        if request.method == "POST":
            mark, reason = request.POST.get("mark", ""), request.POST.get("reason", "")
            try:
                count = reminder_hand_over.hand_over(**asked, mark=mark, reason=reason, by=request.user, at=timezone.now())
            except reminder_hand_over.CannotHandOver as refusal:
                context["refusal"] = str(refusal)
                status = 409
            else:
                told = ngettext("%(count)s reminder is %(name)s's now.", "%(count)s reminders are %(name)s's now.", count)
                messages.success(request, told % {"count": count, "name": asked["taking"]})
                return redirect("records:reminders")
        context |= {**asked, "preview": reminder_hand_over.preview(**asked, by=request.user)}
    elif form.is_bound:
        status = 422
    return render(request, "records/reminder_hand_over.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def file_reminders(request: ClerkRequest, file: UUID) -> HttpResponse:
    """The reminders of one file, and a new one."""
    found = file_or_404(request.user, file)
    form = ReminderForm(request.POST or None, file=found, clerk=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            reminding.set_reminder(
                file=found,
                due_on=data["due_on"],
                to=form.addressee,
                note=data["note"],
                document=data["document"],
                by=request.user,
                at=timezone.now(),
            )
        except reminding.CannotRemind as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The reminder is set for %(day)s.") % {"day": f"{data['due_on']:%d.%m.%Y}"})
            return redirect(request.path)
    rows = list(Reminder.objects.visible_to(request.user).filter(file=found).listed().shown().select_related("done_by"))
    context = {
        "nav": "file_plan",
        "tab": "reminders",
        "file": found,
        "form": form,
        "crumbs": crumbs_of(found),
        "open": [r for r in rows if r.done_at is None],
        "done": [r for r in rows if r.done_at is not None],
        "today": timezone.localdate(),
        **may(request.user, found),
    }
    return render(request, "records/file_reminders.html", context, status=422 if form.errors else 200)


@require_POST
def reminder_done(request: ClerkRequest, reminder: UUID) -> HttpResponse:
    found = reminder_or_404(request, reminder)
    return _act(request, _("The reminder is done."), lambda: reminding.finish_reminder(reminder=found, by=request.user, at=timezone.now()))


@require_POST
def reminder_postpone(request: ClerkRequest, reminder: UUID) -> HttpResponse:
    """Sent by a small form in a list; what is refused comes back on a page of its own, with the day that was typed."""
    found, form = reminder_or_404(request, reminder), PostponeForm(request.POST)
    form.fields["seen"] = IntegerField(required=False, widget=HiddenInput)
    form.fields["next"] = CharField(required=False, widget=HiddenInput)
    now: list[tuple[str, str]] = []
    if form.is_valid():
        day = form.cleaned_data["due_on"]
        try:
            reminding.postpone_reminder(reminder=found, due_on=day, by=request.user, at=timezone.now(), seen=form.cleaned_data["seen"])
        except reminding.ReminderChanged as refusal:
            form.add_error(None, str(refusal))
            found = reminder_or_404(request, reminder)
            now = renew(form, {"seen": found.revision, "due_on": found.due_on})
        except reminding.CannotRemind as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The reminder now stands on %(day)s.") % {"day": f"{day:%d.%m.%Y}"})
            return _back(request)
    words = {"title": _("Postpone a reminder"), "submit": _("Postpone")}
    context = {"nav": "reminders", "reminder": found, "form": form, "next": _next(request), "now": now, **words}
    return render(request, "records/reminder_form.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def reminder_hand_on(request: ClerkRequest, reminder: UUID) -> HttpResponse:
    """What a colleague did with it meanwhile is not overwritten; it stands beside what was chosen, which can be sent again."""
    found = reminder_or_404(request, reminder)
    form = HandOnForm(request.POST or None, initial={"seen": found.revision})
    form.fields["seen"] = IntegerField(required=False, widget=HiddenInput)
    now: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            reminding.hand_on_reminder(
                reminder=found, to=form.addressee, by=request.user, at=timezone.now(), seen=form.cleaned_data["seen"]
            )
        except reminding.ReminderChanged as refusal:
            form.add_error(None, str(refusal))
            found = reminder_or_404(request, reminder)
            now = renew(form, {"seen": found.revision, "person": found.person, "office": found.office})
        except reminding.CannotRemind as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The reminder has been handed to %(name)s.") % {"name": form.addressee})
            return _back(request)
    words = {"title": _("Hand on a reminder"), "submit": _("Hand on")}
    context = {"nav": "reminders", "reminder": found, "form": form, "next": _next(request), "now": now, **words}
    return render(request, "records/reminder_form.html", context, status=422 if form.errors else 200)


def reminder_or_404(request: ClerkRequest, reminder: UUID) -> Reminder:
    found: Reminder | None = Reminder.objects.visible_to(request.user).shown().filter(public_id=reminder).first()
    if found is None:
        raise Http404
    if not reminding.may_change(request.user, found):
        raise PermissionDenied
    return found


def _act(request: ClerkRequest, said: str, act: Callable[[], Any]) -> HttpResponse:
    try:
        act()
    except reminding.CannotRemind as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return _back(request)


def _back(request: ClerkRequest) -> HttpResponse:
    """To the page where the act was chosen."""
    return redirect(_next(request))


def _next(request: ClerkRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else reverse("records:reminders")


@dataclass(frozen=True)
class Page:
    """Reminders of one page, and the addresses (query strings) of its neighbours."""

    reminders: list[Reminder]
    next_url: str | None
    previous_url: str | None


def _page(request: ClerkRequest, found: QuerySet[Reminder]) -> Page:
    """The page behind (`nach`) or before (`vor`) a place in the list: the day and the id of the reminder that stood there, be it ticked off by now."""
    before = _place(request, request.GET.get("vor"))
    if before is not None:
        earlier = Q(due_on__lt=before[0]) | Q(due_on=before[0], pk__lt=before[1])
        rows = list(found.filter(earlier).order_by("-due_on", "-pk")[: PAGE + 1])
        shown, more_before, more_after = rows[:PAGE][::-1], len(rows) > PAGE, True
    else:
        after = _place(request, request.GET.get("nach"))
        if after is not None:
            found = found.filter(Q(due_on__gt=after[0]) | Q(due_on=after[0], pk__gt=after[1]))
        rows = list(found[: PAGE + 1])
        shown, more_before, more_after = rows[:PAGE], after is not None, len(rows) > PAGE
    return Page(
        shown,
        _address(request, "nach", shown[-1]) if shown and more_after else None,
        _address(request, "vor", shown[0]) if shown and more_before else None,
    )


def _place(request: ClerkRequest, asked: str | None) -> tuple[date, int] | None:
    """A place in the list as an address names it ("2026-03-12_<id>"). Of a reminder that is not hers to see only the day counts."""
    day, _line, public_id = (asked or "").partition("_")
    try:
        due_on, wanted = date.fromisoformat(day), UUID(public_id)
    except ValueError:
        return None
    known = Reminder.objects.visible_to(request.user).filter(public_id=wanted).values_list("pk", flat=True).first()
    return due_on, known or 0


def _address(request: ClerkRequest, name: str, reminder: Reminder) -> str:
    changed = request.GET.copy()
    for old in ("nach", "vor"):
        changed.pop(old, None)
    changed[name] = f"{reminder.due_on.isoformat()}_{reminder.public_id}"
    return "?" + changed.urlencode()


def _by_day(rows: list[Reminder], today: Any) -> list[tuple[str, str, list[Reminder]]]:
    groups = [
        ("late", _("Overdue"), [r for r in rows if r.due_on < today]),
        ("today", _("Today"), [r for r in rows if r.due_on == today]),
        ("later", _("Later"), [r for r in rows if r.due_on > today]),
    ]
    return [group for group in groups if group[2]]
