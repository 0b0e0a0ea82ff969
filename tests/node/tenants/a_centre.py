"""The centre as a node meets it, and the courier that goes there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from foundation import calling, signed
from tenants import channel, courier, identity, joining


class Centre:
    """The centre as a node meets it: it keeps what it is sent, and gives out its orders until they are answered."""

    def __init__(self) -> None:
        self.key, self.id = signed.Key.new(), str(uuid4())
        self.orders: list[str] = []
        self.taken: list[dict[str, Any]] = []
        self.away = False
        self.refuses: set[str] = set()
        self.loses_answers = False

    @property
    def known(self) -> joining.Centre:
        return joining.Centre("http://zentrum.test", "http://zentrum.test", self.id, self.key.public)

    def order(self, kind: str = channel.SHOW_BANNER, body: Any = None, *, town: str = "musterstadt", **other: Any) -> str:
        """Give an order; returns its id."""
        order_id = other.pop("id", str(uuid4()))
        claims = {
            "municipality": town,
            "kind": kind,
            "body": banner() if body is None else body,
            "by": "Jule Behrens",
            **other.pop("claims", {}),
        }
        said = {"key": self.key, "purpose": channel.ORDER, "issuer": self.id, "audience": identity.mine().id, "at": timezone.now()}
        self.orders.append(signed.sign(claims=claims, id=order_id, **{**said, "lasts": timedelta(hours=1), **other}))
        return order_id

    def post(self, url: str, body: Any, *, seconds: float) -> dict[str, Any]:
        if self.away:
            raise calling.NoAnswer("timed out")
        own = identity.mine().key
        purpose = channel.ASKING if url.endswith("/orders/") else channel.MESSAGES
        told = signed.check(
            body["token"],
            purpose=purpose,
            public_of={own.kid: own.public}.get,
            audience=self.id,
            at=timezone.now(),
            longest=timedelta(seconds=60),
        ).claims
        if purpose == channel.ASKING:
            return {"orders": self.orders}
        if told["municipality"] in self.refuses:
            raise calling.Declined(401, "Unbekannt")
        self.taken += told["messages"]
        return {"received": [] if self.loses_answers else [one["id"] for one in told["messages"]]}

    @property
    def answers(self) -> list[dict[str, Any]]:
        return [one["body"] for one in self.taken if one["kind"] == channel.ORDER_ANSWER]


def banner(**other: Any) -> dict[str, Any]:
    now = timezone.now()
    return {
        "id": str(uuid4()),
        "text": "Die Suche ist langsam.",
        "from": (now - timedelta(minutes=1)).isoformat(),
        "until": (now + timedelta(hours=2)).isoformat(),
        **other,
    }


def go_round() -> None:
    courier.go_round(at=timezone.now())
