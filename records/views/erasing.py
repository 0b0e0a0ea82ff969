"""Erasing a misfiled document: asked for by whoever manages the file, approved by a second person."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from records import erasure
from records.models import ErasureRequest
from records.models.access import LEVEL_MANAGE
from tenants.doors import roles_required
from tenants.roles import Role

from .doors import ClerkRequest, document_or_404


@require_POST
def ask(request: ClerkRequest, document: UUID) -> HttpResponse:
    found = document_or_404(request.user, document, LEVEL_MANAGE)
    try:
        erasure.ask_for_erasure(document=found, reason=request.POST.get("reason", "")[:1000], by=request.user, at=timezone.now())
    except erasure.CannotErase as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Erasing has been asked for. The data protection officer decides."))
    return redirect("records:file", found.file.public_id)


@require_safe
@roles_required(Role.DATA_PROTECTION)
def requests(request: ClerkRequest) -> HttpResponse:
    """What waits for a second person. Neither title nor content is shown: the officer need not be able to read the file."""
    waiting = ErasureRequest.objects.filter(approved_at__isnull=True).select_related("document__file", "asked_by").order_by("asked_at")
    done = ErasureRequest.objects.filter(approved_at__isnull=False).select_related("document__file", "asked_by", "approved_by")
    context = {"nav": "administration", "waiting": waiting, "done": done.order_by("-approved_at")[:50]}
    return render(request, "records/erasures.html", context)


@require_POST
@roles_required(Role.DATA_PROTECTION)
def approve(request: ClerkRequest, erasure_id: UUID) -> HttpResponse:
    found = ErasureRequest.objects.select_related("document__file", "asked_by").filter(public_id=erasure_id).first()
    if found is None:
        raise Http404
    try:
        erasure.approve_erasure(request=found, by=request.user, at=timezone.now())
    except erasure.CannotErase as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The document has been erased."))
    return redirect("records:erasures")
