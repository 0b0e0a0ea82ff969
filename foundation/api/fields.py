"""Fields of forms that REST framework has not, or not safe against whatever is sent."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model
from rest_framework.serializers import SlugRelatedField

M = TypeVar("M", bound=Model)


class Named(SlugRelatedField[M]):
    """An object by its name or its public id. NUL characters are in no name: PostgreSQL fails to look for one, which was an error 500."""

    def to_internal_value(self, data: Any) -> M:
        if isinstance(data, str) and "\x00" in data:
            self.fail("invalid")
        return super().to_internal_value(data)
