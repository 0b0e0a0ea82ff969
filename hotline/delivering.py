"""Calling webhooks: signed, with the ticket's number and what was done and nothing of its contents; tried again for about a day."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext as _

from foundation import outbound
from tenants import current, queues

from .models import WebhookCall

logger = logging.getLogger(__name__)
SIGNATURE, DELIVERY = "X-EAkte-Signature", "X-EAkte-Delivery"
SECONDS = 10.0  # for each step of a call
PAUSES = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6), timedelta(hours=16)]
LEASE = timedelta(minutes=5)  # a worker that died in the middle has had it for so long
AT_ONCE = 500
KEPT = timedelta(days=30)  # what has ended


def signature(*, secret: str, body: bytes, at: datetime) -> str:
    """Give the header's value: `t=<seconds since 1970>,v1=<hex>`, where v1 is HMAC-SHA256 (RFC 2104) over "<t>." and the body.

    The receiver computes it anew, compares in constant time, and refuses what is older than five minutes: so nothing can be replayed.
    """
    moment = str(int(at.timestamp()))
    return f"t={moment},v1={hmac.new(secret.encode(), moment.encode() + b'.' + body, hashlib.sha256).hexdigest()}"


def body_of(call: WebhookCall) -> bytes:
    """What is sent: which ticket, which act, when. Never a subject, a text or a name."""
    told = {
        "id": str(call.public_id),
        "act": call.act,
        "at": call.at.isoformat(),
        "ticket": {"id": str(call.ticket.public_id), "number": call.ticket.number},
    }
    return json.dumps(told).encode()


def deliver(*, call: int, now: Callable[[], datetime]) -> None:
    """Make one call, if it is due and nobody else is at it. Safe to run twice: the receiver knows a delivery by its id.

    `now` is asked before and after, for the other side may take its time; the connection to the database is not held meanwhile.
    """
    found = _claimed(call, now())
    if found is None:
        return
    status, fault = _call(found, now())
    at, done = now(), status is not None and 200 <= status < 300
    pause = PAUSES[found.tries - 1] if found.tries <= len(PAUSES) else None
    if not found.webhook.active:
        pause = None
    with current.atomic():
        row = WebhookCall.objects.select_for_update(of=("self",)).filter(pk=found.pk, state=WebhookCall.State.WAITING).first()
        if row is None:
            return
        row.answer, row.fault = status, fault
        if done or pause is None:
            row.state, row.next_at, row.ended_at = WebhookCall.State.DONE if done else WebhookCall.State.GIVEN_UP, None, at
        else:
            row.next_at = at + pause
        row.save()
    if not done:
        logger.warning("Webhook %s did not take %s: %s", found.webhook.public_id, row.public_id, fault or status)


def sweep(*, at: datetime) -> int:
    """Queue what is due (a broker that was away, a pause that is over) and forget what ended long ago; returns how many were queued."""
    due = list(
        WebhookCall.objects.filter(state=WebhookCall.State.WAITING, next_at__lte=at)
        .order_by("next_at")
        .values_list("pk", flat=True)[:AT_ONCE]
    )
    for call in due:
        queues.send("hotline.call_webhook", lane="centre", call=call)
    WebhookCall.objects.filter(ended_at__lt=at - KEPT).delete()
    return len(due)


def _claimed(call: int, at: datetime) -> WebhookCall | None:
    with current.atomic():
        waiting = WebhookCall.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=call, state=WebhookCall.State.WAITING)
        if not waiting.filter(next_at__lte=at).update(tries=F("tries") + 1, next_at=at + LEASE):
            return None
    return WebhookCall.objects.select_related("webhook", "ticket").get(pk=call)


def _call(call: WebhookCall, at: datetime) -> tuple[int | None, str]:
    """The answer's status, or why there is none."""
    if not call.webhook.active:
        return None, _("The webhook is switched off.")
    body = body_of(call)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "eBehoerdenakte",
        DELIVERY: str(call.public_id),
        SIGNATURE: signature(secret=call.webhook.secret, body=body, at=at),
    }
    try:
        target = outbound.target_of(call.webhook.address, allowed=settings.WEBHOOK_NETWORKS)
        status = outbound.post(target, body, headers=headers, seconds=SECONDS)
    except outbound.NotAllowed:
        return None, _("This address must not be called: it leads into a network of our own, or is not encrypted.")
    except outbound.Unreachable as error:
        return None, str(error)[:300]
    return status, "" if 200 <= status < 300 else _("The other side answered %(status)s.") % {"status": status}
