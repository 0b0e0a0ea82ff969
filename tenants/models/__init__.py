"""Accounts and settings of one site: in each municipality's database, and in the centre's."""

from .answers import RememberedAnswer
from .feedback import AccessibilityFeedback
from .messages import HandledOrder, OutgoingMessage
from .offices import Membership, Office
from .practice import CaughtMail, PracticeSignIn, PracticeSlip
from .settings import MunicipalSettings
from .substitutes import Substitute
from .users import User

__all__ = [
    "AccessibilityFeedback",
    "CaughtMail",
    "HandledOrder",
    "Membership",
    "MunicipalSettings",
    "Office",
    "OutgoingMessage",
    "PracticeSignIn",
    "PracticeSlip",
    "RememberedAnswer",
    "Substitute",
    "User",
]
