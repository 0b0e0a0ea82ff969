"""PostgreSQL with the municipality's circuit breaker in front of every new connection."""

from typing import Any

from django.db.backends.postgresql import base
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
        return connection
