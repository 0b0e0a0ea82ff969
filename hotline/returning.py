"""Mails of ours that came back: a server's report is put to the ticket whose mail it is about, for staff, and is never answered.

A report is a claim. Who knows the id of a mail of ours (its reader, the servers on the way) can say that it was not delivered: then staff look at
it in vain, and nothing else happens. The state of the ticket stays, nobody becomes a participant, no mail goes out.
"""

from __future__ import annotations

import re
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from foundation.mail import Action, Report, token_in
from foundation.statements import Blank, Statement
from tenants import current
from tenants.models import User

from . import correspondents, events, handling, mail_words
from .models import IncomingMail, Message, OutgoingMail, Ticket
from .models.tickets import STAFF

STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
UNDELIVERED = (Action.FAILED, Action.DELAYED)


CAME_BACK = Statement(
    lambda: OutgoingMail.objects.returned().of(Blank("ticket")).order_by("returned_at", "pk"), using=current.alias, anew=True
)


class CannotSee(Exception):
    """Nothing has to be seen to; the message says why."""


def put_to_ticket(*, report: Report, mail: IncomingMail, at: datetime) -> bool:
    """Put a server's report to the ticket of the mail that it is about; says whether it was one of ours. `mail` is changed, and saved by the caller.

    The first report of a kind is a note for staff, with an event; what is reported again is only kept.
    """
    sent = mail_of(report) if report.action in UNDELIVERED else None
    if sent is None:
        return False
    with current.atomic():
        ticket = handling.lead(sent.ticket)
        sent = OutgoingMail.objects.select_for_update(of=("self",)).get(pk=sent.pk)
        failed = report.action is Action.FAILED
        known = sent.returned_at is not None or (not failed and sent.reports.exists())
        mail.outcome, mail.ticket, mail.about = IncomingMail.Outcome.REPORT, ticket, sent
        if not known:
            mail.message = _note(ticket, sent, report, failed=failed, at=at)
        if failed and not known:
            sent.returned_at, sent.returned_status, sent.returned_trouble = at, _status(report), report.said[:500]
            sent.save(update_fields=["returned_at", "returned_status", "returned_trouble"])
    return True


def mail_of(report: Report) -> OutgoingMail | None:
    """The mail of ours that a report is about.

    By its Message-ID; where a relay gave it another one, by the token of what came back and who should have got it, if that bears our loop header.
    """
    known = {mail.mail_id: mail for mail in OutgoingMail.objects.filter(mail_id__in=report.ids).select_related("ticket")}
    by_id = next((known[one] for one in report.ids if one in known), None)
    number = token_in(report.subject, prefix=settings.MAIL_TOKEN_PREFIX) if report.ours and report.recipients else None
    if by_id is not None or not number:
        return by_id
    sent = OutgoingMail.objects.filter(ticket__number=number, to_address__in=report.recipients, sent_at__isnull=False)
    found: OutgoingMail | None = sent.select_related("ticket").order_by("-sent_at", "-pk").first()
    return found


def see_to(*, mail: OutgoingMail, by: User, at: datetime) -> OutgoingMail:
    """Say that somebody has seen to a mail that came back: it is found no longer among the undelivered ones. Raises CannotSee."""
    if not by.has_role(*STAFF):
        raise CannotSee(_("Only the hotline's staff look after mails."))
    with current.atomic():
        found: OutgoingMail = OutgoingMail.objects.select_for_update(of=("self",)).select_related("ticket").get(pk=mail.pk)
        if found.returned_at is None or found.returned_seen_at is not None:
            raise CannotSee(_("Somebody has seen to this mail meanwhile."))
        found.returned_seen_at = at
        found.save(update_fields=["returned_seen_at"])
        events.enter(act="see_to_returned_mail", ticket=found.ticket, by=by, at=at, changes={"to_address": (found.to_address, None)})
    return found


def of_ticket(ticket: Ticket) -> list[OutgoingMail]:
    """What came back of a ticket and of those that were merged into it, and nobody has seen to yet."""
    found: list[OutgoingMail] = current.objects_of(CAME_BACK, ticket=ticket.pk)
    return found


def _note(ticket: Ticket, sent: OutgoingMail, report: Report, *, failed: bool, at: datetime) -> Message:
    by, why = correspondents.machine(at=at), mail_words.why_returned(_status(report))
    words = {"address": sent.to_address, "why": why}
    if failed:
        body = _("The e-mail to %(address)s was not delivered: %(why)s") % words
    else:
        body = _("The e-mail to %(address)s has not been delivered yet: %(why)s Their server goes on trying.") % words
    if report.said:
        body += "\n\n" + _("The server says: “%(said)s”") % {"said": report.said}
    note = Message.objects.create(ticket=ticket, kind=Message.Kind.NOTE, author=by, by_staff=True, body=body, at=at)
    changes = {"to_address": (None, sent.to_address), "status": (None, _status(report) or None), "said": (None, report.said or None)}
    act = "mail_returned" if failed else "mail_delayed"
    events.enter(act=act, ticket=ticket, by=by, at=at, changes=handling.move(ticket, state=ticket.state, at=at) | changes)
    return note


def _status(report: Report) -> str:
    return report.status if STATUS.fullmatch(report.status) else ""
