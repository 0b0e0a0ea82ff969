""" "Was that helpful?" for whoever has the link: no login, and nothing is counted by following it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hotline import rating

SAID = {"ja": "1", "nein": "0"}  # what a link of a mail asks for, and the button that says it
MEANT = {"1": True, "0": False, "": None}


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def helpful(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows two buttons, whoever or whatever follows the link; POST counts, or changes what was counted.

    With `antwort` in the address the page presses the button itself as soon as somebody looks at it (static/js/helpful.js): one click in the mail.
    What follows links only, as mail scanners do, runs no script and counts nothing.
    """
    refused, receipt, said = "", "", request.POST.get("helpful", "")
    try:
        if request.method == "POST" and "receipt" in request.POST:
            receipt = rating.change(receipt=request.POST["receipt"], helpful=MEANT.get(said))
        elif request.method == "POST":
            receipt = rating.rate(token=token, helpful=said == "1", at=timezone.now())
        else:
            rating.checked(token)
    except rating.CannotRate as refusal:
        refused = str(refusal)
    context = {
        "nav": "",
        "token": token,
        "refused": refused,
        "done": request.method == "POST",
        "receipt": receipt,
        "said": said,
        "at_once": SAID.get(request.GET.get("antwort", ""), ""),
    }
    return render(request, "hotline/helpful.html", context, status=422 if refused else 200)
