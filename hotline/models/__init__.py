"""Tables of the ticket desk."""

from .articles import Article, ArticleCount, ArticleEvent, ArticlePicture, ArticleVersion
from .desk import DeskSettings
from .events import TicketEvent
from .finding import TicketText
from .messages import Message
from .tickets import Queue, Ticket, TicketCounter
from .webhooks import Webhook, WebhookCall

__all__ = [
    "Article",
    "ArticleCount",
    "ArticleEvent",
    "ArticlePicture",
    "ArticleVersion",
    "DeskSettings",
    "Message",
    "Queue",
    "Ticket",
    "TicketCounter",
    "TicketEvent",
    "TicketText",
    "Webhook",
    "WebhookCall",
]
