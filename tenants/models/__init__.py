"""Accounts and settings of one site: in each municipality's database, and in the centre's."""

from .offices import Membership, Office
from .settings import MunicipalSettings
from .users import User

__all__ = ["Membership", "MunicipalSettings", "Office", "User"]
