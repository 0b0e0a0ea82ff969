"""People of a municipality: list, new, one person with her roles and offices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tenants import handover, passwords, staffing
from tenants.doors import ClerkRequest, administrators_only
from tenants.forms import NewPersonForm, PersonForm
from tenants.models import Membership, Office, User
from tenants.roles import of_this_site

PER_PAGE = 50


@require_safe
@administrators_only
def people(request: ClerkRequest) -> HttpResponse:
    """List people by name; `?q=` by name, user name or e-mail, `?office=` one office, `?state=` active, inactive or locked."""
    query, chosen, state = request.GET.get("q", "").strip(), request.GET.get("office", ""), request.GET.get("state", "active")
    start = int(page) * PER_PAGE if (page := request.GET.get("page", "0")).isdecimal() and len(page) < 6 else 0
    offices = list(Office.objects.order_by("code"))
    locked = _locked_names()
    found = User.objects.people().order_by("display_name", "pk").prefetch_related(_with_offices(), "groups")
    if query:
        found = found.filter(Q(display_name__icontains=query) | Q(username__icontains=query) | Q(email__icontains=query))
    if office := next((office for office in offices if str(office.public_id) == chosen), None):
        found = found.filter(memberships__office=office)
    if state in ("active", "inactive"):
        found = found.filter(is_active=state == "active")
    elif state == "locked":
        found = found.filter(username__in=locked)
    rows = list(found[start : start + PER_PAGE + 1])
    for person in rows:
        _describe(person, locked)
    context = {"people": rows[:PER_PAGE], "offices": offices, "office": office, "state": state, "query": "", "filter": query}
    if len(rows) > PER_PAGE:
        context["next_url"] = _page_url(request, start // PER_PAGE + 1)
    if start:
        context["previous_url"] = _page_url(request, start // PER_PAGE - 1)
    return render(request, "tenants/people.html", {**context, "shown": len(rows[:PER_PAGE]), "nav": "administration"})


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def person_new(request: ClerkRequest) -> HttpResponse:
    form = NewPersonForm(request.POST or None, initial={"roles": [of_this_site().values[0]]})
    if request.method == "POST" and form.is_valid():
        try:
            person = staffing.create_person(**form.cleaned_data, by=request.user, at=timezone.now())
        except staffing.CannotStaff as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(person)s was created. Now print the slip with the first password.") % {"person": person})
            return redirect("tenants:person", person.public_id)
    return render(request, "tenants/person_new.html", {"form": form, "nav": "administration"})


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def person(request: ClerkRequest, public_id: UUID) -> HttpResponse:
    """Show one person and change her name, addresses and roles."""
    person = get_object_or_404(User.objects.people().prefetch_related(_with_offices(), "groups"), public_id=public_id)
    _describe(person, _locked_names([person.username]))
    held: Any = {"display_name": person.display_name, "email": person.email, "telephone": person.telephone, "roles": person.roles}  # type: ignore[attr-defined]
    form = PersonForm(request.POST or None, initial=held, roles_locked=person == request.user)
    if request.method == "POST" and form.is_valid():
        given, at = dict(form.cleaned_data), timezone.now()
        roles = given.pop("roles")
        try:
            staffing.edit_person(person=person, **given, by=request.user, at=at)
            if person != request.user:
                staffing.set_roles(person=person, roles=roles, by=request.user, at=at)
        except staffing.CannotStaff as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The changes are saved."))
            return redirect("tenants:person", person.public_id)
    context = {"person": person, "form": form, "is_self": person == request.user, "memberships": person.memberships.all()}
    return render(request, "tenants/person.html", {**context, "open_work": handover.open_work_of(person=person), "nav": "administration"})


def _with_offices() -> Prefetch[str, Any, str]:
    return Prefetch("memberships", Membership.objects.select_related("office").order_by("office__code"))


def _describe(person: User, locked: set[str]) -> None:
    """Add what the screens show of a person: roles with their names, and the state of the account."""
    names = {group.name for group in person.groups.all()}
    shown: Any = person
    shown.roles = [role for role in of_this_site().values if role in names]
    shown.role_labels = [label for role, label in of_this_site().choices if role in names]
    shown.locked = person.username in locked
    shown.slip_expired = passwords.slip_expired(person=person, at=timezone.now())
    shown.without_password = not person.has_usable_password()


def _locked_names(among: list[str] | None = None) -> set[str]:
    """User names that axes turns away at the moment."""
    since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    attempts = AccessAttempt.objects.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT, attempt_time__gte=since)
    if among is not None:
        attempts = attempts.filter(username__in=among)
    return set(attempts.values_list("username", flat=True))


def _page_url(request: ClerkRequest, page: int) -> str:
    query = request.GET.copy()
    query["page"] = str(page)
    return f"?{query.urlencode()}"
