"""Operators' screens of webhooks: which there are, what was told to them, a new one with its secret."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hotline import webhook_keeping
from hotline.desk_forms import WebhookForm
from hotline.models import Webhook, WebhookCall
from tenants.doors import ClerkRequest

from .operating import operators_only

SHOWN = 100  # calls


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def webhooks(request: ClerkRequest) -> HttpResponse:
    """The webhooks, and a new one. Its secret is shown now and never again."""
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = webhook_keeping.add(**form.cleaned_data, by=request.user, at=timezone.now())
        except webhook_keeping.CannotKeepWebhook as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            return _secret_page(request, made)
    rows = Webhook.objects.order_by("name", "pk")
    return render(request, "hotline/webhooks.html", {"nav": "administration", "webhooks": rows, "form": form})


@require_safe
@operators_only
def webhook(request: ClerkRequest, webhook: UUID) -> HttpResponse:
    """One webhook with its latest calls."""
    found = get_object_or_404(Webhook, public_id=webhook)
    calls = WebhookCall.objects.filter(webhook=found).select_related("ticket").order_by("-at", "-pk")[:SHOWN]
    return render(request, "hotline/webhook.html", {"nav": "administration", "webhook": found, "calls": calls})


@require_POST
@operators_only
def webhook_switch(request: ClerkRequest, webhook: UUID) -> HttpResponse:
    found = get_object_or_404(Webhook, public_id=webhook)
    webhook_keeping.switch(webhook=found, active=request.POST.get("aktiv") == "ja", by=request.user, at=timezone.now())
    return redirect("hotline:webhook", found.public_id)


@require_POST
@operators_only
def webhook_secret(request: ClerkRequest, webhook: UUID) -> HttpResponse:
    """Another secret, shown once."""
    found = get_object_or_404(Webhook, public_id=webhook)
    return _secret_page(request, webhook_keeping.renew_secret(webhook=found, by=request.user, at=timezone.now()))


@require_POST
@operators_only
def webhook_again(request: ClerkRequest, webhook: UUID, call: UUID) -> HttpResponse:
    found = get_object_or_404(WebhookCall, public_id=call, webhook__public_id=webhook)
    try:
        webhook_keeping.try_again(call=found, by=request.user, at=timezone.now())
    except webhook_keeping.CannotKeepWebhook as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is tried again."))
    return redirect("hotline:webhook", webhook)


@sensitive_variables()
def _secret_page(request: ClerkRequest, webhook: Webhook) -> HttpResponse:
    context = {"nav": "administration", "webhook": webhook, "secret": webhook.secret}
    answer = render(request, "hotline/webhook_secret.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
