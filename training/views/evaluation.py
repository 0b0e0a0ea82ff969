"""How was it? For whoever has the link, without login; and the results for the trainers."""

from __future__ import annotations

import logging
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from foundation.small_groups import FEWEST
from tenants.doors import ClerkRequest
from training import evaluating
from training.attendance_forms import EvaluationForm
from training.evaluating import CannotEvaluate

from .doors import date_or_404, trainers_only

logger = logging.getLogger(__name__)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def evaluate(request: HttpRequest, date: UUID, token: str) -> HttpResponse:
    """GET shows the questions, whoever or whatever follows the link; POST adds the answer up. What was typed stays where it is refused."""
    context = {"nav": "", "fewest": FEWEST}
    try:
        sums = evaluating.checked(date_id=str(date), token=token, at=timezone.now())
    except CannotEvaluate as refused:
        return render(request, "training/evaluate.html", {**context, "refused": str(refused)}, status=422)
    form = EvaluationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            evaluating.answer(date_id=str(date), token=token, points=form.points(), texts=form.texts(), at=timezone.now())
        except CannotEvaluate as refused:
            form.add_error(None, str(refused))
            logger.info("An evaluation was not taken: %s", refused)
        else:
            return render(request, "training/evaluate.html", {**context, "done": True})
    context |= {"form": form, "course": sums.date.course, "held": sums.date, "invited": sums.invited}
    return render(request, "training/evaluate.html", context, status=422 if form.errors else 200)


@require_safe
@trainers_only
def evaluation(request: ClerkRequest, date: UUID) -> HttpResponse:
    """The results, once no answer can come any more."""
    held = date_or_404(request, date)
    context = {
        "nav": "training",
        "section": "dates",
        "staff": True,
        "date": held,
        "results": evaluating.results(date=held, at=timezone.now()),
        "points": evaluating.POINTS,
        "fewest": FEWEST,
    }
    return render(request, "training/evaluation.html", context)
