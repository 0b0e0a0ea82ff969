"""Emergency access: asked for by anybody who knows a reference, approved by a second person, ended by who manages the file."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from records import emergency
from records.forms import EmergencyForm
from records.models.access import LEVEL_FOR
from tenants.doors import roles_required

from .doors import ClerkRequest, file_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: ClerkRequest) -> HttpResponse:
    """The answer is the same whether there is such a file or not."""
    form = EmergencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            emergency.ask(**form.cleaned_data, by=request.user, at=timezone.now())
        except emergency.CannotAsk as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Your request has been accepted. If a second person approves it, you find the file by its reference.")
            )
            return redirect("records:emergency")
    context = {"nav": "desk", "form": form, "open": emergency.open_to(clerk=request.user, at=timezone.now())}
    return render(request, "records/emergency.html", context, status=422 if form.errors else 200)


@require_safe
@roles_required(*emergency.APPROVERS)
def requests(request: ClerkRequest) -> HttpResponse:
    """What waits for a second person: reference and reason, no title; never what she asked for herself."""
    waiting = emergency.waiting_for(approver=request.user, at=timezone.now())
    return render(request, "records/emergencies.html", {"nav": "administration", "waiting": waiting})


@require_POST
@roles_required(*emergency.APPROVERS)
def approve(request: ClerkRequest, emergency_id: UUID) -> HttpResponse:
    found = emergency.waiting_for(approver=request.user, at=timezone.now()).filter(public_id=emergency_id).first()
    if found is None:
        raise Http404
    try:
        emergency.approve(access=found, by=request.user, at=timezone.now())
    except emergency.CannotApprove as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(person)s may read the file for 24 hours.") % {"person": found.asked_by})
    return redirect("records:emergencies")


@require_POST
def end(request: ClerkRequest, file: UUID, emergency_id: UUID) -> HttpResponse:
    found = file_or_404(request.user, file, LEVEL_FOR["grant"])
    access = emergency.of_file(file=found).filter(public_id=emergency_id).first()
    if access is None:
        raise Http404
    emergency.end(access=access, by=request.user, at=timezone.now())
    messages.success(request, _("The emergency access has ended."))
    return redirect("records:file_rights", file)
