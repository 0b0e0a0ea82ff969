"""Idempotency-Key on creating POSTs: the same key and body get the first answer again, another body gets 409.

The row with the answer is written in the same transaction as the work: whatever is killed in between, either both are there or neither, and
nothing is created twice. Of two requests at once the second waits for the first one's row; if that takes too long, it is told to come again
(409 with Retry-After). Only successes (2xx) are remembered: a refused request may be sent again, corrected, under the same key.

Not for answers that carry secrets (tokens): they would be stored.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, OperationalError, connections, models, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.problems import Conflict, StillRunning

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEY = re.compile(r"[\x21-\x7e]{1,200}")
KEPT = timedelta(hours=24)  # at least: callers that saw nothing of the answer may come again the next day
WAIT_SECONDS = 10
REMEMBERED_HEADERS = ("Location", "ETag", "Content-Location")
ROUTE_LENGTH = 300
LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's lock_timeout
_REFUSALS = (exceptions.APIException, Http404, PermissionDenied)


class RememberedAnswerBase(models.Model):
    """One remembered answer; made concrete by an app. `status` 0: the work is under way (no other transaction ever sees that)."""

    caller = models.CharField(max_length=100)
    route = models.CharField(max_length=ROUTE_LENGTH)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(null=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        abstract = True
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["caller", "route", "key"], name="%(app_label)s_%(class)s_once")]


def fingerprint(request: Request) -> str:
    """Digest of a body: fields, and SHA-256 of files. Boundaries, the order of fields, content types and file names do not count."""
    data: Any = request.data
    if not hasattr(data, "keys"):
        said: Any = _value(data)
    elif hasattr(data, "getlist"):
        said = {name: [_value(value) for value in data.getlist(name)] for name in data}
    else:
        said = {name: _value(value) for name, value in data.items()}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def answer_once(request: Request, act: Callable[[], Response], *, model: type[RememberedAnswerBase], using: str, caller: str) -> Response:
    """Run `act` once per caller, route and key, in one transaction of the database `using`; again gives the first answer again.

    Raises Conflict (409) for another body, StillRunning (409) when the first request takes too long, ValidationError (400) for an odd key, and
    whatever `act` raises: then nothing is remembered. What a refused act has written beside (a journal entry, say) stays as it would have.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return act()
    if not KEY.fullmatch(key):
        raise exceptions.ValidationError({HEADER: [_("A key has 1 to 200 visible ASCII characters.")]})
    rows = model._default_manager.using(using)
    where = {"caller": caller, "route": _route(request), "key": key}
    found = fingerprint(request)
    answered = rows.filter(**where, status__gt=0).first()
    if answered is None:
        with transaction.atomic(using=using):
            answered = _claim(rows, model(fingerprint=found, **where))
            if answered is None:
                response, refusal = _work(act, rows.filter(**where))
        if answered is None:
            if refusal is not None:
                raise refusal
            return response
    if answered.fingerprint != found:
        raise Conflict(_("This key was used before with another content."))
    return Response(answered.body, status=answered.status, headers={**answered.headers, REPLAYED: "true"})


def forget(rows: models.QuerySet[Any], *, older_than: timedelta) -> int:
    """Delete answers older than that (at least a day, else ValueError); returns how many."""
    if older_than < KEPT:
        raise ValueError("answers are kept for a day at least")
    return rows.filter(created_at__lt=timezone.now() - older_than).delete()[0]


def _claim(rows: models.QuerySet[Any], row: RememberedAnswerBase) -> RememberedAnswerBase | None:
    """Put an unfinished row in place, waiting for whoever has put one there; returns the answer if that one has given it."""
    connection = connections[rows.db]
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
            rows.bulk_create([row], ignore_conflicts=True)
            claimed: Any = rows.select_for_update().get(caller=row.caller, route=row.route, key=row.key)
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError as trouble:
        if getattr(trouble.__cause__, "sqlstate", None) == LOCK_NOT_AVAILABLE or "is locked" in str(trouble):
            raise StillRunning from trouble
        raise
    return claimed if claimed.status else None


def _work(act: Callable[[], Response], mine: models.QuerySet[Any]) -> tuple[Response, Exception | None]:
    """Do the work inside the transaction and write its answer down; a refusal frees the key and is raised after the commit."""
    try:
        response = act()
    except _REFUSALS as refusal:
        with suppress(DatabaseError):  # the database refused first: then the whole transaction is rolled back at its end
            mine.delete()
        return Response(), refusal
    if 200 <= response.status_code < 300:
        body = None if response.data is None else json.loads(JSONRenderer().render(response.data))
        headers = {name: response[name] for name in REMEMBERED_HEADERS if response.has_header(name)}
        mine.update(status=response.status_code, body=body, headers=headers)
    else:
        mine.delete()
    return response, None


def _route(request: Request) -> str:
    """The path; an overlong one by its hash, so that no two meet."""
    path = request.path
    return path if len(path) <= ROUTE_LENGTH else hashlib.sha256(path.encode()).hexdigest()


def _value(value: Any) -> Any:
    if not isinstance(value, UploadedFile):
        return value
    sha256 = getattr(value, "sha256", None)
    if sha256 is None:
        digest = hashlib.sha256()
        for chunk in value.chunks():
            digest.update(chunk)
        value.seek(0)
        sha256 = digest.hexdigest()
    return {"file": sha256}
