"""Mails on screens, for staff: what was put aside, how the servers are, what could not be sent, and a mail as it came."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foundation.mail import Mail, read
from foundation.store import StoreError
from hotline import mail_store, mail_words, parking, posting, returning
from hotline.models import IncomingMail, Mailbox, OutgoingMail
from hotline.models.tickets import STAFF
from tenants.doors import ClerkRequest, roles_required

PAGE = 50
staff_only = roles_required(*STAFF)


@require_safe
@staff_only
def mail_list(request: ClerkRequest) -> HttpResponse:
    """Mails that were put aside, the newest first; above them what does not work."""
    found = IncomingMail.objects.visible_to(request.user).parked().select_related("proposal")
    after = request.GET.get("nach", "")
    if after.isascii() and after.isdigit() and len(after) < 19:
        found = found.filter(pk__lt=int(after))
    rows = list(found.order_by("-pk").defer("text")[: PAGE + 1])
    context = {
        "nav": "mails",
        "mails": rows[:PAGE],
        "next_url": f"?nach={rows[PAGE - 1].pk}" if len(rows) > PAGE else None,
        "down": Mailbox.objects.filter(down_since__isnull=False).order_by("name"),
        "failed": OutgoingMail.objects.filter(failed_at__isnull=False).select_related("ticket").order_by("-failed_at")[:PAGE],
        "returned": with_words(OutgoingMail.objects.returned().select_related("ticket").order_by("-returned_at")[:PAGE]),
    }
    return render(request, "hotline/mails.html", context)


@require_safe
@staff_only
def mail(request: ClerkRequest, mail: UUID) -> HttpResponse:
    """One mail as it came, cleaned; what stands in it is shown to staff only."""
    found = _mail_or_404(request, mail)
    said = _read(found)
    context = {
        "nav": "mails",
        "mail": found,
        "said": said,
        "troubles": mail_words.told(found.troubles),
        "files": list(enumerate(said.attachments, start=1)) if said else [],
    }
    return render(request, "hotline/mail.html", context)


@require_safe
@staff_only
def mail_original(request: ClerkRequest, mail: UUID) -> HttpResponse:
    """The bytes as they came, to be saved and never to be shown by a browser."""
    found = _mail_or_404(request, mail)
    try:
        return _download(mail_store.raw_of(found.sha256), "message/rfc822", f"{found.sha256[:12]}.eml")
    except StoreError as trouble:
        raise Http404 from trouble


@require_safe
@staff_only
def mail_file(request: ClerkRequest, mail: UUID, number: int) -> HttpResponse:
    """A file that came with a mail, to be saved; of which kind it is, nobody believes."""
    said = _read(_mail_or_404(request, mail))
    if said is None or not 1 <= number <= len(said.attachments):
        raise Http404
    file = said.attachments[number - 1]
    return _download(file.content, "application/octet-stream", file.name)


@require_POST
@staff_only
def mail_take_in(request: ClerkRequest, mail: UUID) -> HttpResponse:
    """Make a request of a mail that was put aside."""
    found = _mail_or_404(request, mail)
    try:
        ticket = parking.make_ticket(mail=found, by=request.user, at=timezone.now())
    except parking.CannotPark as refusal:
        messages.error(request, str(refusal))
    except StoreError:
        messages.error(request, _("The mail itself cannot be read at the moment. Please try again later."))
    else:
        messages.success(request, _("The mail is now request %(number)s.") % {"number": ticket.number})
        return redirect("hotline:ticket", ticket.public_id)
    return redirect("hotline:mail", found.public_id)


@require_POST
@staff_only
def mail_leave(request: ClerkRequest, mail: UUID) -> HttpResponse:
    """Say that a mail needs nothing."""
    found = _mail_or_404(request, mail)
    return _act(request, lambda: parking.leave(mail=found, by=request.user, at=timezone.now()))


@require_POST
@staff_only
def mail_send_again(request: ClerkRequest, sent: UUID) -> HttpResponse:
    """Try once more to send what could not be sent."""
    found = _sent_or_404(request, sent)
    return _act(request, lambda: posting.send_again(mail=found, by=request.user, at=timezone.now()), of=found)


@require_POST
@staff_only
def mail_seen(request: ClerkRequest, sent: UUID) -> HttpResponse:
    """Say that somebody has seen to what came back."""
    found = _sent_or_404(request, sent)
    return _act(request, lambda: returning.see_to(mail=found, by=request.user, at=timezone.now()), of=found)


def with_words(sent: Iterable[OutgoingMail]) -> list[tuple[OutgoingMail, str]]:
    """What came back, with why in a sentence."""
    return [(one, mail_words.why_returned(one.returned_status)) for one in sent]


def _act(request: ClerkRequest, act: Callable[[], Any], *, of: OutgoingMail | None = None) -> HttpResponse:
    """Do it and go back to where it was asked: the ticket (`von`), or the list of mails."""
    try:
        act()
    except (parking.CannotPark, posting.CannotSendAgain, returning.CannotSee) as refusal:
        messages.error(request, str(refusal))
    if of is not None and request.POST.get("von") == "anfrage":
        return redirect("hotline:ticket", of.ticket.public_id)  # which leads to where a merged one went
    return redirect("hotline:mails")


def _sent_or_404(request: ClerkRequest, public_id: UUID) -> OutgoingMail:
    found: OutgoingMail | None = OutgoingMail.objects.visible_to(request.user).select_related("ticket").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _mail_or_404(request: ClerkRequest, public_id: UUID) -> IncomingMail:
    seen = IncomingMail.objects.visible_to(request.user).select_related("ticket", "message", "proposal")
    found: IncomingMail | None = seen.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _read(found: IncomingMail) -> Mail | None:
    """The mail read from its bytes, None if they cannot be had; its row still says the text."""
    try:
        return read(mail_store.raw_of(found.sha256), at=found.arrived_at, loop_token=settings.MAIL_LOOP_TOKEN)
    except StoreError:
        return None


def _download(content: bytes, media_type: str, name: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name)
    headers = {
        "Content-Disposition": disposition or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
    }
    return HttpResponse(content, content_type=media_type, headers=headers)
