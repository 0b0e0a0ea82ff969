"""Doors of practice towns: coming in from the centre or by a slip, and what would have been mailed. Elsewhere they do not exist."""

from __future__ import annotations

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants import catching, current, entering
from tenants.forms import PracticeSlipForm
from tenants.models import CaughtMail, User
from tenants.refusals import refuse

PAGE = 50


@csrf_exempt  # it comes from another site: the signed message is the proof, good once and for a minute
@login_not_required
@never_cache
@sensitive_post_parameters()
@require_POST
def arrive(request: HttpRequest) -> HttpResponse:
    """A trainee comes from the page of her course: she is signed in to her own practice town."""
    _only_in_towns_of_trainees()
    try:
        person = entering.come_in(token=request.POST.get("token", ""), at=timezone.now())
    except entering.CannotEnter as refusal:
        return refuse(request, status=403, title=_("You were not let in"), detail=str(refusal))
    return _signed_in(request, person)


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def slip(request: HttpRequest) -> HttpResponse:
    """A trainee has a slip: the QR code brings the code along behind the #, which no server sees; or she types it."""
    _only_in_towns_of_trainees()
    form = PracticeSlipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = entering.come_in_by_slip(code=form.cleaned_data["code"], at=timezone.now())
        except entering.CannotEnter as refusal:
            form.add_error("code", str(refusal))
        else:
            return _signed_in(request, person)
    return render(request, "tenants/practice_slip.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def caught_mail(request: HttpRequest) -> HttpResponse:
    """What this practice municipality would have mailed, the newest first; nothing of it was sent."""
    if not current.municipality().practice:
        raise Http404
    before = request.GET.get("vor", "")
    found = CaughtMail.objects.order_by("-pk")
    if before.isdecimal() and len(before) < 18:
        found = found.filter(pk__lt=int(before))
    rows = list(found[: PAGE + 1])
    next_url = f"?vor={rows[PAGE - 1].pk}" if len(rows) > PAGE else None
    return render(
        request, "tenants/caught_mail.html", {"nav": "", "mails": rows[:PAGE], "next_url": next_url, "days": catching.KEPT_FOR.days}
    )


def _only_in_towns_of_trainees() -> None:
    town = current.municipality()
    if not town.practice or not town.trainee:
        raise Http404


def _signed_in(request: HttpRequest, person: User) -> HttpResponse:
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("/")
