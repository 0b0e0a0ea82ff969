"""Orders of the competence centre: each for one municipality, carried out once by the app that owns the verb, answered, and journaled.

The node decides. An order whose kind its settings do not name (EAKTE_ORDERS_ALLOWED), or that nobody here knows, is refused; the centre can
give itself nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import Error
from django.utils.translation import gettext as _

from . import channel, current, journal, outgoing
from .models import HandledOrder, OutgoingMessage

logger = logging.getLogger(__name__)


class Refused(Exception):
    """The order is not carried out; the message says why, and is told to the centre."""


@dataclass(frozen=True)
class Order:
    """An order that was checked: by whom at the centre it was given (a name, for people to read), and what it says."""

    id: UUID
    kind: str
    municipality: str
    given_by: str
    given_at: datetime
    expires_at: datetime
    body: Mapping[str, Any] = field(default_factory=dict)


class Handler(Protocol):
    """Carries an order out inside the transaction that keeps its answer (or before it, see register); returns what the centre is told.

    Raises Refused.
    """

    def __call__(self, *, order: Order, at: datetime) -> Mapping[str, Any]: ...


_handlers: dict[str, Handler] = {}
_outside: set[str] = set()
_private: dict[str, frozenset[str]] = {}


def register(kind: str, handler: Handler, *, outside: bool = False, private: Collection[str] = ()) -> None:
    """Say who carries out orders of a kind. Called in AppConfig.ready() by the app that owns the verb.

    `outside`: what it does is in no transaction (it makes databases), so it is done before the one that keeps the answer. It may be called again
    if the answer was lost between, and must then find its work done. `private`: what of its body is not kept (names of people).
    """
    _handlers[kind] = handler
    _private[kind] = frozenset(private)
    _outside.add(kind) if outside else _outside.discard(kind)


def carry_out(*, order: Order, at: datetime) -> HandledOrder:
    """Carry an order out in its municipality, which is in force, and put the answer into the out-tray. An order that comes again is answered as before."""
    done = _done(order, at) if order.kind in _outside and not HandledOrder.objects.filter(public_id=order.id).exists() else None
    with current.atomic():
        known = HandledOrder.objects.filter(public_id=order.id).first()
        if known is not None:
            _answer(known, at)
            return known
        state, told = done or _done(order, at)
        kept = {name: said for name, said in order.body.items() if name not in _private.get(order.kind, ())}
        handled = HandledOrder.objects.create(
            public_id=order.id, kind=order.kind, body=kept, given_by=order.given_by, at=at, state=state, answer=dict(told)
        )
        _answer(handled, at)
        journal.enter(act="order", object=handled, by=None, at=at, changes={"kind": (None, order.kind), "state": (None, state)})
    return handled


def _done(order: Order, at: datetime) -> tuple[str, Mapping[str, Any]]:
    handler = _handlers.get(order.kind)
    try:
        if order.kind not in settings.ORDERS_ALLOWED:
            raise Refused(_("This node does not allow orders of this kind."))
        if handler is None:
            raise Refused(_("Nobody here knows orders of this kind."))
        if order.expires_at <= at:
            raise Refused(_("The order has expired."))
        with nullcontext() if order.kind in _outside else current.atomic():
            return HandledOrder.State.DONE, handler(order=order, at=at)
    except Refused as refusal:
        logger.warning("the order %s (%s) was refused: %s", order.id, order.kind, refusal)
        return HandledOrder.State.REFUSED, {"reason": str(refusal)}
    except Error:
        raise  # the database: it is tried again
    except Exception:
        logger.exception("the order %s (%s) failed", order.id, order.kind)
        return HandledOrder.State.REFUSED, {"reason": _("An error happened.")}


def _answer(handled: HandledOrder, at: datetime) -> None:
    """An answer that waits already is not given a second time."""
    body = {"order": str(handled.public_id), "state": str(handled.state), "answer": handled.answer}
    if OutgoingMessage.objects.filter(kind=channel.ORDER_ANSWER, sent_at=None, body__order=body["order"]).exists():
        return
    outgoing.enter(kind=channel.ORDER_ANSWER, body=body, by=None, at=at)
