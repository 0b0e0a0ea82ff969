"""My enrolment, behind the link in the mails of somebody who cannot sign in: no login, and nothing happens before a button is pressed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from foundation.store import StoreError
from tenants.api.doors import uuid_or_none
from tenants.centre import stores
from tenants.refusals import refuse
from training import certificate_sheets, personal
from training.models import Certificate

from .limits import Limit

logger = logging.getLogger(__name__)
WRONG_LINKS = Limit("personal-link", most=30, seconds=3600)
KNOWN_BY = "anmeldung"  # the cookie by which this telephone is known in the room
KNOWN_FOR = 24 * 3600
R = TypeVar("R", bound=HttpResponseBase)
IN_THE_ROOM = "/schulungen/anwesend/"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrolment(request: HttpRequest, token: str) -> HttpResponse:
    """Her date and how she stands; POST does what its `act` says and comes back here."""
    if WRONG_LINKS.is_over(request):
        return WRONG_LINKS.refused(request)
    try:
        found, refusal = personal.opened(token=token, at=timezone.now()), ""
        if request.method == "POST":
            try:
                return redirect(f"{request.path}?erledigt={_act(request, token)}")
            except personal.CannotDo as refused:
                refusal, found = str(refused), personal.opened(token=token, at=timezone.now())
    except personal.CannotOpen as refused:
        return _no(request, refused)
    context = {**_page(found, token), "refusal": refusal, "done": _done(request.GET.get("erledigt", "")) if not refusal else ""}
    context["typed"] = request.POST.get("text", "") if refusal else ""
    response = render(request, "training/personal.html", context, status=422 if refusal else 200)
    if context["page"].code:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(KNOWN_BY, token, max_age=KNOWN_FOR, path=IN_THE_ROOM, secure=secure, httponly=True, samesite="Lax")
    return _hidden(response)


@login_not_required
@never_cache
@require_safe
def certificate(request: HttpRequest, token: str, certificate: UUID) -> HttpResponseBase:
    """Her confirmation, as it was issued."""
    if WRONG_LINKS.is_over(request):
        return WRONG_LINKS.refused(request)
    try:
        found = personal.certificate_of(token=token, certificate=certificate, at=timezone.now())
    except (personal.CannotOpen, personal.CannotDo) as refused:
        return _no(request, refused)
    if not found.is_made:
        return _later(request, 404, _("The sheet is being made. Please try again in a few minutes."))
    try:
        opened = stores.of_certificates().open_verified(found.sha256)
    except StoreError as trouble:
        logger.error("A certificate could not be read from the store: %s", trouble)
        return _later(request, 503, _("The sheet cannot be read at the moment. The centre has been told; please try again later."))
    return _hidden(FileResponse(opened, content_type="application/pdf", filename=f"bescheinigung-{found.number}.pdf"))


def _act(request: HttpRequest, token: str) -> str:
    """Do what she asks for; gives the word by which the page says that it is done. Raises personal.CannotDo, personal.CannotOpen."""
    sent, at = request.POST, timezone.now()
    acts: dict[str, tuple[str, Callable[[], Any]]] = {
        "withdraw": ("abgemeldet", lambda: personal.withdraw(token=token, reason=sent.get("reason", ""), at=at)),
        "accept": ("angenommen", lambda: personal.accept(token=token, at=at)),
        "decline": ("abgelehnt", lambda: personal.decline(token=token, at=at)),
        "need": ("bedarf", lambda: personal.tell_need(token=token, text=sent.get("text", ""), at=at)),
        "forget": ("geloescht", lambda: personal.tell_need(token=token, text="", at=at)),
        "shown": ("name", lambda: _shown(token, sent.get("certificate", ""), sent.get("shown", ""))),
    }
    if sent.get("act") not in acts:
        raise personal.CannotDo(_("Please use one of the buttons."))
    if sent["act"] == "need" and not sent.get("text", "").strip():
        raise personal.CannotDo(_("Please write what you need."))
    word, act = acts[sent["act"]]
    act()
    return word


def _shown(token: str, certificate: str, shown: str) -> Certificate:
    known = uuid_or_none(certificate)
    if known is None:
        raise personal.CannotDo(_("There is no such confirmation here."))
    return personal.choose_shown(token=token, certificate=known, shown=shown, at=timezone.now())


def _done(word: str) -> str:
    """What was done, in a sentence."""
    said = {
        "abgemeldet": _("You are withdrawn. Your place goes to the next person."),
        "angenommen": _("You are enrolled. We have sent you a confirmation for your calendar."),
        "abgelehnt": _("You have declined the place. It goes to the next person on the waiting list."),
        "bedarf": _("Saved. The trainers of this course read it."),
        "geloescht": _("What you had told of your needs is deleted."),
        "name": _("It is shown like that from now on."),
    }
    return said.get(word, "")


def _page(found: Any, token: str) -> dict[str, Any]:
    page, today = personal.page_of(found, at=timezone.now()), timezone.localdate()
    certificates = [(each, certificate_sheets.address_of(each), each.holds_on(today)) for each in page.certificates]
    return {"nav": "", "page": page, "token": token, "certificates": certificates, "shown": Certificate.Shown.choices}


def _no(request: HttpRequest, refusal: Exception) -> HttpResponse:
    WRONG_LINKS.count(request)
    return _hidden(refuse(request, status=422, title=_("This link does not hold"), detail=str(refusal)))


def _later(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    return _hidden(refuse(request, status=status, title=_("Not ready yet"), detail=detail))


def _hidden(response: R) -> R:
    """No search engine keeps it, and no other site learns its address. Not "no-referrer": browsers would send the forms with an origin "null" then."""
    response["X-Robots-Tag"], response["Referrer-Policy"] = "noindex, nofollow", "same-origin"
    return response
