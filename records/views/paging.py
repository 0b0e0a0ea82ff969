"""Pages of files without counting: the page after, or before, a file that stands on this one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict

from records.models import RecordFile

PAGE = 50


@dataclass(frozen=True)
class FilePage:
    """Files of one page and the addresses (query strings) of its neighbours."""

    files: list[RecordFile]
    next_url: str | None
    previous_url: str | None


def page_of(files: QuerySet[RecordFile], query: QueryDict, size: int = PAGE) -> FilePage:
    """Cut one page out of files in natural order; `nach` or `vor` in the query names a file by its id."""
    after, before = _anchor(query.get("nach")), _anchor(query.get("vor"))
    if before is not None:
        beyond = Q(reference_key__lt=before.reference_key) | Q(reference_key=before.reference_key, id__lt=before.pk)
        found = list(files.filter(beyond).order_by("-reference_key", "-id")[: size + 1])
        more_before, more_after = len(found) > size, True
        shown = list(reversed(found[:size]))
    else:
        if after is not None:
            files = files.filter(Q(reference_key__gt=after.reference_key) | Q(reference_key=after.reference_key, id__gt=after.pk))
        found = list(files.order_by("reference_key", "id")[: size + 1])
        more_before, more_after = after is not None, len(found) > size
        shown = found[:size]
    return FilePage(
        shown,
        _address(query, "nach", shown[-1]) if shown and more_after else None,
        _address(query, "vor", shown[0]) if shown and more_before else None,
    )


def _anchor(value: str | None) -> RecordFile | None:
    try:
        return RecordFile.objects.only("reference_key").get(public_id=UUID(value)) if value else None
    except (ValueError, RecordFile.DoesNotExist):
        return None


def _address(query: QueryDict, name: str, file: RecordFile) -> str:
    changed = query.copy()
    for old in ("nach", "vor"):
        changed.pop(old, None)
    changed[name] = str(file.public_id)
    return "?" + changed.urlencode()
