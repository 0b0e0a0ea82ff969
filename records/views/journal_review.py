"""Evaluating the journal by person: asked for, released by a second person, looked at by the two."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import openpyxl
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from records import journal_review, journal_words
from records.forms import ReviewForm
from records.models import JournalReview
from tenants.doors import roles_required
from tenants.roles import Role

from .doors import ClerkRequest

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 2_000


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(Role.DATA_PROTECTION, Role.ADMINISTRATOR)
def reviews(request: ClerkRequest) -> HttpResponse:
    """What was asked for and released; the officer asks here."""
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            journal_review.ask_for_review(**form.cleaned_data, by=request.user, at=timezone.now())
        except journal_review.CannotReview as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The evaluation has been asked for. A second person must release it."))
            return redirect("records:journal_reviews")
    found: list[Any] = list(journal_review.reviews_of(clerk=request.user)[:200])
    now = timezone.now()
    for review in found:
        review.releasable = review.released_at is None and journal_review.may_release(request.user, review)
        review.is_open = bool(review.ends_at and review.ends_at > now and request.user.pk in (review.asked_by_id, review.released_by_id))
    context = {
        "nav": "administration",
        "reviews": found,
        "form": form,
        "may_ask": request.user.has_role(Role.DATA_PROTECTION) and not request.user.has_role(Role.SUPERVISOR),
    }
    return render(request, "records/journal_reviews.html", context, status=422 if form.errors else 200)


@require_POST
@roles_required(Role.DATA_PROTECTION, Role.ADMINISTRATOR)
def release(request: ClerkRequest, review: UUID) -> HttpResponse:
    try:
        journal_review.release_review(review=_review_or_404(request, review), by=request.user, at=timezone.now())
    except journal_review.CannotReview as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The evaluation has been released for two weeks."))
    return redirect("records:journal_reviews")


@require_safe
@roles_required(Role.DATA_PROTECTION, Role.ADMINISTRATOR)
def entries(request: ClerkRequest, review: UUID) -> HttpResponse:
    """What the person did in the period. Looking is journaled."""
    found = _review_or_404(request, review)
    rows = _entries(request, found)
    if rows is None:
        return redirect("records:journal_reviews")
    context = {"nav": "administration", "review": found, "entries": rows[:SHOWN], "total": len(rows)}
    return render(request, "records/journal_review.html", context)


@require_safe
@roles_required(Role.DATA_PROTECTION, Role.ADMINISTRATOR)
def export(request: ClerkRequest, review: UUID) -> HttpResponse:
    """The same as a spreadsheet."""
    found = _review_or_404(request, review)
    rows = _entries(request, found)
    if rows is None:
        return redirect("records:journal_reviews")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(_("Evaluation"))
    sheet.append([_("Time"), _("Act"), _("Object"), _("File reference"), _("On behalf of"), _("Entry")])
    for entry in rows:
        at = timezone.localtime(entry.at).replace(tzinfo=None)
        sheet.append([at, entry.act_label, entry.object_label, entry.file_reference, entry.on_behalf_of, entry.sequence])
    out = io.BytesIO()
    book.save(out)
    name = f"journal-{found.first_day:%Y-%m-%d}-{found.last_day:%Y-%m-%d}.xlsx"
    return HttpResponse(out.getvalue(), content_type=SHEET, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _review_or_404(request: ClerkRequest, review: UUID) -> JournalReview:
    found: JournalReview | None = journal_review.reviews_of(clerk=request.user).filter(public_id=review).first()
    if found is None:
        raise Http404
    return found


def _entries(request: ClerkRequest, review: JournalReview) -> list[Any] | None:
    try:
        rows = journal_review.entries_of(review=review, by=request.user, at=timezone.now())
    except journal_review.CannotReview as refusal:
        messages.error(request, str(refusal))
        return None
    for entry in rows:
        entry.act_label, entry.object_label = journal_words.of_act(entry.act), journal_words.of_object(entry.object_kind)
    return rows
