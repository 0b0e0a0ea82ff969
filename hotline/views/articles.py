"""The knowledge base as readers have it: searching, an article, its pictures, "did this help?", and what is offered while a subject is typed."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foundation.light_markup import html_of
from hotline import counting, searching
from hotline.composing import pictures_of
from hotline.models import Article, ArticlePicture, ArticleVersion
from hotline.models.tickets import STAFF
from tenants.doors import ClerkRequest

from .doors import asks

ON_A_PAGE = 30
RATED = "articles_rated"  # in the session
MOST_RATED = 200


@require_safe
@asks
def article_list(request: ClerkRequest) -> HttpResponse:
    """Search the knowledge base; staff also see drafts, what is withdrawn, and what is due for another look."""
    staff = request.user.has_role(*STAFF)
    asked = {name: request.GET.get(name, "").replace("\x00", "") for name in ("q", "thema", "stand")}
    fault = ""
    try:
        found = searching.articles(person=request.user, text=asked["q"])
    except searching.CannotSearch as refusal:
        found, fault = Article.objects.none(), str(refusal)
    if asked["thema"]:
        found = found.filter(topic=asked["thema"])
    if staff and asked["stand"] == "faellig":
        found = found.filter(state=Article.State.PUBLISHED, review_on__lte=timezone.localdate())
    elif staff and asked["stand"] in Article.State.values:
        found = found.filter(state=asked["stand"])
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("seite"))
    rows = list(page.object_list)
    extracts = searching.extracts_of_articles(rows, asked["q"]) if not fault else {}
    context = {
        "nav": "articles",
        "articles": [(article, extracts.get(article.pk)) for article in rows],
        "page": page,
        "asked": asked,
        "fault": fault,
        "staff": staff,
        "topics": list(Article.objects.visible_to(request.user).order_by("topic").values_list("topic", flat=True).distinct()),
        "states": Article.State.choices,
        "due": due(timezone.localdate()) if staff else 0,
        "today": timezone.localdate(),
    }
    return render(request, "hotline/articles.html", context)


@require_safe
@asks
def article(request: ClerkRequest, article: UUID) -> HttpResponse:
    """An article as its readers see it; for staff with its draft, versions and figures."""
    found, staff = article_or_404(request, article), request.user.has_role(*STAFF)
    draft = found.versions.filter(number__isnull=True).first() if staff else None
    version = draft if draft is not None and (found.current is None or request.GET.get("fassung") == "entwurf") else found.current
    context: dict[str, Any] = {"article": found, "version": version, "steps": shown_steps(version), "staff": staff, "nav": "articles"}
    context["may_rate"] = found.state == Article.State.PUBLISHED and version == found.current and str(found.public_id) not in rated(request)
    context["was_rated"] = str(found.public_id) in rated(request)
    if staff:
        from .editing import about

        context |= about(found, draft)
    return render(request, "hotline/article.html", context)


@require_safe
@asks
def article_picture(request: ClerkRequest, picture: UUID) -> HttpResponse:
    """A picture of an article that the person may read; readers get those of the published version only."""
    found = ArticlePicture.objects.select_related("article__current").filter(public_id=picture).first()
    if found is None or not Article.objects.visible_to(request.user).filter(pk=found.article_id).exists():
        raise Http404
    version = found.article.current
    if not request.user.has_role(*STAFF) and (version is None or str(picture) not in pictures_of(version)):
        raise Http404
    return HttpResponse(
        bytes(found.content),
        content_type=found.media_type,
        headers={
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=86400, immutable",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


@require_POST
@asks
def article_rate(request: ClerkRequest, article: UUID) -> HttpResponse:
    """ "Did this help?": counted once in a session, without the person."""
    found = article_or_404(request, article)
    _count(request, found, "helped" if request.POST.get("geholfen") == "ja" else "not_helped")
    messages.success(request, _("Thank you. It was counted without your name."))
    return redirect("hotline:article", found.public_id)


@require_POST
@asks
def article_spared(request: ClerkRequest, article: UUID) -> HttpResponse:
    """ "That helps": the request that was being typed is not made."""
    found = article_or_404(request, article)
    _count(request, found, "spared")
    messages.success(request, _("Good that it helps. No request was made."))
    return redirect("hotline:article", found.public_id)


@require_safe
@asks
def article_suggestions(request: ClerkRequest) -> HttpResponse:
    """What may help with a subject that is being typed: running incidents of her municipality, and articles."""
    subject = request.GET.get("betreff", "").replace("\x00", "")[:300]
    found = searching.matching(person=request.user, subject=subject)
    running = searching.incidents(person=request.user, subject=subject)
    return render(request, "hotline/_suggested.html", {"articles": found, "incidents": running, "staff": request.user.has_role(*STAFF)})


def article_or_404(request: ClerkRequest, public_id: UUID) -> Article:
    found: Article | None = Article.objects.visible_to(request.user).for_reading().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def shown_steps(version: ArticleVersion | None) -> list[dict[str, Any]]:
    """Steps as the template shows them: clean HTML, and the sizes of pictures so that nothing jumps."""
    if version is None:
        return []
    wanted = pictures_of(version)
    known = {str(p.public_id): p for p in ArticlePicture.objects.filter(public_id__in=wanted).defer("content")} if wanted else {}
    return [
        {"html": mark_safe(html_of(step["text"])), "picture": known.get(step["picture"]), "alt": step["alt"]}  # noqa: S308 - cleaned by nh3
        for step in version.steps
    ]


def due(today: date) -> int:
    """How many published articles are to be looked at again."""
    count: int = Article.objects.filter(state=Article.State.PUBLISHED, review_on__lte=today).count()
    return count


def rated(request: HttpRequest) -> list[str]:
    return list(request.session.get(RATED, []))


def _count(request: ClerkRequest, found: Article, said: counting.Said) -> None:
    known = rated(request)
    if str(found.public_id) in known:
        return
    try:
        counting.count(article=found, said=said, at=timezone.now())
    except counting.CannotRate as refusal:
        raise Http404 from refusal
    request.session[RATED] = [*known, str(found.public_id)][-MOST_RATED:]
