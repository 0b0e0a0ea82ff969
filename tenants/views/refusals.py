"""Pages for what is refused before or beside a view: one calm sentence, or problem+json under /api/."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from tenants import current


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


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, status=400, title=_("The request could not be read"), detail=_("Please go back and try again."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, status=403, title=_("Not allowed"), detail=_("You may not do this. Your administration can tell you who may."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What does not exist and what may not be known of look the same."""
    return refuse(request, status=404, title=_("Not found"), detail=_("This does not exist, or you may not know of it."))


def failed(request: HttpRequest) -> HttpResponse:
    detail = _("Something went wrong. It was recorded; nothing was changed. Please try again, or call the hotline.")
    return refuse(request, status=500, title=_("An error happened"), detail=detail)


def refuse(request: HttpRequest, *, status: int, title: str, detail: str, template: str = "refusal.html") -> HttpResponse:
    """A refusal. The page asks no database, so that it can say that the database is away."""
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    known = current.municipality_or_none()
    context = {
        "title": title,
        "detail": detail,
        "status": status,
        "municipality_name": known.name if known else "",
        "telephone": settings.HOTLINE_TELEPHONE,
        "request_path": request.path,
    }
    return HttpResponse(render_to_string(template, context), status=status)
