"""ETags for objects, and the bytes of a file with Range: streamed, never whole in memory (RFC 9110, RFC 6266)."""

from __future__ import annotations

import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified, StreamingHttpResponse
from django.utils.translation import gettext as _

from foundation.api.problems import PreconditionFailed, problem, store_problem
from foundation.store import Damaged, StoreError

CHUNK = 1 << 18
SANDBOXED = "sandbox; default-src 'none'"
# What a browser may show by itself: nothing in which somebody else's script could run in our name.
SHOWN = frozenset({"application/pdf", "image/gif", "image/jpeg", "image/png", "image/tiff", "image/webp", "text/plain"})
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS"})
_UNSATISFIABLE = (-1, -1)


def etag_of(*parts: Any) -> str:
    """An opaque tag (32 hex digits) that changes when any of the parts does: kind, id, revision, whatever an answer depends on."""
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()[:32]


def quoted(etag: str) -> str:
    """A strong ETag as headers have it."""
    return f'"{etag}"'


def etag_of_answer(revision: str, answer: Any) -> str:
    """The ETag of an answer: `revision` of what people edit, a dash, and 16 hex digits that change with anything the answer says.

    The first part is for If-Match (require_match), the whole for If-None-Match (unchanged): what changes by itself, or beside, must neither
    be hidden from a reader nor get in a writer's way.
    """
    return f"{revision}-{etag_of(answer)[:16]}"


def require_match(request: HttpRequest, revision: str) -> None:
    """Honour If-Match, if it was sent: raises PreconditionFailed (412) when none of the caller's ETags is of the current revision.

    What follows the revision and a dash does not count (etag_of_answer). Compared strongly: a weak tag (W/) never matches.
    """
    sent = request.headers.get("If-Match")
    if sent is None or sent.strip() == "*":
        return
    if not any(tag == quoted(revision) or tag.startswith(f'"{revision}-') for tag in _listed(sent)):
        raise PreconditionFailed


def unchanged(request: HttpRequest, etag: str) -> bool:
    """Whether If-None-Match names this ETag: the caller has it already and is told 304."""
    sent = request.headers.get("If-None-Match", "")
    return sent.strip() == "*" or quoted(etag) in [tag.removeprefix("W/") for tag in _listed(sent)]


def disposition(name: str, *, inline: bool) -> str:
    """Content-Disposition for any name: in full for today's browsers, spelled in ASCII for the others."""
    clean = "".join(c for c in name.encode("utf-8", "replace").decode() if c.isprintable()) or "download"
    ascii_name = unicodedata.normalize("NFKD", clean.translate(_GERMAN)).encode("ascii", "ignore").decode()
    plain = re.sub(r'["\\%;/]', "_", ascii_name).strip() or "download"
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"


def ranged_file_response(
    request: HttpRequest, opener: Callable[[], BinaryIO], *, size: int, etag: str, media_type: str, name: str, inline: bool
) -> HttpResponseBase:
    """Deliver bytes with ETag, If-None-Match (304) and a single Range (206, 416); several ranges are answered whole.

    `size` in bytes, `etag` unquoted. `opener` opens the bytes; when the store cannot give them, or they are not as long as they should be,
    the answer is a 503 that says so: the row says they should be there. `inline` is honoured for kinds that cannot run scripts.
    """
    headers = {
        "ETag": quoted(etag),
        "Accept-Ranges": "bytes",
        "Content-Disposition": disposition(name, inline=inline and media_type.partition(";")[0].strip() in SHOWN),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": SANDBOXED,
        "Cache-Control": "private, no-cache",
    }
    if unchanged(request, etag):
        return HttpResponseNotModified(headers={name: headers[name] for name in ("ETag", "Cache-Control")})
    found = _range(request, size, etag)
    if found == _UNSATISFIABLE:
        return problem(request, 416, _("This range does not exist in the file."), headers={"Content-Range": f"bytes */{size}"})
    first, last = found or (0, size - 1)
    headers["Content-Length"] = str(last - first + 1)
    if found is not None:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    try:
        slice_ = Slice(_opened(opener, size), first, last - first + 1)
    except StoreError as trouble:
        return problem(request, *store_problem(trouble))
    code = 200 if found is None else 206
    if request.method == "HEAD":
        slice_.close()
        return HttpResponse(status=code, headers=headers, content_type=media_type)
    return StreamingHttpResponse(slice_, status=code, headers=headers, content_type=media_type)


class Slice:
    """A part of an open file in chunks; closed at its end, or by the response when nobody reads it to the end."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self._file, self._left = file, length
        file.seek(start)

    def __iter__(self) -> Iterator[bytes]:
        while self._left > 0 and (chunk := self._file.read(min(CHUNK, self._left))):
            self._left -= len(chunk)
            yield chunk
        self.close()

    def close(self) -> None:
        self._file.close()


def _opened(opener: Callable[[], BinaryIO], size: int) -> BinaryIO:
    """Raises Damaged if the file is not as long as the record says: a promise of bytes that never come hangs the reader."""
    file = opener()
    if file.seek(0, os.SEEK_END) != size:
        file.close()
        raise Damaged
    return file


def _listed(sent: str) -> list[str]:
    return [tag.strip() for tag in sent.split(",")]


def _range(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """First and last byte of the one range asked for, _UNSATISFIABLE, or None: the whole. What cannot be understood is ignored."""
    sent = request.headers.get("Range", "")
    if request.method != "GET" or not sent or request.headers.get("If-Range", quoted(etag)).strip() != quoted(etag):
        return None
    asked = re.fullmatch(r"bytes\s*=\s*([0-9]{0,18})\s*-\s*([0-9]{0,18})", sent.strip(), re.IGNORECASE)
    if asked is None or asked.groups() == ("", ""):
        return None
    start, end = asked.groups()
    if not start:
        length = int(end)
        return (max(0, size - length), size - 1) if length and size else _UNSATISFIABLE
    first, last = int(start), min(int(end), size - 1) if end else size - 1
    if end and int(end) < first:
        return None
    return (first, last) if first < size else _UNSATISFIABLE
