"""Which German words may stand in a compound, read from Debian's hunspell dictionary.

The dictionary (igerman98, package hunspell-de-de) marks with one letter per rule how a word may be used. Only these letters matter here:
``i j k e`` the form may open a compound, ``h`` it is no word of its own, ``o`` a lower-case double, ``d`` wrong on purpose, ``A`` inflects
as an adjective, ``X Y`` inflects as a verb, ``J`` forms a noun in -ung, ``S T`` has a genitive in -s, ``N`` has a plural in -n.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from foundation.folding import fold

DICTIONARY = Path("/usr/share/hunspell/de_DE.dic")
OWN_WORDS = Path(__file__).with_name("german_words.txt")
WORD = re.compile(r"[A-Za-zÄÖÜäöüßéèê]{2,}")


@dataclass(slots=True)
class Lexicon:
    """Sets of folded words.

    ``lemmas`` are words by themselves, ``openers`` may open a compound as they stand, ``heads`` may end one, ``nouns``, ``adjectives`` and
    ``verb_stems`` open one less often. ``agents`` are words whose -er is no plural ending (Müller, Steuer), ``plurals`` words whose -er is
    one although it looks otherwise (Gräber). ``whole`` are compounds whose parts no longer speak (Bahnhof), ``free_heads`` end a compound
    whatever stands before, ``never`` look like words but must not be taken for a part.
    """

    lemmas: set[str] = field(default_factory=set)
    nouns: set[str] = field(default_factory=set)
    openers: set[str] = field(default_factory=set)
    heads: set[str] = field(default_factory=set)
    adjectives: set[str] = field(default_factory=set)
    verb_stems: set[str] = field(default_factory=set)
    agents: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)
    never: set[str] = field(default_factory=set)
    free_heads: set[str] = field(default_factory=set)
    plurals: set[str] = field(default_factory=set)


def _ung(word: str) -> tuple[str, ...]:
    """Give the nouns in -ung that a verb or root may form (prüfen: Prüfung, Satz: Satzung, versammeln: Versammlung)."""
    if word.endswith("eln"):
        return word[:-3] + "lung", word[:-1] + "ung"
    for ending, drop in (("ern", 1), ("en", 2)):
        if word.endswith(ending):
            return (word[:-drop] + "ung",)
    return (word + "ung",)


def _add_ung(lexicon: Lexicon, word: str) -> None:
    for noun in _ung(word):
        lexicon.nouns.add(noun)
        lexicon.lemmas.add(noun)
        lexicon.heads.add(noun)
        lexicon.openers.add(noun + "s")


def _add_entry(lexicon: Lexicon, word: str, flags: str) -> None:
    """Sort one line of the dictionary into the sets."""
    if "d" in flags:
        return
    is_noun, folded = word[0].isupper(), fold(word)
    if set(flags) & set("ijke"):
        lexicon.openers.add(folded)
    if "J" in flags:
        _add_ung(lexicon, folded)
    if "h" in flags or "o" in flags:
        return
    lexicon.lemmas.add(folded)
    if is_noun:
        lexicon.nouns.add(folded)
        lexicon.heads.add(folded)
        if folded.endswith("er") and ("S" in flags or "N" not in flags):
            lexicon.agents.add(folded)
    elif "A" in flags:
        lexicon.adjectives.add(folded)
        if len(folded) >= 5:
            lexicon.heads.add(folded)
    elif ("X" in flags or "Y" in flags) and folded.endswith("n"):
        _add_ung(lexicon, folded)
        lexicon.verb_stems.add(folded[:-2] if folded.endswith("en") else folded[:-1])


def _add_own(lexicon: Lexicon, text: str) -> None:
    """Add the product's own words: one section per set, ``#`` starts a comment."""
    section = ""
    for line in text.splitlines():
        line = line.split("#")[0].strip()
        if line.startswith("["):
            section = line.strip("[]")
            continue
        for word in line.split():
            folded = fold(word)
            getattr(lexicon, section).add(folded)
            if section in ("whole", "free_heads", "nouns"):
                lexicon.lemmas.add(folded)
                lexicon.nouns.add(folded)
                lexicon.heads.add(folded)


@lru_cache(maxsize=1)
def load(dictionary: Path = DICTIONARY, own_words: Path = OWN_WORDS) -> Lexicon:
    """Read the dictionary and our own words, once per process (about 0.4 s).

    Raises FileNotFoundError without Debian's package hunspell-de-de: without it compounds would silently not be found.
    """
    lexicon = Lexicon()
    with dictionary.open(encoding="utf-8") as lines:
        for line in lines:
            word, _, flags = line.strip().partition("/")
            if WORD.fullmatch(word):
                _add_entry(lexicon, word, flags)
    _add_own(lexicon, own_words.read_text(encoding="utf-8"))
    lexicon.agents |= {noun for noun in lexicon.nouns if noun.endswith("er") and noun[:-2] not in lexicon.nouns}
    lexicon.agents -= lexicon.plurals
    short = {head for head in lexicon.heads if len(head) <= 3}  # of these, names and abbreviations open no compound
    lexicon.heads -= {head for head in short if lexicon.openers.isdisjoint((head, head + "s", head + "es", head + "en", head + "er"))}
    for members in (lexicon.heads, lexicon.openers, lexicon.nouns, lexicon.adjectives, lexicon.verb_stems):
        members -= lexicon.never
    return lexicon
