"""Who else of the staff has a ticket open, and who is typing: shown while it is so, and stored nowhere.

It lies in the cache for some seconds only. Whoever is when where is no matter of the database (co-determination, § 72 (3) LPVG NRW); nothing is
locked by it either.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from tenants.models import User

from .models import Ticket

SECONDS = 25  # a browser tells of itself every ten


@dataclass(frozen=True)
class Here:
    name: str
    typing: bool


def tell(*, ticket: Ticket, by: User, typing: bool, at: datetime) -> list[Here]:
    """Say that somebody has a ticket open; returns who else has, by name. While the cache is away, nobody."""
    key, now, me = f"hotline.here.{ticket.pk}", at.timestamp(), str(by.public_id)
    known: dict[str, tuple[str, bool, float]] = cache.get(key) or {}
    fresh = {who: row for who, row in known.items() if now - row[2] < SECONDS and who != me}
    cache.set(key, {**fresh, me: (by.display_name, typing, now)}, SECONDS)
    return sorted((Here(name, types) for name, types, _when in fresh.values()), key=lambda one: one.name)
