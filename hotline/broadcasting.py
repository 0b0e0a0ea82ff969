"""Banners of incidents on the screens of affected municipalities: orders to their nodes, and what the nodes answer.

The banner of an incident has the incident's id: told anew it is replaced, and never stands there twice. A node that is away or refuses stops
nobody's act; staff see it beside the municipality.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from tenants import channel
from tenants.centre import ordering
from tenants.centre.models import Order
from tenants.models import User

from .models import Incident, IncidentTown, TownAddress

Banner = IncidentTown.Banner


def text_of(incident: Incident) -> str:
    """What stands on the banner, one line."""
    return " ".join(f"{incident.title} – {incident.text}".split())


def show(*, incident: Incident, towns: Iterable[IncidentTown], by: User, at: datetime) -> None:
    """Order the banner for these municipalities, until the incident's `until`. Inside the act's transaction, which has locked the incident."""
    body = {"id": str(incident.public_id), "text": text_of(incident), "from": at.isoformat(), "until": incident.until.isoformat()}
    for town in towns:
        _ask(town, channel.SHOW_BANNER, body, Banner.ASKED, expires_at=incident.until, by=by, at=at)


def take_away(*, incident: Incident, towns: Iterable[IncidentTown], by: User, at: datetime) -> None:
    """Order the banner's end in these municipalities, also where the node has not answered yet: it may be there all the same."""
    for town in towns:
        if town.order is None:  # no order ever went out: there is nothing to take away
            town.banner, town.reason = Banner.GONE, ""
            town.save(update_fields=["banner", "reason"])
        else:
            body = {"id": str(incident.public_id)}
            _ask(town, channel.END_BANNER, body, Banner.ENDING, expires_at=at + timedelta(days=30), by=by, at=at)


def affected(incident: Incident) -> list[IncidentTown]:
    """The affected municipalities with the last order for each, by name; one query."""
    return [town for town in told(incident) if town.left_at is None]


def told(incident: Incident) -> list[IncidentTown]:
    """The same with those that were told by mistake and left out again. `addresses`: at how many each is told by mail."""
    addresses = TownAddress.objects.filter(municipality=OuterRef("municipality")).values("municipality").annotate(n=Count("pk")).values("n")
    rows = IncidentTown.objects.filter(incident=incident).select_related("municipality__site", "order")
    rows = rows.annotate(addresses=Coalesce(Subquery(addresses), 0))
    return list(rows.order_by("municipality__name", "pk"))


def take_answer(*, order: Order, at: datetime) -> None:
    """Enter what a node has answered (tenants.centre.ordering.when_answered). An answer to an order that another one has followed is past."""
    town = IncidentTown.objects.select_for_update(of=("self",)).filter(order=order).first()
    if town is None:
        return
    shows = order.kind == channel.SHOW_BANNER
    if order.state == Order.State.DONE:
        town.banner, town.reason = (Banner.SHOWN if shows else Banner.GONE), ""
    else:
        town.banner, town.reason = Banner.REFUSED, _reason(order.answer)
    town.save(update_fields=["banner", "reason"])


def _ask(town: IncidentTown, kind: str, body: Mapping[str, Any], then: str, *, expires_at: datetime, by: User, at: datetime) -> None:
    """Give the order; where none can be given, say so beside the municipality."""
    site = town.municipality.site
    try:
        if site is None:
            raise ordering.CannotOrder(_("%(town)s is not connected with the competence centre.") % {"town": town.municipality})
        given = ordering.order(site=site, municipality=town.municipality, kind=kind, body=body, expires_at=expires_at, by=by, at=at)
    except ordering.CannotOrder as refusal:
        town.banner, town.reason = Banner.UNREACHED, str(refusal)[:300]
        town.save(update_fields=["banner", "reason"])
    else:
        town.banner, town.reason, town.order = then, "", given
        town.save(update_fields=["banner", "reason", "order"])


def _reason(answer: Mapping[str, Any]) -> str:
    said = answer.get("reason")
    return " ".join(said.split())[:300] if isinstance(said, str) and said.strip() else _("The node gave no reason.")
