"""Erasing a misfiled document: asked for by whoever manages the file, approved or refused by a second person."""

from __future__ import annotations

from collections.abc import Callable
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

from .doors import ClerkRequest, acted, document_or_404

DECIDED = 50


@require_POST
def ask(request: ClerkRequest, document: UUID) -> HttpResponse:
    found = document_or_404(request.user, document, LEVEL_MANAGE)
    try:
        erasure.ask_for_erasure(document=found, reason=request.POST.get("reason", ""), by=request.user, at=timezone.now())
    except erasure.CannotErase as refusal:
        return acted(request, found, refused=str(refusal))
    return acted(request, found, done=_("Erasing has been asked for. The data protection officer decides."))


@require_safe
@roles_required(Role.DATA_PROTECTION)
def requests(request: ClerkRequest) -> HttpResponse:
    """What waits for a second person. Neither title nor content is shown: the officer need not be able to read the file."""
    known = ErasureRequest.objects.select_related("document__file", "asked_by", "approved_by", "refused_by")
    context = {
        "nav": "administration",
        "waiting": known.waiting().order_by("asked_at"),
        "done": known.filter(approved_at__isnull=False).order_by("-approved_at")[:DECIDED],
        "refused": known.filter(refused_at__isnull=False).order_by("-refused_at")[:DECIDED],
    }
    return render(request, "records/erasures.html", context)


@require_POST
@roles_required(Role.DATA_PROTECTION)
def approve(request: ClerkRequest, erasure_id: UUID) -> HttpResponse:
    def act(found: ErasureRequest) -> None:
        erasure.approve_erasure(request=found, by=request.user, at=timezone.now())

    return _decide(request, erasure_id, act, done=_("The document has been erased."))


@require_POST
@roles_required(Role.DATA_PROTECTION)
def refuse(request: ClerkRequest, erasure_id: UUID) -> HttpResponse:
    def act(found: ErasureRequest) -> None:
        erasure.refuse_erasure(request=found, reason=request.POST.get("reason", ""), by=request.user, at=timezone.now())

    return _decide(
        request, erasure_id, act, done=_("The erasure has been refused. Whoever asked for it reads your reason at the document.")
    )


def _decide(request: ClerkRequest, erasure_id: UUID, act: Callable[[ErasureRequest], None], *, done: str) -> HttpResponse:
    found = ErasureRequest.objects.filter(public_id=erasure_id).first()
    if found is None:
        raise Http404
    try:
        act(found)
    except erasure.CannotErase as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("records:erasures")
