"""Noting for the webhooks what happened to a ticket, in the transaction in which it happens: what is rolled back is told to nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from foundation.statements import Statement
from tenants import current, queues

from .models import Ticket, Webhook, WebhookCall

ACTIVE = Statement(lambda: Webhook.objects.filter(active=True).order_by("pk"), using=current.alias)


def tell(*, ticket: Ticket, act: str, at: datetime) -> None:
    """Let every active webhook be told of an act. Inside the act's transaction. An internal note is nobody's business outside."""
    if act == "say_note":
        return
    for webhook in current.objects_of(ACTIVE):
        call = WebhookCall.objects.create(webhook=webhook, ticket=ticket, act=act, at=at, next_at=at)
        queues.send("hotline.call_webhook", lane="centre", call=call.pk)


def tell_all(*, told: Sequence[tuple[Ticket, str]], at: datetime) -> None:
    """The same of many tickets at once: two queries, and one task that queues the calls."""
    active = current.objects_of(ACTIVE) if told else []
    if active:
        WebhookCall.objects.bulk_create(
            WebhookCall(webhook=webhook, ticket=ticket, act=act, at=at, next_at=at) for ticket, act in told for webhook in active
        )
        queues.send_once("hotline.sweep_webhooks", lane="centre")
