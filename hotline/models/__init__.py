"""Tables of the ticket desk."""

from .events import TicketEvent
from .mails import IncomingMail, Mailbox, MailDomain, OutgoingMail
from .messages import Message
from .tickets import Queue, Ticket, TicketCounter

__all__ = ["IncomingMail", "MailDomain", "Mailbox", "Message", "OutgoingMail", "Queue", "Ticket", "TicketCounter", "TicketEvent"]
