"""`key__any_of=[…]`: like `__in`, but the numbers travel as one array.

Django writes an `IN` list number by number, in Python, and PostgreSQL parses it so; with some hundred of them, in every query of a
request, that costs more than finding the rows does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigAutoField, ForeignObject, Lookup
from django.db.models.sql.compiler import SQLCompiler

from foundation.statements import Blank


@dataclass(frozen=True)
class Keys:
    """Keys in a query, as PostgreSQL reads them."""

    array: str


class Numbers(list[int]):
    """Whole numbers with the text that PostgreSQL reads as an array: written once, into however many queries they go. Not changed once made.

    psycopg writes a list number by number; for whoever may see all of a file plan of 5,000 units that took longer than the queries.
    """

    @cached_property
    def array(self) -> str:
        return "{" + ",".join(map(str, map(int, self))) + "}"

    def resolve_expression(self, *_args: Any, **_kwargs: Any) -> Keys:
        """What a query holds of it: Django asks each member of a list whether it is an expression, or an object of another table."""
        return Keys(self.array)

    @classmethod
    def of(cls, numbers: Iterable[int]) -> Numbers:
        return numbers if isinstance(numbers, cls) else cls(numbers)


class BlankArray(Blank):
    """Is filled with whole numbers."""

    def written(self, value: Any) -> str:
        return Numbers.of(value).array


@ForeignObject.register_lookup
@BigAutoField.register_lookup
class AnyOf(Lookup):
    """A key that is one of a list of whole numbers, or of one that a statement will be filled with."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        column, values = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", [*values, self._numbers()]

    def _numbers(self) -> Any:
        if isinstance(self.rhs, Blank):
            return BlankArray(self.rhs.name)
        return self.rhs.array if isinstance(self.rhs, Keys) else Numbers(self.rhs).array


@ForeignObject.register_lookup
class PickedOf(AnyOf):
    """The same, but rows are picked by it one by one, never looked for by it.

    For a column that stands last in an index beside the one that rows are looked for by: PostgreSQL would rather look for them in two indexes and in
    the table than read them in the one that has all.
    """

    lookup_name = "picked_of"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        column, values = self.process_lhs(compiler, connection)
        return f"({column} + 0) = ANY(%s::bigint[])", [*values, self._numbers()]
