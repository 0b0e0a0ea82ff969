"""Screens that the competence centre's apps share: where a person starts, and the sites that operators let in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from tenants.api.auth import TOKEN_HOURS
from tenants.doors import ClerkRequest, administrators_only, clerk_of, roles_required
from tenants.refusals import refuse
from tenants.roles import CentreRole, administrator_role, of_this_site

from . import admitting, arriving, health, issuing, rotating
from .models import Site

staff_only = roles_required(CentreRole.AGENT, CentreRole.OPERATOR)
WORST_FIRST = ("critical", "warning", "unknown", "ok")


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What the person who signed in can do here."""
    person = clerk_of(request)
    roles = [label for role, label in of_this_site().choices if role in person.role_names]
    context = {
        "nav": "desk",
        "role_labels": roles,
        "may_administer": person.has_role(administrator_role()),
        "troubled": _troubled() if person.has_role(CentreRole.AGENT, CentreRole.OPERATOR) else [],
    }
    return render(request, "centre/start.html", context)


def _troubled() -> list[Any]:
    """Sites that need attention, each with how it is."""
    now = timezone.now()
    rows = [(site, health.of(site, at=now)) for site in Site.objects.filter(state=Site.State.CONFIRMED).order_by("name", "pk")]
    return [(site, standing) for site, standing in rows if standing.state in ("critical", "warning")]


@csrf_exempt  # it comes from another site: the signed message is the proof, good once and for a minute
@login_not_required
@never_cache
@sensitive_post_parameters()
@require_POST
def arrive(request: HttpRequest) -> HttpResponse:
    """A clerk who was handed over by her node: she is signed in as her municipality's contact and lands where she wanted to: at a new request, or at the courses."""
    try:
        arrival = arriving.arrive(token=request.POST.get("token", ""), at=timezone.now())
    except arriving.CannotArrive as refusal:
        return refuse(request, status=403, title=_("You could not be handed over"), detail=str(refusal))
    login(request, arrival.person, backend="django.contrib.auth.backends.ModelBackend")
    request.session[arriving.SESSION_KEY] = arrival.context
    return redirect(settings.ARRIVALS_LAND_AT[arrival.landing])


@require_safe
@administrators_only
def sites(request: ClerkRequest) -> HttpResponse:
    """The nodes: those that ask to be let in, and those that were."""
    now = timezone.now()
    found = Site.objects.get_queryset().in_order().prefetch_related("municipalities")  # type: ignore[attr-defined]
    key, rotation = rotating.newest(at=now), rotating.under_way(at=now)
    rows = [(site, health.of(site, at=now)) for site in found]
    context = {"rows": rows, "sites": [site for site, _standing in rows], "newest_key": key, "rotation": rotation}
    return render(request, "centre/sites.html", {"nav": "administration", **context})


@require_safe
@staff_only
def site_states(request: ClerkRequest) -> HttpResponse:
    """How the sites are: what needs attention first. The same rule as of GET /api/v1/sites/."""
    now = timezone.now()
    confirmed: Any = Site.objects.filter(state=Site.State.CONFIRMED).order_by("name", "pk")
    rows = [(site, health.of(site, at=now)) for site in confirmed.with_towns()]
    rows.sort(key=lambda row: WORST_FIRST.index(row[1].state))
    return render(request, "centre/site_states.html", {"nav": "sites", "rows": rows})


@require_POST
@administrators_only
def site_confirm(request: ClerkRequest, public_id: UUID) -> HttpResponse:
    """Let a site in by the code that its operator reads out."""
    site = get_object_or_404(Site, public_id=public_id)
    try:
        admitting.confirm(site=site, code=request.POST.get("code", ""), by=request.user, at=timezone.now())
    except admitting.CannotAdmit as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(site)s is confirmed.") % {"site": site})
    return redirect("centre:sites")


@require_POST
@administrators_only
def site_revoke(request: ClerkRequest, public_id: UUID) -> HttpResponse:
    """Shut a site out at once."""
    site = get_object_or_404(Site, public_id=public_id)
    admitting.revoke(site=site, by=request.user, at=timezone.now())
    messages.success(
        request, _("%(site)s is revoked. Nothing from there is believed any more, and its people are signed out.") % {"site": site}
    )
    return redirect("centre:sites")


@require_safe
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """Her own tokens for programs that still hold."""
    return _tokens_page(request)


@require_POST
@never_cache
def token_issue(request: HttpRequest) -> HttpResponse:
    """Give her one, and show it: this once."""
    brought = arriving.brought(request.session) is not None
    try:
        row, token = issuing.issue(by=clerk_of(request), brought=brought, at=timezone.now())
    except issuing.CannotIssue as refusal:
        messages.error(request, str(refusal))
        return redirect("centre:tokens")
    return _tokens_page(request, token=token, expiry=row.expiry)


@require_POST
def token_revoke(request: HttpRequest) -> HttpResponse:
    """End one of her own."""
    if issuing.revoke(begins=request.POST.get("token", "").replace("\x00", "")[:40], by=clerk_of(request), at=timezone.now()):
        messages.success(request, _("The token is ended. Programs that use it are turned away."))
    else:
        messages.info(request, _("This token had ended already."))
    return redirect("centre:tokens")


def _tokens_page(request: HttpRequest, **more: Any) -> HttpResponse:
    held = issuing.held_by(clerk_of(request), at=timezone.now())
    brought = arriving.brought(request.session) is not None
    context = {"nav": "tokens", "tokens": held, "brought": brought, "hours": TOKEN_HOURS, "address": settings.CENTRE_ADDRESS, **more}
    return render(request, "centre/tokens.html", context)
