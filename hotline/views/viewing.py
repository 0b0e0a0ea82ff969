"""Saved views of the list on screens."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from hotline import overview, viewing
from tenants.doors import ClerkRequest

from .doors import staff_only


@require_POST
@staff_only
def view_save(request: ClerkRequest) -> HttpResponse:
    """Save the list as it was shown; its parameters come along in hidden fields."""
    asked = {name: request.POST.get(name, "").replace("\x00", "") for name in overview.ASKED}
    try:
        name, shared = request.POST.get("name", "").replace("\x00", ""), request.POST.get("shared") == "1"
        viewing.save(name=name, asked=asked, shared=shared, by=request.user, at=timezone.now())
    except viewing.CannotSave as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('hotline:tickets')}?{urlencode(asked)}")


@require_POST
@staff_only
def view_forget(request: ClerkRequest, view: UUID) -> HttpResponse:
    found = viewing.views_of(request.user).filter(public_id=view, owner=request.user).first()
    if found is None:
        raise Http404
    viewing.forget(view=found, by=request.user, at=timezone.now())
    return redirect("hotline:tickets")
