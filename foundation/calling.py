"""Calling another site: one POST of JSON, with an end to its waiting, no redirects, and an answer of bounded size."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

LARGEST_ANSWER = 4 * 1024 * 1024  # bytes


class NoAnswer(Exception):
    """The other side could not be asked, or did not answer so that it could be understood; the message says why."""


class Declined(Exception):
    """The other side answered and does not want it. `status` is HTTP's, the message what it says."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirects)


def post(url: str, body: Mapping[str, Any], *, seconds: float) -> dict[str, Any]:
    """POST `body` and return the answer's object; each step (connecting, each read) waits `seconds` at most. Raises NoAnswer, Declined."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise NoAnswer("The address begins with neither https:// nor http://.")
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")  # noqa: S310 - the scheme is checked above
    try:
        with _opener.open(request, timeout=seconds) as answer:
            return _object(answer.read(LARGEST_ANSWER + 1))
    except urllib.error.HTTPError as error:
        with error:
            raise Declined(error.code, _said(error.read(4000)) or f"HTTP {error.code}") from error
    except (OSError, ValueError) as error:
        raise NoAnswer(str(getattr(error, "reason", error)) or type(error).__name__) from error


def _object(content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST_ANSWER:
        raise NoAnswer("The answer is too large.")
    try:
        told = json.loads(content)
    except ValueError as error:
        raise NoAnswer("The answer is no JSON.") from error
    if not isinstance(told, dict):
        raise NoAnswer("The answer is no object.")
    return told


def _said(content: bytes) -> str:
    try:
        told = json.loads(content)
    except ValueError:
        return ""
    return str(told.get("detail", "")) if isinstance(told, dict) else ""
