"""The language of the search box: ``Wörter "eine Phrase" präfix* -nicht eins ODER zwei``.

A query is a conjunction of groups; a group holds alternatives. Nobody has to learn brackets for that, and every input means something:
what cannot be understood (a lone hyphen, an OR at the end) is left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import tantivy
from django.utils.translation import gettext as _

from foundation.folding import fold, fold_umlauts
from foundation.german import TOKEN, Analyzer, analyzer

LONGEST_QUERY = 1000  # characters
MOST_LEAVES = 40
SHORTEST_PREFIX = 2  # letters; a single one would match nearly every page
SHORTEST_FUZZY = 5  # letters; one typo in a shorter word may be any other word

_QUOTES = '"„“”«»'
_LEXEME = re.compile(rf"(?P<no>[-−–])?(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]?|(?P<run>§{{1,2}}\s*\d+\w*|[^\s{_QUOTES}()]+))")
_OR = frozenset({"OR", "ODER"})


class QueryError(ValueError):
    """The query cannot be searched for; the message is a sentence for the person who typed it."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word, found also as a part of a compound.

    ``spelling`` is the folded word without stemming, ``segments`` are the words of Müller-Lüdenscheidt, ``fuzzy`` forgives one typo.
    """

    typed: str
    term: str
    spelling: str
    segments: tuple[str, ...]
    fuzzy: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Whole words one after the other; also a reference such as 63.12.04-2026/0317, whose pieces are its words."""

    typed: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of a word; ``before`` are whole words right before it (63.12.04-2026/03*)."""

    typed: str
    start: str
    before: tuple[str, ...] = ()


Leaf = Word | Phrase | Prefix


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for: one leaf of every group must be there, none of ``excluded``."""

    typed: str
    groups: tuple[tuple[Leaf, ...], ...]
    excluded: tuple[Leaf, ...] = ()

    def leaves(self) -> Iterator[Leaf]:
        """Yield every leaf that a hit may show."""
        for group in self.groups:
            yield from group

    def forgiving(self, unknown: frozenset[Word]) -> "Query":
        """Give the query with these words searched fuzzily."""
        groups = tuple(
            tuple(replace(leaf, fuzzy=True) if isinstance(leaf, Word) and leaf in unknown else leaf for leaf in group)
            for group in self.groups
        )
        return replace(self, groups=groups)


def parse(typed: str, german: Analyzer | None = None) -> Query:
    """Read a query as typed.

    Raises QueryError if nothing is left to search for, if it only says what must not be there, or if it is longer than a person types.
    """
    if len(typed) > LONGEST_QUERY:
        raise QueryError(_("The search is too long. Please enter at most %(limit)d characters.") % {"limit": LONGEST_QUERY})
    german = german or analyzer()
    groups: list[list[Leaf]] = []
    excluded: list[Leaf] = []
    alternative = False
    for lexeme in _LEXEME.finditer(typed):
        if lexeme["run"] in _OR and not lexeme["no"]:
            alternative = bool(groups)
            continue
        leaves = list(_leaves(lexeme, german))
        if lexeme["no"]:
            excluded += leaves
        elif alternative and leaves:
            groups[-1] += leaves
        else:
            groups += [[leaf] for leaf in leaves]
        alternative = alternative and not leaves
    _refuse_unusable(groups, excluded)
    return Query(typed, tuple(dict.fromkeys(tuple(group) for group in groups)), tuple(dict.fromkeys(excluded)))


def _refuse_unusable(groups: list[list[Leaf]], excluded: list[Leaf]) -> None:
    if not groups and excluded:
        raise QueryError(_("Please enter at least one word that is to be found. Excluded words alone find nothing."))
    if not groups:
        raise QueryError(_("Please enter a word to search for."))
    if sum(map(len, groups)) + len(excluded) > MOST_LEAVES:
        raise QueryError(_("The search has too many words. Please enter at most %(limit)d.") % {"limit": MOST_LEAVES})


def _leaves(lexeme: re.Match[str], german: Analyzer) -> Iterator[Leaf]:
    """Make the leaves of one lexeme: none for a lone sign, several for und/oder."""
    run = lexeme["run"]
    if run is None:
        words = tuple(word for token in german.words(lexeme["phrase"]) for word in token.words)
        if words:
            yield Phrase(lexeme["phrase"], words)
        return
    tokens = TOKEN.findall(run)
    if not tokens:
        return
    if run.endswith("*"):
        yield _prefix(run, tokens, german)
    elif any(letter.isdigit() for letter in run) and "§" not in run and (len(tokens) > 1 or "-" in tokens[0]):
        yield Phrase(run, tuple(word for token in tokens for word in german.look_up(token).words.split()))
    else:
        yield from (_word(token, german) for token in tokens)


def _word(token: str, german: Analyzer) -> Word:
    analysed = german.look_up(token)
    terms = analysed.parts.split()
    return Word(token, terms[-1] if token[0] == "§" else terms[0], analysed.spellings, tuple(analysed.words.split()))


def _prefix(run: str, tokens: list[str], german: Analyzer) -> Prefix:
    *before, last = re.split(r"[-‐‑_]+", tokens[-1].rstrip("_"))
    start = fold_umlauts(fold(last))
    if len(start) < SHORTEST_PREFIX and not (before or tokens[1:]):
        raise QueryError(_("Please enter at least two letters before the asterisk."))
    earlier = tuple(word for token in [*tokens[:-1], *before] if token for word in german.look_up(token).words.split())
    return Prefix(run, start, earlier)


def to_tantivy(query: Query, schema: tantivy.Schema) -> tantivy.Query:
    """Translate a query. Rights and filters are added by the index."""
    occur = tantivy.Occur
    clauses = [(occur.Must, _any_of([leaf_to_tantivy(leaf, schema) for leaf in group])) for group in query.groups]
    clauses += [(occur.MustNot, leaf_to_tantivy(leaf, schema)) for leaf in query.excluded]
    for leaf in query.leaves():
        if isinstance(leaf, Word):
            clauses.append((occur.Should, _whole_word_first(leaf, schema)))
    return tantivy.Query.boolean_query(clauses)


def _whole_word_first(leaf: Word, schema: tantivy.Schema) -> tantivy.Query:
    """Rank pages with the word in the title first; of words typed wrongly, those that are no mere part of a compound."""
    if leaf.fuzzy:
        return _nearly("words", leaf.term, schema)
    return tantivy.Query.boost_query(tantivy.Query.term_query(schema, "title", leaf.term), 2.0)


def leaf_to_tantivy(leaf: Leaf, schema: tantivy.Schema) -> tantivy.Query:
    """Translate one leaf."""
    if isinstance(leaf, Word):
        return _word_to_tantivy(leaf, schema)
    if isinstance(leaf, Phrase):
        return _sequence(leaf.words, schema)
    start = tantivy.Query.regex_query(schema, "spellings", re.escape(leaf.start) + ".*")
    if not leaf.before:
        return start
    must = tantivy.Occur.Must
    return tantivy.Query.boolean_query([(must, _sequence(leaf.before, schema)), (must, start)])


def _word_to_tantivy(leaf: Word, schema: tantivy.Schema) -> tantivy.Query:
    if leaf.fuzzy:  # a compound with a typo could not be split, so its linking letters are still in it: compare spellings too
        return _any_of([_nearly("parts", leaf.term, schema), _nearly("spellings", leaf.spelling, schema)])
    term = tantivy.Query.term_query(schema, "parts", leaf.term, index_option="freq")
    if len(leaf.segments) < 2:
        return term
    return _any_of([term, _sequence(leaf.segments, schema)])  # Müller-Lüdenscheidt finds Müller Lüdenscheidt


def _nearly(field: str, term: str, schema: tantivy.Schema) -> tantivy.Query:
    return tantivy.Query.fuzzy_term_query(schema, field, term, distance=1, transposition_cost_one=True)


def _sequence(words: tuple[str, ...], schema: tantivy.Schema) -> tantivy.Query:
    if len(words) == 1:
        return tantivy.Query.term_query(schema, "words", words[0], index_option="freq")
    return tantivy.Query.phrase_query(schema, "words", list(words))


def _any_of(queries: list[tantivy.Query]) -> tantivy.Query:
    if len(queries) == 1:
        return queries[0]
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])
