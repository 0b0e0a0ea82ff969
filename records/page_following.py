"""What belongs to a sheet goes along when its page gets another place: folio numbers, sticky notes, bookmarks.

A number stays with its sheet (decision 0013): only the place it is looked for changes. The number of a sheet that is left out stands on no sheet
any more, and a gap is shown. A note on a sheet that is left out sticks to the one before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F, Max

from .models import Bookmark, Document, Folio, StickyNote
from .models.sheets import ON_NO_PAGE

Place = tuple[int, int]  # a document's key and the number of one of its pages
LIFTED = 1_000_000  # rows are lifted out of the way first: no two share a place at any moment


def follow(*, documents: Sequence[Document], moved: Mapping[Place, Place]) -> dict[int, dict[str, tuple[Any, Any]]]:
    """Let everything on the pages of these documents follow them. `moved` says for each page that is kept where it lies now.

    Gives by document what the journal is to be told. Must run under the file's row lock.
    """
    keys = sorted({document.pk for document in documents})
    before = {key: _seen_on(key) for key in keys}
    _move_folios(keys, moved)
    _move_notes(keys, moved)
    _move_bookmarks(keys, moved)
    told: dict[int, dict[str, tuple[Any, Any]]] = {}
    for key in sorted({*keys, *(document for document, _page in moved.values())}):
        after = _seen_on(key)
        old = before.get(key, ("", ""))
        names = ("folio_numbers", "sticky_notes")
        told[key] = {name: (one or None, other or None) for name, one, other in zip(names, old, after, strict=True) if one != other}
    return told


def _seen_on(document: int) -> tuple[str, str]:
    """The folio numbers of a document in the order of its pages, and the pages that notes stick to."""
    folios = Folio.objects.filter(document=document, file=F("document__file"), page__lt=ON_NO_PAGE).order_by("page")
    notes = StickyNote.objects.sticking().filter(document=document).order_by("page", "pk").values_list("page", flat=True)
    return ", ".join(folio.label for folio in folios), ", ".join(map(str, notes))


def _move_folios(documents: Sequence[int], moved: Mapping[Place, Place]) -> None:
    rows = list(Folio.objects.filter(document__in=documents).select_for_update(of=("self",)).order_by("pk"))
    if not rows:
        return
    beyond = Folio.objects.filter(document__in=documents, page__gte=ON_NO_PAGE).aggregate(last=Max("page"))["last"] or ON_NO_PAGE - 1
    Folio.objects.filter(pk__in=[row.pk for row in rows]).update(page=F("page") + LIFTED)
    for row in rows:
        place = moved.get((row.document_id, row.page))
        if place is None and row.page < ON_NO_PAGE:
            beyond += 1
            place = (row.document_id, beyond)
        row.document_id, row.page = place or (row.document_id, row.page)
    Folio.objects.bulk_update(rows, ["document", "page"], batch_size=1000)


def _move_notes(documents: Sequence[int], moved: Mapping[Place, Place]) -> None:
    rows = list(StickyNote.objects.filter(document__in=documents).select_for_update(of=("self",)).order_by("pk"))
    for row in rows:
        row.document_id, row.page = nearest((row.document_id, row.page), moved)
    StickyNote.objects.bulk_update(rows, ["document", "page"], batch_size=1000)


def _move_bookmarks(documents: Sequence[int], moved: Mapping[Place, Place]) -> None:
    rows = list(Bookmark.objects.filter(document__in=documents).select_for_update(of=("self",)).order_by("pk"))
    gone = [row.pk for row in rows if (row.document_id, row.page) not in moved]
    Bookmark.objects.filter(pk__in=gone).delete()
    kept = [row for row in rows if row.pk not in set(gone)]
    Bookmark.objects.filter(pk__in=[row.pk for row in kept]).update(page=F("page") + LIFTED)
    for row in kept:
        row.document_id, row.page = moved[row.document_id, row.page]
    Bookmark.objects.bulk_update(kept, ["document", "page"], batch_size=1000)


def nearest(place: Place, moved: Mapping[Place, Place]) -> Place:
    """Where a page lies now; for one that is left out where the page before it lies, or the first one that is left of its document."""
    if place in moved:
        return moved[place]
    document, page = place
    left = sorted(number for key, number in moved if key == document)
    if not left:
        return document, 1
    return moved[document, max((number for number in left if number < page), default=left[0])]
