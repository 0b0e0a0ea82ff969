"""Who writes: the account behind an address, and a new contact for an address that nobody knows yet."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import IntegrityError
from django.db.models import Q, TextField
from django.db.models.functions import Cast, Upper

from foundation.mail import Person, normalised
from foundation.statements import Blank, Statement
from tenants import current, staffing
from tenants.centre import uniting
from tenants.centre.models import Contact
from tenants.models import User
from tenants.roles import CentreRole

from .models import MailDomain
from .models.tickets import STAFF

MACHINE = "posteingang"


def _accounts() -> Any:
    """Who has an address (there is an index of its capitals), or was made for it; with the names of their roles."""
    found = User.objects.alias(capitals=Upper("email")).filter(
        Q(capitals=Upper(Cast(Blank("address"), TextField()))) | Q(username=Blank("name"))
    )
    return found.annotate(names=ArrayAgg("groups__name", filter=Q(groups__isnull=False), default=[])).order_by("pk")


ACCOUNTS = Statement(_accounts, using=current.alias)
DOMAIN = Statement(
    lambda: MailDomain.objects.filter(domain=Blank("domain"), municipality__active=True).select_related("municipality"), using=current.alias
)


def account_of(address: str) -> User | None:
    """The account with this address: an active one before one that is not, staff's before a requester's.

    Staff come first because their mails need a proof: an address that two accounts share must not be a way around it. Who was made a contact by a mail
    and got another address later is still found by the old one; for an account that became part of another, that one.
    """
    sought, name = normalised(address), username_of(address)
    found = [person.knows_roles(person.names) for person in current.objects_of(ACCOUNTS, address=address, name=name)]
    same = [person for person in found if person.username == name or normalised(person.email) == sought]
    best = min(same, key=lambda person: (not person.is_active, not person.has_role(*STAFF), person.pk), default=None)
    return best if best is None or best.is_active else uniting.who_became_of(best)


def make_contact(*, sender: Person, at: datetime) -> User:
    """Make an account without a password for somebody who wrote for the first time; her municipality is that of her mail domain, if any.

    Where two of her mails come at the same moment, by two ways, she is made once.
    """
    try:
        with current.atomic():
            return _make_contact(sender, at)
    except (IntegrityError, staffing.CannotStaff):
        if current.is_one():
            raise
        found = account_of(sender.address or "")
        if found is None:
            raise
        return found


def _make_contact(sender: Person, at: datetime) -> User:
    address = normalised(sender.address or "")
    shown = sender.name if sender.name and "@" not in sender.name else address  # a name that looks like an address is somebody else's
    person = staffing.create_person(
        username=username_of(address),
        display_name=shown[:200],
        email=sender.address or "",
        roles=[CentreRole.REQUESTER],
        by=None,
        at=at,
    )
    for home in current.objects_of(DOMAIN, domain=address.rpartition("@")[2]):
        Contact.objects.create(person=person, municipality=home.municipality)
    return person


def machine(*, at: datetime) -> User:
    """Who signs what the intake of mails writes down for staff. Nobody can sign in with it, and no ticket can be given to it."""
    found = User.objects.filter(username=MACHINE).first()
    if found is None:
        found = staffing.create_person(username=MACHINE, display_name="Posteingang", by=None, at=at)
        found.is_active, found.deactivated_at = False, at
        found.save(update_fields=["is_active", "deactivated_at"])
    return found


def username_of(address: str) -> str:
    """The user name of a contact that is made for an address: one, however often it is made."""
    return f"mail-{hashlib.sha256(normalised(address).encode()).hexdigest()[:20]}"
