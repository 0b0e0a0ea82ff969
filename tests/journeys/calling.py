"""Asking a site without the window: by its address on this machine, for what no window shows (a PDF, an answer of the API, a calendar)."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tests.journeys.browsing import Visitor


def call(address: str, *, sent: Any = None, headers: Mapping[str, str] | None = None, by: Visitor | None = None) -> tuple[str, bytes]:
    """Media type and body of an answer. `sent` goes as JSON, by POST; `by` lends her cookies. Raises urllib.error.HTTPError for refusals."""
    parts = urlsplit(address)
    said = {"Host": parts.netloc, **(headers or {})}
    if by is not None:
        said["Cookie"] = "; ".join(f"{each['name']}={each['value']}" for each in by.context.cookies(address))
    body = None if sent is None else json.dumps(sent).encode()
    if body is not None:
        said["Content-Type"] = "application/json"
    target = f"http://127.0.0.1:{parts.port}{parts.path}" + (f"?{parts.query}" if parts.query else "")
    with urllib.request.urlopen(urllib.request.Request(target, data=body, headers=said), timeout=30) as answer:
        return answer.headers.get_content_type(), answer.read()
