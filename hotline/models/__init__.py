"""Tables of the ticket desk."""

from .contexts import TicketContext
from .events import TicketEvent
from .messages import Message
from .tickets import Queue, Ticket, TicketCounter

__all__ = ["Message", "Queue", "Ticket", "TicketContext", "TicketCounter", "TicketEvent"]
