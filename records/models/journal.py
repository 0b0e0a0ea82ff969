from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q


class JournalEntryQuerySet(models.QuerySet["JournalEntry"]):
    def concerning(self, file_id: Any) -> Self:
        """Entries that concern a file (public id), oldest first."""
        return self.filter(file_id=file_id).order_by("sequence")


class JournalEntry(models.Model):
    """One link of the chain. Appended, never changed: a trigger refuses UPDATE, DELETE and TRUNCATE.

    Names, not foreign keys: the journal outlives what it speaks of. `digests` holds salted digests of old and new values per
    field; the values themselves lie in JournalValue and can be erased by law without breaking the chain.
    """

    class ActorKind(models.TextChoices):
        PERSON = "person"
        SYSTEM = "system"

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    act = models.CharField(max_length=40)
    actor = models.CharField(max_length=200)
    actor_kind = models.CharField(max_length=10, choices=ActorKind)
    object_kind = models.CharField(max_length=40)
    object_id = models.UUIDField()
    file_id = models.UUIDField(null=True)
    digests = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects: ClassVar[models.Manager[Any]] = JournalEntryQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(sequence__gte=1), name="journal_sequence_from_1")]
        indexes = [
            models.Index(fields=["file_id", "sequence"], name="journal_of_file"),
            models.Index(fields=["object_id", "sequence"], name="journal_of_object"),
        ]


class JournalValue(models.Model):
    """Old and new value of one field of an entry, with the salts of their digests. Erasable (Art. 17 GDPR; destruction)."""

    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="values")
    field = models.CharField(max_length=60)
    old = models.TextField(null=True)  # noqa: DJ001 - no value and an empty value are different facts
    new = models.TextField(null=True)  # noqa: DJ001
    old_salt = models.CharField(max_length=32)
    new_salt = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "field"], name="journal_value_once")]
