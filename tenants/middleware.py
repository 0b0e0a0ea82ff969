"""From the Host header to the municipality in force, with its breaker and bulkhead around the whole answer."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.middleware.common import CommonMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from . import breaker, current, probes, registry
from .refusals import busy, down, is_api, is_down, refuse, wrong_method

logger = logging.getLogger(__name__)
Answer = Callable[[HttpRequest], HttpResponseBase]


class ProbeMiddleware:
    """/healthz, /readyz and /metrics answer on any Host, before anything municipal is touched."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        probe = probes.BY_PATH.get(request.path)
        return probe(request) if probe else self.get_response(request)


class SiteMiddleware:
    """Put the municipality of the Host in force (node), or none (centre).

    A host that no municipality has gets 404. A database that does not answer gets the municipality its own 503 page, at once
    after the first failures, while the other municipalities do not notice.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SITE == "centre":
            with current.memory():
                return self.get_response(request)
        municipality = registry.by_host(request.META.get("HTTP_HOST", ""))
        if municipality is None:
            return refuse(
                request,
                status=404,
                title=_("Unknown address"),
                detail=_("No municipality is reachable under this address."),
                template="404_host.html",
            )
        guard = breaker.of(municipality.alias)
        try:
            with guard.place() if registry.several() else nullcontext(), current.use(municipality), current.memory():
                try:
                    _reach(municipality)
                except (OperationalError, InterfaceError) as error:
                    logger.error("%s: the database does not answer: %s", municipality.slug, error)
                    return down(request)
                return _inside(municipality, self.get_response(request))
        except breaker.Full:
            logger.warning("%s: too many requests at once; one was turned away.", municipality.slug)
            with current.use(municipality):
                return busy(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """A connection that cannot be had is the municipality's 503; any other error goes its way."""
        return down(request) if is_down(exception) else None


class NoPageMiddleware:
    """Django answers 405 with an empty page; people get a sentence and a way out. The API has an answer of its own."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == 405 and not response.streaming and not getattr(response, "content", b""):
            return wrong_method(request, response.get("Allow", ""))
        return response


class SlashMiddleware(CommonMiddleware):
    """Django's, with one addition: what a program sends to an address of the API without its last slash is not lost on the way.

    After a 301 most programs ask with GET and without the body; 308 has them send it again.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        sends = request.method not in ("GET", "HEAD")
        if sends and response.status_code == 404 and is_api(request) and self.should_redirect_with_slash(request):
            detail = _("This address ends with a slash. Please send the request there.")
            response = refuse(request, status=308, title=_("The slash at the end is missing"), detail=detail)
            response["Location"] = request.get_full_path(force_append_slash=True)
        return super().process_response(request, response)


class SessionAgeMiddleware:
    """A session ends after two quiet hours (the cookie age), and twelve hours after the login however busy it is.

    Use is noted at most every five minutes: a page costs no write for it.
    """

    SECONDS_BETWEEN_NOTES = 300

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            now = int(time.time())
            begun, seen = request.session.setdefault("begun", now), request.session.get("seen", 0)
            if now - begun > settings.SESSION_LONGEST:
                logout(request)
            elif now - seen >= self.SECONDS_BETWEEN_NOTES:
                request.session["seen"] = now
        return self.get_response(request)


class SignInMiddleware(LoginRequiredMiddleware):
    """Django's, with one addition: a fragment asked for by htmx after the session ended leads the whole page to the login."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:  # type: ignore[override]
        if request.headers.get("HX-Request") != "true":
            return super().handle_no_permission(request, view_func)
        seen = urlsplit(request.headers.get("HX-Current-URL", ""))
        page = seen.path + (f"?{seen.query}" if seen.query else "") if seen.netloc == request.get_host() else "/"
        response = HttpResponse(status=204)
        response["HX-Redirect"] = f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': page})}"
        return response


class OneTimePasswordMiddleware:
    """Who signed in with a one-time password chooses a password before anything else."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user: Any = request.user
        allowed = {reverse("tenants:password_change"), reverse("tenants:logout")}
        if user.is_authenticated and user.one_time_until is not None and request.path not in allowed:
            if is_api(request):
                return refuse(
                    request, status=403, title=_("Password must be changed"), detail=_("Please choose a password of your own first.")
                )
            return redirect("tenants:password_change")
        return self.get_response(request)


def _reach(municipality: current.Municipality) -> None:
    """Connect before anything else, as the first query would: so an outage is met here, and not in the middle of a view."""
    connection = connections[municipality.alias]
    connection.close_if_health_check_failed()
    connection.ensure_connection()


def _inside(municipality: current.Municipality, response: HttpResponseBase) -> HttpResponseBase:
    """Streams are read after this middleware returned: every step runs with the municipality in force."""
    if "Cache-Control" not in response:
        response["Cache-Control"] = "private, no-store"  # pages of a signed-in person stay in no cache
    if isinstance(response, StreamingHttpResponse) and not response.is_async:
        response.streaming_content = _stream(municipality, response.streaming_content)  # type: ignore[arg-type]
    return response


def _stream(municipality: current.Municipality, chunks: Iterable[bytes]) -> Iterator[bytes]:
    steps = iter(chunks)
    while True:
        with current.use(municipality):
            try:
                chunk = next(steps)
            except StopIteration:
                return
        yield chunk
