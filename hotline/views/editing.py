"""The knowledge base as its authors have it: writing, publishing, withdrawing, versions, a draft out of a ticket."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hotline import drafting, publishing
from hotline.article_forms import ArticleForm, PublishForm, StepForms, initial_steps
from hotline.composing import CannotCompose
from hotline.models import Article, ArticleVersion
from tenants.doors import ClerkRequest

from .articles import article_or_404, shown_steps
from .doors import staff_only, ticket_or_404

REVIEWED_AFTER = timedelta(days=365)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def article_new(request: ClerkRequest) -> HttpResponse:
    """Begin an article."""
    return _write(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def article_edit(request: ClerkRequest, article: UUID) -> HttpResponse:
    """Write an article's draft."""
    return _write(request, article_or_404(request, article))


@require_safe
@staff_only
def article_version(request: ClerkRequest, article: UUID, number: int) -> HttpResponse:
    """An earlier version, as it was read then."""
    found = article_or_404(request, article)
    version = found.versions.filter(number=number).first()
    if version is None:
        raise Http404
    context = {"nav": "articles", "article": found, "version": version, "steps": shown_steps(version), "staff": True, "old": True}
    return render(request, "hotline/article.html", {**context, **about(found, None)})


@require_POST
@staff_only
def article_publish(request: ClerkRequest, article: UUID) -> HttpResponse:
    def act(found: Article, given: dict[str, Any]) -> str:
        publishing.publish(article=found, **given, by=request.user, at=timezone.now())
        return _("The article is published.")

    return _with_day(request, article, act)


@require_POST
@staff_only
def article_confirm(request: ClerkRequest, article: UUID) -> HttpResponse:
    """Say that it still holds."""

    def act(found: Article, given: dict[str, Any]) -> str:
        publishing.confirm(article=found, **given, by=request.user, at=timezone.now())
        return _("Noted: the article has been looked at.")

    return _with_day(request, article, act)


@require_POST
@staff_only
def article_discard(request: ClerkRequest, article: UUID) -> HttpResponse:
    def act(found: Article) -> str:
        publishing.discard(article=found, by=request.user, at=timezone.now())
        return _("The draft is gone; what is published stays.")

    return _act(request, article, act)


@require_POST
@staff_only
def article_withdraw(request: ClerkRequest, article: UUID) -> HttpResponse:
    def act(found: Article) -> str:
        publishing.withdraw(article=found, reason=request.POST.get("reason", ""), by=request.user, at=timezone.now())
        return _("The article is withdrawn.")

    return _act(request, article, act)


@require_POST
@staff_only
def article_put_back(request: ClerkRequest, article: UUID) -> HttpResponse:
    def act(found: Article) -> str:
        publishing.put_back(article=found, by=request.user, at=timezone.now())
        return _("The article is shown again.")

    return _act(request, article, act)


@require_POST
@staff_only
def article_from_ticket(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    """A draft out of a ticket, opened for writing."""
    made = drafting.from_ticket(ticket=ticket_or_404(request, ticket), by=request.user, at=timezone.now())
    messages.success(request, _("A draft was made from the replies. Names and numbers were left out; please read it with care."))
    return redirect("hotline:article_edit", made.public_id)


def about(article: Article, draft: ArticleVersion | None) -> dict[str, Any]:
    """What staff see beside an article."""
    in_a_year = timezone.localdate() + REVIEWED_AFTER
    return {
        "draft": draft,
        "versions": article.versions.exclude(number=None).order_by("-number"),
        "counts": article.counts.aggregate(helped=Sum("helped"), not_helped=Sum("not_helped"), spared=Sum("spared")),
        "publish_form": PublishForm(initial={"review_on": in_a_year, "seen": article.revision}),
        "today": timezone.localdate(),
    }


def _write(request: ClerkRequest, article: Article | None) -> HttpResponse:
    version = (article.versions.filter(number__isnull=True).first() or article.current) if article else None
    form: Any = ArticleForm(request.POST or None, initial=ArticleForm.of(version, article.revision) if article and version else None)
    steps: Any = StepForms(request.POST or None, request.FILES or None, prefix="step", initial=initial_steps(version) if version else None)
    stale = ""
    if request.method == "POST" and form.is_valid() and steps.is_valid():
        given = {name: form.cleaned_data[name] for name in ("title", "summary", "topic", "audience")}
        try:
            if article is None:
                saved = publishing.begin(**given, steps=steps.written(), by=request.user, at=timezone.now())
            else:
                seen = form.cleaned_data["seen"]
                saved = publishing.revise(article=article, **given, steps=steps.written(), seen=seen, by=request.user, at=timezone.now())
        except CannotCompose as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        except publishing.StaleArticle as refusal:
            stale = str(refusal)
            form.data = form.data.copy()
            form.data["seen"] = str(Article.objects.values_list("revision", flat=True).get(pk=article.pk))  # type: ignore[union-attr]
        else:
            messages.success(request, _("The draft is saved."))
            return redirect("hotline:article", saved.public_id)
    topics = Article.objects.order_by("topic").values_list("topic", flat=True).distinct()
    context = {"nav": "articles", "article": article, "form": form, "steps": steps, "topics": topics, "stale": stale}
    return render(request, "hotline/article_form.html", context, status=409 if stale else 200)


def _with_day(request: ClerkRequest, article: UUID, act: Callable[[Article, dict[str, Any]], str]) -> HttpResponse:
    form = PublishForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("hotline:article", article_or_404(request, article).public_id)
    return _act(request, article, lambda found: act(found, form.cleaned_data))


def _act(request: ClerkRequest, article: UUID, act: Callable[[Article], str]) -> HttpResponse:
    found = article_or_404(request, article)
    try:
        messages.success(request, act(found))
    except (CannotCompose, publishing.StaleArticle) as refusal:
        messages.error(request, str(refusal))
    return redirect("hotline:article", found.public_id)
