"""Operators' screens of mail: how the servers are, and which mail domain belongs to which municipality."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hotline import domain_keeping, mail_standing
from hotline.desk_forms import MailDomainForm, MailDomainTownForm
from hotline.models import MailDomain
from tenants.doors import ClerkRequest

from .operating import operators_only


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def mail_keeping(request: ClerkRequest) -> HttpResponse:
    """How mail stands, the mail domains, and a new one."""
    form = MailDomainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = domain_keeping.add(**form.cleaned_data, by=request.user, at=timezone.now())
        except domain_keeping.CannotKeepDomain as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            words = {"domain": made.domain, "municipality": made.municipality.name}
            messages.success(request, _("Who writes from %(domain)s belongs to %(municipality)s from now on.") % words)
            return redirect("hotline:mail_keeping")
    now, waiting = timezone.now(), mail_standing.waiting()
    context = {
        "nav": "administration",
        "form": form,
        "servers": mail_standing.servers(at=now),
        "waiting": waiting,
        "waiting_late": waiting.late(now),
        "domains": MailDomain.objects.select_related("municipality").order_by("municipality__name", "domain"),
    }
    return render(request, "hotline/mail_keeping.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def mail_domain(request: ClerkRequest, domain: UUID) -> HttpResponse:
    """One mail domain: whose it is."""
    found = get_object_or_404(MailDomain.objects.select_related("municipality"), public_id=domain)
    form = MailDomainTownForm(request.POST or None, initial={"municipality": found.municipality.slug})
    if request.method == "POST" and form.is_valid():
        try:
            domain_keeping.change(domain=found, **form.cleaned_data, by=request.user, at=timezone.now())
        except domain_keeping.CannotKeepDomain as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("hotline:mail_keeping")
    return render(request, "hotline/mail_domain.html", {"nav": "administration", "domain": found, "form": form})


@require_POST
@operators_only
def mail_domain_remove(request: ClerkRequest, domain: UUID) -> HttpResponse:
    """Take a mail domain from the list."""
    found = get_object_or_404(MailDomain, public_id=domain)
    try:
        domain_keeping.remove(domain=found, by=request.user, at=timezone.now())
    except domain_keeping.CannotKeepDomain as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(domain)s belongs to no municipality any more.") % {"domain": found.domain})
    return redirect("hotline:mail_keeping")
