"""Querysets that nearly every request asks, compiled once: with the values left blank that differ from one request to the next.

    HITS = Statement(lambda: Document.objects.filter(file__scope__any_of=Blank("scopes")).values_list("title"))
    text, values = HITS.filled(scopes=[1, 2])

Django compiles a queryset anew each time, and makes an object of each row; for a page of search hits that took longer than the search. And
PostgreSQL plans it anew: for a document with all that is shown beside it, seven tables of some twenty indexes each, that takes a hundred times
as long as finding it. So such a statement is for rows that are asked for by their keys; how many keys there will be the plan does not know. Where the
best way to the rows depends on the values (the newest eight of all that somebody may see), say `anew`: compiled once, planned each time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler


def columns(model: type[Model]) -> list[str]:
    """Give the names of all columns of a model, for values_list(); a row of them makes an object by the model's from_db()."""
    return [field.attname for field in model._meta.concrete_fields]


class Blank(Expression):
    """Stands in a queryset for a value to come, as the database will take it: fields convert nothing."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        return "%s", [self]

    def written(self, value: Any) -> Any:
        """The value as it goes into the query."""
        return value


class Statement:
    """A queryset as SQL with blanks. `make` is called at the first use, when models and the database's features are known.

    `anew`: PostgreSQL shall plan it for the values of each time.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, Any]], *, using: Callable[[], str], anew: bool = False) -> None:
        self._make, self._using, self.anew = make, using, anew

    @cached_property
    def _compiled(self) -> tuple[str, tuple[Any, ...], SQLCompiler]:
        compiler = self._make().query.get_compiler(using=self._using())
        text, values = compiler.as_sql()
        return text, tuple(values), compiler

    def filled(self, **values: Any) -> tuple[str, list[Any]]:
        """The SQL, and its parameters with the blanks filled in. Raises KeyError for a blank without a value."""
        text, parameters, _compiler = self._compiled
        return text, [each.written(values[each.name]) if isinstance(each, Blank) else each for each in parameters]

    def objects(self, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Make objects of the rows of a queryset of a model, with what it annotates and selects along (select_related), as it would itself."""
        compiler = self._compiled[2]
        klass: Any = compiler.klass_info
        start, end = klass["select_fields"][0], klass["select_fields"][-1] + 1
        names = [column[0].target.attname for column in compiler.select[start:end]]
        related = get_related_populators(klass, compiler.select, self._using())  # type: ignore[call-arg] # the stubs know another Django
        found = []
        for row in compiler.results_iter(results=[[*rows]]):
            made = klass["model"].from_db(self._using(), names, row[start:end])
            for each in related:
                each.populate(row, made)
            for name, place in compiler.annotation_col_map.items():
                setattr(made, name, row[place])
            found.append(made)
        return found
