"""Tables of the ticket desk."""

from .agreements import Agreement, AgreementMember, ClosingTime, ServiceLevel, TicketPause
from .attachments import Attachment
from .bonds import Link, Merge
from .contexts import TicketContext
from .events import TicketEvent
from .mails import IncomingMail, Mailbox, MailDomain, OutgoingMail
from .messages import Message
from .promised import Promise, Told
from .tickets import Queue, Ticket, TicketCounter
from .time_booked import BilledQuarter, TimeEntry

__all__ = [
    "Agreement",
    "AgreementMember",
    "Attachment",
    "BilledQuarter",
    "ClosingTime",
    "IncomingMail",
    "Link",
    "MailDomain",
    "Mailbox",
    "Merge",
    "Message",
    "OutgoingMail",
    "Promise",
    "Queue",
    "ServiceLevel",
    "Ticket",
    "TicketContext",
    "TicketCounter",
    "TicketEvent",
    "TicketPause",
    "TimeEntry",
    "Told",
]
