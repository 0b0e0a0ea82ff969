"""What both ends of the channel between a node and the centre call things, and how long they hold."""

from __future__ import annotations

from datetime import timedelta

# Purposes of signed messages (the `typ` of each, see foundation.signed).
JOIN, JOINED = "eakte-join", "eakte-joined"
HELLO, HANDOFF, MESSAGES, ASKING = "eakte-hello", "eakte-handoff", "eakte-messages", "eakte-asking"
VISIT = "eakte-visit"  # somebody of the centre who was let in, on the way to the node
NEW_KEY, ORDER = "eakte-new-key", "eakte-order"

ANY_CENTRE = "eakte-centre"  # the audience of a node that does not know the centre's id yet
HOLDS = timedelta(seconds=60)  # every message but an order: it is sent at once, and handed over by a click
ORDER_HOLDS = timedelta(days=31)  # at most: a node that was away for so long is told anew

# Kinds of orders and of messages that tenants itself has; other apps bring their own.
SHOW_BANNER, END_BANNER, SUPPORT_ACCESS = "show_banner", "end_banner", "support_access"
ORDER_ANSWER, SUPPORT_STATE = "order_answer", "support_access_state"
