"""`key__any_of=[…]`: like `__in`, but the numbers travel as one array.

Django writes an `IN` list number by number, in Python, and PostgreSQL parses it so; with some hundred of them, in every query of a
request, that costs more than finding the rows does.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigAutoField, ForeignObject, Lookup
from django.db.models.sql.compiler import SQLCompiler

from foundation.statements import Blank


@ForeignObject.register_lookup
@BigAutoField.register_lookup
class AnyOf(Lookup):
    """A key that is one of a list of whole numbers, or of one that a statement will be filled with."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        column, values = self.process_lhs(compiler, connection)
        numbers = self.rhs if isinstance(self.rhs, Blank) else [int(number) for number in self.rhs]
        return f"{column} = ANY(%s::bigint[])", [*values, numbers]
