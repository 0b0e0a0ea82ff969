"""The link in the mails of somebody who cannot sign in: it stands for one enrolment of hers, and for nothing else.

It is signed and names when it was made. It holds until some weeks after the course, or as long after the mail that brought it, whichever is later: a
confirmation that was issued late is fetched by the mail that tells of it. Whoever can sign in gets none: a link can be passed on, a login is not.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants import current
from tenants.centre.models import Contact
from tenants.models import User

from .models import Enrolment

HOLDS = timedelta(days=60)


class CannotOpen(Exception):
    """The link leads nowhere (any more); the message says why."""


def token_for(enrolment: Enrolment, *, at: datetime) -> str:
    """What the link carries: whose it is, and when it was made."""
    return signing.dumps([str(enrolment.public_id), int(at.timestamp())], salt=_salt())


def path_of(enrolment: Enrolment, *, at: datetime) -> str:
    return reverse("training:personal", args=[token_for(enrolment, at=at)])


def address_of(enrolment: Enrolment, *, at: datetime) -> str:
    return f"{settings.CENTRE_ADDRESS}{path_of(enrolment, at=at)}"


def cannot_sign_in(person: User) -> bool:
    """Whether somebody has neither a password here nor a node that hands her over: her mails are her only way."""
    return not person.has_usable_password() and Contact.objects.filter(person=person, clerk_id=None).exists()


def enrolment_of(*, token: str, at: datetime) -> Enrolment:
    """Whose link it is. Raises CannotOpen: it is none of ours, too old, or hers who is gone."""
    try:
        public_id, made = signing.loads(token, salt=_salt())
    except (signing.BadSignature, ValueError, TypeError) as foreign:
        raise CannotOpen(_("This link is not complete. Please copy it as a whole.")) from foreign
    found: Enrolment | None = (
        Enrolment.objects.select_related("person", "date__course").filter(public_id=public_id, person__is_active=True).first()
    )
    if found is None:
        raise CannotOpen(_("This link does not lead to an enrolment any more."))
    if at >= max(found.date.ends_at, datetime.fromtimestamp(made, UTC)) + HOLDS:
        raise CannotOpen(_("This link has ended. If you need something, please ask your training coordinator or the hotline."))
    return found


def _salt() -> str:
    return current.salt("training.personal")
