"""Incidents on screens: for staff all of them with what can be done, for those who ask what was announced to their municipality."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hotline import announcing, answering, broadcasting, gathering, handling, overview, proposing
from hotline.incident_forms import EndForm, IncidentForm, NewIncidentForm, NewsForm
from hotline.models import Incident, IncidentEvent, Ticket
from hotline.models.tickets import STAFF
from tenants.api.doors import uuid_or_none
from tenants.centre.models import Municipality
from tenants.doors import ClerkRequest

from .doors import asks, staff_only, ticket_or_404

ON_A_PAGE = 30
USUALLY_SHOWN = timedelta(days=1)
PUT_AWAY = "incident_proposals_put_away"  # in the session
MOST_PUT_AWAY, MOST_CHOSEN = 100, 200
REFUSALS = (announcing.CannotAnnounce, answering.CannotAnswer, handling.CannotHandle)


@require_safe
@asks
def incident_list(request: ClerkRequest) -> HttpResponse:
    """What runs, and what was; for staff with drafts and proposals."""
    staff = request.user.has_role(*STAFF)
    page = Paginator(Incident.objects.visible_to(request.user).in_order(), ON_A_PAGE).get_page(request.GET.get("seite"))
    rows = list(page.object_list)
    proposals = proposals_for(request) if staff else []
    return render(
        request, "hotline/incidents.html", {"nav": "incidents", "incidents": rows, "page": page, "staff": staff, "proposals": proposals}
    )


@require_safe
@asks
def incident(request: ClerkRequest, incident: UUID) -> HttpResponse:
    return page_of(request, incident_or_404(request, incident))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def incident_new(request: ClerkRequest) -> HttpResponse:
    """A draft; with `anfrage` (ids, any number) these requests are chosen, and similar ones are offered."""
    now = timezone.now()
    chosen = _named_in(request)
    offered = [*chosen, *(proposing.similar_to(tickets=chosen, by=request.user, at=now) if chosen else [])]
    form = NewIncidentForm(request.POST or None, offered=offered, initial=NewIncidentForm.at_first(chosen, _usual_end(now)))
    if request.method == "POST" and form.is_valid():
        tickets = form.chosen(overview.by_numbers(request.user, form.numbers_written()))
        if form.is_valid():
            given = {name: form.cleaned_data[name] for name in ("title", "text", "until", "note", "towns")}
            try:
                made = announcing.begin(**given, tickets=tickets, by=request.user, at=now)
            except announcing.CannotAnnounce as refusal:
                _refuse(form, refusal)
            else:
                messages.success(request, _("This is the draft. Nobody was told yet."))
                return redirect("hotline:incident", made.public_id)
    return render(request, "hotline/incident_form.html", {"nav": "incidents", "form": form, "incident": None})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def incident_edit(request: ClerkRequest, incident: UUID) -> HttpResponse:
    """A draft is written anew."""
    found = incident_or_404(request, incident)
    form = IncidentForm(request.POST or None, initial=IncidentForm.of(found))
    if request.method == "POST" and form.is_valid():
        try:
            announcing.revise(incident=found, **form.cleaned_data, by=request.user, at=timezone.now())
        except (announcing.CannotAnnounce, announcing.StaleIncident) as refusal:
            _refuse(form, refusal, found)
        else:
            return redirect("hotline:incident", found.public_id)
    return render(request, "hotline/incident_form.html", {"nav": "incidents", "form": form, "incident": found})


@require_POST
@staff_only
def incident_announce(request: ClerkRequest, incident: UUID) -> HttpResponse:
    def act(found: Incident, now: datetime) -> str:
        announcing.announce(incident=found, seen=_seen(request), by=request.user, at=now)
        return _("The incident is announced.")

    return acted(request, incident, act)


@require_POST
@staff_only
def incident_report(request: ClerkRequest, incident: UUID) -> HttpResponse:
    """How it goes on; what was typed stays where it is refused."""
    found = incident_or_404(request, incident)
    form = NewsForm(request.POST, incident=found)
    if form.is_valid():
        try:
            announcing.report(incident=found, **form.cleaned_data, by=request.user, at=timezone.now())
        except (*REFUSALS, announcing.StaleIncident) as refusal:
            _refuse(form, refusal, found)
        else:
            messages.success(request, _("The update is on its way to the affected municipalities."))
            return redirect("hotline:incident", found.public_id)
    return page_of(request, incident_or_404(request, incident), news=form)


@require_POST
@staff_only
def incident_end(request: ClerkRequest, incident: UUID) -> HttpResponse:
    """One answer for all, and the end."""
    found = incident_or_404(request, incident)
    form = EndForm(request.POST)
    if form.is_valid():
        try:
            announcing.end(incident=found, **form.cleaned_data, by=request.user, at=timezone.now())
        except (*REFUSALS, announcing.StaleIncident) as refusal:
            _refuse(form, refusal, found)
        else:
            messages.success(request, _("The incident has ended. Its requests are answered and settled."))
            return redirect("hotline:incident", found.public_id)
    return page_of(request, incident_or_404(request, incident), ending=form)


@require_POST
@staff_only
def incident_discard(request: ClerkRequest, incident: UUID) -> HttpResponse:
    def act(found: Incident, now: datetime) -> str:
        announcing.discard(incident=found, seen=_seen(request), by=request.user, at=now)
        return _("The draft was thrown away. Its requests are as before.")

    return acted(request, incident, act, then="hotline:incidents")


@require_POST
@staff_only
def incident_again(request: ClerkRequest, incident: UUID) -> HttpResponse:
    def act(found: Incident, now: datetime) -> str:
        announcing.try_again(incident=found, seen=_seen(request), by=request.user, at=now)
        return _("It is tried again.")

    return acted(request, incident, act)


@require_POST
@staff_only
def incident_add(request: ClerkRequest, incident: UUID) -> HttpResponse:
    """Put the ticket of the number that was typed to it."""
    number = request.POST.get("number", "").replace("\x00", "")
    ticket = overview.by_number(request.user, number)

    def act(found: Incident, now: datetime) -> str:
        if ticket is None:
            raise announcing.CannotAnnounce(_("There is no ticket of this number. It looks like this: 2026-000123."))
        gathering.add(incident=found, ticket=ticket, by=request.user, at=now)
        return _("%(number)s is part of the incident.") % {"number": ticket.number}

    return acted(request, incident, act)


@require_POST
@staff_only
def incident_take_out(request: ClerkRequest, incident: UUID) -> HttpResponse:
    number = request.POST.get("number", "").replace("\x00", "")
    ticket = overview.by_number(request.user, number)

    def act(found: Incident, now: datetime) -> str:
        if ticket is None:
            raise announcing.CannotAnnounce(_("There is no ticket of this number. It looks like this: 2026-000123."))
        gathering.take_out(incident=found, ticket=ticket, by=request.user, at=now)
        return _("%(number)s stands by itself again.") % {"number": ticket.number}

    return acted(request, incident, act)


@require_POST
@staff_only
def incident_leave_out(request: ClerkRequest, incident: UUID) -> HttpResponse:
    """A municipality is not affected after all."""
    wanted = uuid_or_none(request.POST.get("municipality", ""))
    town = Municipality.objects.filter(public_id=wanted).first() if wanted else None

    def act(found: Incident, now: datetime) -> str:
        if town is None:
            raise announcing.CannotAnnounce(_("This municipality is not affected."))
        announcing.leave_out(incident=found, municipality=town, seen=_seen(request), by=request.user, at=now)
        return _("%(town)s is not affected any more.") % {"town": town}

    return acted(request, incident, act)


@require_POST
@staff_only
def ticket_to_incident(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    """Put a ticket to the incident that was chosen beside it."""
    found = ticket_or_404(request, ticket)
    wanted = uuid_or_none(request.POST.get("incident", ""))
    incident = Incident.objects.visible_to(request.user).filter(public_id=wanted).first() if wanted else None
    if incident is None:
        messages.error(request, _("Please choose an incident."))
        return redirect("hotline:ticket", found.public_id)
    try:
        gathering.add(incident=incident, ticket=found, by=request.user, at=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(number)s is part of the incident.") % {"number": found.number})
    return redirect("hotline:ticket", found.public_id)


@require_POST
@staff_only
def incident_put_away(request: ClerkRequest) -> HttpResponse:
    """Show a proposal no more in this session; it is nobody's but hers, and stored nowhere else."""
    known = list(request.session.get(PUT_AWAY, []))
    request.session[PUT_AWAY] = [*known, request.POST.get("key", "")[:16]][-MOST_PUT_AWAY:]
    return redirect("hotline:incidents" if request.POST.get("von") == "stoerungen" else "hotline:tickets")


def proposals_for(request: ClerkRequest) -> list[proposing.Proposal]:
    """What may be an incident, without what was put away in this session; none for anybody but staff."""
    return proposing.propose(by=request.user, at=timezone.now(), put_away=request.session.get(PUT_AWAY, []))


def incident_or_404(request: ClerkRequest, public_id: UUID) -> Incident:
    found: Incident | None = Incident.objects.visible_to(request.user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def page_of(request: ClerkRequest, found: Incident, *, news: Any = None, ending: Any = None) -> HttpResponse:
    """An incident: what clerks were told; for staff its tickets, municipalities, forms and what was done."""
    staff, refused = request.user.has_role(*STAFF), bool(news or ending)
    context: dict[str, Any] = {"nav": "incidents", "incident": found, "staff": staff, "updates": found.updates.order_by("-at", "-pk")}
    if staff:
        now = timezone.now()
        towns = broadcasting.told(found)
        context |= {
            "tickets": found.tickets.for_reading().order_by("number"),
            "towns": [(town, town.is_late(now)) for town in towns],
            "lost": found.announced_at is not None and any(town.needs_another(now) for town in towns),
            "past": found.running and found.until <= now,
            "banner": broadcasting.text_of(found),
            "news": news or (NewsForm(incident=found) if found.running else None),
            "ending": ending or (EndForm(initial={"seen": found.revision}) if found.running else None),
            "done": IncidentEvent.objects.filter(incident=found).order_by("-at", "-pk")[:50],
        }
    else:
        context["hers"] = Ticket.objects.visible_to(request.user).filter(incident=found, requester=request.user).order_by("-number").first()
    return render(request, "hotline/incident.html", context, status=422 if refused else 200)


def acted(
    request: ClerkRequest, public_id: UUID, act: Callable[[Incident, datetime], str], *, then: str = "hotline:incident"
) -> HttpResponse:
    """Do an act with the incident of the address; what it refuses is said on its page."""
    found = incident_or_404(request, public_id)
    try:
        said = act(found, timezone.now())
    except (*REFUSALS, announcing.StaleIncident) as refusal:
        messages.error(request, str(refusal))
        return redirect("hotline:incident", found.public_id)
    messages.success(request, said)
    return redirect(then) if then != "hotline:incident" else redirect(then, found.public_id)


def _refuse(form: Any, refusal: Exception, found: Incident | None = None) -> None:
    """Say in the form why it was refused. Who had read an older state sees the new one beside it, and can send what she typed again."""
    field = getattr(refusal, "field", "")
    form.add_error(field if field in form.fields else None, str(refusal))
    if isinstance(refusal, announcing.StaleIncident) and found is not None:
        form.data = form.data.copy()
        form.data["seen"] = str(Incident.objects.values_list("revision", flat=True).get(pk=found.pk))


def _seen(request: ClerkRequest) -> int | None:
    """The revision that the page showed."""
    written = request.POST.get("seen", "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None


def _named_in(request: ClerkRequest) -> list[Ticket]:
    """The open tickets of the address, the oldest first."""
    wanted = [known for written in request.GET.getlist("anfrage")[:MOST_CHOSEN] if (known := uuid_or_none(written))]
    found = Ticket.objects.visible_to(request.user).standing().unsettled().filter(public_id__in=wanted) if wanted else Ticket.objects.none()
    return list(found.for_reading().order_by("number"))


def _usual_end(now: datetime) -> datetime:
    return timezone.localtime(now + USUALLY_SHOWN).replace(second=0, microsecond=0)
