"""Writing articles: a draft, published as a version that never changes again, withdrawn, looked at again after a while."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.light_markup import text_of
from tenants import current
from tenants.models import User

from . import composing, findable, wording
from .composing import CannotCompose, NewStep
from .models import Article, ArticleEvent, ArticleVersion
from .models.tickets import STAFF

Changes = dict[str, tuple[Any, Any]]


class CannotPublish(CannotCompose):
    """The article cannot be published, withdrawn or put back now; the message says why."""


class StaleArticle(Exception):
    """The article has changed since it was read: nothing was written. The message says who changed it."""


def begin(
    *,
    title: str,
    summary: str,
    topic: str,
    steps: Sequence[NewStep],
    by: User,
    at: datetime,
    audience: str = ArticleVersion.Audience.CLERKS,
    from_ticket: str = "",
) -> Article:
    """Begin an article as a draft; `from_ticket` is the number of the ticket it was made from. Raises CannotPublish, CannotCompose."""
    _staff_only(by)
    said = composing.checked(title=title, summary=summary, topic=topic, audience=audience)
    checked_steps = composing.checked_steps(steps)
    with current.atomic():
        article = Article.objects.create(title=said["title"], topic=said["topic"], created_at=at, changed_at=at)
        kept = composing.keep_pictures(checked_steps, article=article, at=at)
        draft = ArticleVersion.objects.create(article=article, **said, steps=kept, by=str(by), at=at)
        article.words = findable.words_of_article(draft)
        article.save(update_fields=["words"])
        _enter("begin", article, by, at, {"title": (None, draft.title)} | ({"ticket": (None, from_ticket)} if from_ticket else {}))
    return article


def revise(
    *,
    article: Article,
    title: str,
    summary: str,
    topic: str,
    steps: Sequence[NewStep],
    by: User,
    at: datetime,
    audience: str = ArticleVersion.Audience.CLERKS,
    seen: int | None = None,
) -> Article:
    """Write the draft beside what is published; readers see nothing of it. Raises CannotPublish, CannotCompose, StaleArticle."""
    _staff_only(by)
    said: dict[str, Any] = composing.checked(title=title, summary=summary, topic=topic, audience=audience)
    checked_steps = composing.checked_steps(steps)
    with current.atomic():
        found = _locked(article, seen)
        said["steps"] = composing.keep_pictures(checked_steps, article=found, at=at)
        draft = found.versions.filter(number__isnull=True).first()
        before = draft or found.current
        changes: Changes = {
            name: (_short(getattr(before, name)) if before else None, _short(value))
            for name, value in said.items()
            if before is None or getattr(before, name) != value
        }
        draft, _made = ArticleVersion.objects.update_or_create(
            article=found, number=None, defaults={**said, "by": str(by), "at": at}, create_defaults={**said, "by": str(by), "at": at}
        )
        if found.current is None:
            found.title, found.topic = draft.title, draft.topic
            found.words = findable.words_of_article(draft)
        _save(found, at)
        _enter("revise", found, by, at, changes)
    return _show(article, found)


def publish(*, article: Article, by: User, at: datetime, review_on: date | None = None, seen: int | None = None) -> Article:
    """Publish the draft as the next version; from now on readers see it. `review_on`: the day to look at it again.

    Raises CannotPublish (no draft, a day that is past), StaleArticle.
    """
    _staff_only(by)
    _refuse_past(review_on, at)
    with current.atomic():
        found = _locked(article, seen)
        draft = found.versions.filter(number__isnull=True).first()
        if draft is None:
            raise CannotPublish(_("There is no draft to publish."))
        if not draft.steps:
            raise CannotPublish(_("An article needs at least one step."), "steps")
        if draft.summary == composing.to_be_written():
            raise CannotPublish(draft.summary, "summary")
        last = found.versions.exclude(number=None).order_by("-number").first()
        draft.number, draft.by, draft.at = (last.number or 0) + 1 if last else 1, str(by), at
        draft.save()
        changes: Changes = {
            "state": (found.state, Article.State.PUBLISHED),
            "version": (found.current.number if found.current else None, draft.number),
            "review_on": (found.review_on, review_on),
        }
        found.state, found.current, found.review_on = Article.State.PUBLISHED, draft, review_on
        found.title, found.topic = draft.title, draft.topic
        found.words = findable.words_of_article(draft)
        _save(found, at)
        _enter("publish", found, by, at, changes)
    return _show(article, found)


def discard(*, article: Article, by: User, at: datetime, seen: int | None = None) -> Article:
    """Throw the draft beside a published version away. Raises CannotPublish (no draft, or nothing else there), StaleArticle."""
    _staff_only(by)
    with current.atomic():
        found = _locked(article, seen)
        draft = found.versions.filter(number__isnull=True).first()
        if draft is None or found.current is None:
            raise CannotPublish(_("There is no draft that could be thrown away."))
        draft.delete()
        _save(found, at)
        _enter("discard", found, by, at, {"draft": (draft.title, None)})
    return _show(article, found)


def withdraw(*, article: Article, reason: str, by: User, at: datetime, seen: int | None = None) -> Article:
    """Take an article away from its readers; staff still find it. Raises CannotPublish (not published, no reason), StaleArticle."""
    _staff_only(by)
    reason = wording.text(reason, refuse=CannotPublish, field="reason")
    with current.atomic():
        found = _locked(article, seen)
        if found.state != Article.State.PUBLISHED:
            raise CannotPublish(_("Only a published article can be withdrawn."))
        found.state = Article.State.WITHDRAWN
        _save(found, at)
        _enter("withdraw", found, by, at, {"state": (Article.State.PUBLISHED, found.state), "reason": (None, reason)})
    return _show(article, found)


def put_back(*, article: Article, by: User, at: datetime, seen: int | None = None) -> Article:
    """Show a withdrawn article again, as it was. Raises CannotPublish (not withdrawn), StaleArticle."""
    _staff_only(by)
    with current.atomic():
        found = _locked(article, seen)
        if found.state != Article.State.WITHDRAWN:
            raise CannotPublish(_("Only a withdrawn article can be put back."))
        found.state = Article.State.PUBLISHED
        _save(found, at)
        _enter("put_back", found, by, at, {"state": (Article.State.WITHDRAWN, found.state)})
    return _show(article, found)


def confirm(*, article: Article, review_on: date | None, by: User, at: datetime, seen: int | None = None) -> Article:
    """Say that an article still holds, and when to look at it again. Raises CannotPublish (a day that is past), StaleArticle."""
    _staff_only(by)
    _refuse_past(review_on, at)
    with current.atomic():
        found = _locked(article, seen)
        changes: Changes = {"review_on": (found.review_on, review_on)}
        found.review_on = review_on
        _save(found, at)
        _enter("confirm", found, by, at, changes)
    return _show(article, found)


def _short(value: Any) -> str:
    """What the event keeps of a value: of the steps their texts' beginnings, the versions themselves keep the whole."""
    if isinstance(value, list):
        return " | ".join(text_of(step["text"])[:60] for step in value)
    return str(value)


def _refuse_past(review_on: date | None, at: datetime) -> None:
    if review_on is not None and review_on <= timezone.localdate(at):
        raise CannotPublish(_("The day on which to look at it again must lie ahead."), "review_on")


def _staff_only(by: User) -> None:
    if not by.has_role(*STAFF):
        raise CannotPublish(_("Articles are written by the hotline's staff."))


def _locked(article: Article, seen: int | None) -> Article:
    """The article as it is now, locked until the transaction ends. Raises StaleArticle if it is no longer what the caller has read."""
    found: Article = Article.objects.select_for_update(of=("self",)).select_related("current").get(pk=article.pk)
    if seen is not None and seen != found.revision:
        last = ArticleEvent.objects.filter(article=found).order_by("-at", "-pk").first()
        name = last.actor if last else _("Somebody")
        raise StaleArticle(_("%(name)s has changed this article meanwhile. Please compare, and save again.") % {"name": name})
    return found


def _save(article: Article, at: datetime) -> None:
    article.changed_at = at
    article.revision += 1
    article.save()


def _show(article: Article, found: Article) -> Article:
    """Let the caller's object be what is in the database now."""
    article.__dict__.update({name: value for name, value in found.__dict__.items() if name != "_prefetched_objects_cache"})
    return article


def _enter(act: str, article: Article, by: User, at: datetime, changes: Changes) -> None:
    told = {name: [None if value is None else str(value) for value in pair] for name, pair in changes.items() if pair[0] != pair[1]}
    ArticleEvent.objects.create(article=article, act=act, actor=str(by), at=at, changes=told)
