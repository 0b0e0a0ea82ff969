"""Idempotency-Key on creating POSTs: the same key and body get the first answer again, another body gets 409.

A row is claimed before the work begins and filled when it succeeded; of two that arrive at once, the second waits on the row's lock
and then gets the first one's answer. Only successes (2xx) are remembered: a refused request may be sent again, corrected.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.problems import Conflict
from foundation.uploads import ReceivedFile

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,200}")


class RememberedAnswerBase(models.Model):
    """One remembered answer; made concrete by an app. `status` 0: the work is under way."""

    caller = models.CharField(max_length=100)
    route = models.CharField(max_length=300)
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
    """Digest of a body: fields and SHA-256 of files; multipart boundaries and the order of fields do not count."""
    said: list[Any] = []
    data = request.data
    names = data.keys() if hasattr(data, "keys") else []
    for name in sorted(names):
        values = data.getlist(name) if hasattr(data, "getlist") else [data[name]]
        said.append([name, [_value(value) for value in values]])
    if not names:
        said.append(_value(data))
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _value(value: Any) -> Any:
    return ["file", value.sha256, value.name] if isinstance(value, ReceivedFile) else value


def answer_once(request: Request, act: Callable[[], Response], *, model: type[RememberedAnswerBase], using: str, caller: str) -> Response:
    """Run `act` once per caller, route and key. Raises Conflict (409) for another body, ParseError-like 400 for an odd key."""
    key = request.headers.get(HEADER)
    if key is None:
        return act()
    if not KEY.fullmatch(key):
        raise exceptions.ValidationError({HEADER: [_("A key has 1 to 200 visible ASCII characters.")]})
    found = fingerprint(request)
    with transaction.atomic(using=using):
        rows: Any = model._default_manager.using(using)
        where = {"caller": caller, "route": request.path[:300], "key": key}
        rows.bulk_create([model(fingerprint=found, **where)], ignore_conflicts=True)
        row = rows.select_for_update().get(**where)
        if row.fingerprint != found and row.status:
            raise Conflict(_("This key was used before with another content."))
        if row.status:
            return Response(row.body, status=row.status, headers=row.headers)
        response = act()
        if 200 <= response.status_code < 300:
            row.fingerprint, row.status, row.body = found, response.status_code, json.loads(json.dumps(response.data, default=str))
            row.headers = {name: response[name] for name in ("Location", "ETag") if response.has_header(name)}
            row.save(using=using)
        else:
            row.delete(using=using)
        return response
