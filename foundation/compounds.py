"""Stemming and splitting of German words, both led by the lexicon."""

from functools import lru_cache

from foundation.lexicon import Lexicon

# Endings of the last part of a compound, and the letters that may link two parts.
INFLECTIONS = ("s", "es", "e", "n", "en", "er", "ern", "em", "ens", "in", "innen", "nen")
LINKS = ("s", "es", "n", "en", "e", "er")
AFTER_S = frozenset("bdfghklmnrtoui")  # an -s after another letter belongs to the word (Haus has u, but only with a lemma)
SHORTEST_PART = 3
SHORTEST_COMPOUND = 7
SPLIT_AGAIN = 8  # parts from this length on are looked at once more (Bundes-immissionsschutz-gesetz)


class Stemmer:
    """Takes off inflection only: Genehmigungen and Genehmigung meet, genehmigen does not; Häuser meets Haus, Müller never meets Müll."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lemmas, self._nouns, self._agents = lexicon.lemmas, lexicon.nouns, lexicon.agents

    def knows(self, word: str) -> bool:
        """Tell whether a folded word is in the lexicon, inflected or not."""
        lemmas = self._lemmas
        return word in lemmas or any(word.endswith(ending) and word[: -len(ending)] in lemmas for ending in INFLECTIONS)

    def stem(self, word: str) -> str:
        """Take the inflection off a folded word."""
        if len(word) < 4:
            return word
        word = self._masculine(word)
        if word in self._agents:
            return word
        if word[-1] in "ns" and word[:-1] in self._agents:
            return word[:-1]
        if word[-1] == "s":
            word = self._without_s(word)
        return self._without_vowel_ending(word)

    def _masculine(self, word: str) -> str:
        """Let Antragstellerin and Antragstellerinnen meet Antragsteller."""
        if word.endswith("innen") and len(word) > 8:
            word = word[:-3]
        if word.endswith("erin") and len(word) > 6:
            return word[:-2]
        return word

    def _without_s(self, word: str) -> str:
        base = word[:-1]
        if word in self._nouns or word[-2] == "s":
            return word
        if word.endswith("es") and len(word) >= 5:
            return base[:-1]
        if word[-2] not in AFTER_S:
            return word
        if word[-2] in "oui" and base not in self._lemmas:
            return word
        return base

    def _without_vowel_ending(self, word: str) -> str:
        if word in self._agents:
            return word
        for ending in ("ern", "em", "er", "en", "e"):
            if word.endswith(ending):
                base = word[: -len(ending)]
                if ending == "em" and word in self._lemmas:
                    return word
                return self._double_s(base) if len(base) >= 3 else word
        if word[-1] == "n" and word[-2] in "lr" and len(word) > 4 and word[:-1] in self._lemmas:
            return word[:-1]
        return word

    def _double_s(self, base: str) -> str:
        """Let Verzeichnisse meet Verzeichnis and Busse meet Bus."""
        return base[:-1] if base.endswith("niss") else base


class Splitter:
    """Finds the parts of a compound: the cheapest chain of parts that the lexicon knows."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._words = lexicon
        self._longest = max(map(len, lexicon.openers))

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
        return word in whole or word + "e" in whole or any(word.endswith(link) and word[: -len(link)] in whole for link in INFLECTIONS)

    def _cheapest(self, word: str) -> tuple[str, ...]:
        length = len(word)
        best: list[tuple[float, tuple[str, ...]] | None] = [None] * (length + 1)
        best[0] = (0.0, ())
        for start in range(length - SHORTEST_PART + 1):
            reached = best[start]
            if reached is None:
                continue
            for end in range(start + SHORTEST_PART, length + 1):
                if end - start == length:
                    continue
                part = word[start:end]
                cost = self._opener(part) if end < length else self._head(part)
                if cost is None:
                    continue
                so_far = best[end]
                if so_far is None or reached[0] + cost < so_far[0]:
                    best[end] = (reached[0] + cost, (*reached[1], part))
        ended = best[length]
        return ended[1] if ended else ()

    def _opener(self, part: str) -> float | None:
        """Price a part that is not the last; None if it cannot stand there."""
        words = self._words
        short = 0.6 if len(part) == 3 else 0.25 if len(part) == 4 else 0.0
        if part in words.openers or part in words.whole or part + "e" in words.whole:
            return 1.0 + short + (0.05 if part[-1] == "s" else 0.0)
        if len(part) < 4 or part in words.never:
            return None
        if part in words.nouns:
            return 1.3 + short
        for link in LINKS:
            if part.endswith(link):
                base = part[: -len(link)]
                if base in words.whole or (len(base) >= 4 and base in words.nouns):
                    return 1.35 + short
        if part in words.adjectives or part in words.verb_stems:
            return 1.5 + short
        return None

    def _head(self, part: str) -> float | None:
        """Price the last part."""
        heads = self._words.heads
        short = 0.6 if len(part) == 3 else 0.25 if len(part) == 4 else 0.0
        if part in heads:
            return 1.0 + short
        for ending in INFLECTIONS:
            if part.endswith(ending) and len(part) - len(ending) >= 3 and part[: -len(ending)] in heads:
                return 1.1 + short
        return None

    def _with_unknown_start(self, word: str) -> tuple[str, ...]:
        """Split off a head that is as good as never part of another word (Goethe-straße)."""
        for start in range(4, len(word) - 4):
            head = word[start:]
            if head in self._words.free_heads or any(
                head.endswith(ending) and head[: -len(ending)] in self._words.free_heads for ending in ("n", "en", "e", "s", "es")
            ):
                return (word[:start], head)
        return ()
