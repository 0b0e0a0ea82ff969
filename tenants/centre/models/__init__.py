"""Tables of the competence centre that its apps share."""

from .people import Contact, Municipality, United
from .practice import PracticePlace
from .sites import Order, SeenToken, Site, SiteKey, SiteMessage

__all__ = ["Contact", "Municipality", "Order", "PracticePlace", "SeenToken", "Site", "SiteKey", "SiteMessage", "United"]
