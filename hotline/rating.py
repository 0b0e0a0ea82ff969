""" "Was that helpful?": one click without login, counted without person."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta

from django.core import signing
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants import current

from .models import HelpfulCount, RatedOnce, Ticket

GOOD_FOR = timedelta(days=60)
CHANGED_WITHIN = timedelta(hours=1)


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


def rate(*, token: str, helpful: bool, at: datetime) -> str:
    """Count an answer as helpful or not, once for each ticket. No actor: nobody is asked who it was. Raises CannotRate.

    Returns a receipt: with it whoever clicked can change what was counted, once and within an hour.
    """
    ticket = checked(token)
    digest = hashlib.sha256(f"{_salt()}:{signing.Signer(salt=_salt()).signature(str(ticket.public_id))}".encode()).hexdigest()
    with current.atomic():
        row, first = RatedOnce.objects.select_for_update().get_or_create(digest=digest, defaults={"month": _month(at)})
        if not first and not row.withdrawn:
            raise CannotRate(_("This was counted already. Thank you."))
        if not first:
            row.withdrawn, row.month = False, _month(at)
            row.save(update_fields=["withdrawn", "month"])
        _count(ticket.queue_id, row.month, helpful, 1)
    return _receipt(row, ticket.queue_id, helpful)


def change(*, receipt: str, helpful: bool | None) -> str:
    """Count the other answer instead of the one that a receipt is of, or none (None): a click that was none, or too quick.

    Returns the receipt of what counts now, "" if nothing does. Raises CannotRate: too late, used already, or none of ours.
    """
    try:
        digest, said, queue, changed = signing.loads(receipt, salt=f"{_salt()}.receipt", max_age=CHANGED_WITHIN)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise CannotRate(_("This answer cannot be changed any more. Thank you all the same.")) from error
    with current.atomic():
        row = RatedOnce.objects.select_for_update().filter(digest=digest, changed=changed, withdrawn=False).first()
        if row is None:
            raise CannotRate(_("This answer cannot be changed any more. Thank you all the same."))
        _count(queue, row.month, said, -1)
        if helpful is not None:
            _count(queue, row.month, helpful, 1)
        row.changed, row.withdrawn = row.changed + 1, helpful is None
        row.save(update_fields=["changed", "withdrawn"])
    return "" if helpful is None else _receipt(row, queue, helpful)


def _count(queue: int, month: date, helpful: bool, more: int) -> None:
    name = "yes" if helpful else "no"
    HelpfulCount.objects.get_or_create(queue_id=queue, month=month)
    HelpfulCount.objects.filter(queue=queue, month=month).update(**{name: F(name) + more})


def _receipt(row: RatedOnce, queue: int, helpful: bool) -> str:
    """Only whoever clicked has it: what was said stands there, and nowhere in the database."""
    return signing.dumps([row.digest, helpful, queue, row.changed], salt=f"{_salt()}.receipt")


def _month(at: datetime) -> date:
    return timezone.localdate(at).replace(day=1)


def _salt() -> str:
    return current.salt("hotline.helpful")
