"""Is this certificate genuine? For whoever has the sheet, without login: one plain page for all that is unknown, and not too many tries."""

from __future__ import annotations

import ipaddress
import logging

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tenants.doors import address_of
from training import verifying

logger = logging.getLogger(__name__)
TRIES, SECONDS = 30, 60  # for each address; a whole office may stand behind one


@login_not_required
@require_safe
@never_cache
def verify_form(request: HttpRequest) -> HttpResponse:
    """For whoever cannot scan: the code is typed."""
    if typed := request.GET.get("code", "").replace("\x00", "").replace("/", "").strip():
        return redirect("training:verify", typed[:80])
    return render(request, "training/verify.html", {"nav": "", "asked": False})


@login_not_required
@require_safe
@never_cache
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Real, revoked, or unknown (404, whatever was guessed)."""
    if _too_many(address_of(request)):
        response = render(request, "training/verify.html", {"nav": "", "asked": True, "too_many": True}, status=429)
        response["Retry-After"] = str(SECONDS)
        return response
    found = verifying.verify(code)
    response = render(request, "training/verify.html", {"nav": "", "asked": True, "found": found}, status=200 if found else 404)
    response["X-Robots-Tag"] = "noindex"
    return response


def _too_many(address: str) -> bool:
    """Count a try of an address; with IPv6 of its network, for there one house has countless addresses."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        network = "unknown"
    else:
        network = str(ipaddress.ip_network((known, 64 if known.version == 6 else 32), strict=False).network_address)
    key = f"training-verify:{network}"
    cache.add(key, 0, SECONDS)
    try:
        tries = cache.incr(key)
    except ValueError:  # the cache is away
        return False
    if tries == TRIES + 1:
        logger.warning("Too many tries to verify certificates from %s.", network)
    return tries > TRIES
