"""Doors of the API to the knowledge base."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.answers import problems
from foundation.light_markup import html_of
from hotline import searching
from hotline.models import Article, ArticleVersion
from tenants.api.doors import PAGING, Door


class ArticleFilters(serializers.Serializer[Any]):
    q = serializers.CharField(required=False, max_length=1000, help_text="Words, phrases, prefix*, -without; the best articles come first.")
    topic = serializers.CharField(required=False, max_length=60)


class ArticleOut(serializers.ModelSerializer[Article]):
    """An article as its readers have it; `version` is null and `summary` empty before it is published."""

    id = serializers.UUIDField(source="public_id")
    summary = serializers.CharField(source="current.summary", default="")
    audience = serializers.ChoiceField(ArticleVersion.Audience.choices, source="current.audience", default=None, allow_null=True)
    version = serializers.IntegerField(source="current.number", default=None, allow_null=True)
    published_at = serializers.DateTimeField(source="current.at", default=None, allow_null=True)

    class Meta:
        model = Article
        fields: tuple[str, ...] = ("id", "title", "summary", "topic", "audience", "state", "version", "published_at", "review_on")
        read_only_fields: tuple[str, ...] = fields


class StepOut(serializers.Serializer[Any]):
    """A step: `html` is clean (p, br, ul, ol, li, strong, em, a); `picture` is an address below this host or null."""

    html = serializers.CharField()
    picture = serializers.CharField(allow_null=True)
    alt = serializers.CharField()


class ArticleWhole(ArticleOut):
    steps = serializers.SerializerMethodField()

    class Meta(ArticleOut.Meta):
        fields = (*ArticleOut.Meta.fields, "steps")
        read_only_fields = fields

    @extend_schema_field(StepOut(many=True))
    def get_steps(self, article: Article) -> list[dict[str, Any]]:
        version: Any = article.current
        return [_step(step) for step in version.steps] if version else []


def _step(step: dict[str, str]) -> dict[str, Any]:
    picture = reverse("hotline:article_picture", args=[step["picture"]]) if step["picture"] else None
    return {"html": html_of(step["text"]), "picture": picture, "alt": step["alt"]}


@extend_schema(tags=["articles"])
class ArticleDoor(Door[Article]):
    queryset = Article.objects.none()
    serializer_class = ArticleOut
    ordering: tuple[str, ...] = ()

    def get_queryset(self) -> QuerySet[Article]:
        found: QuerySet[Article] = Article.objects.visible_to(self.clerk).for_reading()
        return found

    @extend_schema(parameters=[ArticleFilters, *PAGING], responses={200: ArticleOut(many=True), **problems(400)})
    def list(self, request: Request) -> Response:
        """The knowledge base: what answers `q`, the best first; without it all, by title. Requesters see published articles for all clerks."""
        asked = self.asked(ArticleFilters)
        try:
            found = searching.articles(person=self.clerk, text=asked.get("q", ""))
        except searching.CannotSearch as refusal:
            raise ValidationError({"q": [str(refusal)]}) from refusal
        if "topic" in asked:
            found = found.filter(topic=asked["topic"])
        self.ordering = ("-rank", "id") if asked.get("q", "").strip() else ("title", "id")
        return self.get_paginated_response(ArticleOut(self.paginate_queryset(found), many=True).data)

    @extend_schema(responses={200: ArticleWhole, **problems(404)})
    def retrieve(self, request: Request, id: str) -> Response:
        """An article with its steps, as it is published."""
        return Response(ArticleWhole(self.get_object()).data)
