"""My people: whose training is mine to decide, and where they are enrolled."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tenants.centre import uniting
from tenants.centre.models import Contact
from tenants.doors import ClerkRequest
from training import approving, enrolling, people, places, standing, town_keeping
from training.models import Enrolment, Standing
from training.town_forms import EnrolForm

from .deciding import coordinates, decides, person_or_404, tabs, town_or_404
from .doors import enrolment_or_404

ON_A_PAGE = 50


@require_safe
@decides
def my_people(request: ClerkRequest) -> HttpResponse:
    """A page of my people, and for a coordinator what her municipality wants and who seems to be two people."""
    words = request.GET.get("q", "")[:100]
    page = Paginator(people.mine(decider=request.user, words=words), ON_A_PAGE).get_page(request.GET.get("seite"))
    towns = [(town, places.needs_approval(town), standing.twins_of(town)) for town in Standing.objects.towns_of(request.user)]
    asked = len(approving.asked_of(request.user, at=timezone.now()))
    return render(request, "training/my_people.html", {"page": page, "words": words, "towns": towns, "asked": asked, **tabs(request)})


@require_safe
@decides
def my_person(request: ClerkRequest, person: UUID) -> HttpResponse:
    """One of my people: everything she asked for, and enrolling her."""
    return _person_page(request, person, EnrolForm(decider=request.user, at=timezone.now()))


@require_POST
@decides
def enrol(request: ClerkRequest, person: UUID) -> HttpResponse:
    """Enrol one of my people."""
    found, now = person_or_404(request, person), timezone.now()
    form = EnrolForm(request.POST, decider=request.user, at=now)
    if not form.is_valid():
        return _person_page(request, person, form, status=422)
    try:
        made = enrolling.enrol(date=form.cleaned_data["date"], person=found, by=request.user, at=now)
    except (enrolling.CannotEnrol, places.CannotFind) as refusal:
        form.add_error("date", str(refusal))
        return _person_page(request, person, form, status=422)
    messages.success(request, _("%(person)s: %(state)s.") % {"person": found, "state": made.get_state_display()})
    return redirect("training:my_person", person)


@require_POST
@decides
def withdraw(request: ClerkRequest, enrolment: UUID) -> HttpResponse:
    """Withdraw one of my people."""
    found = enrolment_or_404(request, enrolment)
    person = person_or_404(request, found.person.public_id)
    try:
        enrolling.withdraw(date=found.date, person=person, by=request.user, at=timezone.now(), reason=request.POST.get("reason", ""))
    except (enrolling.CannotWithdraw, places.CannotFind) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(person)s is withdrawn.") % {"person": person})
    return redirect("training:my_person", person.public_id)


@require_POST
@coordinates
def wanting_approval(request: ClerkRequest, municipality: UUID) -> HttpResponse:
    """Say whether supervisors approve each enrolment."""
    town = town_or_404(request, municipality)
    town_keeping.want_approval(municipality=town, wanted=request.POST.get("wanted") == "1", by=request.user, at=timezone.now())
    messages.success(request, _("Saved."))
    return redirect("training:my_people")


@require_POST
@coordinates
def unite(request: ClerkRequest, municipality: UUID) -> HttpResponse:
    """Make one of two accounts of a person."""
    contacts = Contact.objects.select_related("person").filter(municipality=town_or_404(request, municipality))
    earlier, arrived = (get_object_or_404(contacts, pk=_number(request.POST.get(name, ""))) for name in ("earlier", "arrived"))
    try:
        person = standing.unite(earlier=earlier, arrived=arrived, by=request.user, at=timezone.now())
    except uniting.CannotUnite as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(person)s is one person from now on.") % {"person": person})
    return redirect("training:my_people")


def _person_page(request: ClerkRequest, public_id: UUID, form: EnrolForm, status: int = 200) -> HttpResponse:
    person, now = person_or_404(request, public_id), timezone.now()
    rows = [
        (
            one,
            one.state in Enrolment.ACTIVE and now < one.date.starts_at,
            one.state == Enrolment.State.ENROLLED and now < one.date.starts_at,
        )
        for one in people.all_of(decider=request.user, person=person)
    ]
    context = {"person": person, "contact": Contact.objects.get(person=person), "rows": rows, "form": form, **tabs(request)}
    return render(request, "training/my_person.html", context, status=status)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
