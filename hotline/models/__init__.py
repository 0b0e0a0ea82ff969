"""Tables of the ticket desk."""

from .agreements import Agreement, AgreementMember, ClosingTime, ServiceLevel, TicketPause
from .articles import Article, ArticleCount, ArticleEvent, ArticlePicture, ArticleVersion
from .attachments import Attachment
from .bonds import Link, Merge
from .callbacks import CallBack
from .contexts import TicketContext
from .desk import DeskSettings
from .events import TicketEvent
from .finding import TicketText
from .incidents import Incident, IncidentEvent, IncidentTown, IncidentUpdate
from .mails import IncomingMail, Mailbox, MailDomain, OutgoingMail
from .messages import Message
from .modules import SavedView, TextModule
from .notices import DeskNotice, TownAddress
from .promised import Promise, Told
from .protection import (
    AnonymousPerson,
    LegalHold,
    PersonExport,
    ProtectionEntry,
    RetentionRule,
    Tombstone,
    UnneededBytes,
)
from .rating import HelpfulCount, RatedOnce
from .support import SupportRequest
from .tags import Tag
from .teams import QueueMember
from .tickets import Queue, Ticket, TicketCounter
from .time_booked import BilledQuarter, TimeEntry
from .unfinished import Unfinished
from .webhooks import Webhook, WebhookCall

__all__ = [
    "Agreement",
    "AgreementMember",
    "AnonymousPerson",
    "Article",
    "ArticleCount",
    "ArticleEvent",
    "ArticlePicture",
    "ArticleVersion",
    "Attachment",
    "BilledQuarter",
    "CallBack",
    "ClosingTime",
    "DeskNotice",
    "DeskSettings",
    "HelpfulCount",
    "Incident",
    "IncidentEvent",
    "IncidentTown",
    "IncidentUpdate",
    "IncomingMail",
    "LegalHold",
    "Link",
    "MailDomain",
    "Mailbox",
    "Merge",
    "Message",
    "OutgoingMail",
    "PersonExport",
    "Promise",
    "ProtectionEntry",
    "Queue",
    "QueueMember",
    "RatedOnce",
    "RetentionRule",
    "SavedView",
    "ServiceLevel",
    "SupportRequest",
    "Tag",
    "TextModule",
    "Ticket",
    "TicketContext",
    "TicketCounter",
    "TicketEvent",
    "TicketPause",
    "TicketText",
    "TimeEntry",
    "Told",
    "Tombstone",
    "TownAddress",
    "Unfinished",
    "UnneededBytes",
    "Webhook",
    "WebhookCall",
]
