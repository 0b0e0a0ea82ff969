"""Suggestions while somebody types: files and documents by reference or title, typos forgiven; files by index values (addresses, parcels).

What was typed is looked for in the titles as it is. Only where that gives too little is it compared with the words that titles are made of
(TitleWord), and the titles are asked once more for the nearest of them. Titles themselves cannot be compared: nearly each of a million has
some letters in common with a word, and looking at them takes seconds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from foundation.slips import forgiven, nearest
from tenants import current
from tenants.models import User

from . import index_values
from .models import Document, RecordFile
from .models.access import scopes_of

SUGGESTIONS = 8
MOST_FILES = 5  # where there are documents, too
SHORTEST_TITLE = 3  # letters
LONGEST = 100
WORDS_FORGIVEN = 4  # of what was typed
LOOKED_AT = 300  # words that have the most groups of three letters in common with one typed
STEPS = 3  # times that the titles are asked again, each time for words a little farther away
MOST_NEAR = 6  # words that one step asks for
# What counts as looking alike to the index; the slips are counted afterwards. Two letters swapped and one missing in a word of nine leave
# 0.19 in common with the whole word; the beginning of a long word, still being typed, has more in common with that part of it.
IN_COMMON_SQL = (
    "SELECT set_config('pg_trgm.similarity_threshold', '0.18', true), set_config('pg_trgm.word_similarity_threshold', '0.4', true)"
)
LOOK_ALIKE_SQL = """
SELECT word FROM records_titleword WHERE word %% %(typed)s OR %(typed)s <%% word
ORDER BY least(word <-> %(typed)s, %(typed)s <<-> word), word LIMIT %(most)s
"""


@dataclass(frozen=True)
class Suggestion:
    """A file or document offered while somebody types."""

    kind: str
    id: UUID
    title: str
    file_reference: str
    file_id: UUID


def suggest(*, clerk: User, text: str) -> list[Suggestion]:
    """Up to eight files and documents by reference or title; up to two typos in a usual word are forgiven."""
    text = " ".join(text.replace("\x00", " ").split())[:LONGEST]
    if not text:
        return []
    scopes = scopes_of(clerk).at_least(1)
    files = _by_reference(text, scopes)
    for found_there in index_values.files_with(clerk=clerk, text=text, most=MOST_FILES, typing=True):
        files.setdefault(found_there.pk, found_there)
    documents: dict[int, Document] = {}
    if len(text) >= SHORTEST_TITLE:
        _add_titled(files, documents, scopes, [[word] for word in text.split()])
        _add_nearly_titled(files, documents, scopes, text)
    shown = list(documents.values())[: SUGGESTIONS - min(len(files), MOST_FILES)]
    found = [
        Suggestion("file", f.public_id, f.title, f.file_reference, f.public_id) for f in list(files.values())[: SUGGESTIONS - len(shown)]
    ]
    return found + [Suggestion("document", d.public_id, d.title, d.file.file_reference, d.file.public_id) for d in shown]


def _files(scopes: list[int]) -> QuerySet[RecordFile]:
    standing: QuerySet[RecordFile] = RecordFile.objects.filter(scope__any_of=scopes).standing()
    return standing


def _by_reference(text: str, scopes: list[int]) -> dict[int, RecordFile]:
    """Files whose reference, or a former one, begins with what was typed."""
    found = {f.pk: f for f in _files(scopes).filter(file_reference__istartswith=text).order_by("reference_key")[:SUGGESTIONS]}
    for former in _files(scopes).filter(former_references__file_reference__istartswith=text).order_by("reference_key")[:2]:
        found.setdefault(former.pk, former)
    return found


def _add_titled(files: dict[int, RecordFile], documents: dict[int, Document], scopes: list[int], words: Sequence[Sequence[str]]) -> None:
    """Add files and documents whose title holds one of each group of words."""
    titled = Q()
    for group in words:
        titled &= _any_of(group)
    for file in _files(scopes).filter(titled).order_by("-changed_at")[:SUGGESTIONS]:
        files.setdefault(file.pk, file)
    standing: Any = Document.objects.filter(file__scope__any_of=scopes).standing().select_related("file")
    for document in standing.filter(titled).order_by("-created_at", "-pk")[:SUGGESTIONS]:
        documents.setdefault(document.pk, document)


def _any_of(words: Sequence[str]) -> Q:
    either = Q()
    for word in words:
        either |= Q(title__icontains=word)
    return either


def _add_nearly_titled(files: dict[int, RecordFile], documents: dict[int, Document], scopes: list[int], text: str) -> None:
    """Fill up with titles in which some of the words were probably meant, the nearest ones first.

    The steps end with the first that finds anything: words further away are no better guesses. Where what was typed was found as it is,
    only one slip is forgiven.
    """
    found = len(files) + len(documents)
    if found >= SUGGESTIONS:
        return
    typed = re.findall(r"[^\W_]+", text.lower())
    near = _near_words(typed, most=1 if found else 2)
    for step in range(1, max(map(len, near.values()), default=0) + 1):
        _add_titled(files, documents, scopes, [[word, *_first(near.get(word, [])[:step])] for word in typed])
        if step == STEPS or len(files) + len(documents) > found:
            return


def _first(groups: Sequence[Sequence[str]]) -> list[str]:
    return list(chain.from_iterable(groups))[:MOST_NEAR]


def _near_words(typed: Sequence[str], most: int) -> dict[str, list[list[str]]]:
    """Words of titles that look like each of those typed, in groups, the nearest first."""
    near: dict[str, list[list[str]]] = {}
    doubtful = [word for word in dict.fromkeys(typed) if word.isalpha() and forgiven(word)][:WORDS_FORGIVEN]
    if not doubtful:
        return near
    with current.atomic(), current.connection().cursor() as cursor:  # for one transaction only: connections may be shared
        cursor.execute(IN_COMMON_SQL)
        for word in doubtful:
            cursor.execute(LOOK_ALIKE_SQL, {"typed": word, "most": LOOKED_AT})
            near[word] = nearest(word, (known for (known,) in cursor.fetchall()), min(most, forgiven(word)))
    return near
