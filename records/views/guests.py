"""What stands before every door of a node for guests of the competence centre: theirs open while the access is in force, all others never."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import resolve
from django.utils import timezone
from django.utils.translation import gettext as _

from records import looking
from tenants.refusals import refuse

logger = logging.getLogger(__name__)
OPEN = frozenset({
    "records:support_look", "records:support_sheet", "records:support_picture", "tenants:coat_of_arms",
    "pages:accessibility", "pages:privacy", "pages:imprint",
})  # fmt: skip
WAYS_OUT = frozenset({"tenants:logout"})
ARRIVAL = "records:support_arrive"


class GuestMiddleware:
    """A guest reaches her own few pages, by reading; everything else does not exist for her. Her session ends with the access.

    Costs others nothing: who they are was asked before, by the login. Sets `request.support_access` for pages of guests.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        person: Any = request.user
        if not person.is_authenticated or not person.is_guest:
            return self.get_response(request)
        name = resolve(request.path_info).view_name  # an unknown address is a 404 for her as for all
        if name == ARRIVAL:  # she comes anew
            return self.get_response(request)
        access_id = request.session.get(looking.SESSION_KEY, "")
        access = looking.in_force(access_id=access_id, guest=person, at=timezone.now()) if access_id else None
        if access is None:
            logout(request)
            detail = _("The time for which you were let in is over, or the municipality has ended it.")
            return refuse(request, status=403, title=_("The access has ended"), detail=detail)
        request.support_access = access  # type: ignore[attr-defined]
        if not (name in WAYS_OUT or (name in OPEN and request.method in ("GET", "HEAD"))):
            logger.warning("the guest %s was refused %s %s", person.public_id, request.method, name)
            raise Http404
        return self.get_response(request)
