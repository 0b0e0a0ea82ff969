"""Pages for what is refused before or beside a view: one calm sentence, or problem+json under /api/."""

from __future__ import annotations

import logging
import secrets
import sys
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from rest_framework.exceptions import MethodNotAllowed

from foundation.api.problems import problem, problem_of

from . import current

logger = logging.getLogger(__name__)
LAST_ERROR = "last_error"  # the cookie with the id of the last error


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
    if is_api(request):
        return problem_of(request, exception)
    return refuse(
        request, status=400, title=_("The request could not be read"), detail=_("Please go back and try again."), template="400.html"
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(
        request,
        status=403,
        title=_("Not allowed"),
        detail=_("You may not do this. Your administration can tell you who may."),
        template="403.html",
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What does not exist and what may not be known of look the same."""
    return refuse(
        request, status=404, title=_("Not found"), detail=_("This does not exist, or you may not know of it."), template="404.html"
    )


def wrong_method(request: HttpRequest, allowed: str) -> HttpResponse:
    """An address that only takes in what a page sends was opened by itself: typed in, or come back to after the login."""
    if is_api(request):
        answer = problem_of(request, MethodNotAllowed(request.method or ""))
    else:
        detail = _("This address only takes in what is sent from a page. Nothing was changed. Please send it again from there.")
        answer = refuse(request, status=405, title=_("There is no page here"), detail=detail, template="405.html")
    answer["Allow"] = allowed
    return answer


def failed(request: HttpRequest) -> HttpResponse:
    """Whatever no view caught (500); a database that went away between two queries of a middleware is 503.

    It gets an id, in the log and on the page; whoever asks for help in the next hour has it with her (tenants.handoff).
    """
    if is_down(sys.exc_info()[1]):
        return down(request)
    detail = _("Something went wrong. It was recorded; nothing was changed. Please try again, or call the hotline.")
    error = secrets.token_hex(4)
    logger.error("the error before this line has the id %s", error)
    answer = refuse(request, status=500, title=_("An error happened"), detail=detail, template="500.html", error=error)
    if not is_api(request):  # no session: it may be what failed
        secure, minutes = settings.SESSION_COOKIE_SECURE, 60
        answer.set_cookie(LAST_ERROR, error, max_age=60 * minutes, secure=secure, httponly=True, samesite="Lax")
    return answer


def is_down(error: BaseException | None) -> bool:
    """Tell whether an error means that the database (of the municipality in force, or the centre's) cannot be reached.

    With the database there, a lock or statement time-out is an error like others.
    """
    chosen = current.municipality_or_none()
    if not isinstance(error, (OperationalError, InterfaceError)) or (chosen is None and settings.SITE == "node"):
        return False
    connection = current.connection()
    if connection.connection is not None and connection.is_usable():
        return False
    logger.error("%s: the database does not answer: %s", chosen.slug if chosen else settings.SITE, error)
    if not connection.in_atomic_block:
        connection.close()
    return True


def down(request: HttpRequest) -> HttpResponse:
    """The municipality's own 503, while the others do not notice; or the centre's."""
    if settings.SITE == "centre":
        detail = _("The database of the competence centre does not answer. The municipalities are not affected.")
    else:
        detail = _("Your municipality's database does not answer. Other municipalities are not affected.")
    answer = refuse(request, status=503, title=_("Not reachable at the moment"), detail=detail, template="503_municipality.html")
    answer["Retry-After"] = "30"
    return answer


def busy(request: HttpRequest) -> HttpResponse:
    """One municipality does not take the threads of the others: what goes beyond its places waits outside."""
    detail = _("Very many people are working at this moment. Please try again in a few seconds.")
    answer = refuse(request, status=503, title=_("Busy at the moment"), detail=detail)
    answer["Retry-After"] = "5"
    return answer


def refuse(request: HttpRequest, *, status: int, title: str, detail: str, template: str = "refusal.html", error: str = "") -> HttpResponse:
    """A refusal. The page asks no database, so that it can say that the database is away."""
    if is_api(request):
        return problem(request, status, detail, title=title)
    known = current.municipality_or_none()
    context = {
        "title": title,
        "detail": detail,
        "status": status,
        "municipality_name": known.name if known else "",
        "practice": known is not None and known.practice,
        "telephone": settings.HOTLINE_TELEPHONE,
        "request_path": request.path,
        "above": _above(request.path),
        "error": error,
    }
    return HttpResponse(render_to_string(template, context), status=status)


def is_api(request: HttpRequest) -> bool:
    """Whether a program asks: it gets no page, whatever happens. No page has an address that begins so."""
    return request.path.startswith("/api")


def _above(path: str) -> str:
    """The nearest address above one that the site knows: of ".../akten/ID/schliessen/" the file."""
    while len(path) > 1:
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            resolve(path)
        except Resolver404:
            continue
        return path
    return "/"
