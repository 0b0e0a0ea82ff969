"""Help from where a clerk is: she sees what will be sent of her, and is handed over to the competence centre by a button."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from csp.constants import SELF
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tenants import banners, handoff, roles, screens
from tenants.context_processors import HIDDEN_BANNERS
from tenants.doors import ClerkRequest
from tenants.models import MunicipalSettings
from tenants.refusals import LAST_ERROR


@never_cache
@require_safe
def help_page(request: ClerkRequest) -> HttpResponse:
    """What will be sent, with the button; or telephone and e-mail, where the centre cannot be reached."""
    return _page(request, handoff.HELP)


@never_cache
@require_safe
def training_page(request: ClerkRequest) -> HttpResponse:
    """The same on the way to the courses."""
    return _page(request, handoff.TRAINING)


@never_cache
@require_POST
def hand_over(request: ClerkRequest) -> HttpResponse:
    """Sign it now, because it holds for a minute only, and let the browser send it on."""
    landing = handoff.TRAINING if request.POST.get("wohin") == handoff.TRAINING else handoff.HELP
    said = _said(request, request.POST.get("von", ""), landing)
    try:
        made = handoff.hand_over(person=request.user, screen=said["screen"], error=said["error"], landing=landing, at=timezone.now())
    except handoff.CannotHandOver as refusal:
        context = {"said": said, **_in_words(said), "reachable": False, "refusal": str(refusal), "back": "/", **_hotline()}
        return render(request, "tenants/help.html", context, status=409)
    response = render(request, "tenants/handing_over.html", {"handover": made, **_hotline()})
    parts = urlsplit(made.address)
    response._csp_update = {"form-action": [SELF, f"{parts.scheme}://{parts.netloc}"]}  # type: ignore[attr-defined]
    return response


@require_POST
def banner(request: ClerkRequest, key: str) -> HttpResponse:
    """Put an announcement away for this session, or bring it back (`hide` 1 or 0)."""
    hidden = [one for one in request.session.get(HIDDEN_BANNERS, []) if one != key]
    if request.POST.get("hide") == "1" and any(one.key == key for one in banners.showing(at=timezone.now())):
        hidden.append(key)
    request.session[HIDDEN_BANNERS] = hidden[-10:]
    return redirect(_back(request))


def _page(request: ClerkRequest, landing: str) -> HttpResponse:
    said = _said(request, request.GET.get("von", ""), landing)
    context = {"said": said, **_in_words(said), "reachable": handoff.centre_answers(), "back": _back(request), **_hotline()}
    return render(request, "tenants/help.html", context)


def _said(request: ClerkRequest, screen: str, landing: str) -> dict[str, Any]:
    error = request.COOKIES.get(LAST_ERROR, "") if landing == handoff.HELP else ""
    return handoff.context_of(person=request.user, screen=screen, error=error, landing=landing, at=timezone.now())


def _in_words(said: dict[str, Any]) -> dict[str, Any]:
    """What is sent by names for programs, as people call it."""
    return {
        "screen_title": screens.title(said["screen"]),
        "role_words": [(role, roles.label_of(role)) for role in said["roles"]],
        "stands_in": [(row["office"], date.fromisoformat(row["until"])) for row in said["stands_in"]],
        "training": said["landing"] == handoff.TRAINING,
    }


def _hotline() -> dict[str, str]:
    """Whom to call: as the municipality says, else as the installation does."""
    row = MunicipalSettings.known()
    return {
        "hotline_telephone": row.hotline_telephone or settings.HOTLINE_TELEPHONE,
        "hotline_email": row.hotline_email or settings.CONTACT_EMAIL,
    }


def _back(request: ClerkRequest) -> str:
    """The page she came from, on this very host."""
    came = request.headers.get("Referer", "")
    return came if url_has_allowed_host_and_scheme(came, {request.get_host()}, require_https=request.is_secure()) else "/"
