"""On the way to a node: a member of staff is introduced, to look at what the municipality has let her see. The node checks, and decides."""

from __future__ import annotations

import re
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from foundation import signed
from tenants import channel, identity
from tenants.models import User

from .models import Municipality, Site

ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?")  # it becomes part of the Content Security Policy
ARRIVES_AT = "/einblick/ankommen/"


class CannotVisit(Exception):
    """Nobody can be sent there; the message says why."""


def introduction(*, municipality: Municipality, access: str, person: User, at: datetime) -> str:
    """A message to the municipality's node that says who comes, and to which access: good for 60 seconds and once. Raises CannotVisit."""
    site = municipality.site
    if site is None or site.state != Site.State.CONFIRMED:
        raise CannotVisit(_("%(town)s is not connected with the competence centre.") % {"town": municipality})
    me = identity.mine()
    return signed.sign(
        key=me.signing(at),
        purpose=channel.VISIT,
        claims={"municipality": municipality.slug, "access": access, "agent": str(person.public_id)},
        issuer=me.id,
        audience=str(site.public_id),
        at=at,
        lasts=channel.HOLDS,
    )


def usable(address: str) -> str:
    """The address of a municipality as her node told it, without a path; "" for what is none. In production only by https."""
    address = address.rstrip("/")
    if not ADDRESS.fullmatch(address) or (settings.PRODUCTION and address.startswith("http:")):
        return ""
    return address
