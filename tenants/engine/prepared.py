"""Statements that the server keeps with their plans, beside Django's own cursors, which put values into the statement and prepare nothing."""

from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper


class Prepared(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.prepare_threshold = 0  # for prepared_cursor()
        return connection

    def prepared_cursor(self) -> CursorWrapper:
        """A cursor whose statements the server keeps, with their plans, for as long as the connection lasts.

        For the few that nearly every request asks. Behind a pooler a connection is another server session each time: nothing is kept there.
        """
        if self.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
            return self.cursor()
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            cursor: Any = base.ServerBindingCursor(self.connection)  # type: ignore[call-arg] # Django's stubs know another psycopg
        prepared: CursorWrapper = self._prepare_cursor(cursor)  # type: ignore[attr-defined] # wrapped and logged as Django's own are
        return prepared
