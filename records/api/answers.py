"""What the schema says of every answer: problems by status, and the headers that acts take."""

from __future__ import annotations

from foundation.api.answers import problems
from tenants.api.doors import IDEMPOTENCY_KEY, IF_MATCH, PAGING

__all__ = ["IDEMPOTENCY_KEY", "IF_MATCH", "PAGING", "problems"]
