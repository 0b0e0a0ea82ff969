"""German words in PostgreSQL's full text: the terms of foundation.german as a tsvector, and a question of foundation.query as a tsquery.

The database's own German dictionary neither splits compounds nor reads "Strasse" as "Straße". So the words are analysed here, as for
the index of records, and given to it as finished lexemes: whole words and parts by their stems, and with "=" before them the spellings
for prefix*. Whole words have positions (phrases); parts have none, so that no phrase runs through the inside of a compound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import FloatField, Func, Lookup, Value
from django.db.models.expressions import Combinable

from foundation.german import TOKEN, analyzer
from foundation.query import Leaf, Phrase, Prefix, Query, Word

LONGEST = 400_000  # bytes of a vector as text; PostgreSQL refuses one beyond 1 MB
LAST_POSITION, MOST_POSITIONS = 16_383, 255  # PostgreSQL's own bounds
GAP = 10  # positions between two texts: no phrase runs from one into the next
SPELLING = "="


def vector_of(texts: Iterable[tuple[str, str]]) -> str:
    """Make a tsvector, as text, of (weight, text) pairs; `weight` is "A" to "D". What is beyond PostgreSQL's bounds is left out."""
    places: dict[str, list[str]] = {}
    position = size = 0
    for weight, text in texts:
        position += GAP
        for lexeme, moves in _lexemes(text):
            if moves:
                position += 1
            if lexeme not in places:
                size += len(lexeme.encode()) + 8
                if size > LONGEST:
                    return _written(places)
                places[lexeme] = []
            # In titles the parts of a compound have a position, too: they carry the weight that ranks.
            if (moves or weight != "D") and not lexeme.startswith(SPELLING) and len(places[lexeme]) < MOST_POSITIONS:
                places[lexeme].append(f"{min(position, LAST_POSITION)}{weight if weight != 'D' else ''}")
                size += 8
    return _written(places)


def _lexemes(text: str) -> Iterator[tuple[str, bool]]:
    """Lexemes of a text in order, each with whether it is the next word."""
    look_up = analyzer().look_up
    for token in TOKEN.findall(text):
        analysed = look_up(token)
        words = analysed.words.split()
        for word in words:
            yield word, True
        for part in analysed.parts.split():
            if part not in words:
                yield part, False
        for spelling in analysed.spellings.split():
            yield SPELLING + spelling, False


def _written(places: dict[str, list[str]]) -> str:
    return " ".join(f"{quoted(lexeme)}:{','.join(dict.fromkeys(at))}" if at else quoted(lexeme) for lexeme, at in places.items())


def quoted(lexeme: str) -> str:
    """A lexeme as PostgreSQL reads it, whatever signs are in it."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def tsquery_of(query: Query) -> str:
    """Write a question as a tsquery: one leaf of each group, none of the excluded ones."""
    wanted = ["(" + " | ".join(map(_leaf, group)) + ")" for group in query.groups]
    return " & ".join([*wanted, *(f"!({_leaf(leaf)})" for leaf in query.excluded)])


def any_of(terms: Iterable[str], *, weights: str = "") -> str:
    """Write a tsquery that one of these terms fulfils, where it has one of the weights (as "AB"; "" is any)."""
    return " | ".join(f"{quoted(term)}{':' + weights if weights else ''}" for term in terms)


def _leaf(leaf: Leaf) -> str:
    if isinstance(leaf, Word):
        return quoted(leaf.term) if len(leaf.segments) < 2 else f"({quoted(leaf.term)} | {_sequence(leaf.segments)})"
    if isinstance(leaf, Phrase):
        return _sequence(leaf.words)
    return _prefix(leaf)


def _prefix(leaf: Prefix) -> str:
    start = f"{quoted(SPELLING + leaf.start)}:*"
    return f"({_sequence(leaf.before)} & {start})" if leaf.before else start


def _sequence(words: tuple[str, ...]) -> str:
    return "(" + " <-> ".join(map(quoted, words)) + ")"


@SearchVectorField.register_lookup
class Matches(Lookup):
    """`words__matches=tsquery_of(…)`: the vector fulfils a tsquery that is written already."""

    lookup_name = "matches"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, values = self.process_lhs(compiler, connection)
        return f"{column} @@ %s::tsquery", [*values, self.rhs]


class Rank(Func):
    """How well a vector fulfils a tsquery: titles (A) count most."""

    function = "ts_rank"
    template = "ts_rank(%(expressions)s::tsquery)"
    output_field = FloatField()

    def __init__(self, vector: Combinable | str, query: str) -> None:
        super().__init__(vector, Value(query))
