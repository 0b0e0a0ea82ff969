"""Operators' screens of mail: how the servers are, and which mail domain belongs to which municipality."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hotline import domain_keeping, mail_standing, notifying
from hotline.desk_forms import MailDomainForm, MailDomainTownForm
from hotline.models import DeskNotice, MailDomain
from tenants.doors import ClerkRequest

from .operating import operators_only

MOST_FAILED = 50


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
        "failed": DeskNotice.objects.failed()
        .select_related("person", "ticket", "incident", "municipality")
        .order_by("-failed_at")[:MOST_FAILED],
        "domains": MailDomain.objects.select_related("municipality").order_by("municipality__name", "domain"),
    }
    return render(request, "hotline/mail_keeping.html", context)


@require_POST
@operators_only
def notice_send_again(request: ClerkRequest, told: UUID) -> HttpResponse:
    """Send a mail to staff or to a municipality again that could not be sent."""
    found = get_object_or_404(DeskNotice, public_id=told)
    try:
        notifying.send_again(notice=found, by=request.user, at=timezone.now())
    except notifying.CannotSendAgain as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The mail is sent again."))
    return redirect("hotline:mail_keeping")


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
