"""Operators' screens of the desk: queues, how it is reached, municipalities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hotline import desk_keeping, teams
from hotline.desk_forms import (
    HeirForm,
    MunicipalityChangeForm,
    MunicipalityForm,
    QueueForm,
    QueueNameForm,
    ReachForm,
    TeamForm,
    TownAddressesForm,
)
from hotline.models import Queue, Ticket
from tenants.centre import municipalities as keeping
from tenants.centre.models import Municipality
from tenants.doors import ClerkRequest, roles_required
from tenants.roles import CentreRole

operators_only = roles_required(CentreRole.OPERATOR)


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def queues(request: ClerkRequest) -> HttpResponse:
    """Queues in their order, a new one, and how the hotline is reached otherwise."""
    form = QueueForm(request.POST or None)

    def add(given: dict[str, Any]) -> None:
        desk_keeping.add_queue(**given, by=request.user, at=timezone.now())
        messages.success(request, _("The queue is in use."))

    if done := _tried(request, form, add, "hotline:queues"):
        return done
    unsettled = Count("tickets", filter=~Q(tickets__state__in=[Ticket.State.SOLVED, Ticket.State.CLOSED]))
    rows = teams.with_names(Queue.objects.annotate(unsettled=unsettled).order_by("position", "pk"))
    desk = desk_keeping.settings()
    reach = ReachForm(initial={"telephone": desk.telephone, "hours": desk.hours})
    return render(request, "hotline/queues.html", {"nav": "administration", "queues": rows, "form": form, "reach": reach})


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def queue(request: ClerkRequest, queue: UUID) -> HttpResponse:
    """One queue: its name, and taking it out of use."""
    found = get_object_or_404(Queue, public_id=queue)
    form = QueueNameForm(request.POST or None, initial={"name": found.name})
    if done := _tried(
        request, form, lambda given: desk_keeping.rename_queue(queue=found, **given, by=request.user, at=timezone.now()), "hotline:queues"
    ):
        return done
    return _queue_page(request, found, form, HeirForm(queue=found))


@require_POST
@operators_only
def queue_team(request: ClerkRequest, queue: UUID) -> HttpResponse:
    """Who belongs to the team."""
    found = get_object_or_404(Queue, public_id=queue)
    form = TeamForm(request.POST, queue=found)

    def set_team(given: dict[str, Any]) -> None:
        desk_keeping.set_team(queue=found, **given, by=request.user, at=timezone.now())
        messages.success(request, _("Saved."))

    named = QueueNameForm(initial={"name": found.name})
    return _tried(request, form, set_team, "hotline:queues") or _queue_page(request, found, named, HeirForm(queue=found), form)


@require_POST
@operators_only
def queue_close(request: ClerkRequest, queue: UUID) -> HttpResponse:
    """Take a queue out of use; what is unsettled goes where the operator says."""
    found = get_object_or_404(Queue, public_id=queue)
    form = HeirForm(request.POST, queue=found)

    def close(given: dict[str, Any]) -> None:
        desk_keeping.close_queue(queue=found, **given, by=request.user, at=timezone.now())
        messages.success(request, _("The queue is out of use."))

    return _tried(request, form, close, "hotline:queues") or _queue_page(request, found, QueueNameForm(initial={"name": found.name}), form)


@require_POST
@operators_only
def queue_open(request: ClerkRequest, queue: UUID) -> HttpResponse:
    desk_keeping.open_queue(queue=get_object_or_404(Queue, public_id=queue), by=request.user, at=timezone.now())
    return redirect("hotline:queues")


@require_POST
@operators_only
def queue_move(request: ClerkRequest, queue: UUID) -> HttpResponse:
    up = request.POST.get("wohin") == "hoch"
    desk_keeping.move_queue(queue=get_object_or_404(Queue, public_id=queue), up=up, by=request.user, at=timezone.now())
    return redirect("hotline:queues")


@require_POST
@operators_only
def reach(request: ClerkRequest) -> HttpResponse:
    """How the hotline is reached otherwise."""
    form = ReachForm(request.POST)
    try:
        if form.is_valid():
            desk_keeping.say_how_to_reach(**form.cleaned_data, by=request.user, at=timezone.now())
            messages.success(request, _("Saved."))
        else:
            messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    except desk_keeping.CannotKeepDesk as refusal:
        messages.error(request, str(refusal))
    return redirect("hotline:queues")


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def municipalities(request: ClerkRequest) -> HttpResponse:
    """The municipalities that the centre works for, and a new one."""
    form = MunicipalityForm(request.POST or None)

    def add(given: dict[str, Any]) -> None:
        keeping.add(**given, by=request.user, at=timezone.now())
        messages.success(request, _("The municipality is on the list."))

    if done := _tried(request, form, add, "hotline:municipalities"):
        return done
    rows = Municipality.objects.order_by("-active", "name", "pk")
    return render(request, "hotline/municipalities.html", {"nav": "administration", "municipalities": rows, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def municipality(request: ClerkRequest, municipality: UUID) -> HttpResponse:
    """One municipality: her name, and whether the centre works for her."""
    found = get_object_or_404(Municipality, public_id=municipality)
    form = MunicipalityChangeForm(request.POST or None, initial={"name": found.name, "active": found.active})

    def change(given: dict[str, Any]) -> None:
        keeping.change(municipality=found, **given, by=request.user, at=timezone.now())
        messages.success(request, _("Saved."))

    return _tried(request, form, change, "hotline:municipalities") or _town_page(request, found, form, None)


@require_POST
@operators_only
def municipality_addresses(request: ClerkRequest, municipality: UUID) -> HttpResponse:
    """At which addresses she is told of incidents."""
    found = get_object_or_404(Municipality, public_id=municipality)
    form = TownAddressesForm(request.POST)

    def say(given: dict[str, Any]) -> None:
        desk_keeping.say_addresses(municipality=found, written=given["addresses"], by=request.user, at=timezone.now())
        messages.success(request, _("Saved."))

    named = MunicipalityChangeForm(initial={"name": found.name, "active": found.active})
    return _tried(request, form, say, "hotline:municipalities") or _town_page(request, found, named, form)


def _town_page(
    request: ClerkRequest, found: Municipality, form: MunicipalityChangeForm, addresses: TownAddressesForm | None
) -> HttpResponse:
    told = addresses or TownAddressesForm(initial={"addresses": "\n".join(desk_keeping.addresses_of(found))})
    return render(request, "hotline/municipality.html", {"nav": "administration", "municipality": found, "form": form, "addresses": told})


def _tried(request: ClerkRequest, form: Any, act: Callable[[dict[str, Any]], Any], then: str) -> HttpResponse | None:
    """Do the act with what was sent; None where there is a form to be shown (again)."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        act(form.cleaned_data)
    except (desk_keeping.CannotKeepDesk, keeping.CannotKeepMunicipality) as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None
    return redirect(then)


def _queue_page(request: ClerkRequest, found: Queue, form: QueueNameForm, heir: HeirForm, team: TeamForm | None = None) -> HttpResponse:
    unsettled = Ticket.objects.unsettled().filter(queue=found).count()
    context = {"nav": "administration", "queue": found, "form": form, "heir": heir, "unsettled": unsettled}
    context["team"] = TeamForm(queue=found) if team is None else team
    return render(request, "hotline/queue.html", context)
