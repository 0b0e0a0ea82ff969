"""A clerk's bookmarks (Lesezeichen) in a file: her own, seen by nobody else and therefore not journaled."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from foundation.statements import Blank, Statement
from tenants import current
from tenants.models import User

from .models import Bookmark, Document, RecordFile


class CannotMark(Exception):
    """There is no such page to put a bookmark in."""


def put(*, document: Document, page: int, by: User, at: datetime) -> Bookmark:
    """Put a bookmark in at a page; where one is, it stays. Raises CannotMark: the document's current version has no such page."""
    if document.current is None or not document.current.pages.filter(number=page).exists():
        raise CannotMark(_("The document has no page %(page)s.") % {"page": page})
    return Bookmark.objects.get_or_create(user=by, document=document, page=page, defaults={"at": at})[0]


def take_out(*, document: Document, page: int, by: User) -> None:
    """Take a bookmark out; where none is, nothing happens."""
    Bookmark.objects.filter(user=by, document=document, page=page).delete()


def of(*, clerk: User, file: RecordFile) -> QuerySet[Bookmark]:
    """Her bookmarks in the standing documents of a file, the oldest first."""
    return _of(clerk, file)


def places(*, clerk: User, file: RecordFile) -> list[tuple[str, int]]:
    """The same as document (public id) and page, for the binder, which is opened all day."""
    return [(str(document), page) for document, page in current.rows_of(PLACES, clerk=clerk.pk, file=file.pk)]


def _of(clerk: Any, file: Any) -> QuerySet[Bookmark]:
    found = Bookmark.objects.filter(user=clerk, document__file=file, document__cancelled_at__isnull=True)
    return found.select_related("document").order_by("at", "pk")


PLACES = Statement(lambda: _of(Blank("clerk"), Blank("file")).values_list("document__public_id", "page"), using=current.alias)
