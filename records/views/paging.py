"""Pages of files without counting: the page after, or before, a file that stands on this one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from records.models import RecordFile

PAGE = 50
NOBODY = "00000000-0000-0000-0000-000000000000"  # stands in addresses for an id


@dataclass(frozen=True)
class FilePage:
    """Files of one page and the addresses (query strings) of its neighbours."""

    files: list[RecordFile]
    next_url: str | None
    previous_url: str | None


def page_of(files: QuerySet[RecordFile], query: QueryDict, size: int = PAGE) -> FilePage:
    """Cut one page out of files in natural order; `nach` or `vor` in the query names a file by its id."""
    after, before = _anchor(files, query.get("nach")), _anchor(files, query.get("vor"))
    if before is not None:
        beyond = Q(reference_key__lt=before[0]) | Q(reference_key=before[0], id__lt=before[1])
        found = list(files.filter(beyond).order_by("-reference_key", "-id")[: size + 1])
        more_before, more_after = len(found) > size, True
        shown = list(reversed(found[:size]))
    else:
        if after is not None:
            files = files.filter(Q(reference_key__gt=after[0]) | Q(reference_key=after[0], id__gt=after[1]))
        found = list(files.order_by("reference_key", "id")[: size + 1])
        more_before, more_after = after is not None, len(found) > size
        shown = found[:size]
    _write(shown)
    return FilePage(
        shown,
        _address(query, "nach", shown[-1]) if shown and more_after else None,
        _address(query, "vor", shown[0]) if shown and more_before else None,
    )


def _write(files: list[Any]) -> None:
    """Put what a row shows on each file as text: a template formats a date, or finds an address, in ten times the time."""
    address, states = reverse("records:file", args=[NOBODY]), dict(RecordFile.Status.choices)
    for file in files:
        file.url, file.status_label = address.replace(NOBODY, str(file.public_id)), states[file.status]
        changed = timezone.localtime(file.changed_at)
        file.changed_day, file.changed_moment = f"{changed:%d.%m.%Y}", changed.isoformat()


def _anchor(files: QuerySet[RecordFile], value: str | None) -> tuple[str, int] | None:
    """Key and number of a file of this very list. One that is none of it is answered like an id of nothing: where it stands would tell of it."""
    try:
        wanted = UUID(value or "")
    except ValueError:
        return None
    return files.filter(public_id=wanted).values_list("reference_key", "pk").first()


def _address(query: QueryDict, name: str, file: RecordFile) -> str:
    changed = query.copy()
    for old in ("nach", "vor"):
        changed.pop(old, None)
    changed[name] = str(file.public_id)
    return "?" + changed.urlencode()
