"""`default` on a node: has PostgreSQL's features (guardian looks at them) and never connects.

A bare atomic(), cursor() or on_commit() dies here instead of reaching a wrong municipality.
"""

from typing import Any, NoReturn

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise ImproperlyConfigured("'default' is no database on a node: use tenants.current (atomic, on_commit, connection).")

    connect = _refuse
    on_commit = _refuse
    get_new_connection = _refuse
