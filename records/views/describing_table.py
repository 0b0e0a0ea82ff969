"""Rows of the table in which several documents are described: what is shown, what was typed, what was touched.

Not a formset: three hundred rows of Django's fields take seconds to render, plain values take none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from records import describing, description
from records.models import Document

COLUMNS = ("title", "document_date", "received_on", "kind", "direction", "keywords")
MOST = 500  # rows; settings.DATA_UPLOAD_MAX_NUMBER_FIELDS allows for them


def labels() -> dict[str, str]:
    """Descriptive fields with their names, for facts."""
    return {
        "document_date": _("Document date"),
        "received_on": _("Date of receipt"),
        "direction": _("Direction"),
        "kind": _("Kind"),
        "keywords": _("Keywords"),
        "protection_need": _("Protection need"),
        "text_exception": _("Why there is no text"),
    }


def word(document: Document, name: str) -> str:
    """A field as people read it."""
    value = getattr(document, name)
    if name in ("direction", "protection_need"):
        return str(getattr(document, f"get_{name}_display")())
    if name in ("document_date", "received_on"):
        return description.written(value)
    return ", ".join(value) if isinstance(value, list) else str(value)


def chosen(query: QueryDict) -> SimpleNamespace:
    """Which documents are asked for: `documents` by id, `register` by id ("ohne": those in none), or all."""
    ids = {id for text in query.getlist("dokument") if (id := _uuid(text))}
    register = query.get("register", "")
    return SimpleNamespace(documents=ids, register=_uuid(register), loose=register == "ohne", query=query)


def rows_of(documents: Any, wanted: SimpleNamespace) -> tuple[list[SimpleNamespace], int]:
    """Rows in paper order as they are stored, and how many more there would be."""
    if wanted.documents:
        documents = documents.filter(public_id__in=wanted.documents)
    elif wanted.loose:
        documents = documents.filter(register__isnull=True)
    elif wanted.register:
        documents = documents.filter(register__public_id=wanted.register)
    found = list(documents)
    return [_row(document) for document in found[:MOST]], max(0, len(found) - MOST)


def typed(sent: QueryDict) -> dict[UUID, SimpleNamespace]:
    """What was typed, by document: `revision` it was typed over, `values` by column, `touched` if they are not what was shown."""
    found: dict[UUID, SimpleNamespace] = {}
    for place in range(MOST):
        token = sent.get(f"row-{place}")
        if token is None:
            break
        public_id, _dot, rest = token.partition(".")
        revision, _dot, seen = rest.partition(".")
        known = _uuid(public_id)
        if known is None:
            continue
        values = {column: sent.get(f"{column}-{place}", "") for column in COLUMNS}
        found[known] = SimpleNamespace(etag=f"{known}.{revision}", values=values, touched=_digest(values) != seen)
    return found


def touched(typed: Mapping[UUID, SimpleNamespace]) -> list[describing.Row]:
    """Only rows in which something was changed: what a colleague did meanwhile in the others is none of this table's business."""
    return [describing.Row(public_id, row.etag, row.values) for public_id, row in typed.items() if row.touched]


def again(documents: Any, typed: Mapping[UUID, SimpleNamespace], refusal: describing.CannotDescribeAll) -> list[SimpleNamespace]:
    """The rows after a refusal: nothing that was typed is lost, and what is stored meanwhile stands beside it."""
    found = {document.public_id: document for document in documents.filter(public_id__in=typed)}
    rows = []
    for public_id, entry in typed.items():
        document = found.get(public_id)
        if document is None:  # cancelled or moved away meanwhile
            rows.append(
                SimpleNamespace(token=f"{entry.etag}.", values=entry.values, errors=refusal.errors.get(public_id, {}), now=[], gone=True)
            )
            continue
        row = _row(document)
        stored = row.values
        if entry.touched:
            row.values = entry.values
            row.errors = dict(refusal.errors.get(public_id, {}))
        if public_id in refusal.stale:
            names = {**labels(), "title": _("Title")}
            row.now = [(names[name], word(document, name) or "–") for name in COLUMNS if stored[name] != entry.values[name]]
        rows.append(row)
    return rows


def _row(document: Document) -> SimpleNamespace:
    values = {
        "title": document.title,
        "document_date": document.document_date.isoformat() if document.document_date else "",
        "received_on": document.received_on.isoformat() if document.received_on else "",
        "kind": document.kind,
        "direction": document.direction,
        "keywords": ", ".join(document.keywords),
    }
    return SimpleNamespace(token=f"{document.etag}.{_digest(values)}", values=values, errors={}, now=[], gone=False, document=document)


def _digest(values: Mapping[str, str]) -> str:
    """What tells a touched row from an untouched one."""
    parts: Iterable[str] = (values[column] for column in COLUMNS)
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
