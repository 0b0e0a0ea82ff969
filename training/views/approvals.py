"""What waits for my approval: yes or no, to several at once."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from tenants.doors import ClerkRequest
from training import approving
from training.models import Enrolment

from .deciding import decides, tabs


@require_http_methods(["GET", "HEAD", "POST"])
@decides
def approvals(request: ClerkRequest) -> HttpResponse:
    """Wishes of my people, the oldest first; those that are ticked are approved, or refused with a reason."""
    asked = approving.asked_of(request.user, at=timezone.now())
    refusal, reason = "", request.POST.get("reason", "")
    ticked = _ticked(asked, request.POST.getlist("enrolment")) if request.method == "POST" else []
    if request.method == "POST":
        if not ticked:
            refusal = _("Please choose whom you mean.")
        elif request.POST.get("answer") == "approve":
            _said(request, ticked, approving.approve_all(enrolments=ticked, by=request.user, at=timezone.now()), approved=True)
            return redirect("training:approvals")
        else:
            try:
                left = approving.refuse_all(enrolments=ticked, reason=reason, by=request.user, at=timezone.now())
            except approving.CannotApprove as no_reason:
                refusal = str(no_reason)
            else:
                _said(request, ticked, left, approved=False)
                return redirect("training:approvals")
    rows = [(one, one in ticked) for one in asked]
    context = {"rows": rows, "refusal": refusal, "reason": reason, **tabs(request)}
    return render(request, "training/approvals.html", context, status=422 if refusal else 200)


def _ticked(asked: Iterable[Enrolment], ids: list[str]) -> list[Enrolment]:
    known = {str(one.public_id): one for one in asked}
    return [known[key] for text in ids if (key := _id(text)) in known]


def _id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _said(request: ClerkRequest, ticked: list[Enrolment], left: list[tuple[Enrolment, str]], *, approved: bool) -> None:
    done = len(ticked) - len(left)
    if done:
        sentence = (
            ngettext("%(count)d enrolment was approved.", "%(count)d enrolments were approved.", done)
            if approved
            else ngettext("%(count)d enrolment was not approved.", "%(count)d enrolments were not approved.", done)
        )
        messages.success(request, sentence % {"count": done})
    for one, why in left:
        messages.error(request, _("%(person)s: %(why)s") % {"person": one.person, "why": why})
