"""Data protection on screens: for operators retention, exports and anonymising; for whoever asks what is stored about her."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.api.etags import ranged_file_response
from hotline import anonymising, disclosing, retaining
from hotline.models import LegalHold, PersonExport, ProtectionEntry, Ticket
from hotline.protection_forms import ConfirmForm, RuleForm
from tenants.centre.models import Municipality
from tenants.doors import ClerkRequest, roles_required
from tenants.models import User
from tenants.roles import CentreRole

from .doors import asks, ticket_or_404
from .operating import operators_only

SHOWN, PEOPLE = 30, 50


@require_safe
@operators_only
def protection(request: ClerkRequest) -> HttpResponse:
    """How long requests are kept, what goes at the next run, what is held, and the journal."""
    return _page(request, RuleForm(initial={"years": retaining.rules().years}))


@require_POST
@operators_only
def retention_rule(request: ClerkRequest) -> HttpResponse:
    """Another rule, for all or for one municipality."""
    form = RuleForm(request.POST)
    if form.is_valid():
        try:
            retaining.set_rule(**form.cleaned_data, by=request.user, at=timezone.now())
        except retaining.CannotRetain as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("hotline:protection")
    return _page(request, form)


@require_safe
@operators_only
def protection_people(request: ClerkRequest) -> HttpResponse:
    """People who ask for help, by a part of name, e-mail or telephone number."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    people = _contacts().select_related("contact__municipality").order_by("display_name", "pk")
    if asked:
        people = people.filter(Q(display_name__icontains=asked) | Q(email__icontains=asked) | Q(telephone__icontains=asked))
    context = {"nav": "administration", "q": asked, "people": people[:PEOPLE], "most": PEOPLE}
    return render(request, "hotline/protection_people.html", context)


@require_safe
@operators_only
def protection_person(request: ClerkRequest, person: UUID) -> HttpResponse:
    """One contact: what would be anonymised, and her export."""
    found = contact_or_404(person)
    export = PersonExport.objects.visible_to(request.user).filter(person=found, whole=True).first()
    return _person_page(request, found, "hotline/protection_person.html", export=export, now=timezone.now())


@require_POST
@operators_only
def person_export(request: ClerkRequest, person: UUID) -> HttpResponse:
    found = contact_or_404(person)
    try:
        disclosing.ask(person=found, by=request.user, at=timezone.now())
    except disclosing.CannotDisclose as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The export is being made. It can be fetched here in a moment."))
    return redirect("hotline:protection_person", found.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def person_anonymise(request: ClerkRequest, person: UUID) -> HttpResponse:
    """The second confirmation, with what will happen; then it happens."""
    found = contact_or_404(person)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            anonymising.anonymise(person=found, **form.cleaned_data, by=request.user, at=timezone.now())
        except anonymising.CannotAnonymise as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            messages.success(
                request, _("The person is anonymised. Free texts may still hold hints that no program knows; please look through them.")
            )
            return redirect("hotline:protection")
    elsewhere = anonymising.elsewhere(person=found, by=request.user)
    status = 422 if form.errors else 200
    return _person_page(request, found, "hotline/protection_anonymise.html", form=form, elsewhere=elsewhere, status=status)


@require_POST
@operators_only
def ticket_hold(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    """Keep a request whatever its time."""
    found = ticket_or_404(request, ticket)
    return _of_ticket(
        request, found, lambda: retaining.hold(ticket=found, reason=request.POST.get("reason", ""), by=request.user, at=timezone.now())
    )


@require_POST
@operators_only
def ticket_hold_end(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    found = ticket_or_404(request, ticket)
    return _of_ticket(request, found, lambda: retaining.end_hold(ticket=found, by=request.user, at=timezone.now()))


@require_http_methods(["GET", "HEAD", "POST"])
@asks
@never_cache
def my_data(request: ClerkRequest) -> HttpResponse:
    """What is stored about oneself: asked for here, and fetched."""
    if request.method == "POST":
        try:
            disclosing.ask(person=request.user, by=request.user, at=timezone.now())
        except disclosing.CannotDisclose as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The export is being made. It can be fetched here in a moment."))
        return redirect("hotline:my_data")
    export = PersonExport.objects.visible_to(request.user).filter(person=request.user, whole=False).first()
    context = {
        "nav": "my_data",
        "export": export,
        "now": timezone.now(),
        "years": retaining.rules().years,
        "asks": request.user.has_role(CentreRole.REQUESTER),
    }
    return render(request, "hotline/my_data.html", context)


@require_safe
@roles_required(CentreRole.OPERATOR, CentreRole.REQUESTER)
@never_cache
def export_file(request: ClerkRequest, export: UUID) -> HttpResponseBase:
    """The ZIP file, for whom it was made."""
    found = PersonExport.objects.visible_to(request.user).select_related("person").filter(public_id=export).first()
    now = timezone.now()
    if found is None or not found.is_to_be_had(now):
        raise Http404
    return ranged_file_response(
        request,
        lambda: disclosing.fetch(export=found, by=request.user, at=now),
        size=found.size,
        etag=found.sha256,
        media_type="application/zip",
        name=disclosing.name_of(found),
        inline=False,
    )


def _contacts() -> Any:
    return User.objects.get_queryset().filter(groups__name=CentreRole.REQUESTER, is_guest=False, anonymous=None).distinct()


def contact_or_404(public_id: UUID) -> User:
    """Somebody who asks for help, or did."""
    found: User = get_object_or_404(_contacts().select_related("contact__municipality"), public_id=public_id)
    return found


def _page(request: ClerkRequest, form: RuleForm) -> HttpResponse:
    rules = retaining.rules()
    own = Municipality.objects.filter(pk__in=rules.own).order_by("name")
    holds = LegalHold.objects.select_related("ticket").order_by("-at", "pk")
    context = {
        "nav": "administration",
        "form": form,
        "years": rules.years,
        "own": [(town, rules.own[town.pk]) for town in own],
        "preview": retaining.preview(at=timezone.now()),
        "holds": holds[:PEOPLE],
        "entries": ProtectionEntry.objects.order_by("-at", "-pk")[:SHOWN],
    }
    return render(request, "hotline/protection.html", context, status=422 if form.errors else 200)


def _person_page(request: ClerkRequest, person: User, template: str, *, status: int = 200, **more: Any) -> HttpResponse:
    preview = anonymising.preview(person=person, by=request.user)
    contact = getattr(person, "contact", None)
    return render(
        request, template, {"nav": "administration", "person": person, "contact": contact, "preview": preview, **more}, status=status
    )


def _of_ticket(request: ClerkRequest, ticket: Ticket, act: Any) -> HttpResponse:
    try:
        act()
    except retaining.CannotRetain as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect("hotline:ticket", ticket.public_id)
