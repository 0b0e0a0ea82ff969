"""Tables of the ticket desk."""

from .attachments import Attachment
from .events import TicketEvent
from .messages import Message
from .tickets import Queue, Ticket, TicketCounter

__all__ = ["Attachment", "Message", "Queue", "Ticket", "TicketCounter", "TicketEvent"]
