"""Show where a page matches: marks for the text layer and short extracts, found with the analyzer that found the page.

tantivy's own snippets know nothing of split compounds and umlaut spellings: what it marks is what it indexed.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from itertools import islice
from typing import NamedTuple

from foundation.german import TOKEN, Analysed, Analyzer, analyzer
from foundation.query import Leaf, Phrase, Prefix, Query, Word

SNIPPET_LENGTH = 240  # characters
LEAD = 60  # characters shown before the first mark
SEARCHED_PAGES = 200  # pages of one document that are looked at before the best so far is taken
NONE: tuple[int, ...] = ()
NEAR = 40  # characters around a candidate that a quick look takes in, up to the next blank
CANDIDATES = 12  # of each word that are looked at quickly
_VARIES = re.compile(r"[aou]|ss|[^\x00-\x7f]")  # ä, ö, ü, ae, oe, ue and ß may stand for these
NEXT_TO = 160  # marks of different words this close belong into one extract


class _Match(NamedTuple):
    """A run of tokens (first to last, inclusive) that shows the leaf with this number."""

    first: int
    last: int
    leaf: int


class _Known(dict[str, tuple[int, ...]]):
    """Remembers which leaves a token shows by itself: pages of one search share most of their words."""

    def __init__(self, leaves: Sequence[Leaf], german: Analyzer) -> None:
        super().__init__()
        self._look_up = german.look_up
        self._tests = [(number, test) for number, leaf in enumerate(leaves) if (test := _test_of(leaf))]

    def __missing__(self, token: str) -> tuple[int, ...]:
        analysed, shown = self._look_up(token), NONE
        for number, test in self._tests:
            if test(analysed):
                shown += (number,)
        self[token] = shown
        return shown


class _Matcher:
    """A query made ready to be looked for in many pages."""

    def __init__(self, query: Query, german: Analyzer) -> None:
        self._glance = _Glance(query, german)
        self._look_up = german.look_up
        leaves = list(dict.fromkeys(query.leaves()))
        self._known = _Known(leaves, german)
        self._runs = [(number, run) for number, leaf in enumerate(leaves) for run in _runs_of(leaf)]
        numbers = {leaf: number for number, leaf in enumerate(leaves)}
        self._groups = [{numbers[leaf] for leaf in group} for group in query.groups]

    def is_complete(self, shown: set[int]) -> bool:
        """Tell whether these leaves together fulfil the whole query: no page can show it better."""
        return all(group & shown for group in self._groups)

    def look(self, text: str) -> "_Seen":
        """Look at a page where the query may stand; at all of it if that does not show the whole query."""
        seen = _Seen([(text[start:end], start) for start, end in self._glance.parts(text)], self)
        return seen if self.is_complete(seen.shown) else _Seen([(text, 0)], self)

    def matches(self, tokens: Sequence[str]) -> list[_Match]:
        """Find all matches in the tokens of a page."""
        known = self._known
        found = [_Match(place, place, leaf) for place, leaves in enumerate([known[token] for token in tokens]) if leaves for leaf in leaves]
        for leaf, run in self._runs:
            found += self._run_matches(tokens, run, leaf)
        return found

    def _run_matches(self, tokens: Sequence[str], run: tuple[str, ...], leaf: int) -> list[_Match]:
        """Find a sequence of whole words; a token can hold several of them (63-123)."""
        texts = [self._look_up(token).words for token in tokens]
        if f" {' '.join(run)} " not in f" {' '.join(texts)} ":
            return []
        words, owners = [], []
        for place, text in enumerate(texts):
            for word in text.split():
                words.append(word)
                owners.append(place)
        length = len(run)
        starts = [place for place, word in enumerate(words) if word == run[0] and tuple(words[place : place + length]) == run]
        return [_Match(owners[start], owners[start + length - 1], leaf) for start in starts]


class _Seen:
    """What was found in parts of a page; `shown` are the numbers of the leaves."""

    def __init__(self, parts: Sequence[tuple[str, int]], matcher: _Matcher) -> None:
        self._found = [(part, start, matcher.matches(TOKEN.findall(part))) for part, start in parts]
        self.shown = {match.leaf for _part, _start, matches in self._found for match in matches}

    def spans(self) -> list[tuple[int, int]]:
        return [(first + start, last + start) for part, start, matches in self._found for first, last in _spans(part, matches)]


class _Glance:
    """A quick look for the parts of a page that may show the query, before all of its words are analysed.

    Each group of the query is looked for by the longest run of letters that stands in every spelling of its leaf (genehmig in Genehmigung,
    ntr in Antrag and Anträge). It may err both ways: what it proposes is analysed, and what it does not find is looked for word by word.
    """

    def __init__(self, query: Query, german: Analyzer) -> None:
        cores = [_core_of(group, german) for group in query.groups]
        self._cores = [(re.compile(re.escape(core)), reach) for core, reach in cores] if all(core for core, _reach in cores) else []

    def parts(self, text: str) -> list[tuple[int, int]]:
        """Give spans of the text that hold candidates, if there are some for every group; their ends lie at blanks."""
        lowered = text.lower()
        if len(lowered) != len(text):  # a few letters grow
            return []
        wanted: list[tuple[int, int]] = []
        for core, reach in self._cores:
            found = [(max(0, match.start() - NEAR), match.end() + reach) for match in islice(core.finditer(lowered), CANDIDATES)]
            if not found:
                return []
            wanted += found
        return list(_merged(text, sorted(wanted)))


def _merged(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Widen sorted spans to the next blanks, and join those that meet."""
    first, last = 0, -1
    for start, end in spans:
        if start <= last:
            last = max(last, _blank(text, end))
            continue
        if last >= 0:
            yield first, last
        first, last = text.rfind(" ", 0, start) + 1, _blank(text, end)
    if last >= 0:
        yield first, last


def _blank(text: str, at: int) -> int:
    found = text.find(" ", at)
    return len(text) if found < 0 else found


def _core_of(group: Sequence[Leaf], german: Analyzer) -> tuple[str, int]:
    """Give what every spelling of a group's only leaf holds, and how far behind it the leaf may reach.

    Nothing for a choice of leaves and for words with typos.
    """
    if len(group) != 1 or (isinstance(leaf := group[0], Word) and leaf.fuzzy):
        return "", 0
    # Part by part: a term lacks the letters that join them (Handwerk-s-verzeichnis).
    parts = (leaf.start,) if isinstance(leaf, Prefix) else _parts(leaf.typed, german)
    core = max((run for part in parts for run in _VARIES.split(part)), key=len, default="")
    reach = NEAR + 2 * sum(len(word) + 1 for run in _runs_of(leaf) for word in run)
    return (core, reach) if len(core) > 1 else ("", 0)


def _parts(typed: str, german: Analyzer) -> list[str]:
    """Give the parts of the first word that was typed."""
    token = TOKEN.search(typed)
    return [part for piece in re.split(r"[\W_]+", token[0] if token else "") for part in german.parts(piece)]


_Test = Callable[[Analysed], bool]


def _test_of(leaf: Leaf) -> _Test | None:
    """Give the test whether a single token shows a leaf; None if that takes several tokens. ``in`` a string sorts most tokens out at once."""
    if isinstance(leaf, Prefix):
        start = leaf.start
        return lambda token: start in token.spellings and any(spelling.startswith(start) for spelling in token.spellings.split())
    if isinstance(leaf, Phrase):
        if len(leaf.words) > 1:
            return None
        only = leaf.words[0]
        return lambda token: only in token.words and only in token.words.split()
    term, spelling = leaf.term, leaf.spelling
    if leaf.fuzzy:
        return lambda token: (
            any(one_edit_apart(term, other) for other in token.parts.split())
            or any(one_edit_apart(spelling, other) for other in token.spellings.split())
        )
    return lambda token: term in token.parts and term in token.parts.split()


def _runs_of(leaf: Leaf) -> list[tuple[str, ...]]:
    if isinstance(leaf, Phrase) and len(leaf.words) > 1:
        return [leaf.words]
    if isinstance(leaf, Word) and len(leaf.segments) > 1:
        return [leaf.segments]
    if isinstance(leaf, Prefix) and leaf.before:
        return [leaf.before]
    return []


def one_edit_apart(one: str, other: str) -> bool:
    """Tell whether two terms differ by at most one letter added, left out, replaced or two neighbours swapped."""
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, other_rest = one[start:], other[start:]
    if len(one) == len(other):
        return rest[1:] == other_rest[1:] or (rest[:2] == other_rest[:2][::-1] and rest[2:] == other_rest[2:])
    return rest[1:] == other_rest if len(one) > len(other) else rest == other_rest[1:]


def _spans(text: str, matches: list[_Match]) -> list[tuple[int, int]]:
    """Turn matches into sorted spans of characters that do not overlap."""
    offsets = [token.span() for token in islice(TOKEN.finditer(text), max((match.last for match in matches), default=-1) + 1)]
    spans: list[tuple[int, int]] = []
    for start, end in sorted((offsets[match.first][0], offsets[match.last][1]) for match in matches):
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def marks(text: str, query: Query, german: Analyzer | None = None) -> list[tuple[int, int]]:
    """Give the spans of characters of a text that show a query, in order and without overlap; a phrase is one span."""
    tokens = TOKEN.findall(text)
    return _spans(text, _Matcher(query, german or analyzer()).matches(tokens))


def find_hits(pages: Sequence[str], query: Query, german: Analyzer | None = None) -> tuple[int, str]:
    """Choose the page of a document that shows a query best and an extract of it.

    Returns the page's number, counted from 1, and safe HTML: the text is escaped, ``<mark>`` is the only tag. The first page that shows the
    whole query wins, else the one that shows most of its words. If only the title was found, it is the beginning of page 1 without marks.
    """
    matcher = _Matcher(query, german or analyzer())
    return _best(pages, matcher)


def find_all_hits(documents: Sequence[Sequence[str]], query: Query, german: Analyzer | None = None) -> list[tuple[int, str]]:
    """Do what ``find_hits`` does for a whole page of hits; words the documents share are looked at once."""
    matcher = _Matcher(query, german or analyzer())
    return [_best(pages, matcher) for pages in documents]


def _best(pages: Sequence[str], matcher: _Matcher) -> tuple[int, str]:
    if not pages:
        return 1, ""
    best, best_number = None, 1
    for number, text in enumerate(pages[:SEARCHED_PAGES], start=1):
        seen = matcher.look(text)
        complete = matcher.is_complete(seen.shown)
        if best is None or complete or len(seen.shown) > len(best.shown):
            best, best_number = seen, number
        if complete:
            break
    return best_number, _extract(pages[best_number - 1], best.spans() if best else [])


def _extract(text: str, spans: list[tuple[int, int]]) -> str:
    """Cut an extract around the richest place, at word boundaries, with every mark that lies in it."""
    start = max(0, _richest(spans) - LEAD)
    if start:
        start = _next_word(text, start)
    end = min(len(text), start + SNIPPET_LENGTH)
    inside = [span for span in spans if span[0] >= start and span[0] < end]
    if inside:
        end = max(end, inside[-1][1])
    if end < len(text):
        end = max(_last_word(text, start, end), inside[-1][1] if inside else 0)
    pieces, at = ["… " if start else ""], start
    for first, last in inside:
        pieces += [_flat(text[at:first]), "<mark>", _flat(text[first:last]), "</mark>"]
        at = last
    pieces += [_flat(text[at:end]), " …" if end < len(text) else ""]
    return "".join(pieces).strip()


def _richest(spans: list[tuple[int, int]]) -> int:
    """Give the start of the span that has most others close behind it."""
    starts = [start for start, _ in spans]
    best, most = 0, 0
    for number, start in enumerate(starts):
        near = bisect_left(starts, start + NEXT_TO) - number
        if near > most:
            best, most = start, near
    return best


def _next_word(text: str, at: int) -> int:
    blank = text.find(" ", at, at + 30)
    return at if blank < 0 else blank + 1


def _last_word(text: str, start: int, at: int) -> int:
    blank = text.rfind(" ", max(start, at - 30), at)
    return at if blank < 0 else blank


def _flat(text: str) -> str:
    """Escape, and make one line of it; control characters of a bad scan are left out."""
    squeezed = " ".join(text.split())
    if not squeezed.isprintable():
        squeezed = " ".join("".join(letter if letter.isprintable() else " " for letter in squeezed).split())
    # The end of a line parts two words like a blank does.
    before, after = (" " if edge == " " or not edge.isprintable() else "" for edge in (text[:1], text[-1:]))
    return escape(before + squeezed + (after if squeezed else ""))
