"""Accounts and settings of one site: in each municipality's database, and in the centre's."""

from .answers import RememberedAnswer
from .feedback import AccessibilityFeedback
from .offices import Membership, Office
from .settings import MunicipalSettings
from .substitutes import Substitute
from .users import User

__all__ = ["AccessibilityFeedback", "Membership", "MunicipalSettings", "Office", "RememberedAnswer", "Substitute", "User"]
