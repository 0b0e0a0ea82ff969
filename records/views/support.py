"""Consent to the competence centre's looking in: what is asked of whom, accepted, shortened, refused, ended."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from records import support_access
from records.models import RecordFile, SupportAccess

from .doors import ClerkRequest


@require_safe
def requests(request: ClerkRequest) -> HttpResponse:
    """What waits for this person's decision, and what she has power to end."""
    return _page(request)


@require_POST
def accept(request: ClerkRequest, access: UUID) -> HttpResponse:
    """Let the agent look, for as many hours as were asked for, or fewer. What is refused stays on the page as it was filled in."""
    found = _waiting(request, access)
    given = request.POST.get("hours", "")
    hours = int(given) if given.isascii() and given.isdecimal() and len(given) < 3 else 0
    confirmed = request.POST.get("confirmed") == "1"
    address = request.build_absolute_uri("/").rstrip("/")
    try:
        done = support_access.accept(access=found, hours=hours, confirmed=confirmed, address=address, by=request.user, at=timezone.now())
    except support_access.CannotDecide as refusal:
        return _page(request, refused=found, refusal=str(refusal), hours=hours, confirmed=confirmed)
    until = f"{timezone.localtime(done.until):%d.%m.%Y %H:%M}"
    messages.success(request, _("%(name)s may look until %(until)s.") % {"name": done.agent_name, "until": until})
    return redirect("records:support")


@require_POST
def refuse(request: ClerkRequest, access: UUID) -> HttpResponse:
    try:
        support_access.refuse(access=_waiting(request, access), by=request.user, at=timezone.now())
    except support_access.CannotDecide as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You have refused. The competence centre is told so, without a reason."))
    return redirect("records:support")


@require_POST
def end(request: ClerkRequest, access: UUID) -> HttpResponse:
    found = support_access.running_for(person=request.user, at=timezone.now()).filter(public_id=access).first()
    if found is None:
        raise Http404
    try:
        support_access.revoke(access=found, by=request.user, at=timezone.now())
    except support_access.CannotDecide as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The access has ended."))
    return redirect("records:support")


def _waiting(request: ClerkRequest, access: UUID) -> SupportAccess:
    found = support_access.waiting_for(person=request.user, at=timezone.now()).filter(public_id=access).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: ClerkRequest, *, refused: SupportAccess | None = None, refusal: str = "", hours: int = 0, confirmed: bool = False
) -> HttpResponse:
    now = timezone.now()
    waiting = list(support_access.waiting_for(person=request.user, at=now))
    named = [access.file_id for access in waiting if access.file_id]
    files = {file.pk: file for file in RecordFile.objects.visible_to(request.user).filter(pk__in=named)}
    context = {
        "nav": "desk",
        "waiting": [(access, files.get(access.file_id or 0)) for access in waiting],
        "running": support_access.running_for(person=request.user, at=now),
        "refused": refused.pk if refused else None,
        "refusal": refusal,
        "hours": hours,
        "confirmed": confirmed,
    }
    return render(request, "records/support.html", context, status=422 if refusal else 200)
