"""What both ends of the channel between a node and the centre call things, and how long they hold."""

from __future__ import annotations

from datetime import timedelta

# Purposes of signed messages (the `typ` of each, see foundation.signed).
JOIN, JOINED = "eakte-join", "eakte-joined"
HELLO, HANDOFF, MESSAGES, ASKING = "eakte-hello", "eakte-handoff", "eakte-messages", "eakte-asking"
HEARTBEAT = "eakte-heartbeat"  # how a node is, for the overview of sites
VISIT = "eakte-visit"  # somebody of the centre who was let in, on the way to the node
PRACTICE_VISIT = "eakte-practice"  # a trainee, on the way to her own practice town
NEW_KEY, ORDER = "eakte-new-key", "eakte-order"
SUCCESSION = "eakte-centre-key"  # the centre names its next key, signed with the one before

ANY_CENTRE = "eakte-centre"  # the audience of a node that does not know the centre's id yet
ANY_NODE = "eakte-node"  # that of what the centre says to all of them
HOLDS = timedelta(seconds=60)  # every message but an order: it is sent at once, and handed over by a click
ORDER_HOLDS = timedelta(days=31)  # at most: a node that was away for so long is told anew
SUCCESSION_HOLDS = timedelta(days=730)  # a node that was away for so long finds the way from key to key; after that it joins anew
OLD_KEY_RESTS = timedelta(minutes=3)  # after the change: what was signed a moment before it, and clocks that differ

# Kinds of orders and of messages that tenants itself has; other apps bring their own.
SHOW_BANNER, END_BANNER, SUPPORT_ACCESS = "show_banner", "end_banner", "support_access"
PRACTICE_OPEN, PRACTICE_RESET, PRACTICE_END = "practice_open", "practice_reset", "practice_end"
ORDER_ANSWER, SUPPORT_STATE = "order_answer", "support_access_state"

PRACTICE_ARRIVES_AT = "/uebung/ankommen/"  # where a practice town takes trainees in
PRACTICE_SLIPS_AT = "/uebung/zettel/"
