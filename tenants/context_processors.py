"""What every page shows of its site."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from . import current

HIDDEN_BANNERS = "hidden_banners"  # in the session: keys of banners that were put away


def site(request: HttpRequest) -> dict[str, Any]:
    """`municipality` (name, practice, trainee, coat_of_arms_url, registry_sees_restricted) and `acting_for`, `banners` on a node, and what both sites show."""
    chosen = current.municipality_or_none()
    context: dict[str, Any] = {
        "site": settings.SITE,
        "product_version": settings.VERSION,
        "telephone": settings.HOTLINE_TELEPHONE,
        "municipality": None,
        "acting_for": [],
        "banners": [],
    }
    if chosen is not None:
        context["municipality"] = SimpleLazyObject(lambda: _municipality(chosen))
        context["acting_for"] = SimpleLazyObject(lambda: _acting_for(request))
        context["banners"] = SimpleLazyObject(lambda: _banners(request))
    return context


def _acting_for(request: HttpRequest) -> list[Any]:
    """Substitutions in which the person at the screen stands in for somebody today, for the quiet line in the header."""
    from .models import User
    from .substitution import acting_now

    person = getattr(request, "user", None)
    if not isinstance(person, User):
        return []
    return acting_now(person=person, at=timezone.now())


def _banners(request: HttpRequest) -> list[Any]:
    """What disturbs the work at this moment; for a person who is signed in, whether she has put it away."""
    from .banners import showing

    user, session = getattr(request, "user", None), getattr(request, "session", None)
    hidden = session.get(HIDDEN_BANNERS, []) if session is not None and user is not None and user.is_authenticated else []
    return showing(at=timezone.now(), hidden=hidden)


def _municipality(chosen: current.Municipality) -> Any:
    def read() -> Any:
        from .models import MunicipalSettings

        row = MunicipalSettings.known()
        url = reverse("tenants:coat_of_arms") + f"?{row.changed_at:%s}" if row.coat_of_arms_type else None
        return SimpleNamespace(
            slug=chosen.slug,
            name=row.name or chosen.name,
            practice=chosen.practice,
            trainee=chosen.trainee,
            coat_of_arms_url=url,
            registry_sees_restricted=row.registry_sees_restricted,
        )

    return current.remembered("tenants.site", read)
