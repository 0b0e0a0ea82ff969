"""Asking something of a municipality's node. The node fetches orders, decides, and answers each."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import gettext as _

from foundation import signed
from tenants import channel, current, identity, journal
from tenants.models import User

from .admitting import as_uuid
from .models import Municipality, Order, Site, SiteMessage

logger = logging.getLogger(__name__)
MOST = 100  # orders in one answer


class CannotOrder(Exception):
    """The order cannot be given like that; the message says why."""


class WhenAnswered(Protocol):
    """Told of an answer, inside the transaction that keeps it."""

    def __call__(self, *, order: Order, at: datetime) -> None: ...


_waiting_for: dict[str, WhenAnswered] = {}


def when_answered(kind: str, act: WhenAnswered) -> None:
    """Say who wants to know of the answers to orders of a kind. Called in AppConfig.ready() by the app that gives them."""
    _waiting_for[kind] = act


def order(
    *,
    site: Site,
    municipality: Municipality,
    kind: str,
    body: Mapping[str, Any],
    expires_at: datetime,
    by: User | None,
    at: datetime,
) -> Order:
    """Give an order to one municipality's node; it is worth nothing after `expires_at`, at most 31 days later.

    Raises CannotOrder: the site is not confirmed, the municipality is not one of its own, or the time is over or too long.
    """
    with current.atomic():
        site = Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
        if site.state != Site.State.CONFIRMED or not site.municipalities.filter(pk=municipality.pk, active=True).exists():
            raise CannotOrder(_("%(town)s is not connected with the competence centre.") % {"town": municipality})
        if not at < expires_at <= at + channel.ORDER_HOLDS:
            raise CannotOrder(_("An order ends after it was given, and after 31 days at the latest."))
        given = Order.objects.create(
            site=site,
            municipality=municipality,
            kind=kind,
            body=dict(body),
            given_by=str(by or ""),
            given_at=at,
            expires_at=expires_at,
        )
        journal.enter(act="order", object=given, by=by, at=at, changes={"kind": (None, kind), "municipality": (None, municipality.slug)})
    return given


def signed_for(*, site: Site, at: datetime) -> list[str]:
    """The orders that this site has not answered yet and that still hold, each signed for it alone, the oldest first."""
    me = identity.mine()
    waiting = Order.objects.filter(site=site, state=Order.State.WAITING, expires_at__gt=at).select_related("municipality")
    return [
        signed.sign(
            key=me.signing(at),
            purpose=channel.ORDER,
            claims={"municipality": one.municipality.slug, "kind": one.kind, "body": one.body, "by": one.given_by},
            issuer=me.id,
            audience=str(site.public_id),
            at=one.given_at,
            lasts=one.expires_at - one.given_at,
            id=str(one.public_id),
        )
        for one in waiting.order_by("given_at", "pk")[:MOST]
    ]


def take_answer(*, message: SiteMessage, at: datetime) -> None:
    """Keep what a node answered; the first answer stands. What answers no order of this municipality is logged and has no effect."""
    said = message.body
    found = None
    if known := as_uuid(str(said.get("order"))):
        found = Order.objects.select_for_update(of=("self",)).filter(public_id=known, municipality=message.municipality).first()
    if found is None or found.site_id != message.site_id or said.get("state") not in (Order.State.DONE, Order.State.REFUSED):
        logger.warning("%s answered an order that it never got", message.site)
        return
    if found.state != Order.State.WAITING:
        return
    answer = said.get("answer")
    found.state, found.answered_at, found.answer = said["state"], at, answer if isinstance(answer, dict) else {}
    found.save(update_fields=["state", "answered_at", "answer"])
    if act := _waiting_for.get(found.kind):
        act(order=found, at=at)
