"""Tables of the ticket desk."""

from .events import TicketEvent
from .messages import Message
from .tickets import Queue, Ticket, TicketCounter

__all__ = ["Message", "Queue", "Ticket", "TicketCounter", "TicketEvent"]
