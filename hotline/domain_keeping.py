"""Operators say which mail domain belongs to which municipality: who writes from there for the first time becomes a contact of hers."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from foundation.mail import normalised
from tenants import current, journal
from tenants.centre.models import Municipality
from tenants.models import User
from tenants.roles import CentreRole

from .models import MailDomain

LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")  # letters and digits of any alphabet, hyphens inside (RFC 5890)
# Everybody has an address there: whoever writes from one would become a contact of the municipality.
OPEN_TO_ALL = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "gmx.de",
        "gmx.net",
        "gmx.at",
        "gmx.ch",
        "web.de",
        "t-online.de",
        "outlook.com",
        "outlook.de",
        "hotmail.com",
        "hotmail.de",
        "live.de",
        "live.com",
        "yahoo.com",
        "yahoo.de",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "aol.de",
        "freenet.de",
        "arcor.de",
        "posteo.de",
        "posteo.net",
        "mailbox.org",
        "proton.me",
        "protonmail.com",
        "mail.de",
        "online.de",
        "email.de",
        "vodafone.de",
        "1und1.de",
    ]
)


class StaleDomain(Exception):
    """Somebody else has given the domain to another municipality meanwhile: nothing was written."""


class CannotKeepDomain(Exception):
    """The domain cannot be entered like that; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def add(*, domain: str, municipality: Municipality, by: User, at: datetime) -> MailDomain:
    """Say whose a domain is. People who have written from there before stay what they are. Raises CannotKeepDomain."""
    _operators_only(by)
    name = _checked(domain)
    with current.atomic():
        town = _active(municipality)
        made, new = MailDomain.objects.get_or_create(domain=name, defaults={"municipality": town})
        if not new:
            words = {"domain": name, "municipality": made.municipality.name}
            raise CannotKeepDomain(_("%(domain)s belongs to %(municipality)s already.") % words, "domain")
        journal.enter(act="create", object=made, by=by, at=at, changes={"domain": (None, name), "municipality": (None, town.slug)})
    return made


def change(*, domain: MailDomain, municipality: Municipality, by: User, at: datetime, seen: Municipality | None = None) -> MailDomain:
    """Give a domain to another municipality. `seen`: whose it is for the caller. Raises CannotKeepDomain, StaleDomain: it is another one's by now."""
    _operators_only(by)
    with current.atomic():
        found = _locked(domain)
        if seen is not None and found.municipality != seen:
            raise StaleDomain
        town = _active(municipality)
        was, found.municipality = found.municipality, town
        if was.pk != town.pk:
            found.save(update_fields=["municipality"])
            journal.enter(act="change", object=found, by=by, at=at, changes={"municipality": (was.slug, town.slug)})
    return found


def remove(*, domain: MailDomain, by: User, at: datetime) -> None:
    """Take a domain from the list: who writes from there for the first time belongs to nobody. Raises CannotKeepDomain."""
    _operators_only(by)
    with current.atomic():
        found = _locked(domain)
        changes = {"domain": (found.domain, None), "municipality": (found.municipality.slug, None)}
        journal.enter(act="delete", object=found, by=by, at=at, changes=changes)
        found.delete()


def _checked(written: str) -> str:
    """A domain as addresses are compared (foundation.mail.normalised), from what somebody has typed."""
    typed = unicodedata.normalize("NFC", written.replace("\x00", "").strip()).removeprefix("@")
    name = normalised(f"x@{typed}").partition("@")[2]
    labels = name.split(".")
    if "@" in typed or len(name) > 253 or len(labels) < 2 or not all(LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise CannotKeepDomain(_("This is no mail domain. It is what stands behind the @, like musterstadt.de."), "domain")
    if name in OPEN_TO_ALL:
        raise CannotKeepDomain(
            _("Everybody can have an address at %(domain)s; it belongs to no municipality.") % {"domain": name}, "domain"
        )
    ours = {normalised(one).rpartition("@")[2] for one in (settings.MAIL_ADDRESS, *settings.MAIL_OTHER_ADDRESSES) if one}
    if name in ours:
        raise CannotKeepDomain(_("%(domain)s is our own domain.") % {"domain": name}, "domain")
    return name


def _active(municipality: Municipality) -> Municipality:
    found = Municipality.objects.select_for_update(of=("self",)).get(pk=municipality.pk)
    if not found.active:
        raise CannotKeepDomain(_("We do not work for %(name)s any more.") % {"name": found.name}, "municipality")
    return found


def _locked(domain: MailDomain) -> MailDomain:
    found: MailDomain | None = (
        MailDomain.objects.select_for_update(of=("self",)).select_related("municipality").filter(pk=domain.pk).first()
    )
    if found is None:
        raise CannotKeepDomain(_("Somebody has removed this domain meanwhile."))
    return found


def _operators_only(by: User) -> None:
    if not by.has_role(CentreRole.OPERATOR):
        raise CannotKeepDomain(_("Mail domains are kept by operators."))
