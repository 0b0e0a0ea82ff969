from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q


class IndexChange(models.Model):
    """A numbered log of what the full-text indexes must take note of, written in the transaction that made the change.

    Each machine follows it with its own cursor. Rows are written under the journal's lock (records.indexing), so that numbers are
    given in the order of commits and a follower that reads upwards never skips one. `document_id` and `file_id` are plain
    numbers: the row outlives an erasure.
    """

    class Kind(models.TextChoices):
        CONTENT = "content"  # one document: text, title or place
        FILE = "file"  # every document of a file: reference, title, status
        SCOPE = "scope"  # every document of a file: who may read it; hidden from searches until indexed

    kind = models.CharField(max_length=10, choices=Kind)
    document_id = models.BigIntegerField(null=True)
    file_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(kind="scope"), name="index_change_scopes", include=["file_id"])]


class TitleWord(models.Model):
    """A word, in small letters, that some title of a file or document has or had: what a typo is compared with.

    A trigger on both tables writes it (migration 0007). Nobody is shown these words: what is suggested comes from titles the clerk may see.
    Two transactions at once may each write the same word: a unique constraint would let them wait for each other, and perhaps for ever.
    """

    word = models.CharField(max_length=40)

    class Meta:
        indexes = [
            models.Index(fields=["word"], name="title_word"),
            GinIndex(OpClass("word", name="gin_trgm_ops"), name="title_word_trgm"),
        ]

    def __str__(self) -> str:
        return self.word
