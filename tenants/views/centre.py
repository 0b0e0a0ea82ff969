"""What left this municipality for the competence centre, and what the centre asked of it: for whoever answers for it."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenants import channel, handoff, outgoing
from tenants.doors import ClerkRequest, administrators_only
from tenants.models import HandledOrder, OutgoingMessage

PAGE = 50


def kind_words() -> dict[str, str]:
    """Kinds of messages and orders in words; others are shown as they are."""
    return outgoing.words_of_kinds() | {
        handoff.KIND: _("Somebody asked for help"),
        channel.ORDER_ANSWER: _("Answer to an order"),
        channel.SHOW_BANNER: _("Show an announcement"),
        channel.END_BANNER: _("End an announcement"),
        channel.SUPPORT_ACCESS: _("Access for support"),
        channel.PRACTICE_OPEN: _("Open practice towns"),
        channel.PRACTICE_RESET: _("Reset a practice town"),
        channel.PRACTICE_END: _("End practice towns"),
        channel.SUPPORT_STATE: _("What became of an access for support"),
    }


@require_safe
@administrators_only
def messages(request: ClerkRequest) -> HttpResponse:
    """The messages of the last 30 days as they were sent, the newest first; and the orders that were answered."""
    before = request.GET.get("vor", "")
    found = OutgoingMessage.objects.order_by("-pk")
    if before.isdecimal() and len(before) < 18:
        found = found.filter(pk__lt=int(before))
    rows = list(found[: PAGE + 1])
    words = kind_words()
    context = {
        "nav": "administration",
        "sent": [(row, words.get(row.kind, row.kind), _told(row)) for row in rows[:PAGE]],
        "next_url": f"?vor={rows[PAGE - 1].pk}" if len(rows) > PAGE else None,
        "orders": [(row, words.get(row.kind, row.kind)) for row in HandledOrder.objects.order_by("-at", "-pk")[:20]],
        "days": outgoing.READABLE_FOR.days,
    }
    return render(request, "tenants/centre_messages.html", context)


def _told(message: OutgoingMessage) -> str:
    """What a message says, word for word; "" for what concerns one person alone."""
    return "" if outgoing.is_personal(message.kind) else json.dumps(message.body, ensure_ascii=False, indent=1)
