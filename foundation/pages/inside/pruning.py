"""Take out of a PDF's structure (tags) what belongs to pages that are left out: their texts must not live on in a file without these pages."""

from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from foundation.pages.inside.structure import LONGEST_NESTING, numbers_of

# What an element says in words of the content below it (ISO 32000-2, table 355).
SAYING = ("/ActualText", "/Alt", "/E", "/T")
DEEPEST_FORM = 8
GONE, PART, WHOLE = 0, 1, 2

Key = tuple[int, int]


class TooDeep(Exception):
    """The structure is nested deeper than any document's: it is dropped whole."""


def prune(pdf: pikepdf.Pdf, kept: list[pikepdf.Page]) -> None:
    """Keep only those tags that lead to one of the pages `kept`. An element that loses a part loses the words that stood for its whole, too.

    Raises TooDeep.
    """
    root = pdf.Root.get("/StructTreeRoot")
    if not isinstance(root, Dictionary):
        return
    pruning = _Pruning({page.obj.objgen for page in kept})
    if "/K" in root and pruning.below(root, None, 0) == GONE:
        del root["/K"]
    used = set(_keys_of(kept))
    entries = [(number, pruning.cleaned(entry)) for number, entry in numbers_of(root.get("/ParentTree")) if number in used]
    root["/ParentTree"] = pdf.make_indirect(Dictionary(Nums=Array([value for pair in entries for value in pair])))
    for key in ("/IDTree", "/ParentTreeNextKey"):
        if key in root:
            del root[key]


class _Pruning:
    def __init__(self, kept: set[Key]) -> None:
        self.kept = kept
        self.states: dict[Key, int] = {}

    def below(self, element: Any, page: Key | None, depth: int) -> int:
        """Prune what is below an element; says how much of it is left."""
        if depth > LONGEST_NESTING:
            raise TooDeep
        kids = list(element["/K"]) if isinstance(element["/K"], Array) else [element["/K"]]
        states = [self._state(kid, page, depth) for kid in kids]
        left = [kid for kid, state in zip(kids, states, strict=True) if state != GONE]
        if not left:
            return GONE
        element["/K"] = Array(left)
        if min(states) == WHOLE:
            return WHOLE
        _say_nothing(element)
        return PART

    def _state(self, kid: Any, page: Key | None, depth: int) -> int:
        if not isinstance(kid, Dictionary):
            return self._of(page)  # a piece of marked content, by its number
        own = _page_of(kid) or page
        if kid.get("/Type") in (Name.MCR, Name.OBJR):
            return self._of(own)
        key = kid.objgen
        if key not in self.states or key == (0, 0):
            self.states[key] = WHOLE  # what leads to itself again ends here
            self.states[key] = self.below(kid, own, depth + 1) if "/K" in kid else self._of_empty(kid, own)
        return self.states[key]

    def _of(self, page: Key | None) -> int:
        return WHOLE if page is None or page in self.kept else GONE

    def _of_empty(self, element: Any, page: Key | None) -> int:
        """An empty cell, say: it keeps its place in the table, but nobody knows what its words are about."""
        if page is None:
            _say_nothing(element)
        return self._of(page)

    def cleaned(self, entry: Any) -> Any:
        """An entry of the parent tree without elements that are gone."""
        if isinstance(entry, Array):
            return Array([self.cleaned(one) for one in entry])
        gone = isinstance(entry, Dictionary) and self.states.get(entry.objgen, GONE) == GONE
        return None if gone else entry


def _say_nothing(element: Any) -> None:
    for key in SAYING:
        if key in element:
            del element[key]


def _page_of(kid: Any) -> Key | None:
    page = kid.get("/Pg")
    if page is None and isinstance(kid.get("/Obj"), Dictionary | pikepdf.Stream):
        page = kid["/Obj"].get("/P")
    return page.objgen if isinstance(page, Dictionary) else None


def _keys_of(pages: list[pikepdf.Page]) -> Iterator[int]:
    """The numbers under which pages, and what lies on them, find their tags."""
    for page in pages:
        yield from _numbers_in(page.obj)
        for annotation in page.obj.get("/Annots", []):
            yield from _numbers_in(annotation)
        yield from _keys_in_forms(page.obj.get("/Resources"), 0)


def _keys_in_forms(resources: Any, depth: int) -> Iterator[int]:
    drawn = resources.get("/XObject") if isinstance(resources, Dictionary) and depth < DEEPEST_FORM else None
    for thing in dict(drawn).values() if isinstance(drawn, Dictionary) else ():
        if isinstance(thing, pikepdf.Stream):
            yield from _numbers_in(thing)
            yield from _keys_in_forms(thing.get("/Resources"), depth + 1)


def _numbers_in(thing: Any) -> Iterator[int]:
    if isinstance(thing, Dictionary | pikepdf.Stream):
        yield from (int(thing[key]) for key in ("/StructParents", "/StructParent") if isinstance(thing.get(key), int))
