"""Idempotency-Key with the municipality's own table of answers."""

from __future__ import annotations

from collections.abc import Callable

from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.idempotency import answer_once
from tenants import current
from tenants.doors import clerk_of
from tenants.models import RememberedAnswer


def once(request: Request, act: Callable[[], Response]) -> Response:
    """Run `act` once per caller, route and key; the same call again gets the first answer (foundation.api.idempotency)."""
    return answer_once(request, act, model=RememberedAnswer, using=current.alias(), caller=str(clerk_of(request).public_id))
