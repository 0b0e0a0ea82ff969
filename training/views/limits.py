"""How often an address may try what is open to everybody. A whole town hall may stand behind one."""

from __future__ import annotations

import ipaddress
import logging
from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tenants.doors import address_of
from tenants.refusals import refuse

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limit:
    """`most` tries of `what` in so many seconds."""

    what: str
    most: int
    seconds: int

    def is_over(self, request: HttpRequest) -> bool:
        """Whether she has tried too often already."""
        return int(cache.get(self._key(request), 0)) >= self.most

    def count(self, request: HttpRequest) -> None:
        """Count a try."""
        key = self._key(request)
        cache.add(key, 0, self.seconds)
        try:
            tries = cache.incr(key)
        except ValueError:  # it ran out between the two calls, or the cache is away
            return
        if tries == self.most:
            logger.warning("too many tries of %s from %s", self.what, _network(request))

    def refused(self, request: HttpRequest) -> HttpResponse:
        """What is answered then."""
        detail = _("This was tried too often from your address. Please try again later, or speak to the trainers or the hotline.")
        answer = refuse(request, status=429, title=_("Too many tries"), detail=detail)
        answer["Retry-After"] = str(self.seconds)
        return answer

    def _key(self, request: HttpRequest) -> str:
        return f"limit:{self.what}:{_network(request)}"


def _network(request: HttpRequest) -> str:
    """The address; with IPv6 its network, for there one house has countless addresses."""
    try:
        known = ipaddress.ip_address(address_of(request))
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((known, 64 if known.version == 6 else 32), strict=False).network_address)
