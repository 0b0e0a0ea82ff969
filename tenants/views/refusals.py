"""Pages for what is refused before a view is reached."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page lay open too long, or another site sent the form."""
    detail = _("This page lay open too long or the form came from elsewhere. Please load the page again; nothing was changed.")
    return refuse(request, status=403, title=_("Please load the page again"), detail=detail)


def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None, *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many failed logins (django-axes)."""
    detail = _("Too many failed attempts. Please try again in a quarter of an hour, or ask your administrator to unlock you.")
    answer = refuse(request, status=429, title=_("Locked for the moment"), detail=detail)
    answer["Retry-After"] = "900"
    return answer


def refuse(request: HttpRequest, *, status: int, title: str, detail: str) -> HttpResponse:
    """A refusal as a page, or as problem+json under /api/."""
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    return render(request, "refusal.html", {"title": title, "detail": detail}, status=status)
