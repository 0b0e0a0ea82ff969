"""A clerk arrives who was handed over by her node: she becomes a contact of her municipality, and never anything more.

A node can speak for the clerks of its own municipalities only, and only as people who ask for help: whatever else it says is refused.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from foundation import signed
from tenants import channel, current, journal, staffing
from tenants.models import User
from tenants.roles import CentreRole, Role

from . import checking
from .admitting import line
from .models import Contact, Municipality, Site

logger = logging.getLogger(__name__)
SESSION_KEY = "handoff"
SAID = {"municipality", "clerk", "screen", "roles", "version", "error"}
MORE = {"landing", "office", "leads", "stands_in"}  # what nodes of earlier versions did not say: all of it or nothing
MOST_OFFICES = 200
OF_CLERK = {"id", "name", "email", "telephone"}
SCREEN, VERSION, ERROR = (
    re.compile(r"([a-z0-9_]{1,30}:){0,2}[a-z0-9_]{1,38}|"),
    re.compile(r"[0-9A-Za-z.+-]{0,40}"),
    re.compile(r"[0-9a-f]{8}|"),
)


class CannotArrive(Exception):
    """She is not let in; the message is for her, the log has the reason."""


@dataclass(frozen=True)
class Arrival:
    """`context` is what her node told of where she was: {municipality, screen, roles, version, error}. `landing` is a key of ARRIVALS_LAND_AT."""

    person: User
    context: dict[str, Any]
    landing: str = "help"


@dataclass(frozen=True)
class Standing:
    """What her node says of her place in her municipality today. `stands_in`: offices of supervisors for whom she stands in, with the last day."""

    roles: frozenset[str]
    office: str
    leads: tuple[str, ...]
    stands_in: tuple[tuple[str, date], ...]


@dataclass(frozen=True)
class Arrived:
    """Who has arrived, for the apps that keep in step with it. `standing` is None if her node is too old to say."""

    person: User
    municipality: Municipality
    standing: Standing | None
    roles: frozenset[str]
    at: datetime


_followers: list[Callable[[Arrived], None]] = []


def when_arrived(follow: Callable[[Arrived], None]) -> None:
    """Let an app keep something in step with each arrival, in its transaction. Called in AppConfig.ready()."""
    if follow not in _followers:
        _followers.append(follow)


def arrive(*, token: str, at: datetime) -> Arrival:
    """Let a clerk in who was handed over; her contact is made the first time, and brought up to date later. Raises CannotArrive."""
    try:
        site, told = checking.checked(token, purpose=channel.HANDOFF, at=at)
    except signed.Refused as refusal:
        raise CannotArrive(
            _("The way here holds for a minute and once only. Please use “Help” in your files once more, or call us.")
        ) from refusal
    try:
        context, clerk = _understood(told.claims)
        landing, standing = _more(told.claims)
        with current.atomic():
            person, town = _contact(site, context["municipality"], clerk, at)
            if standing is not None:
                _works_at(person, standing.office, at)
            for follow in _followers:
                follow(Arrived(person, town, standing, frozenset(context["roles"]), at))
    except signed.Refused as refusal:
        logger.warning("a handover from %s was refused: %s", site, refusal)
        raise CannotArrive(_("Your municipality's server sent something that does not fit. Please call us.")) from refusal
    return Arrival(person, context, landing)


def brought(session: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the node told of where she was, in a session that began with a handover."""
    kept = session.get(SESSION_KEY)
    return kept if isinstance(kept, dict) else None


def _understood(claims: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Context and clerk, each field as it may be. Raises signed.Refused for anything more, less or else."""
    clerk = claims.get("clerk")
    if set(claims) not in (SAID, SAID | MORE) or not isinstance(clerk, dict) or set(clerk) != OF_CLERK:
        raise signed.Refused("it says more or less than a handover does")
    if not all(isinstance(told, str) for told in [*clerk.values(), *(claims[name] for name in SAID - {"clerk", "roles"})]):
        raise signed.Refused("something in it is no text")
    roles = claims["roles"]
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles) or not set(roles) <= set(Role.values):
        raise signed.Refused("a role that no municipality has")
    for name, form in (("screen", SCREEN), ("version", VERSION), ("error", ERROR)):
        if not form.fullmatch(claims[name]):
            raise signed.Refused(f"{name} does not look like one")
    context = {"municipality": claims["municipality"], "screen": claims["screen"], "roles": sorted(set(roles))}
    return {**context, "version": claims["version"], "error": claims["error"]}, _clerk(clerk)


def _more(claims: dict[str, Any]) -> tuple[str, Standing | None]:
    """Where she wants to go, and what she is in her municipality. Raises signed.Refused."""
    if not claims.keys() >= MORE:
        return "help", None
    landing, office, leads, stands_in = (claims[name] for name in ("landing", "office", "leads", "stands_in"))
    if not isinstance(landing, str) or landing not in settings.ARRIVALS_LAND_AT:
        raise signed.Refused("a landing place that is none of ours")
    if not isinstance(office, str) or not _texts(leads) or not isinstance(stands_in, list) or len(stands_in) > MOST_OFFICES:
        raise signed.Refused("offices that do not look like some")
    standing = Standing(
        frozenset(claims["roles"]),
        line(office, 200),
        tuple(name for each in leads if (name := line(each, 200))),
        tuple(_stood_in(each) for each in stands_in),
    )
    return landing, standing


def _texts(told: Any) -> bool:
    return isinstance(told, list) and len(told) <= MOST_OFFICES and all(isinstance(each, str) for each in told)


def _stood_in(told: Any) -> tuple[str, date]:
    if not isinstance(told, dict) or set(told) != {"office", "until"} or not all(isinstance(value, str) for value in told.values()):
        raise signed.Refused("a substitution that does not look like one")
    try:
        return line(told["office"], 200), date.fromisoformat(told["until"])
    except ValueError as error:
        raise signed.Refused("a substitution without a last day") from error


def _clerk(told: dict[str, str]) -> dict[str, str]:
    try:
        public_id = str(UUID(told["id"]))
    except ValueError as error:
        raise signed.Refused("a clerk whose id is none") from error
    name = line(told["name"], 200)
    if not name:
        raise signed.Refused("a clerk without a name")
    try:
        validate_email(told["email"])
        email = told["email"][:254]
    except ValidationError:
        email = ""  # she can ask without one
    return {"id": public_id, "name": name, "email": email, "telephone": line(told["telephone"], 50)}


def _works_at(person: User, office: str, at: datetime) -> None:
    """Keep her office as her node says it. Reading the requests of an office was allowed for that office: it ends with it."""
    contact = Contact.objects.select_for_update().get(person=person)
    if contact.office == office:
        return
    changes: dict[str, tuple[Any, Any]] = {"office": (contact.office, office)}
    if contact.sees_office:
        changes["sees_office"] = (True, False)
    contact.office, contact.sees_office = office, False
    contact.save(update_fields=["office", "sees_office"])
    journal.enter(act="edit", object=contact, by=None, at=at, changes=changes)


def _contact(site: Site, slug: str, clerk: dict[str, str], at: datetime) -> tuple[User, Municipality]:
    """The contact of this clerk, and her municipality; one, however many windows she opens at once. Raises signed.Refused, CannotArrive."""
    with current.atomic():
        town = Municipality.objects.select_for_update().filter(slug=slug[:50].replace("\x00", ""), site=site, active=True).first()
        if town is None:
            raise signed.Refused("a municipality that is not one of this site's")
        contact = Contact.objects.select_related("person").filter(municipality=town, clerk_id=clerk["id"]).first()
        if contact is None:
            return _made(town, clerk, at), town
        person = contact.person
        if not person.is_active:
            logger.warning("a handover was refused: the contact %s is deactivated", person.public_id)
            raise CannotArrive(_("Your access to the hotline has been ended. Please call us."))
        if person.is_superuser or person.role_names != {CentreRole.REQUESTER}:
            raise signed.Refused(f"the account {person.public_id} may do more than ask for help")
        edited = staffing.edit_person(
            person=person, display_name=clerk["name"], email=clerk["email"], telephone=clerk["telephone"], by=None, at=at
        )
        return edited, town


def _made(town: Municipality, clerk: dict[str, str], at: datetime) -> User:
    person = staffing.create_person(
        username=f"{town.slug[:25]}.{uuid4().hex}",
        display_name=clerk["name"],
        email=clerk["email"],
        telephone=clerk["telephone"],
        roles=[CentreRole.REQUESTER],
        by=None,
        at=at,
    )
    Contact.objects.create(person=person, municipality=town, clerk_id=clerk["id"])
    return person
