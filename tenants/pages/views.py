"""Accessibility statement with feedback, data protection and imprint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.plain_markup import Block, blocks
from tenants import current
from tenants.doors import ClerkRequest, address_of, administrators_only
from tenants.forms import FeedbackForm
from tenants.models import AccessibilityFeedback, MunicipalSettings

_parts: list[tuple[str, Callable[[], dict[str, Any]]]] = []
FEEDBACK_AN_HOUR = 20  # per address: a town hall behind one address may still report its barriers


def add_to_privacy(template: str, terms: Callable[[], dict[str, Any]]) -> None:
    """Let a template say in the statement what an app stores; it gets what `terms` says at the moment. Called in AppConfig.ready()."""
    if (template, terms) not in _parts:
        _parts.append((template, terms))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def accessibility(request: HttpRequest) -> HttpResponse:
    """Show the statement and take in what barriers people meet."""
    form = FeedbackForm(request.POST or None, initial={"page": request.GET.get("seite", "")})
    if request.method == "POST" and form.is_valid():
        if _too_many(request):
            messages.error(request, _("Many messages have come from your address. Please try again in an hour, or write or call us."))
        else:
            form.instance.created_at = timezone.now()
            form.save()
            messages.success(request, _("Thank you. Your message has arrived; we answer within four weeks."))
            return redirect("pages:accessibility")
    return render(request, "pages/accessibility.html", {"form": form, **_who()})


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The town's own text; without one the statement, to which apps add what they store, and for how long (add_to_privacy)."""
    own = _own("privacy")
    parts = [] if own else [(template, terms()) for template, terms in _parts]
    return render(request, "pages/privacy.html", {**_who(), "own": own, "parts": parts})


@login_not_required
@require_safe
def imprint(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/imprint.html", {**_who(), "own": _own("imprint")})


@require_safe
@administrators_only
def feedback_list(request: ClerkRequest) -> HttpResponse:
    """The latest two hundred messages, open ones first."""
    rows = AccessibilityFeedback.objects.order_by("done_at", "-created_at", "-pk")[:200]
    ordered = sorted(rows, key=lambda row: row.done_at is not None)
    return render(request, "pages/feedback_list.html", {"feedback": ordered, "nav": "administration"})


@require_POST
@administrators_only
def feedback_done(request: ClerkRequest, public_id: UUID) -> HttpResponse:
    """Mark a message as dealt with."""
    row = get_object_or_404(AccessibilityFeedback, public_id=public_id)
    row.done_at = row.done_at or timezone.now()
    row.save(update_fields=["done_at"])
    return redirect("pages:feedback_list")


def _own(name: str) -> list[Block]:
    """What the town says itself, in blocks; nothing where it says nothing, and at the centre."""
    if current.municipality_or_none() is None:
        return []
    text: str = MunicipalSettings.objects.filter(pk=1).values_list(name, flat=True).first() or ""
    return list(blocks(text))


def _who() -> dict[str, Any]:
    return {"imprint_address": settings.IMPRINT_ADDRESS, "contact_email": settings.CONTACT_EMAIL}


def _too_many(request: HttpRequest) -> bool:
    key = f"feedback:{address_of(request)}"
    cache.add(key, 0, timeout=3600)
    try:
        return bool(cache.incr(key) > FEEDBACK_AN_HOUR)
    except ValueError:  # it ran out between the two calls
        return False
