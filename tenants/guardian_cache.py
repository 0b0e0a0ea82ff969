"""guardian remembers content types by label and codename only; content type ids differ between municipalities.

Without this, get_objects_for_user(user, "records.read_records") silently finds nothing in the second municipality that asks.
"""

from functools import lru_cache
from typing import Any

from django.contrib.contenttypes.models import ContentType
from guardian import shortcuts

from . import current


@lru_cache(maxsize=4096)
def _content_type(alias: str, app_label: str, codename: str) -> ContentType:
    return ContentType.objects.using(alias).get(app_label=app_label, permission__codename=codename)


class _PerDatabase:
    def __call__(self, app_label: str, codename: str) -> ContentType:
        return _content_type(current.alias(), app_label, codename)

    def cache_clear(self) -> None:
        _content_type.cache_clear()


def install() -> None:
    """Put the database into guardian's cache key."""
    replacement: Any = _PerDatabase()
    shortcuts._get_ct_cached = replacement
