from __future__ import annotations

from django.db import models
from django.db.models import Func


class PgTransactionId(models.Field):  # type: ignore[type-arg]
    """PostgreSQL's xid8: which transaction wrote the row, so that a follower never skips a late commit."""

    def db_type(self, connection: object) -> str:
        return "xid8"


class IndexChange(models.Model):
    """A numbered log of what the full-text indexes must take note of, written in the transaction that made the change.

    Each machine follows it with its own cursor. `document_id` and `file_id` are plain numbers: the row outlives an erasure.
    """

    class Kind(models.TextChoices):
        CONTENT = "content"  # one document: text, title or place
        FILE = "file"  # every document of a file: reference, title, unit
        SCOPE = "scope"  # every document of a file: who may read it; hidden from searches until indexed

    kind = models.CharField(max_length=10, choices=Kind)
    document_id = models.BigIntegerField(null=True)
    file_id = models.BigIntegerField(null=True)
    transaction = PgTransactionId(editable=False, db_default=Func(function="pg_current_xact_id", output_field=PgTransactionId()))
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["transaction", "id"], name="index_change_order")]
