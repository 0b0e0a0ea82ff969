"""Call-backs on screens."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hotline import calling_back
from hotline.forms import CallBackForm
from hotline.models import CallBack, Ticket
from tenants.doors import ClerkRequest

from .doors import asks, staff_only, ticket_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@asks
def callback_new(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    """A number, a day, and from when until when."""
    found = ticket_or_404(request, ticket)
    form = CallBackForm(request.POST or None, initial={"telephone": found.requester.telephone, "day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            calling_back.ask(ticket=found, **form.asked(), by=request.user, at=timezone.now())
        except calling_back.CannotCallBack as refusal:
            form.add_error({"telephone": "telephone", "latest": "until"}.get(refusal.field), str(refusal))
        else:
            messages.success(request, _("We will call you back then."))
            return redirect("hotline:ticket", found.public_id)
    return render(request, "hotline/callback_form.html", {"nav": "tickets", "form": form, "ticket": found})


@require_POST
@staff_only
def callback_done(request: ClerkRequest, callback: UUID) -> HttpResponse:
    """The call was made: a telephone entry says so. Whoever clicked in the list (`liste`: what that was asked) goes back there."""
    known = Ticket.objects.visible_to(request.user)
    found = CallBack.objects.filter(public_id=callback, ticket__in=known).select_related("ticket").first()
    if found is None:
        raise Http404
    try:
        calling_back.tick_off(callback=found, by=request.user, at=timezone.now())
    except calling_back.CannotCallBack as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("The call-back is done; a telephone entry says so on request %(number)s.") % {"number": found.ticket.number}
        )
    if "liste" in request.POST:
        return redirect(f"{reverse('hotline:tickets')}?{urlencode(parse_qsl(request.POST['liste']))}")
    return redirect("hotline:ticket", found.ticket.public_id)
