"""The door of the API to what a person was told."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.answers import problems
from tenants.api.doors import PAGING, Door
from training import telling
from training.models import Notice


class NoticeOut(serializers.ModelSerializer[Notice]):
    """One thing that she was told. `sent_at`: when the mail went out; null if none did (yet). What holds now stands with the course date."""

    id = serializers.UUIDField(source="public_id")
    course = serializers.UUIDField(source="date.course.public_id", default=None, allow_null=True)
    course_title = serializers.CharField(source="date.course.title", default="")
    course_date = serializers.UUIDField(source="date.public_id", default=None, allow_null=True)
    starts_at = serializers.DateTimeField(
        source="date.starts_at", default=None, allow_null=True, help_text="Of the course date's first session."
    )
    title = serializers.CharField(source="get_kind_display")

    class Meta:
        model = Notice
        fields = ("id", "kind", "title", "course", "course_title", "course_date", "starts_at", "at", "sent_at")
        read_only_fields = fields


@extend_schema(tags=["courses"])
class NoticeDoor(Door[Notice]):
    """The caller's own notices."""

    queryset = Notice.objects.none()
    serializer_class = NoticeOut
    ordering = ("-at", "-id")

    def get_queryset(self) -> QuerySet[Notice]:
        return telling.notices_of(self.clerk)

    @extend_schema(parameters=PAGING, responses={200: NoticeOut(many=True), **problems(400)})
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What the caller was told, the newest first. Nobody reads what others are told."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
