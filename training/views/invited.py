"""People who followed an invitation, without any login. Whatever they type, the same is answered."""

from __future__ import annotations

import logging

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tenants.doors import address_of
from tenants.refusals import refuse
from training import welcoming
from training.town_forms import InvitedForm

logger = logging.getLogger(__name__)
AN_HOUR = 60  # tries per address: a town hall behind one address may enrol a class


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Say who I am; a mail follows."""
    if _too_many(request):
        return _slow_down(request)
    try:
        found = welcoming.opened(token=token, at=timezone.now())
    except welcoming.CannotAnswer as refusal:
        return _no(request, refusal)
    form = InvitedForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            welcoming.answer(token=token, **form.cleaned_data, at=timezone.now())
        except welcoming.CannotAnswer as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            return render(request, "training/invited.html", {"invitation": found, "email": form.cleaned_data["email"]})
    return render(request, "training/invitation.html", {"invitation": found, "form": form}, status=422 if form.errors else 200)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest, token: str) -> HttpResponse:
    """What the mail leads to: a button, for machines open links as well; then who she is known as, and how she stands."""
    if _too_many(request):
        return _slow_down(request)
    try:
        if request.method == "POST":
            proven = welcoming.prove(proof=token, at=timezone.now())
            return render(request, "training/invitation_proven.html", {"proven": proven})
        asked = welcoming.asked(proof=token, at=timezone.now())
    except welcoming.CannotAnswer as refusal:
        return _no(request, refusal)
    return render(request, "training/invitation_prove.html", {"asked": asked, "invitation": asked.invitation})


def _no(request: HttpRequest, refusal: welcoming.CannotAnswer) -> HttpResponse:
    logger.warning("an invitation from %s was refused: %s", address_of(request), refusal)
    return refuse(request, status=422, title=_("This invitation does not hold"), detail=str(refusal))


def _slow_down(request: HttpRequest) -> HttpResponse:
    logger.warning("too many invitations are tried from %s", address_of(request))
    answer = refuse(
        request,
        status=429,
        title=_("Too many tries"),
        detail=_("Invitations are opened too often from your address. Please try again in an hour."),
    )
    answer["Retry-After"] = "3600"
    return answer


def _too_many(request: HttpRequest) -> bool:
    key = f"invitation:{address_of(request)}"
    cache.add(key, 0, timeout=3600)
    try:
        return bool(cache.incr(key) > AN_HOUR)
    except ValueError:  # it ran out between the two calls
        return False
