"""A node as the centre meets it: keys of its own, and what it says with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from foundation import signed
from tenants import channel, identity
from tenants.centre import admitting
from tenants.centre.models import Site


@dataclass
class Node:
    towns: tuple[str, ...] = ("musterstadt",)
    name: str = "Rathaus"
    id: str = field(default_factory=lambda: str(uuid4()))
    key: signed.Key = field(default_factory=signed.Key.new)

    def says(self, purpose: str, claims: dict[str, Any] | None = None, **other: Any) -> str:
        """A message of this node to the centre, made now."""
        said = {"key": self.key, "issuer": self.id, "audience": identity.mine().id, "at": timezone.now(), "lasts": timedelta(seconds=60)}
        return signed.sign(purpose=purpose, claims=claims or {}, **{**said, **other})

    def introduces_itself(self, **other: Any) -> str:
        towns = [{"slug": slug, "name": slug.capitalize()} for slug in self.towns]
        claims = {"key": self.key.public, "name": self.name, "municipalities": towns, "version": "0.1.0", **other}
        return self.says(channel.JOIN, claims, audience=channel.ANY_CENTRE)

    @property
    def code(self) -> str:
        return signed.code_of(self.key.public, identity.mine().key.public)

    def asks(self) -> Site:
        admitting.ask(token=self.introduces_itself(), at=timezone.now())
        return Site.objects.get(public_id=self.id)

    def joins(self, at: datetime | None = None) -> Site:
        return admitting.confirm(site=self.asks(), code=self.code, by=None, at=at or timezone.now())
