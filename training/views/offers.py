"""The links of an offer, for whoever has the mail: no login, and nothing happens before a button is pressed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from training import double_seats, offering


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, offer: str) -> HttpResponse:
    """GET shows the offer with two buttons, whoever or whatever follows the link; POST answers it."""
    answer = request.POST.get("answer", "")
    act = {"accept": offering.accept, "decline": offering.decline}.get(answer, offering.offered)
    context = {"nav": "", "wants": request.GET.get("antwort", ""), "done": answer if act is not offering.offered else ""}
    try:
        enrolment = act(token=offer, at=timezone.now())
    except offering.CannotFollow as refusal:
        return render(request, "training/offer.html", {**context, "refused": str(refusal)}, status=422)
    clash = "" if context["done"] else double_seats.said_of(enrolment.date, enrolment.person)
    shown = {"enrolment": enrolment, "sessions": offering.sessions_of(enrolment), "clash": clash}
    return render(request, "training/offer.html", {**context, **shown})
