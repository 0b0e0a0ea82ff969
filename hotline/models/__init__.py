"""Tables of the ticket desk."""

from .attachments import Attachment
from .bonds import Link, Merge
from .callbacks import CallBack
from .events import TicketEvent
from .mails import IncomingMail, Mailbox, MailDomain, OutgoingMail
from .messages import Message
from .modules import SavedView, TextModule
from .rating import HelpfulCount, RatedOnce
from .tickets import Queue, Ticket, TicketCounter

__all__ = [
    "Attachment",
    "CallBack",
    "HelpfulCount",
    "IncomingMail",
    "Link",
    "MailDomain",
    "Mailbox",
    "Merge",
    "Message",
    "OutgoingMail",
    "Queue",
    "RatedOnce",
    "SavedView",
    "TextModule",
    "Ticket",
    "TicketCounter",
    "TicketEvent",
]
