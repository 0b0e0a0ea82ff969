"""A coordinator's invitation links."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tenants.doors import ClerkRequest
from training import welcoming
from training.models import Invitation, Standing
from training.town_forms import InvitationForm

from .deciding import coordinates, tabs


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@coordinates
def invitations(request: ClerkRequest) -> HttpResponse:
    """Links that were made, and a new one; its address is shown on this page only."""
    towns, now, made = Standing.objects.towns_of(request.user), timezone.now(), None
    form = InvitationForm(request.POST if request.method == "POST" else None, towns=towns, decider=request.user, at=now)
    if request.method == "POST" and form.is_valid():
        try:
            made = welcoming.invite(**form.given(), by=request.user, at=now)
        except welcoming.CannotInvite as refusal:
            form.add_error({"expires_at": "until"}.get(refusal.field, refusal.field) or None, str(refusal))
        else:
            form = InvitationForm(towns=towns, decider=request.user, at=now)
    rows = [
        (one, one.revoked_at is None and one.expires_at > now and one.used < one.places)
        for one in Invitation.objects.all().of_towns(towns)[:100]
    ]
    context = {"form": form, "made": made, "rows": rows, **tabs(request)}
    return render(request, "training/invitations.html", context, status=422 if form.errors else 200)


@require_POST
@coordinates
def invitation_revoke(request: ClerkRequest, invitation: UUID) -> HttpResponse:
    """Let a link hold no more."""
    found = get_object_or_404(Invitation.objects.all().of_towns(Standing.objects.towns_of(request.user)), public_id=invitation)
    welcoming.revoke(invitation=found, by=request.user, at=timezone.now())
    messages.success(request, _("The link does not hold any more."))
    return redirect("training:invitations")
