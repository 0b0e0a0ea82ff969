"""Tables of the ticket desk."""

from .attachments import Attachment
from .bonds import Link, Merge
from .callbacks import CallBack
from .events import TicketEvent
from .messages import Message
from .modules import SavedView, TextModule
from .rating import HelpfulCount, RatedOnce
from .tickets import Queue, Ticket, TicketCounter

__all__ = [
    "Attachment",
    "CallBack",
    "HelpfulCount",
    "Link",
    "Merge",
    "Message",
    "Queue",
    "RatedOnce",
    "SavedView",
    "TextModule",
    "Ticket",
    "TicketCounter",
    "TicketEvent",
]
