"""Exercises on screens, in practice municipalities only: the list, one exercise, its check, and the paper that is to be filed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from records import practising

from .doors import ClerkRequest, is_partial

P = ParamSpec("P")
View = Callable[Concatenate[ClerkRequest, P], HttpResponse]


def _only_in_practice(view: View[P]) -> Callable[..., HttpResponse]:
    """To everybody else it does not exist: a real town, an exercise that nobody knows, a file out of sight are a 404."""

    @wraps(view)
    def opened(request: ClerkRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except practising.NotHere as error:
            raise Http404 from error

    return opened


@require_safe
@_only_in_practice
def exercise_list(request: ClerkRequest) -> HttpResponse:
    """What there is to practise, and how far the person herself has got."""
    standings = practising.standings_of(person=request.user)
    context = {"nav": "exercises", "standings": standings, "done": sum(standing.is_done for standing in standings)}
    return render(request, "records/exercises.html", context)


@require_safe
@_only_in_practice
def exercise(request: ClerkRequest, exercise: str) -> HttpResponse:
    return _page(request, exercise)


@require_POST
@_only_in_practice
def take_up(request: ClerkRequest, exercise: str) -> HttpResponse:
    practising.take_up(key=exercise, by=request.user, at=timezone.now())
    return redirect("records:exercise", exercise)


@require_POST
@_only_in_practice
def put_away(request: ClerkRequest) -> HttpResponse:
    practising.put_away(by=request.user)
    messages.success(request, _("The exercise has been put away. You find it again under “Exercises”."))
    return redirect(_back(request) or reverse("records:exercises"))


@require_POST
@_only_in_practice
def check(request: ClerkRequest, exercise: str) -> HttpResponse:
    """Look whether it is done. Scripts get the bar again, with what was found; without them the exercise's page says it."""
    answer = request.POST.get("answer", "")
    try:
        outcome = practising.check(key=exercise, answer=answer, by=request.user, at=timezone.now())
    except practising.AnswerTooLong as refusal:
        return _said(request, exercise, {"refusal": str(refusal), "answer": answer[: practising.LONGEST_ANSWER]}, status=422)
    if outcome.done and not is_partial(request):
        messages.success(request, _("Done: “%(title)s”. Everything is right.") % {"title": outcome.standing.exercise.title})
        return redirect("records:exercise", exercise)
    return _said(request, exercise, {"outcome": outcome, "answer": answer})


@require_safe
@_only_in_practice
def paper(request: ClerkRequest, exercise: str) -> HttpResponse:
    """The scan that is to be filed, byte for byte."""
    _standing, subject = practising.standing_of(key=exercise, person=request.user)
    if subject.paper is None:
        raise Http404
    disposition = content_disposition_header(as_attachment=True, filename=subject.paper_name) or "attachment"
    return HttpResponse(bytes(subject.paper), content_type="application/pdf", headers={"Content-Disposition": disposition})


def _said(request: ClerkRequest, key: str, found: dict[str, Any], *, status: int = 200) -> HttpResponse:
    if is_partial(request):
        context = {**_context(request, key), **found, "back": _back(request)}
        if outcome := found.get("outcome"):
            steps = outcome.standing.exercise.steps
            context["step"] = outcome.standing.exercise.step_after(outcome.findings)
            context["words"] = steps[context["step"] - 1]
        return render(request, "records/_practice_bar.html", context, status=status)
    return _page(request, key, status=status, **found)


def _page(request: ClerkRequest, key: str, *, status: int = 200, **found: Any) -> HttpResponse:
    """The exercise with its story, its steps, and what a check has found. The bar would say the same twice: it stays away."""
    context = {"nav": "exercises", **_context(request, key), "back": _back(request), **found, "practice_bar": None}
    return render(request, "records/exercise.html", context, status=status)


def _context(request: ClerkRequest, key: str) -> dict[str, Any]:
    standing, subject = practising.standing_of(key=key, person=request.user)
    return {
        "standing": standing,
        "subject": subject,
        "begins": reverse(standing.exercise.begins),
        "following": practising.next_after(standing=standing, person=request.user) if standing.is_done else None,
    }


def _back(request: ClerkRequest) -> str:
    """The screen from which somebody came, if it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""
