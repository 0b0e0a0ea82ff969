"""Reminders on screens: a clerk's own, the registry's list, those of a file; done, postponed, handed on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from records import reminding
from records.forms import HandOnForm, PostponeForm, ReminderForm
from records.models import Reminder
from tenants.roles import Role

from .binder import crumbs_of
from .doors import ClerkRequest, file_or_404, may

MOST = 300


@require_safe
def reminder_list(request: ClerkRequest) -> HttpResponse:
    """Overdue ones, today's and those to come; the registry's people may look at all of the files they see."""
    today, registry = timezone.localdate(), request.user.has_role(Role.REGISTRY)
    everyones = registry and request.GET.get("ansicht") == "registratur"
    found = reminding.registrys_list(clerk=request.user) if everyones else reminding.reminders_of(clerk=request.user, on=today)
    rows = list(found[: MOST + 1])
    context = {
        "nav": "reminders",
        "groups": _by_day(rows[:MOST], today),
        "today": today,
        "more": len(rows) > MOST,
        "everyones": everyones,
        "is_registry": registry,
    }
    return render(request, "records/reminders.html", context)


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
    rows = list(Reminder.objects.visible_to(request.user).filter(file=found).shown().select_related("done_by"))
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
    found, form = reminder_or_404(request, reminder), PostponeForm(request.POST)
    if not form.is_valid():
        return _refused(request, form)
    day = form.cleaned_data["due_on"]
    said = _("The reminder now stands on %(day)s.") % {"day": f"{day:%d.%m.%Y}"}
    return _act(request, said, lambda: reminding.postpone_reminder(reminder=found, due_on=day, by=request.user, at=timezone.now()))


@require_http_methods(["GET", "HEAD", "POST"])
def reminder_hand_on(request: ClerkRequest, reminder: UUID) -> HttpResponse:
    found, form = reminder_or_404(request, reminder), HandOnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reminding.hand_on_reminder(reminder=found, to=form.addressee, by=request.user, at=timezone.now())
        except reminding.CannotRemind as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The reminder has been handed to %(name)s.") % {"name": form.addressee})
            return _back(request)
    context = {"nav": "reminders", "reminder": found, "form": form, "next": _next(request)}
    return render(request, "records/reminder_hand_on.html", context, status=422 if form.errors else 200)


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


def _refused(request: ClerkRequest, form: Any) -> HttpResponse:
    messages.error(request, " ".join(sentence for sentences in form.errors.values() for sentence in sentences))
    return _back(request)


def _back(request: ClerkRequest) -> HttpResponse:
    """To the page where the act was chosen."""
    return redirect(_next(request))


def _next(request: ClerkRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else reverse("records:reminders")


def _by_day(rows: list[Reminder], today: Any) -> list[tuple[str, str, list[Reminder]]]:
    groups = [
        ("late", _("Overdue"), [r for r in rows if r.due_on < today]),
        ("today", _("Today"), [r for r in rows if r.due_on == today]),
        ("later", _("Later"), [r for r in rows if r.due_on > today]),
    ]
    return [group for group in groups if group[2]]
