"""Tables of the ticket desk."""

from .attachments import Attachment
from .bonds import Link, Merge
from .events import TicketEvent
from .messages import Message
from .tickets import Queue, Ticket, TicketCounter

__all__ = ["Attachment", "Link", "Merge", "Message", "Queue", "Ticket", "TicketCounter", "TicketEvent"]
