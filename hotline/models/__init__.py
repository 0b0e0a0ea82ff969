"""Tables of the ticket desk."""

from .agreements import Agreement, AgreementMember, ClosingTime, ServiceLevel, TicketPause
from .attachments import Attachment
from .bonds import Link, Merge
from .callbacks import CallBack
from .contexts import TicketContext
from .events import TicketEvent
from .mails import IncomingMail, Mailbox, MailDomain, OutgoingMail
from .messages import Message
from .modules import SavedView, TextModule
from .promised import Promise, Told
from .rating import HelpfulCount, RatedOnce
from .tickets import Queue, Ticket, TicketCounter
from .time_booked import BilledQuarter, TimeEntry

__all__ = [
    "Agreement",
    "AgreementMember",
    "Attachment",
    "BilledQuarter",
    "CallBack",
    "ClosingTime",
    "HelpfulCount",
    "IncomingMail",
    "Link",
    "MailDomain",
    "Mailbox",
    "Merge",
    "Message",
    "OutgoingMail",
    "Promise",
    "Queue",
    "RatedOnce",
    "SavedView",
    "ServiceLevel",
    "TextModule",
    "Ticket",
    "TicketContext",
    "TicketCounter",
    "TicketEvent",
    "TicketPause",
    "TimeEntry",
    "Told",
]
