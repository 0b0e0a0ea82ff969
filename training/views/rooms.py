"""Rooms and trainers' absences on screens."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants.doors import ClerkRequest
from training import absences as keeping
from training import clashes, room_keeping
from training.models import Room, TrainerAbsence
from training.plan_forms import AbsenceForm, RoomForm

from .doors import trainers_only
from .plan_doors import NAV, done, tried

MOST_SHOWN = 20


@require_safe
@trainers_only
def rooms(request: ClerkRequest) -> HttpResponse:
    """All rooms, those that are offered first, with how many sessions are to come."""
    to_come = Count("sessions", filter=Q(sessions__called_off_at=None, sessions__ends_at__gt=timezone.now()))
    rows = Room.objects.annotate(to_come=to_come).order_by("-active", "name", "pk")
    return render(request, "training/plan_rooms.html", {**NAV, "section": "rooms", "rooms": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@trainers_only
def room_new(request: ClerkRequest) -> HttpResponse:
    form = RoomForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made, _asked = tried(form, lambda: room_keeping.add_room(fields=form.cleaned_data, by=request.user, at=timezone.now()))
        if made is not None:
            messages.success(request, _("The room can be planned with."))
            return redirect("training:plan_rooms")
    return render(request, "training/plan_room.html", {**NAV, "section": "rooms", "form": form, "room": None})


@require_http_methods(["GET", "HEAD", "POST"])
@trainers_only
def room(request: ClerkRequest, room: UUID) -> HttpResponse:
    """What is said of a room, and what is still to be held there."""
    found = get_object_or_404(Room, public_id=room)
    form = RoomForm(request.POST or None, initial={name: getattr(found, name) for name in room_keeping.FIELDS})
    if request.method == "POST" and form.is_valid():
        made, _asked = tried(
            form, lambda: room_keeping.change_room(room=found, fields=form.cleaned_data, by=request.user, at=timezone.now())
        )
        if made is not None:
            messages.success(request, _("Saved."))
            return redirect("training:plan_rooms")
    to_come = list(room_keeping.to_come(found, timezone.now())[:MOST_SHOWN])
    return render(request, "training/plan_room.html", {**NAV, "section": "rooms", "form": form, "room": found, "to_come": to_come})


@require_POST
@trainers_only
def room_retire(request: ClerkRequest, room: UUID) -> HttpResponse:
    found = get_object_or_404(Room, public_id=room)
    said = _("The room is offered no more.")
    if done(request, lambda: room_keeping.retire_room(room=found, by=request.user, at=timezone.now()), said):
        return redirect("training:plan_rooms")
    return redirect("training:plan_room", found.public_id)


@require_POST
@trainers_only
def room_offer(request: ClerkRequest, room: UUID) -> HttpResponse:
    found = get_object_or_404(Room, public_id=room)
    said = _("The room is offered again.")
    done(request, lambda: room_keeping.take_back_room(room=found, by=request.user, at=timezone.now()), said)
    return redirect("training:plan_rooms")


@require_http_methods(["GET", "HEAD", "POST"])
@trainers_only
def absences(request: ClerkRequest) -> HttpResponse:
    """Who is not there when, from today on, and a new absence."""
    form = AbsenceForm(request.POST or None, by=request.user, initial={"trainer": request.user.public_id})
    if request.method == "POST" and form.is_valid():
        made, _asked = tried(form, lambda: keeping.note_absence(**form.asked(), by=request.user, at=timezone.now()))
        if made is not None:
            messages.success(request, _("The absence is noted."))
            if held := len(keeping.sessions_in(made)):
                words = ngettext(
                    "%(n)s day is to be taught then. Please move it, or give it to somebody else.",
                    "%(n)s days are to be taught then. Please move them, or give them to somebody else.",
                    held,
                )
                messages.warning(request, words % {"n": held})
            return redirect("training:plan_absences")
    known = TrainerAbsence.objects.visible_to(request.user).filter(ends_at__gt=timezone.now()).select_related("trainer")
    mine = set(TrainerAbsence.objects.kept_by(request.user).values_list("pk", flat=True))
    rows = [(each, clashes.span_of(each), each.pk in mine) for each in known.order_by("starts_at", "pk")]
    return render(request, "training/plan_absences.html", {**NAV, "section": "absences", "form": form, "absences": rows})


@require_POST
@trainers_only
def absence_strike(request: ClerkRequest, absence: UUID) -> HttpResponse:
    found = TrainerAbsence.objects.visible_to(request.user).select_related("trainer").filter(public_id=absence).first()
    if found is None:
        raise Http404
    said = _("The absence is taken out.")
    done(request, lambda: keeping.strike_absence(absence=found, by=request.user, at=timezone.now()), said)
    return redirect("training:plan_absences")
