"""`key__any_of=[…]`: like `__in`, but the numbers travel as one array.

Django writes an `IN` list number by number, in Python, and PostgreSQL parses it so; with some hundred of them, in every query of a
request, that costs more than finding the rows does.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import ForeignObject, Lookup
from django.db.models.sql.compiler import SQLCompiler


@ForeignObject.register_lookup
class AnyOf(Lookup):
    """A foreign key that is one of a list of whole numbers."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        column, values = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", [*values, [int(number) for number in self.rhs]]
