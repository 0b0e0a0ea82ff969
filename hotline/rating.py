""" "Was that helpful?": one click without login, counted without person."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.core import signing
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants import current

from .models import HelpfulCount, RatedOnce, Ticket

GOOD_FOR = timedelta(days=60)


class CannotRate(Exception):
    """The link is none of ours, too old, or was used already; the message says which."""


def token_for(ticket: Ticket) -> str:
    """What a link carries (hotline:helpful), in a mail or on the page. It opens nothing but two buttons, and tells nothing of the ticket."""
    return signing.dumps(str(ticket.public_id), salt=_salt())


def checked(token: str) -> Ticket:
    """The ticket that a link belongs to. Raises CannotRate."""
    try:
        public_id = signing.loads(token, salt=_salt(), max_age=GOOD_FOR)
    except signing.SignatureExpired as old:
        raise CannotRate(_("This link is older than 60 days. Thank you all the same.")) from old
    except signing.BadSignature as foreign:
        raise CannotRate(_("This link is not complete. Please copy it as a whole.")) from foreign
    found: Ticket | None = Ticket.objects.filter(public_id=public_id).select_related("queue").first()
    if found is None:
        raise CannotRate(_("This link is not complete. Please copy it as a whole."))
    return found


def rate(*, token: str, helpful: bool, at: datetime) -> None:
    """Count an answer as helpful or not, once for each ticket. No actor: nobody is asked who it was. Raises CannotRate."""
    ticket = checked(token)
    month = timezone.localdate(at).replace(day=1)
    digest = hashlib.sha256(f"{_salt()}:{signing.Signer(salt=_salt()).signature(str(ticket.public_id))}".encode()).hexdigest()
    with current.atomic():
        _row, first = RatedOnce.objects.get_or_create(digest=digest, defaults={"month": month})
        if not first:
            raise CannotRate(_("This was counted already. Thank you."))
        HelpfulCount.objects.get_or_create(queue=ticket.queue, month=month)
        more = {"yes": F("yes") + 1} if helpful else {"no": F("no") + 1}
        HelpfulCount.objects.filter(queue=ticket.queue, month=month).update(**more)


def _salt() -> str:
    return current.salt("hotline.helpful")
