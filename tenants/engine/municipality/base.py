"""PostgreSQL with the municipality's circuit breaker in front of every new connection."""

import select
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper
from django.db.utils import InterfaceError, OperationalError

from tenants import breaker


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        guard = breaker.of(self.alias)
        guard.before_connecting()
        try:
            connection = super().get_new_connection(conn_params)
        except (self.Database.OperationalError, self.Database.InterfaceError, OperationalError, InterfaceError):
            guard.failed()
            raise
        guard.worked()
        connection.prepare_threshold = 0  # for prepared_cursor(): Django's own cursors put values into the statement and prepare nothing
        return connection

    def prepared_cursor(self) -> CursorWrapper:
        """A cursor whose statements the server keeps, with their plans, for as long as the connection lasts.

        For the few that nearly every request asks. Behind a pooler a connection is another server session each time: nothing is kept there.
        """
        if self.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:
            return self.cursor()
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            cursor: Any = base.ServerBindingCursor(self.connection)  # type: ignore[call-arg] # Django's stubs know another psycopg
        prepared: CursorWrapper = self._prepare_cursor(cursor)  # type: ignore[attr-defined] # wrapped and logged as Django's own are
        return prepared

    def is_usable(self) -> bool:
        """Tell whether the server still holds its end of an idle connection, without a round trip at the start of every request.

        A server that ends a connection says so on it, and the kernel of one that was killed closes it: there is something to read although
        nobody has asked anything. Only then is it asked, as Django does each time. (A machine that vanished answers neither.)
        """
        if self.connection is None or self.connection.closed:
            return False
        line = select.poll()
        line.register(self.connection.fileno(), select.POLLIN)
        return not line.poll(0) or bool(super().is_usable())
