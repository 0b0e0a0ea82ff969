"""Stemming and splitting of German words, both led by the lexicon."""

from functools import lru_cache

from foundation.lexicon import Lexicon

# Endings of the last part of a compound, and the letters that may link two parts, by their last letter.
INFLECTIONS = {"s": ("s", "es", "ens"), "e": ("e",), "n": ("n", "en", "ern", "in", "nen", "innen"), "r": ("er",), "m": ("em",)}
LINKS = {"s": ("s", "es"), "n": ("n", "en"), "e": ("e",), "r": ("er",)}
# Particles belong to the word they stand before (Mitglied, Anschluss): the dictionary lists only some of these words.
PARTICLES = (
    *("mit", "aus", "vor", "an", "ab", "auf", "ein", "nach", "bei"),
    *("um", "unter", "uber", "ruck", "wieder", "zusammen", "durch", "nieder"),
)
FREE_ENDINGS = ("n", "en", "e", "s", "es")
CONSONANTS = frozenset("bdfghklmnrt")  # an -s after another letter may belong to the word (Haus, Ines)
SHORTEST_PART = 3
SHORTEST_COMPOUND = 7
SPLIT_AGAIN = 8  # parts from this length on are looked at once more (Bundes-immissionsschutz-gesetz)

Chain = tuple[float, tuple[str, ...]]  # its cost, its parts


class Stemmer:
    """Takes off inflection only: Genehmigungen and Genehmigung meet, genehmigen does not; Häuser meets Haus, Müller never meets Müll."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lemmas, self._nouns, self._agents = lexicon.lemmas, lexicon.nouns, lexicon.agents
        self._adjectives = lexicon.adjectives

    def knows(self, word: str) -> bool:
        """Tell whether a folded word is in the lexicon, inflected or not."""
        lemmas = self._lemmas
        return word in lemmas or any(word.endswith(ending) and word[: -len(ending)] in lemmas for ending in INFLECTIONS.get(word[-1:], ()))

    def stem(self, word: str) -> str:
        """Take the inflection off a folded word."""
        if len(word) < 4:
            return word
        word = self.masculine(word)
        if word in self._agents:
            return word
        if word[-1] in "ns" and word[:-1] in self._agents:
            return word[:-1]
        if word[-1] == "s":
            word = self._without_s(word)
        return self._without_vowel_ending(word)

    def masculine(self, word: str) -> str:
        """Let Antragstellerin and Antragstellerinnen meet Antragsteller."""
        if word.endswith("erinnen") and len(word) > 8:
            return word[:-5]
        if word.endswith("erin") and len(word) > 6:
            return word[:-2]
        return word

    def _without_s(self, word: str) -> str:
        base = word[:-1]
        if word in self._nouns or word[-2] == "s":
            return word
        if word.endswith("es") and len(word) >= 5:
            return self._single_s(base[:-1])
        return base if word[-2] in CONSONANTS or base in self._lemmas else word

    def _without_vowel_ending(self, word: str) -> str:
        if word in self._agents:
            return word
        for ending in ("ern", "em", "er", "en", "e"):
            if word.endswith(ending):
                return self._without(ending, word)
        if word[-1] == "n" and word[-2] in "lr" and len(word) > 4 and word[:-1] in self._lemmas:
            return word[:-1]
        return word

    def _without(self, ending: str, word: str) -> str:
        """Take off an ending, unless it belongs to the word: System, Konzern, offen, sicher (but Bescheiden)."""
        base = word[: -len(ending)]
        if ending == "em" and word in self._lemmas:
            return word
        if base not in self._nouns and ((ending != "e" and word in self._adjectives) or (ending == "ern" and word in self._nouns)):
            return word
        if len(base) >= 3:
            return self._single_s(base)
        return word[:-1] if ending == "en" and word[:-1] in self._lemmas else word

    def _single_s(self, base: str) -> str:
        """Let Verzeichnisse meet Verzeichnis."""
        return base[:-1] if base.endswith("niss") else base


class Splitter:
    """Finds the parts of a compound: the cheapest chain of parts that the lexicon knows."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._words = lexicon
        self._openers = lexicon.openers | lexicon.whole | {word[:-1] for word in lexicon.whole if word.endswith("e")}
        known = (self._openers, lexicon.nouns, lexicon.adjectives, lexicon.verb_stems)
        self._opener_beginnings = {word[:4] for words in known for word in words}
        self._head_beginnings = {word[:4] for word in lexicon.heads}
        self._shortest_openers = {word for word in self._openers if len(word) == SHORTEST_PART}

    @lru_cache(maxsize=50_000)  # noqa: B019 - one splitter per process
    def split(self, word: str) -> tuple[str, ...]:
        """Give the parts of a folded word as they stand in it, linking letters included; the word alone if it is none."""
        if len(word) < SHORTEST_COMPOUND or self._is_whole(word):
            return (word,)
        found = self._cheapest(word) or self._with_unknown_start(word)
        if not found:
            return (word,)
        return tuple(piece for part in found for piece in self._again(part))

    def _again(self, part: str) -> tuple[str, ...]:
        if len(part) < SPLIT_AGAIN or self._is_whole(part):
            return (part,)
        return self.split(part)

    def _is_whole(self, word: str) -> bool:
        whole = self._words.whole
        return (
            word in whole
            or word + "e" in whole
            or any(word.endswith(ending) and word[: -len(ending)] in whole for ending in INFLECTIONS.get(word[-1], ()))
        )

    def _cheapest(self, word: str) -> tuple[str, ...]:
        """Chain parts from the end of the word to its beginning: few endings are heads, so most words are done with at once."""
        best: dict[int, Chain] = {}  # where a chain begins → its cost and parts
        for start in range(len(word) - SHORTEST_PART, -1, -1):
            beginning = word[start : start + 4]
            cheapest: Chain | None = None
            if start and (beginning in self._head_beginnings or beginning.startswith(PARTICLES)) and (cost := self._head(word[start:])):
                cheapest = (cost, (word[start:],))
            if best and (
                beginning in self._opener_beginnings or beginning[:3] in self._shortest_openers or beginning.startswith(PARTICLES)
            ):
                cheapest = self._open(word, start, best, cheapest)
            if cheapest:
                best[start] = cheapest
        return best[0][1] if 0 in best else ()

    def _open(self, word: str, start: int, best: dict[int, Chain], cheapest: Chain | None) -> Chain | None:
        """Put a part before the chains found so far, if that gives a cheaper chain from here on."""
        for end, (rest, parts) in best.items():
            if end - start < SHORTEST_PART or (cheapest and rest + 1 >= cheapest[0]):
                continue
            part = word[start:end]
            cost = self._opener(part)
            if cost and (cheapest is None or cost + rest < cheapest[0]):
                cheapest = (cost + rest, (part, *parts))
        return cheapest

    def _opener(self, part: str) -> float:
        """Price a part that is not the last; 0 if it cannot stand there."""
        if cost := self._plain_opener(part):
            return cost
        for particle in PARTICLES:
            if part.startswith(particle) and len(part) - len(particle) >= 5 and (cost := self._plain_opener(part[len(particle) :])):
                return cost + 0.3
        return 0.0

    def _plain_opener(self, part: str) -> float:
        words = self._words
        if part in self._openers:
            return 1.0 + _short(part) + (0.05 if part[-1] == "s" else 0.0)
        if len(part) < 4 or part in words.never:
            return 0.0
        if part in words.nouns:
            return 1.3 + _short(part)
        for link in LINKS.get(part[-1], ()):
            if part.endswith(link):
                base = part[: -len(link)]
                if base in words.whole or (len(base) >= 4 and base in words.nouns):
                    return 1.35 + _short(part)
        if part in words.adjectives or part in words.verb_stems:
            return 1.5 + _short(part)
        return 0.0

    def _head(self, part: str) -> float:
        """Price the last part; 0 if it cannot stand there."""
        if cost := self._plain_head(part):
            return cost
        for particle in PARTICLES:
            if part.startswith(particle) and len(part) - len(particle) >= 4 and self._plain_head(part[len(particle) :]):
                return 1.3
        return 0.0

    def _plain_head(self, part: str) -> float:
        heads = self._words.heads
        if part in heads:
            return 1.0 + _short(part)
        for ending in INFLECTIONS.get(part[-1], ()):
            if part.endswith(ending) and len(part) - len(ending) >= 3 and part[: -len(ending)] in heads:
                return 1.1 + _short(part)
        return 0.0

    def _with_unknown_start(self, word: str) -> tuple[str, ...]:
        """Split off a head that is as good as never part of another word (Goethe-straße)."""
        free = self._words.free_heads
        for start in range(4, len(word) - 4):
            head = word[start:]
            if head in free or any(head.endswith(ending) and head[: -len(ending)] in free for ending in FREE_ENDINGS):
                return (word[:start], head)
        return ()


def _short(part: str) -> float:
    """Short parts turn up by chance: they cost more."""
    return 0.6 if len(part) == 3 else 0.25 if len(part) == 4 else 0.0
