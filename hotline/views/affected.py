"""What those who are about to ask say of a running incident: that it concerns them too, or that knowing of it is enough."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hotline import answering, attaching, desk_keeping, gathering, taking_in
from hotline.forms import RequestForm
from hotline.models import Incident
from hotline.models.tickets import STAFF
from tenants.centre import arriving
from tenants.doors import ClerkRequest

from .attachments import kept
from .doors import asks, brought_by
from .incidents import incident_or_404

SPARED = "incidents_spared"  # in the session
MOST_SPARED = 100


@require_POST
@asks
def incident_joined(request: ClerkRequest, incident: UUID) -> HttpResponse:
    """ "That concerns me, too": a request in the incident, with what she has typed already, so that she is told like the others."""
    found = incident_or_404(request, incident)
    if request.user.has_role(*STAFF):
        messages.error(request, _("Those who ask say so themselves. You can put their request to the incident."))
        return redirect("hotline:incident", found.public_id)
    typed = {name: request.POST.get(name, "") for name in ("subject", "body")}
    try:
        files = kept(request, request.FILES.getlist("attachments"))
        ticket, new = gathering.join(
            incident=found, **typed, files=files, context=arriving.brought(request.session), by=request.user, at=timezone.now()
        )
    except (gathering.CannotAnnounce, taking_in.CannotTakeIn, answering.CannotAnswer, attaching.CannotAttach) as refusal:
        return _back_to_the_form(request, str(refusal))
    if new:
        messages.success(
            request,
            _("You are among those affected. Your request has the number %(number)s; we will write to you when it is over.")
            % {"number": ticket.number},
        )
    else:
        messages.info(
            request, _("You are among those affected already: %(number)s. What you had typed stands there now.") % {"number": ticket.number}
        )
    return redirect("hotline:ticket", ticket.public_id)


@require_POST
@asks
def incident_spared(request: ClerkRequest, incident: UUID) -> HttpResponse:
    """ "That helps": the request that was being typed is not made; counted once in a session, without the person."""
    found = incident_or_404(request, incident)
    known = list(request.session.get(SPARED, []))
    if found.running and str(found.public_id) not in known:
        gathering.count_spared(incident=found)
        request.session[SPARED] = [*known, str(found.public_id)][-MOST_SPARED:]
    messages.success(request, _("Good that it helps. No request was made."))
    return redirect("hotline:incident", found.public_id)


def running_for(request: ClerkRequest) -> list[Incident]:
    """The running incidents that the person may know of, the newest first."""
    return list(Incident.objects.visible_to(request.user).running().order_by("-begun_at", "-pk")[:5])


def _back_to_the_form(request: ClerkRequest, sentence: str) -> HttpResponse:
    """The form of a new request with all that she typed."""
    form = RequestForm(request.POST)
    form.full_clean()
    form.errors.clear()
    form.add_error(None, sentence)
    context = {
        "nav": "tickets",
        "form": form,
        "staff": False,
        "follows": None,
        "brought": brought_by(request),
    }
    context |= {"desk": desk_keeping.settings(), "running": running_for(request), "action": reverse("hotline:ticket_new")}
    return render(request, "hotline/ticket_form.html", context, status=422)
