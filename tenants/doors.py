"""What doors (views, API) share: who stands before them, and which role opens them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails
from rest_framework.request import Request

from .models import User
from .roles import administrator_role

P = ParamSpec("P")


class ClerkRequest(HttpRequest):
    """A request behind the login: LoginRequiredMiddleware has seen to `user`, django-htmx to `htmx`."""

    user: User
    htmx: HtmxDetails


View = Callable[Concatenate[ClerkRequest, P], HttpResponseBase]


def clerk_of(request: HttpRequest | Request) -> User:
    """The signed-in person; behind doors that strangers do not pass."""
    assert isinstance(request.user, User)
    return request.user


def address_of(request: HttpRequest) -> str:
    """The caller's address, for limits: behind our own proxy the one it wrote last, which a caller cannot forge."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def roles_required(*roles: str) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Open a view to these roles only. To everybody else it does not exist: 404, not 403."""

    def wrap(view: View[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not clerk_of(request).has_role(*roles):
                raise Http404
            return view(cast(ClerkRequest, request), *args, **kwargs)

        return opened

    return wrap


def administrators_only(view: View[P]) -> Callable[..., HttpResponseBase]:
    """Open a view to those who keep people, offices and settings on this site."""
    return roles_required(administrator_role())(view)
