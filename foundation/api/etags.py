"""ETags for objects, and the bytes of a file with Range: streamed, never whole in memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified, StreamingHttpResponse
from django.utils.translation import gettext as _

from foundation.api.problems import PreconditionFailed, problem
from foundation.store import NotInStore

CHUNK = 1 << 18
SANDBOXED = "sandbox; default-src 'none'"


def quoted(etag: str) -> str:
    return f'"{etag}"'


def require_match(request: HttpRequest, etag: str) -> None:
    """Honour If-Match: raises PreconditionFailed (412) when none of the caller's ETags is the current one."""
    sent = request.headers.get("If-Match")
    if sent is not None and sent.strip() != "*" and quoted(etag) not in [tag.strip() for tag in sent.split(",")]:
        raise PreconditionFailed


def unchanged(request: HttpRequest, etag: str) -> bool:
    """Whether If-None-Match names this ETag."""
    sent = request.headers.get("If-None-Match", "")
    return sent.strip() == "*" or quoted(etag) in [tag.strip().removeprefix("W/") for tag in sent.split(",")]


def disposition(name: str, *, inline: bool) -> str:
    """Content-Disposition for any name (RFC 6266, RFC 8187)."""
    plain = re.sub(r'[^\x20-\x7e]|["\\]', "_", name) or "download"
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def ranged_file_response(
    request: HttpRequest, opener: Callable[[], BinaryIO], *, size: int, etag: str, media_type: str, name: str, inline: bool
) -> HttpResponseBase:
    """Deliver bytes with ETag, If-None-Match (304) and a single Range (206, 416); several ranges are answered whole.

    `opener` opens the bytes; when they are gone it raises NotInStore and the answer is 503: the row says they should be there.
    """
    headers = {
        "ETag": quoted(etag),
        "Accept-Ranges": "bytes",
        "Content-Disposition": disposition(name, inline=inline),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": SANDBOXED,
        "Cache-Control": "private, no-cache",
    }
    if unchanged(request, etag):
        return HttpResponseNotModified(headers={k: v for k, v in headers.items() if k in ("ETag", "Cache-Control")})
    try:
        found = _range(request, size, etag)
    except _Unsatisfiable:
        answer = problem(request, 416, _("This range does not exist in the file."))
        answer["Content-Range"] = f"bytes */{size}"
        return answer
    first, last = (0, size - 1) if found is None else found
    headers["Content-Length"] = str(last - first + 1)
    if found is not None:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    code = 200 if found is None else 206
    if request.method == "HEAD":
        return HttpResponse(status=code, headers=headers, content_type=media_type)
    try:
        file = opener()
    except NotInStore:
        return problem(request, 503, _("The bytes of this document cannot be read at the moment. Please inform the competence centre."))
    return StreamingHttpResponse(_chunks(file, first, last), status=code, headers=headers, content_type=media_type)


class _Unsatisfiable(Exception):
    """The range lies beyond the file."""


def _range(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    sent = request.headers.get("Range", "")
    if not sent or ("If-Range" in request.headers and request.headers["If-Range"].strip() != quoted(etag)):
        return None
    asked = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", sent.strip())
    if asked is None or asked.groups() == ("", ""):
        return None
    start, end = asked.groups()
    if start == "":
        length = int(end)
        if not length or not size:
            raise _Unsatisfiable
        return max(0, size - length), size - 1
    first, last = int(start), min(int(end), size - 1) if end else size - 1
    if end and int(end) < first:
        return None
    if first >= size:
        raise _Unsatisfiable
    return first, last


def _chunks(file: BinaryIO, first: int, last: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        left = last - first + 1
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
