"""Tables of the ticket desk."""

from .agreements import Agreement, AgreementMember, ClosingTime, ServiceLevel, TicketPause
from .events import TicketEvent
from .messages import Message
from .promised import Promise, Told
from .tickets import Queue, Ticket, TicketCounter
from .time_booked import BilledQuarter, TimeEntry

__all__ = [
    "Agreement",
    "AgreementMember",
    "BilledQuarter",
    "ClosingTime",
    "Message",
    "Promise",
    "Queue",
    "ServiceLevel",
    "Ticket",
    "TicketCounter",
    "TicketEvent",
    "TicketPause",
    "TimeEntry",
    "Told",
]
