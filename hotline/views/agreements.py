"""Agreements with municipalities, by operators: what is promised, when the desk is there, and what a change would do before it is made."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hotline import agreeing
from hotline.agreement_form import AgreementForm
from hotline.models import Agreement
from tenants.doors import ClerkRequest, roles_required
from tenants.roles import CentreRole

operators = roles_required(CentreRole.OPERATOR)


@require_safe
@operators
def agreement_list(request: ClerkRequest) -> HttpResponse:
    """All agreements, the one for all others first."""
    found = Agreement.objects.annotate(municipalities=Count("members")).order_by("-default", "name", "pk")
    return render(request, "hotline/agreements.html", {"nav": "administration", "agreements": found})


@require_http_methods(["GET", "HEAD", "POST"])
@operators
def agreement_new(request: ClerkRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@operators
def agreement(request: ClerkRequest, agreement: UUID) -> HttpResponse:
    return _edit(request, get_object_or_404(Agreement, public_id=agreement))


def _edit(request: ClerkRequest, found: Agreement | None) -> HttpResponse:
    """Show the form; once it is sent, what it would do; and do it when that was confirmed."""
    form = AgreementForm(request.POST or None, agreement=found)
    context = {"nav": "administration", "form": form, "agreement": found, "foreseen": None, "stale": ""}
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("confirmed") != form.fingerprint():  # not looked at yet, or changed since
                context["foreseen"] = agreeing.foresee(agreement=found, wanted=form.wanted(), at=timezone.now())
                context["fingerprint"] = form.fingerprint()
            else:
                _keep(request, found, form)
                messages.success(request, _("The agreement is kept; the deadlines of the open requests are being counted anew."))
                return redirect("hotline:agreements")
        except agreeing.CannotAgree as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        except agreeing.ChangedMeanwhile as refusal:
            context["stale"] = str(refusal)
    return render(request, "hotline/agreement.html", context, status=409 if context["stale"] else 200)


def _keep(request: ClerkRequest, found: Agreement | None, form: AgreementForm) -> Agreement:
    now = timezone.now()
    if found is None:
        return agreeing.agree(wanted=form.wanted(), by=request.user, at=now)
    return agreeing.change(agreement=found, wanted=form.wanted(), by=request.user, at=now, seen=form.cleaned_data["seen"])
