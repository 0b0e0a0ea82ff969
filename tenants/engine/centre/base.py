"""PostgreSQL at the centre: Django's own, and statements that are prepared."""

from tenants.engine.prepared import Prepared


class DatabaseWrapper(Prepared):
    pass
