"""What somebody was told, whether she is reminded, and the calendar that she may subscribe to; for operators, what could not be sent."""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.calendar_files import CONTENT_TYPE
from tenants.api.doors import uuid_or_none
from tenants.doors import ClerkRequest, roles_required
from tenants.roles import CentreRole
from training import choosing, notifying, subscribing, telling
from training.models import Notice
from training.notice_forms import WishesForm

from .doors import learns

PAGE = 50
operators_only = roles_required(CentreRole.OPERATOR)


@require_http_methods(["GET", "HEAD", "POST"])
@learns
def notices(request: ClerkRequest) -> HttpResponse:
    """What she was told, the newest first; POST keeps whether she is reminded."""
    form = WishesForm(initial={"reminders": choosing.wants_reminders(request.user)})
    if request.method == "POST":
        form = WishesForm(request.POST)
        if form.is_valid():
            choosing.choose(reminders=form.cleaned_data["reminders"], by=request.user)
            messages.success(request, _("Saved."))
            return redirect("training:notices")
    after = uuid_or_none(request.GET.get("nach", ""))
    rows = list(telling.notices_of(request.user, after=after)[: PAGE + 1])
    path = subscribing.path_of(request.user)
    context = {
        "nav": "training",
        "form": form,
        "notices": rows[:PAGE],
        "next_url": f"?nach={rows[PAGE - 1].public_id}" if len(rows) > PAGE else None,
        "feed": settings.CENTRE_ADDRESS + path if path else "",
    }
    return render(request, "training/notices.html", context)


@require_POST
@learns
def feed_renew(request: ClerkRequest) -> HttpResponse:
    """Give her calendar a (new) address."""
    subscribing.renew(by=request.user, at=timezone.now())
    messages.success(request, _("Your calendar has a new address. An earlier one leads nowhere any more."))
    return redirect("training:notices")


@require_POST
@learns
def feed_end(request: ClerkRequest) -> HttpResponse:
    """Take her calendar's address away."""
    subscribing.end(by=request.user)
    messages.success(request, _("Your calendar cannot be read from outside any more."))
    return redirect("training:notices")


@login_not_required
@require_safe
def feed(request: HttpRequest, feed: str) -> HttpResponseBase:
    """A person's calendar, for the program that she gave its address to: no login, nothing for anybody else, and nothing new if nothing is."""
    owner = subscribing.owner_of(feed)
    if owner is None:
        raise Http404
    content = subscribing.calendar_of(owner, at=timezone.now())
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    answer = get_conditional_response(request, etag=etag) or HttpResponse(content, content_type=CONTENT_TYPE)
    answer["ETag"], answer["Cache-Control"] = etag, "private, no-cache"
    answer["Content-Disposition"] = 'inline; filename="schulungen.ics"'
    return answer


@require_safe
@operators_only
def undelivered(request: ClerkRequest) -> HttpResponse:
    """What could not be sent, and what is tried again, with the fault."""
    found = Notice.objects.undelivered().select_related("person", "date__course").order_by("-at", "-pk")
    return render(request, "training/undelivered.html", {"nav": "administration", "notices": found[:PAGE], "now": timezone.now()})


@require_POST
@operators_only
def send_again(request: ClerkRequest, notice: UUID) -> HttpResponse:
    found = Notice.objects.filter(public_id=notice).first()
    if found is None:
        raise Http404
    try:
        notifying.send_again(notice=found, by=request.user, at=timezone.now())
    except notifying.CannotSendAgain as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The mail is sent again."))
    return redirect("training:undelivered")
