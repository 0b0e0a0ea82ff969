"""Letting a node in: it asks, an operator confirms it by the code that both sides see, its keys change, it is shut out."""

from __future__ import annotations

import logging
import re
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from knox.models import AuthToken

from foundation import signed
from tenants import channel, current, identity, journal
from tenants.models import User
from tenants.registry import SLUG

from . import checking
from .models import Contact, Municipality, Site, SiteKey

logger = logging.getLogger(__name__)
ASKING_LASTS = timedelta(days=14)
MOST_ASKING = 100  # sites that wait for a confirmation: anybody may ask
MOST_MUNICIPALITIES = 500  # of one site


class CannotAdmit(Exception):
    """The site cannot be let in, changed or shut out like that; the message says why."""


def ask(*, token: str, at: datetime) -> str:
    """Take in what a node says of itself; nothing is believed until an operator confirms it. Returns the centre's answer, signed.

    Asking again with the same key changes name and municipalities; the new ones wait for a confirmation. Raises signed.Refused.
    """
    try:
        told, public = signed.introduced(
            token, purpose=channel.JOIN, audience=channel.ANY_CENTRE, at=at, longest=channel.HOLDS + timedelta(seconds=1)
        )
        name, towns, version = _introduction(told.claims)
        with current.atomic():
            site = _asking(told, public, name=name, at=at)
            known = set(site.municipalities.values_list("slug", flat=True))
            site.name, site.version = name, version
            site.asked_municipalities = [town for town in towns if town["slug"] not in known]
            site.save(update_fields=["name", "version", "asked_municipalities"])
    except signed.Refused as refusal:
        logger.warning("a site's request to join was refused: %s", refusal)
        raise
    logger.info("%s (%s) asks to join", site, site.public_id)
    me = identity.mine()
    key, succession = me.signing(at), [statement for _kid, statement in me.succession]
    answer = {"key": key.public, "address": settings.CENTRE_ADDRESS, "state": site.state, "succession": succession}
    return signed.sign(
        key=key, purpose=channel.JOINED, claims=answer, issuer=me.id, audience=str(site.public_id), at=at, lasts=channel.HOLDS
    )


def confirm(*, site: Site, code: str, by: User | None, at: datetime) -> Site:
    """Let a site in with the municipalities it named. `code` is the one that the site's operator reads out: it proves whose key it is.

    Raises CannotAdmit: another code, nothing to confirm, or a municipality that belongs to another site.
    """
    with current.atomic():
        site = Site.objects.select_for_update().get(pk=site.pk)
        if site.state == Site.State.REVOKED or not (site.state == Site.State.ASKED or site.asked_municipalities):
            raise CannotAdmit(_("There is nothing to confirm."))
        if not any(compare_digest(_plain(code), _plain(right)) for right in codes_of(site)):
            logger.warning("%s was not confirmed: another code", site)
            raise CannotAdmit(_("This is not the code of this site. Please have it read out once more, and do not confirm if it differs."))
        taken = [_take(site, town) for town in site.asked_municipalities]
        changes: dict[str, tuple[Any, Any]] = {"state": (site.state, Site.State.CONFIRMED), "municipalities": (None, ", ".join(taken))}
        site.state, site.confirmed_at, site.confirmed_by = Site.State.CONFIRMED, at, str(by or "")
        site.asked_municipalities = []
        site.save(update_fields=["state", "confirmed_at", "confirmed_by", "asked_municipalities"])
        journal.enter(act="confirm", object=site, by=by, at=at, changes=changes)
    return site


def revoke(*, site: Site, by: User | None, at: datetime) -> Site:
    """Shut a site out: its keys are worth nothing from now on, and whoever came from there is signed out. Harmless if done twice.

    To come back it asks anew, with a new identity.
    """
    with current.atomic():
        site = Site.objects.select_for_update().get(pk=site.pk)
        if site.state == Site.State.REVOKED:
            return site
        before, site.state, site.revoked_at = site.state, Site.State.REVOKED, at
        site.save(update_fields=["state", "revoked_at"])
        site.keys.filter(revoked_at=None).update(revoked_at=at)
        for contact in Contact.objects.filter(municipality__site=site).exclude(clerk_id=None).select_related("person"):
            sign_out(contact.person)
        journal.enter(act="revoke", object=site, by=by, at=at, changes={"state": (before, site.state)})
    return site


def change_key(*, token: str, at: datetime) -> None:
    """Bring in a site's next key, said in a message signed with the present one; the first message of the new key ends the old one.

    Raises signed.Refused.
    """
    site, told = checking.checked(token, purpose=channel.NEW_KEY, at=at)
    public = str(told.claims.get("key", ""))
    try:
        kid = signed.kid_of(public)
    except signed.BrokenKey as error:
        logger.warning("%s sent no usable key", site)
        raise signed.Refused("no usable key") from error
    with current.atomic():
        present = SiteKey.objects.select_for_update().get(kid=told.kid)
        found = SiteKey.objects.filter(kid=kid).first()
        if found is not None and (found.site_id != site.pk or found.revoked_at is not None):
            logger.warning("%s sent a key that was used before", site)
            raise signed.Refused("a key that was used before")
        if found is None:
            SiteKey.objects.create(site=site, kid=kid, public_key=public, added_at=at, replaces=present)
            journal.enter(act="rotate_key", object=site, by=None, at=at, changes={"key": (told.kid[:12], kid[:12])})


def heard_of(*, site: Site, version: Any, knows_key: Any = "", at: datetime) -> None:
    """A site has called: when, with which version, and which of the centre's keys it knows (older nodes do not say)."""
    Site.objects.filter(pk=site.pk).update(last_heartbeat_at=at, version=line(version, 40), knows_key=line(knows_key, 43))


def codes_of(site: Site) -> list[str]:
    """The codes by which the site's valid keys are confirmed, as its operator sees them."""
    own = identity.mine().publics
    return [signed.code_of(key.public_key, public) for key in site.keys.filter(revoked_at=None).order_by("-added_at") for public in own]


def with_code(code: str) -> Site | None:
    """The site that waits for a confirmation with this code."""
    waiting = Site.objects.exclude(state=Site.State.REVOKED)
    return next((site for site in waiting if _plain(code) in map(_plain, codes_of(site))), None)


def sign_out(person: User) -> None:
    """End a person's sessions and tokens: a session is worth nothing once her password is another, and a contact has none that works."""
    person.set_unusable_password()
    person.save(update_fields=["password"])
    AuthToken.objects.filter(user=person).delete()


def _asking(told: signed.Signed, public: str, *, name: str, at: datetime) -> Site:
    """The site with this key, made if it is new. A known id with another key is somebody else, until an operator has shut the old one out."""
    key = SiteKey.objects.select_related("site").filter(kid=told.kid).first()
    if key is not None:
        if str(key.site.public_id) != told.issuer or key.revoked_at is not None or key.site.state == Site.State.REVOKED:
            raise signed.Refused(f"the key was one of {key.site}, and is no longer")
        return Site.objects.select_for_update().get(pk=key.site_id)
    if as_uuid(told.issuer) is None:
        raise signed.Refused("a site whose id is none")
    if Site.objects.filter(public_id=told.issuer).exists():
        raise signed.Refused("a known site with another key: it must join as a new one")
    Site.objects.filter(state=Site.State.ASKED, asked_at__lt=at - ASKING_LASTS).delete()
    if Site.objects.filter(state=Site.State.ASKED).count() >= MOST_ASKING:
        raise signed.Refused("too many sites wait for a confirmation")
    site = Site.objects.create(public_id=told.issuer, name=name, asked_at=at)
    SiteKey.objects.create(site=site, kid=told.kid, public_key=public, added_at=at)
    return site


def _introduction(claims: dict[str, Any]) -> tuple[str, list[dict[str, str]], str]:
    """Name, municipalities and version, as far as they can be shown and kept. Raises signed.Refused."""
    towns = claims.get("municipalities")
    if not isinstance(towns, list) or len(towns) > MOST_MUNICIPALITIES:
        raise signed.Refused("no list of municipalities")
    kept = []
    for town in towns:
        slug, name = (town.get("slug"), town.get("name")) if isinstance(town, dict) else (None, None)
        if not isinstance(slug, str) or not SLUG.fullmatch(slug):
            raise signed.Refused("a municipality without a usable short name")
        kept.append({"slug": slug, "name": line(name, 200) or slug})
    name = line(claims.get("name"), 200)
    if not name:
        raise signed.Refused("a site without a name")
    return name, kept, line(claims.get("version"), 40)


def line(told: Any, longest: int) -> str:
    """One line without control characters; "" for what is no text."""
    return (
        " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", " ", told).split())[:longest]
        if isinstance(told, str)
        else ""
    )


def _take(site: Site, town: dict[str, str]) -> str:
    found, made = (
        Municipality.objects.select_for_update()
        .select_related(None)
        .get_or_create(slug=town["slug"], defaults={"name": town["name"], "site": site})
    )
    if not made and found.site_id not in (None, site.pk):
        other = Site.objects.get(pk=found.site_id)
        if other.state != Site.State.REVOKED:
            raise CannotAdmit(_("%(town)s belongs to the site %(site)s. Revoke that one first.") % {"town": found, "site": other})
    if found.site_id != site.pk:
        found.site = site
        found.save(update_fields=["site"])
    return found.slug


def as_uuid(written: str) -> UUID | None:
    """The id that is written there, if it is one."""
    try:
        return UUID(written)
    except ValueError:
        return None


def _plain(code: str) -> str:
    """A code without what people put between its letters. Digits that look like letters are read as those: base 32 has no 0, 1 and 8."""
    return re.sub(r"[^A-Z2-7]", "", code.upper().translate(str.maketrans("018", "OIB")))
