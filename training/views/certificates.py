"""Certificates on screen: the trainer issues, prints and takes back those of a date; whoever has one finds it on her page."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.store import StoreError
from tenants.centre import arriving, stores
from tenants.doors import ClerkRequest
from training import certificate_sheets, certifying, evaluating, examining, learning
from training.attendance_forms import ReasonForm, ShownForm
from training.certifying import CannotCertify
from training.models import Certificate, CourseDate
from training.models.courses import STAFF

from .doors import date_or_404, learns, trainers_only

logger = logging.getLogger(__name__)
PDF = "application/pdf"
PART = 100  # sheets in one file to be printed


@require_http_methods(["GET", "HEAD", "POST"])
@trainers_only
def certificates(request: ClerkRequest, date: UUID) -> HttpResponse:
    """How a date ended for everybody; POST issues what is due, in one act."""
    held = date_or_404(request, date)
    if request.method == "POST":
        try:
            made = certifying.issue(date=held, by=request.user, at=timezone.now())
        except CannotCertify as refused:
            messages.error(request, str(refused))
        else:
            words = ngettext("%(count)s certificate was issued.", "%(count)s certificates were issued.", len(made))
            messages.success(request, words % {"count": len(made)} if made else _("There was nothing to be issued."))
        return redirect("training:certificates", held.public_id)
    outcomes = certifying.outcomes(held)
    context = {
        **_frame(held),
        "outcomes": outcomes,
        "due": sum(bool(each.kind) and each.certificate is None for each in outcomes),
        **_progress(held),
        "finished": held.state == CourseDate.State.DONE,
    }
    return render(request, "training/certificates.html", context)


@require_safe
@trainers_only
def certificates_progress(request: ClerkRequest, date: UUID) -> HttpResponse:
    """How far the workers are with the sheets; asked again and again while they are not done."""
    held = date_or_404(request, date)
    return render(request, "training/_certificates_progress.html", {"date": held, **_progress(held)})


@require_POST
@trainers_only
def certificates_again(request: ClerkRequest, date: UUID) -> HttpResponse:
    held = date_or_404(request, date)
    certifying.try_again(date=held, by=request.user)
    messages.success(request, _("The sheets that failed are made once more."))
    return redirect("training:certificates", held.public_id)


@require_POST
@trainers_only
def results(request: ClerkRequest, date: UUID) -> HttpResponse:
    """How the examination ended: "yes" or "no" of each, left alone where nothing is chosen."""
    held = date_or_404(request, date)
    said = {
        int(name.removeprefix("passed-")): value == "yes"
        for name, value in request.POST.items()
        if name.startswith("passed-") and name[7:].isdecimal() and len(name) < 20 and value in ("yes", "no")
    }
    try:
        count = examining.enter_results(date=held, results=said, by=request.user, at=timezone.now())
    except examining.CannotExamine as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, ngettext("%(count)s result was entered.", "%(count)s results were entered.", count) % {"count": count})
    return redirect("training:certificates", held.public_id)


@require_safe
@trainers_only
def certificates_print(request: ClerkRequest, date: UUID) -> HttpResponseBase:
    """All sheets of a date in one file, in the order of names; a hundred at a time (`teil`, from 1)."""
    held = date_or_404(request, date)
    part = request.GET.get("teil", "1")
    begins = (int(part) - 1) * PART if part.isdecimal() and int(part[:4]) > 0 and len(part) < 5 else 0
    made = Certificate.objects.valid().filter(enrolment__date=held).exclude(sha256="").order_by("name", "pk")[begins : begins + PART]
    found = list(made)
    if not found:
        raise Http404
    try:
        content = certificate_sheets.together(found)
    except StoreError as trouble:
        return _unreadable(request, trouble, "training:certificates", held.public_id)
    headers = {"Content-Disposition": f'inline; filename="bescheinigungen-{timezone.localdate(held.starts_at)}.pdf"'}
    return HttpResponse(content, content_type=PDF, headers=headers)


@require_safe
@learns
def certificate(request: ClerkRequest, certificate: UUID) -> HttpResponseBase:
    """A sheet, as it was issued."""
    found = certificate_or_404(request, certificate)
    if not found.is_made:
        raise Http404
    try:
        opened = stores.of_certificates().open_verified(found.sha256)
    except StoreError as trouble:
        return _unreadable(request, trouble, "training:my_certificates")
    return FileResponse(opened, content_type=PDF, filename=f"bescheinigung-{found.number}.pdf", as_attachment="laden" in request.GET)


@require_http_methods(["GET", "HEAD", "POST"])
@trainers_only
def certificate_revoke(request: ClerkRequest, certificate: UUID) -> HttpResponse:
    """Take one back, or issue it anew."""
    found = certificate_or_404(request, certificate)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        act = certifying.reissue if form.cleaned_data["anew"] else certifying.revoke
        try:
            act(certificate=found, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except CannotCertify as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Certificate %(number)s was revoked.") % {"number": found.number})
            return redirect("training:certificates", found.enrolment.date.public_id)
    context = {**_frame(found.enrolment.date), "certificate": found, "form": form}
    return render(request, "training/certificate_revoke.html", context, status=422 if form.errors else 200)


@require_safe
@learns
def my_certificates(request: ClerkRequest) -> HttpResponse:
    """What she has, until when it holds, and what is still missing on her learning path."""
    now = timezone.now()
    roles = learning.roles_with_paths()
    role = _role(request, [value for value, _label in roles])
    mine = Certificate.objects.filter(person=request.user).with_course().newest_first()
    context = {
        "nav": "training",
        "section": "certificates",
        "staff": request.user.has_role(*STAFF),
        "certificates": [(each, certificate_sheets.address_of(each), each.holds_on(timezone.localdate(now))) for each in mine],
        "shown": Certificate.Shown.choices,
        "roles": roles,
        "role": role,
        "path": learning.path_of(person=request.user, role=role, at=now) if role else [],
        "to_answer": evaluating.open_to(person=request.user, at=now),
    }
    return render(request, "training/my_certificates.html", context)


@require_POST
@learns
def certificate_shown(request: ClerkRequest, certificate: UUID) -> HttpResponse:
    """How much of her name others see."""
    found = certificate_or_404(request, certificate)
    form = ShownForm(request.POST)
    try:
        certifying.choose_shown(certificate=found, shown=form.data.get("shown", ""), by=request.user)
    except CannotCertify as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It is shown like that from now on."))
    return redirect("training:my_certificates")


def certificate_or_404(request: ClerkRequest, public_id: UUID) -> Certificate:
    found: Certificate | None = Certificate.objects.visible_to(request.user).with_course().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _role(request: ClerkRequest, known: list[str]) -> str:
    """The role whose path is shown: the one she chose, else one that her node told of, else the first."""
    brought = (arriving.brought(request.session) or {}).get("roles", [])
    return next((role for role in (request.GET.get("rolle", ""), *brought) if role in known), known[0] if known else "")


def _progress(held: CourseDate) -> dict[str, Any]:
    issued, made, failed = certifying.progress(held)
    parts = [(number + 1, number * PART + 1, min(made, (number + 1) * PART)) for number in range(-(-made // PART))]
    return {"issued": issued, "made": made, "failed": failed, "busy": made + failed < issued, "parts": parts}


def _unreadable(request: ClerkRequest, trouble: StoreError, *back: Any) -> HttpResponse:
    logger.error("A certificate could not be read from the store: %s", trouble)
    messages.error(request, _("The sheet cannot be read at the moment. The centre has been told; please try again later."))
    return redirect(*back)


def _frame(held: CourseDate) -> dict[str, Any]:
    return {"nav": "training", "section": "dates", "staff": True, "date": held}
