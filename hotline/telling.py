"""Noting for the webhooks what happened to a ticket, in the transaction in which it happens: what is rolled back is told to nobody."""

from __future__ import annotations

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
