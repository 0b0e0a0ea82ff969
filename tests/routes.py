"""Walking a URL conf: what is expected of each route, and who calls it. The tables are tests/node/route_table.py and tests/centre/route_table.py."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

READ, WRITE, MANAGE = RIGHTS = ("read", "write", "manage")
UPLOAD = "an upload"  # in `sent`: a small text


@dataclass(frozen=True)
class Call:
    """One method of a route.

    `right` on the record that the address or the body names ("" if none is needed), `sent` as form or JSON, `query` behind the address;
    `good` is the answer to those who may, `refused` the one to those from whom the record is hidden; `cells` what single persons of the matrix
    (tests/node/test_route_matrix.py), or all who are "signed in", get instead. `own`: it writes what is the
    caller's own affair (and the journal), not the record.
    """

    method: str
    right: str = ""
    sent: Mapping[str, Any] = field(default_factory=dict)
    query: str = ""
    good: int = 200
    refused: int = 404
    cells: Mapping[str, int] = field(default_factory=dict)
    own: bool = False


@dataclass(frozen=True)
class Route:
    """Who may pass: `open` to strangers, else people who are signed in; with `roles` (and nobody else), with a right on a record, or both.

    `shows`: what of a record those roles see on purpose. `found`: what somebody with the right must see here, so that looking for leaks means
    something. `never`: roles that shut it to a person, whatever else she is.
    """

    calls: tuple[Call, ...]
    open: bool = False
    roles: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    found: str = ""
    never: tuple[str, ...] = ()


def get(right: str = "", **more: Any) -> Call:
    return Call("get", right, **more)


def post(right: str = "", sent: Mapping[str, Any] | None = None, **more: Any) -> Call:
    return Call("post", right, sent or {}, **more)


def patch(right: str, sent: Mapping[str, Any], **more: Any) -> Call:
    return Call("patch", right, sent, **more)


def delete(right: str, **more: Any) -> Call:
    return Call("delete", right, **more)


def everybody(*calls: Call, **more: Any) -> Route:
    return Route(calls, open=True, **more)


def signed_in(*calls: Call, **more: Any) -> Route:
    return Route(calls, **more)


def only(roles: str | tuple[str, ...], *calls: Call, **more: Any) -> Route:
    return Route(calls, roles=(roles,) if isinstance(roles, str) else roles, **more)


def walk(urlconf: str) -> dict[str, str]:
    """All routes of a URL conf: name with namespaces → address with placeholders. One without a name goes by its address."""
    return {name or address: address for name, address in _below(get_resolver(urlconf), "", "")}


def _below(resolver: URLResolver, space: str, address: str) -> Iterator[tuple[str, str]]:
    for part in resolver.url_patterns:
        here = address + str(part.pattern)
        if isinstance(part, URLPattern):
            yield (space + part.name if part.name else ""), here
        else:
            yield from _below(part, f"{space}{part.namespace}:" if part.namespace else space, here)


def filled(address: str, names: Mapping[str, Any]) -> str:
    """An address with ids for placeholders: by the placeholder's name, or for `id` by the part before it ("files/<str:id>")."""

    def fill(found: re.Match[str]) -> str:
        return f"{found[1]}{names[found[3] if found[3] != 'id' else found[2]]}"

    return "/" + re.sub(r"(([\w-]*)/)<(?:\w+:)?(\w+)>", fill, address)


@dataclass(frozen=True)
class Answer:
    """What came back: `said` is everything it tells, headers too, in small letters."""

    status: int
    said: str
    location: str
    media_type: str


def ask(client: Any, call: Call, address: str, names: Mapping[str, Any]) -> Answer:
    """Make a call: uploads and browsers' forms as such, everything else as JSON."""
    sent = {key: _value(value, names) for key, value in call.sent.items()}
    options: dict[str, Any] = {"headers": {"host": names["host"]}}
    if call.method != "get":
        options["data"] = sent
        as_json = address.startswith("/api/") and UPLOAD not in call.sent.values()
        if isinstance(client, APIClient):
            options["format"] = "json" if as_json else "multipart"
        elif as_json or call.method != "post":
            options["content_type"] = "application/json"
    client.raise_request_exception = False  # a 500 is an answer like others: the walk goes on and names it
    cookies = deepcopy(client.cookies)
    answer = getattr(client, call.method)(address + call.query, **options)
    client.cookies = cookies  # whoever signs out on the walk is signed in on the next route
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    said = f"{body.decode('utf-8', 'replace')}\n{dict(answer.headers)}".casefold()
    return Answer(answer.status_code, said, answer.get("Location", ""), answer.get("Content-Type", ""))


def _value(value: Any, names: Mapping[str, Any]) -> Any:
    if value == UPLOAD:
        return SimpleUploadedFile("brief.txt", b"Sehr geehrte Damen und Herren")
    if isinstance(value, list):
        return [_value(one, names) for one in value]
    if isinstance(value, Mapping):
        return {key: _value(one, names) for key, one in value.items()}
    return value.format(**names) if isinstance(value, str) else value
