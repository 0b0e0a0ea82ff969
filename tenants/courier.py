"""The node's courier: it only ever calls out. It takes messages to the centre, fetches orders, has them carried out, and takes the answers back.

Whatever is lost on the way is sent again: the centre takes a message in once, and the node carries an order out once.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import Error, connections
from django.utils import timezone

from foundation import signed

from . import channel, current, identity, joining, orders, outgoing, registry, wellbeing

logger = logging.getLogger(__name__)
MOST = 50  # messages in one call
LONGEST_REST = 300.0  # seconds
REPORTS_EVERY = timedelta(minutes=1)


class Away(Exception):
    """The centre cannot be reached, or does not want this node; the message says why."""


def go_round(*, at: datetime) -> bool:
    """Fetch orders and carry them out, then take out what waits, the answers too. Returns False if this node knows no centre yet. Raises Away."""
    known = joining.centre()
    if known is None:
        return False
    known = joining.follow(known, statements=(), at=at)
    fetched = _ask(known, "orders/", channel.ASKING, {"version": settings.VERSION, "centre_key": known.newest}, at)
    known = joining.follow(known, statements=joining.said_of_keys(fetched), at=at)
    if isinstance(signs := fetched.get("key"), str) and signs not in map(signed.kid_of, known.publics):
        logger.error(
            "The centre signs with the key %s, to which no way leads from the one that this node knows: none of its orders is carried out. "
            "Ask its operators, compare the code, and join anew (manage.py join ADDRESS --anew).",
            signs[:12],
        )
    tokens = fetched.get("orders")
    for token in tokens if isinstance(tokens, list) else []:
        _carry_out(str(token), known, at)
    for town in registry.everyone():
        _take_out(town, known)
    return True


def report(*, at: datetime) -> None:
    """Tell the centre how this node is (tenants.wellbeing). Harmless if it does not get through: the next one says how it is then.

    A centre that is older than this node does not know the door, and still hears from it by each round.
    """
    known = joining.centre()
    if known is None:
        return
    state, problems = wellbeing.of_node()
    said = {"version": settings.VERSION, "state": state, "problems": problems}
    try:
        joining.ask(f"{known.called_at}/api/v1/heartbeats/", joining.token_for(known, purpose=channel.HEARTBEAT, claims=said, at=at))
    except (joining.CannotJoin, signed.BrokenKey) as reason:
        logger.info("the centre did not take in how this node is: %s", reason)


def rest(*, failures: int, usual: float) -> float:
    """Seconds until the next round: longer with each failure, and not the same for all nodes, so that they do not all come at once."""
    if not failures:
        return usual
    return min(LONGEST_REST, usual * 2.0 ** min(failures, 10)) * random.uniform(0.5, 1.0)  # noqa: S311 - no secret


def _take_out(town: current.Municipality, known: joining.Centre) -> None:
    """Take one municipality's messages to the centre. What it does not want (a town that is not confirmed yet) waits, and holds up no other.

    The centre knows no practice towns of trainees: theirs go as messages of the golden town.
    """
    with _in(town):
        while messages := outgoing.waiting(most=MOST):
            written = [{"id": str(one.public_id), "kind": one.kind, "body": one.body, "at": one.created_at.isoformat()} for one in messages]
            try:
                answer = _ask(
                    known, "messages/", channel.MESSAGES, {"municipality": town.golden or town.slug, "messages": written}, timezone.now()
                )
            except Away as reason:
                logger.warning("%s: its messages wait: %s", town.slug, reason)
                return
            received = answer.get("received")
            taken = [one for one in messages if isinstance(received, list) and str(one.public_id) in received]
            outgoing.taken_in(messages=taken, at=timezone.now())
            if len(taken) < len(messages):
                logger.warning("%s: the centre did not take in %s messages", town.slug, len(messages) - len(taken))
                return


def _carry_out(token: str, known: joining.Centre, at: datetime) -> None:
    """Check an order and have it carried out, in its municipality."""
    try:
        order = _understood(token, known, at)
    except signed.Refused as refusal:
        logger.warning("an order of the centre is not believed: %s", refusal)
        return
    town = registry.by_slug(order.municipality)
    if town is None:
        logger.warning("the order %s is for %s, which is none of this node's municipalities", order.id, order.municipality)
        return
    with _in(town):
        orders.carry_out(order=order, at=at)


def _understood(token: str, known: joining.Centre, at: datetime) -> orders.Order:
    told = signed.check(
        token, purpose=channel.ORDER, public_of=known.public_of(at), audience=identity.mine().id, at=at, longest=channel.ORDER_HOLDS
    )
    said = told.claims
    if told.issuer != known.id or not all(isinstance(said.get(name), str) for name in ("municipality", "kind", "by")):
        raise signed.Refused("it does not say whose it is, or what for")
    if not isinstance(said.get("body"), dict):
        raise signed.Refused("it has no body")
    if "\\u0000" in json.dumps(said).replace("\\\\", ""):  # PostgreSQL keeps none; it would look like a database that is away
        raise signed.Refused("it has a NUL character")
    try:
        order_id = UUID(told.id)
    except ValueError as error:
        raise signed.Refused("its id is none") from error
    return orders.Order(order_id, said["kind"][:40], said["municipality"], said["by"][:200], told.issued_at, told.expires_at, said["body"])


def _ask(known: joining.Centre, path: str, purpose: str, claims: dict[str, Any], at: datetime) -> dict[str, Any]:
    try:
        return joining.ask(f"{known.called_at}/api/v1/channel/{path}", joining.token_for(known, purpose=purpose, claims=claims, at=at))
    except (joining.CannotJoin, signed.BrokenKey) as reason:
        raise Away(str(reason)) from reason


@contextmanager
def _in(town: current.Municipality) -> Iterator[None]:
    """One municipality in force; its database being away does not hold up the others."""
    with current.use(town):
        try:
            yield
        except Error as error:
            logger.warning("%s: the database does not answer: %s", town.slug, error)
            connections[town.alias].close()
