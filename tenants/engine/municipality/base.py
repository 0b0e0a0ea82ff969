"""PostgreSQL with the municipality's circuit breaker in front of every new connection."""

import select
from typing import Any

from django.db.utils import InterfaceError, OperationalError

from tenants import breaker
from tenants.engine.prepared import Prepared


class DatabaseWrapper(Prepared):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        guard = breaker.of(self.alias)
        guard.before_connecting()
        try:
            connection = super().get_new_connection(conn_params)
        except (self.Database.OperationalError, self.Database.InterfaceError, OperationalError, InterfaceError):
            guard.failed()
            raise
        guard.worked()
        return connection

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
