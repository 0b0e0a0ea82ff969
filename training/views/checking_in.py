""" "I am here": whoever has opened the code of the room, with a login or without. Nothing happens by following the link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tenants.doors import ClerkRequest
from training import attendance_codes, attending, checking_in
from training.attending import CannotAttend
from training.models import Attendance, Session

from .doors import learns
from .limits import Limit
from .personal import KNOWN_BY

WRONG_CODES = Limit("room-code", most=30, seconds=600)
MAILS = Limit("mailed-code", most=60, seconds=600)  # a class behind one address


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check_in(request: HttpRequest, session: UUID, code: str) -> HttpResponse:
    """GET looks whether the code is fresh and shows a button, POST writes it down."""
    found = Session.objects.filter(public_id=session, called_off_at=None).select_related("date__course", "room").first()
    if found is None:
        return _page(request, {"refused": _("This code has ended. Please open the one that is shown now.")})
    if request.user.is_authenticated:
        return _signed_in(request, found, code)  # type: ignore[return-value]
    return _unknown(request, found, code)


@learns
def _signed_in(request: ClerkRequest, found: Session, code: str) -> HttpResponse:
    """She is who she is signed in as."""
    at, context = timezone.now(), dict[str, Any](session=found)
    try:
        if request.method == "POST":
            context["made"] = attending.check_in(session=found, code=request.POST.get("proof", ""), by=request.user, at=at)
        else:
            _fresh(found, code)
            context["proof"] = attendance_codes.proof_for(session=found, person=request.user, at=at)
    except CannotAttend as refused:
        context = {"refused": str(refused)}
    return _page(request, {"nav": "training", **context})


def _unknown(request: HttpRequest, found: Session, code: str) -> HttpResponse:
    """Who she is, her telephone says (she has opened her link with it), or her code, or her mail."""
    at = timezone.now()
    if WRONG_CODES.is_over(request):
        return WRONG_CODES.refused(request)
    if request.method != "POST":
        try:
            _fresh(found, code)
        except CannotAttend as refused:
            return _page(request, {"refused": str(refused)})
        return _ask(request, found, attendance_codes.room_proof_for(session=found, at=at))
    proof = request.POST.get("proof", "")
    if not attendance_codes.was_in_room(session=found, proof=proof, at=at):
        return _page(request, {"refused": _("This code has ended. Please open the one that is shown now.")})
    try:
        if request.POST.get("act") == "mail":
            return _mailed(request, found, proof)
        made = _entering(request, found, proof)()
    except CannotAttend as refused:
        WRONG_CODES.count(request)
        return _ask(request, found, proof, refusal=str(refused))
    return _page(request, {"session": found, "made": made, "name": str(made.enrolment.person)})


def _entering(request: HttpRequest, found: Session, proof: str) -> Callable[[], Attendance]:
    sent, at = request.POST, timezone.now()
    if sent.get("act") == "link":
        return lambda: checking_in.by_link(session=found, proof=proof, token=request.COOKIES.get(KNOWN_BY, ""), at=at)
    return lambda: checking_in.by_code(session=found, proof=proof, typed=sent.get("typed", "")[:40], at=at)


def _mailed(request: HttpRequest, found: Session, proof: str) -> HttpResponse:
    """The same is answered whatever was typed."""
    if MAILS.is_over(request):
        return MAILS.refused(request)
    MAILS.count(request)
    email = request.POST.get("email", "").replace("\x00", "")[:254]
    if "@" not in email:
        return _ask(request, found, proof, refusal=_("This is no e-mail address."))
    checking_in.mail_code(session=found, proof=proof, email=email, at=timezone.now())
    return _ask(request, found, proof, mailed_to=email)


def _fresh(found: Session, code: str) -> None:
    at = timezone.now()
    if not attendance_codes.is_fresh(session=found, code=code, at=at):
        raise CannotAttend(_("This code has ended. Please open the one that is shown now."))
    attending.check_door(found, at)


def _ask(request: HttpRequest, found: Session, proof: str, *, refusal: str = "", mailed_to: str = "") -> HttpResponse:
    known = checking_in.of_link(session=found, token=request.COOKIES.get(KNOWN_BY, ""), at=timezone.now())
    context = {
        "session": found,
        "proof": proof,
        "unknown": True,
        "known": str(known.person) if known else "",
        "can_mail": checking_in.can_mail(),
        "refusal": refusal,
        "mailed_to": mailed_to,
        "typed": request.POST.get("typed", "") if refusal else "",
    }
    return _page(request, context)


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    refused = context.get("refused") or context.get("refusal")
    response = render(request, "training/check_in.html", {"nav": "", **context}, status=422 if refused else 200)
    response["X-Robots-Tag"], response["Referrer-Policy"] = "noindex, nofollow", "same-origin"  # with "no-referrer" browsers send no origin
    return response
