"""What an index is told of a document, and the work of making it ready: German words take most of it, so a rebuild does it on all cores."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from typing import Any

from foundation.german import analyzer

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One document as the index sees it.

    ``document`` and ``file`` are the database's integers, ``scope`` says who may see it, ``branch`` are the codes from the root of the file
    plan to the leaf (a code must be unique in the plan), ``date`` is what "newest" orders by, ``pages`` are the texts in page order. ``kind``
    is counted as a facet, ``media_type`` says the same more exactly.
    """

    document: int
    file: int
    scope: int
    branch: tuple[str, ...]
    year: int
    kind: str
    date: date
    title: str
    reference: str
    pages: Sequence[str]
    media_type: str = ""


def fields_of(entry: Entry) -> Fields:
    """Analyse an entry into the fields that the index keeps."""
    german = analyzer()
    title = german.analyse(f"{entry.title}\n{entry.reference}")
    text = german.analyse("\n".join(entry.pages))
    return {
        "document": entry.document,
        "file": entry.file,
        "scope": entry.scope,
        "year": entry.year,
        "newest": _newest_key(entry),
        "branch": list(dict.fromkeys(entry.branch)),
        "kind": entry.kind,
        "media_type": entry.media_type,
        "title": title.parts,
        "words": f"{title.words} ¶ {text.words}",  # the mark keeps a phrase from running from the title into the text
        "parts": f"{title.parts} {text.parts}",
        "spellings": f"{title.spellings} {text.spellings}",
    }


def fields_of_batches(batches: Iterable[Sequence[Entry]], *, processes: int) -> Iterator[list[Fields]]:
    """Analyse one batch after the other, several at a time in processes of their own; what comes out keeps the order.

    Only a batch more than there are processes is under way at any moment, whatever the length of the whole.
    """
    if processes < 2:
        yield from map(_batch, batches)
        return
    ahead: deque[Future[list[Fields]]] = deque()
    # Not by fork: the caller may have threads and open connections, and a child must not end them.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for batch in batches:
            ahead.append(pool.submit(_batch, batch))
            if len(ahead) > processes:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _batch(entries: Sequence[Entry]) -> list[Fields]:
    return [fields_of(entry) for entry in entries]


def _newest_key(entry: Entry) -> int:
    """Order by date, then by document, in one number without ties: a page can go on exactly after the last hit."""
    return (entry.date.toordinal() << 40) | (entry.document & ((1 << 40) - 1))
