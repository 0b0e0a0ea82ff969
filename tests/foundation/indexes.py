"""Entries for tests of the index, and indexes filled with them."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from foundation.index import Entry, Found, Index

ALL = frozenset(range(1, 100))


def entry(document: int, text: str = "Leeres Blatt", **changes: Any) -> Entry:
    values: dict[str, Any] = {
        "document": document,
        "file": document,
        "scope": 1,
        "branch": ("6", "63", "63.12"),
        "year": 2024,
        "kind": "pdf",
        "media_type": "application/pdf",
        "date": date(2024, 1, 1) + timedelta(days=document),
        "title": f"Schreiben {chr(96 + document % 26)}",
        "reference": "",
        "pages": [text],
    }
    return Entry(**{**values, **changes})


def filled(folder: Path, entries: Iterable[Entry], cursor: str = "1") -> Index:
    index = Index.open(folder)
    with index.writer() as writer:
        writer.replace(entries)
        writer.commit(cursor)
    return index


def documents(found: Found) -> set[int]:
    return {hit.document for hit in found.hits}
