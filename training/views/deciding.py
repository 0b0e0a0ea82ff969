"""What the screens of those who decide about others' training share: who passes, and her people."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from tenants.centre.models import Municipality
from tenants.doors import ClerkRequest, View, clerk_of
from tenants.models import User
from training import people
from training.models import Standing


def decides(view: View[Any]) -> Callable[..., HttpResponseBase]:
    """Open a view to whoever decides about somebody's training. To everybody else it does not exist."""
    return _opened(view, people.decides)


def coordinates(view: View[Any]) -> Callable[..., HttpResponseBase]:
    """Open a view to training coordinators."""
    return _opened(view, lambda person: people.decides(person) and Standing.objects.towns_of(person).exists())


def town_or_404(request: ClerkRequest, public_id: UUID) -> Municipality:
    """A municipality whose training coordinator she is."""
    return get_object_or_404(Standing.objects.towns_of(request.user), public_id=public_id)


def person_or_404(request: ClerkRequest, public_id: UUID) -> User:
    """Somebody whose training is hers to decide."""
    found = people.mine(decider=request.user).filter(person__public_id=public_id).first()
    if found is None:
        raise Http404
    return found.person


def tabs(request: ClerkRequest) -> dict[str, Any]:
    """What every one of these screens has at its head."""
    return {"nav": "training", "coordinates": Standing.objects.towns_of(request.user).exists()}


def _opened(view: View[Any], allowed: Callable[[User], bool]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not allowed(clerk_of(request)):
            raise Http404
        return view(cast(ClerkRequest, request), *args, **kwargs)

    return opened
