"""Support access on a ticket: asked for, ended, used."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from csp.constants import SELF
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hotline import asking
from hotline.forms import SupportForm
from hotline.models import SupportRequest
from tenants.doors import ClerkRequest

from .doors import staff_only, ticket_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def support_new(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    """Ask for a look at one file or one area."""
    found = ticket_or_404(request, ticket)
    form = SupportForm(request.POST or None, initial={"hours": 4})
    if request.method == "POST" and form.is_valid():
        try:
            asking.ask(ticket=found, **form.cleaned_data, by=request.user, at=timezone.now())
        except asking.CannotAsk as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            messages.success(request, _("The municipality has been asked. What it decides is shown here."))
            return redirect("hotline:ticket", found.public_id)
    status = 422 if form.errors else 200
    return render(request, "hotline/support_form.html", {"nav": "tickets", "form": form, "ticket": found}, status=status)


@require_POST
@staff_only
def support_end(request: ClerkRequest, ticket: UUID, access: UUID) -> HttpResponse:
    asking.end(request=_access(request, ticket, access), by=request.user, at=timezone.now())
    messages.success(request, _("The access has ended. The municipality is told so."))
    return redirect("hotline:ticket", ticket)


@never_cache
@require_POST
@staff_only
def support_look(request: ClerkRequest, ticket: UUID, access: UUID) -> HttpResponse:
    """Introduce her to the node now, because it holds for a minute only, and let the browser send it on."""
    try:
        way = asking.look(request=_access(request, ticket, access), by=request.user, at=timezone.now())
    except asking.CannotLook as refusal:
        messages.error(request, str(refusal))
        return redirect("hotline:ticket", ticket)
    response = render(request, "hotline/support_going.html", {"nav": "tickets", "way": way})
    parts = urlsplit(way.address)
    response._csp_update = {"form-action": [SELF, f"{parts.scheme}://{parts.netloc}"]}  # type: ignore[attr-defined]
    return response


def _access(request: ClerkRequest, ticket: UUID, access: UUID) -> SupportRequest:
    found = SupportRequest.objects.filter(ticket=ticket_or_404(request, ticket), public_id=access).first()
    if found is None:
        raise Http404
    return found
