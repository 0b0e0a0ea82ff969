"""German text made searchable: words with their offsets, normalised terms, parts of compounds.

One and the same ``Analyzer`` works for the index, for queries and for highlighting, so that whatever finds a page can also be shown on it.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from foundation import lexicon as lexicon_module
from foundation.compounds import Splitter, Stemmer
from foundation.folding import fold, fold_umlauts
from foundation.lexicon import Lexicon

ANALYZER_VERSION = 4  # raise it when the same text would give other terms: indexes are then rebuilt
LONGEST_TERM = 64  # letters; longer "words" are garbage of a scanner
REMEMBERED = 60_000  # words in each of two generations, about 300 bytes each

_HYPHENS = r"\-‐‑"
_GOES_ON = r"[ \t\r]*\n\s*(?!(?:und|oder|bzw|sowie|bis|u)\b)(?=[a-zäöüß])"  # Bau-⏎genehmigung, but not Bau-⏎und Ordnungsamt
_BROKEN = rf"(?:(?<=[^\W\d_])[-‐¬]{_GOES_ON}|(?<=\u00ad){_GOES_ON})"
_RUN = r"[\w\u0300-\u036f\u00ad\u200b-\u200d\u2060]"  # letters, digits, and marks that do not end a word
_SHARED = r"[-‐‑]\s+(?:und|oder|sowie|bzw\.)\s+"  # Bau- und Ordnungsamt is also a Bauamt
_PLAIN = r"[A-Za-zÄÖÜäöüß]++(?=[\s.,;:!?()])"  # what the longest alternative would find too, in half of the time: most words of a page
TOKEN = re.compile(
    rf"{_PLAIN}|§{{1,2}}\s{{0,3}}\d+\w*|[^\W_]{_RUN}*(?:(?:{_BROKEN}|[{_HYPHENS}](?:[ \t\r]*\n[ \t]*(?=[A-ZÄÖÜ\d]))?){_RUN}+)*(?:{_SHARED}[^\W\d_]{_RUN}*)?"
)
_SHARED_PART = re.compile(_SHARED)
_BROKEN_HYPHEN = re.compile(_BROKEN)
_BETWEEN = re.compile(rf"[\s_{_HYPHENS}]+")


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text: where it stands (``text[start:end]``) and its terms; ``words`` has several for Müller-Lüdenscheidt."""

    start: int
    end: int
    words: tuple[str, ...]
    terms: tuple[str, ...]


class Analysed(NamedTuple):
    """What the index keeps of a word or a text; terms are separated by blanks.

    ``words`` are whole words in order (for phrases), ``parts`` are whole words and parts (for words), ``spellings`` the folded
    spellings without stemming (for ``prefix*``).
    """

    words: str
    parts: str
    spellings: str


class _Memory(dict[str, Analysed]):
    """Remembers words in two generations: what was not asked for while one filled up is forgotten, frequent words stay.

    A scanner's errors and running numbers are new words on every page; they must not drive out the language.
    """

    def __init__(self, analyse: Callable[[str], Analysed]) -> None:
        super().__init__()
        self._analyse = analyse
        self._older: dict[str, Analysed] = {}

    def __missing__(self, token: str) -> Analysed:
        analysed = self._older.get(token) or self._analyse(token)
        if len(token) > 4 and token[0].isdigit():
            return analysed
        if len(self) >= REMEMBERED:
            self._older = self.copy()
            self.clear()
        self[token] = analysed
        return analysed


class Analyzer:
    """Turns German words into the terms they are found by. Build it once per process (``analyzer()``): it reads the lexicon."""

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        words = lexicon or lexicon_module.load()
        self._stemmer = Stemmer(words)
        self._splitter = Splitter(words)
        self._memory = _Memory(self.analyse_token)
        self.look_up: Callable[[str], Analysed] = self._memory.__getitem__
        """Analyse one match of ``TOKEN``, from memory if it was seen before."""

    def parts(self, word: str) -> tuple[str, ...]:
        """Give the stems of the parts of one word in order (Straßenbauamt: strass, bau, amt); one stem if it is no compound."""
        folded = fold(word)[:LONGEST_TERM]
        if not folded.isalpha():
            return (folded,) if folded else ()
        folded = self._stemmer.masculine(folded)
        pieces = self._splitter.split(folded)
        if len(pieces) == 1:
            pieces = self._splitter.split(self._as_umlaut(folded))
        return tuple(fold_umlauts(self._stemmer.stem(self._as_umlaut(piece))) for piece in pieces)

    def _as_umlaut(self, folded: str) -> str:
        """Read ae, oe, ue as umlauts in a word the lexicon does not know as it stands (Mueller, but not Poet)."""
        other = fold_umlauts(folded)
        return folded if other == folded or self._stemmer.knows(folded) else other

    def terms(self, word: str) -> tuple[str, ...]:
        """Give all terms a word is found by: the whole word first, then every run of neighbouring parts, longest first.

        Runs of parts let Steuerbescheid find Grundsteuerbescheid without finding every page with a Steuer and a Bescheid.
        """
        parts = self.parts(word)
        count = len(parts)
        runs = ("".join(parts[start : start + length]) for length in range(count, 0, -1) for start in range(count - length + 1))
        return tuple(dict.fromkeys(runs))

    def analyse_token(self, token: str) -> Analysed:
        """Analyse one match of ``TOKEN`` without looking into the memory."""
        if token[0] == "§":
            number = fold(token.lstrip("§").strip())
            return Analysed(number, f"{number} §{number}", number)
        if shared := _SHARED_PART.search(token):
            return self._analyse_shared(token[: shared.start()], shared[0].strip(" -‐‑.\r\n\t"), token[shared.end() :])
        segments = [segment for segment in _BETWEEN.split(_BROKEN_HYPHEN.sub("", token).replace("\u00ad", "")) if segment]
        each = [terms for terms in map(self.terms, segments) if terms]
        words = [terms[0] for terms in each]
        found = [term for terms in each for term in terms]
        if len(words) > 1 and not token.replace("-", "").isdigit():
            found.insert(0, "".join(words)[:LONGEST_TERM])  # E-Mail finds Email, Müller-Lüdenscheidt itself
        spellings = " ".join(filter(None, (fold_umlauts(fold(segment)[:LONGEST_TERM]) for segment in segments)))
        return Analysed(" ".join(words), " ".join(found), spellings)

    def _analyse_shared(self, first: str, conjunction: str, second: str) -> Analysed:
        """Analyse "Bau- und Ordnungsamt": three words in a row, and the Bauamt that the hyphen stands for."""
        words = [self.analyse_token(word) for word in (first, conjunction, second)]
        parts = self.parts(second)
        missing = words[0].words.replace(" ", "") + parts[-1] if len(parts) > 1 else ""
        rows = list(zip(*words, strict=True))
        return Analysed(" ".join(rows[0]), f"{' '.join(rows[1])} {missing[:LONGEST_TERM]}".strip(), " ".join(rows[2]))

    def analyse(self, text: str) -> Analysed:
        """Analyse a whole text for the index (0.1 to 0.2 ms for a page once its words are known)."""
        memory = self._memory
        found = [memory[token] for token in TOKEN.findall(text)]
        if not found:
            return Analysed("", "", "")
        words, parts, spellings = zip(*found, strict=True)
        return Analysed(" ".join(words), " ".join(parts), " ".join(dict.fromkeys(spellings)))

    def words(self, text: str) -> Iterator[Token]:
        """Yield the words of a text with their offsets in characters; a word broken at a line's end is one word."""
        memory = self._memory
        for match in TOKEN.finditer(text):
            analysed = memory[match[0]]
            yield Token(match.start(), match.end(), tuple(analysed.words.split()), tuple(analysed.parts.split()))


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Name the state of analyzer and lexicon. An index built under another one must be rebuilt, or words would not meet."""
    digest = hashlib.sha256(f"{ANALYZER_VERSION}".encode())
    for source in (lexicon_module.DICTIONARY, lexicon_module.OWN_WORDS):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=1)
def analyzer() -> Analyzer:
    """Give this process's analyzer."""
    return Analyzer()
