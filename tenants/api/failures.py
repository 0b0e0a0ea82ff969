"""REST's exception handler with one addition: a database that is away is the municipality's 503, not a fault of the view."""

from __future__ import annotations

from typing import Any

from django.db import InterfaceError, OperationalError
from rest_framework.response import Response

from foundation.api import problems


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """None lets the error rise to tenants.middleware.SiteMiddleware, which knows whether the database answers."""
    if isinstance(error, (OperationalError, InterfaceError)):
        return None
    return problems.exception_handler(error, context)
