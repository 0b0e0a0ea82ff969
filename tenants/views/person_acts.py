"""Acts on one person: slip, unlock, move, leave an office, deactivate with hand-over, take back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from tenants import handover, passwords, staffing
from tenants.doors import ClerkRequest, administrators_only
from tenants.forms import MoveForm, SuccessorForm
from tenants.models import Office, User


@never_cache
@require_POST
@administrators_only
@sensitive_variables("password")
def person_slip(request: ClerkRequest, public_id: UUID) -> HttpResponse:
    """Set a one-time password and show it once, as a page to print. It is kept nowhere: whoever loses the slip gets another."""
    person = _person(public_id)
    at = timezone.now()
    try:
        password = passwords.hand_out(person=person, by=request.user, at=at)
    except passwords.CannotHandOut as refusal:
        messages.error(request, str(refusal))
        return redirect("tenants:person", public_id)
    context = {"person": person, "password": password, "valid_until": at + timedelta(days=passwords.VALID_DAYS)}
    return render(
        request, "tenants/person_slip.html", {**context, "login_url": request.build_absolute_uri("/anmelden/"), "nav": "administration"}
    )


@require_POST
@administrators_only
def person_unlock(request: ClerkRequest, public_id: UUID) -> HttpResponse:
    person = _person(public_id)
    passwords.unlock(person=person, by=request.user, at=timezone.now())
    messages.success(request, _("%(person)s can log in again.") % {"person": person})
    return redirect("tenants:person", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def person_move(request: ClerkRequest, public_id: UUID) -> HttpResponse:
    person = _person(public_id)
    form = MoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            staffing.move_person(
                person=person, to=given["office"], is_lead=given["is_lead"], keeping=given["keeping"], by=request.user, at=timezone.now()
            )
        except staffing.CannotStaff as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(person)s works in %(office)s now.") % {"person": person, "office": given["office"]})
            return redirect("tenants:person", public_id)
    memberships = person.memberships.select_related("office").order_by("office__code")
    context = {"person": person, "form": form, "memberships": memberships, "nav": "administration"}
    return render(request, "tenants/person_move.html", context)


@require_POST
@administrators_only
def person_leave(request: ClerkRequest, public_id: UUID, office_id: UUID) -> HttpResponse:
    """End one of several memberships."""
    person, office = _person(public_id), get_object_or_404(Office, public_id=office_id)
    try:
        staffing.leave_office(person=person, office=office, by=request.user, at=timezone.now())
    except staffing.CannotStaff as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(person)s no longer works in %(office)s.") % {"person": person, "office": office})
    return redirect("tenants:person", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def person_deactivate(request: ClerkRequest, public_id: UUID) -> HttpResponse:
    """Say what open work there is, ask who takes it over, and end the account."""
    person = _person(public_id)
    work = handover.open_work_of(person=person)
    form = SuccessorForm(request.POST if request.method == "POST" else None, person=person, needed=bool(work))
    if request.method == "POST" and form.is_valid():
        try:
            staffing.deactivate_person(person=person, successor=form.cleaned_data["successor"], by=request.user, at=timezone.now())
        except staffing.CannotStaff as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The account of %(person)s has ended.") % {"person": person})
            return redirect("tenants:person", public_id)
    context = {"person": person, "form": form, "open_work": work, "nav": "administration"}
    return render(request, "tenants/person_deactivate.html", context)


@require_POST
@administrators_only
def person_reactivate(request: ClerkRequest, public_id: UUID) -> HttpResponse:
    person = _person(public_id)
    staffing.reactivate_person(person=person, by=request.user, at=timezone.now())
    messages.success(request, _("%(person)s is active again. Give a new office and a slip with a password.") % {"person": person})
    return redirect("tenants:person", public_id)


def _person(public_id: UUID) -> User:
    return get_object_or_404(User.objects.people(), public_id=public_id)
