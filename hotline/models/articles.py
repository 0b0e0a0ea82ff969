"""The knowledge base: articles, their versions, pictures, and what readers say of them (counted without persons)."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.models import User
from tenants.roles import CentreRole

from .tickets import STAFF


class ArticleQuerySet(models.QuerySet["Article"]):
    def visible_to(self, person: User) -> Self:
        """Keep the articles a person may know of: all for staff; for those who ask the published ones that are for all clerks."""
        if not person.is_active:
            return self.none()
        if person.has_role(*STAFF):
            return self
        if person.has_role(CentreRole.REQUESTER):
            return self.filter(state=Article.State.PUBLISHED, current__audience=ArticleVersion.Audience.CLERKS)
        return self.none()

    def for_reading(self) -> Self:
        return self.select_related("current")


class Article(models.Model):
    """An article. `current` is the version that readers see, None before the first; `review_on` is the day it is to be looked at again.

    `title` and `words` (for the search) are those of the current version, before the first one those of the draft. `revision` grows with
    every act: it is what an editor has read.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.DRAFT)
    current = models.ForeignKey("hotline.ArticleVersion", models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(_("Title"), max_length=200)
    topic = models.CharField(_("Topic"), max_length=60)
    words = SearchVectorField(default="")
    review_on = models.DateField(_("To be looked at again on"), null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager[Any]] = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("Article")
        verbose_name_plural = _("Articles")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["draft", "published", "withdrawn"]), name="article_state_known"),
            models.CheckConstraint(
                condition=Q(state="draft", current__isnull=True) | Q(state__in=["published", "withdrawn"], current__isnull=False),
                name="article_shows_a_version",
            ),
        ]
        indexes = [
            GinIndex(fields=["words"], name="article_words"),
            models.Index(fields=["review_on"], condition=Q(state="published"), name="article_due"),
        ]

    def __str__(self) -> str:
        return self.title


class ArticleVersion(models.Model):
    """What an article says. With a `number` it has been published and never changes again (a trigger sees to it); without, it is the draft.

    `steps` is a list of {"text": markup, "picture": id or "", "alt": what the picture shows}. `by` is a name, not a key.
    """

    class Audience(models.TextChoices):
        CLERKS = "clerks", _("All clerks")
        INTERNAL = "internal", _("Hotline only")

    article = models.ForeignKey(Article, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(null=True, blank=True)
    title = models.CharField(_("Title"), max_length=200)
    summary = models.TextField(_("In short"))
    topic = models.CharField(_("Topic"), max_length=60)
    audience = models.CharField(_("For whom"), max_length=10, choices=Audience, default=Audience.CLERKS)
    steps = models.JSONField(default=list)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("Version of an article")
        verbose_name_plural = _("Versions of an article")
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="article_version_once"),
            models.UniqueConstraint(fields=["article"], condition=Q(number__isnull=True), name="article_one_draft"),
            models.CheckConstraint(condition=~Q(title=""), name="article_version_has_a_title"),
            models.CheckConstraint(condition=Q(audience__in=["clerks", "internal"]), name="article_audience_known"),
        ]


class ArticlePicture(models.Model):
    """A picture of an article, written anew by us. Never changed: a version names it by its id."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    article = models.ForeignKey(Article, models.PROTECT, related_name="pictures")
    content = models.BinaryField()
    media_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(media_type__in=["image/png", "image/jpeg"]), name="article_picture_kind")]


class ArticleCount(models.Model):
    """How often an article helped in a month, did not help, or spared a request. Nobody's name is in it."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="counts")
    month = models.DateField()
    helped = models.PositiveIntegerField(default=0)
    not_helped = models.PositiveIntegerField(default=0)
    spared = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "month"], name="article_count_of_month")]


class ArticleEvent(models.Model):
    """An act on an article: who, when, and old and new value of each field; names, not keys."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="events")
    act = models.CharField(max_length=40)
    actor = models.CharField(max_length=200)
    at = models.DateTimeField()
    changes = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["article", "at", "id"], name="event_of_article")]
