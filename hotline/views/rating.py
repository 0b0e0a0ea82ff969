""" "Was that helpful?" for whoever has the link: no login, and nothing happens before a button is pressed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hotline import rating


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def helpful(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows two buttons, whoever or whatever follows the link; POST counts."""
    refused, done = "", False
    try:
        if request.method == "POST":
            rating.rate(token=token, helpful=request.POST.get("helpful") == "1", at=timezone.now())
            done = True
        else:
            rating.checked(token)
    except rating.CannotRate as refusal:
        refused = str(refusal)
    return render(request, "hotline/helpful.html", {"nav": "", "refused": refused, "done": done}, status=422 if refused else 200)
