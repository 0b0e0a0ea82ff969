from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from tenants.models import User

from .access import LEVEL_MANAGE, scopes_of
from .files import RecordFile


class JournalEntryQuerySet(models.QuerySet["JournalEntry"]):
    def concerning(self, file_id: Any) -> Self:
        """Entries that concern a file (public id), oldest first."""
        return self.filter(file_id=file_id).order_by("sequence")

    def known_to(self, clerk: User, *, file: RecordFile) -> Self:
        """Leave out of a file's entries what tells of another file that the clerk may not know of (a value `elsewhere` holds its public id).

        A file's journal is read by those who manage it; whoever else may write in it finds her own acts there and nobody else's: it is no tool to
        watch colleagues (§ 72 LPVG NRW).
        """
        there = RecordFile.objects.visible_to(clerk).filter(public_id=OuterRef("other"))
        other = Cast(Coalesce("new", "old"), models.UUIDField())
        hidden = JournalValue.objects.filter(entry=OuterRef("pk"), field="elsewhere").annotate(other=other).exclude(Exists(there))
        entries = self.exclude(Exists(hidden))
        return entries if scopes_of(clerk).level(file.scope_id) >= LEVEL_MANAGE else entries.filter(actor_id=clerk.public_id)


class JournalEntry(models.Model):
    """One link of the chain. Appended, never changed: a trigger refuses UPDATE, DELETE and TRUNCATE.

    `actor_id` is the person's public id: two people may have the same name. `on_behalf_of` names the person whom a substitute acted for. Both are
    part of the hash wherever they say something.
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
    actor_id = models.UUIDField(null=True)
    on_behalf_of = models.CharField(max_length=200, blank=True, default="", db_default="")
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
            models.Index(fields=["actor_id", "sequence"], name="journal_of_actor"),
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


class JournalReview(models.Model):
    """An evaluation of the journal by person: asked for by the data protection officer, released by a second person, with a reason.

    The journal is no tool to watch employees (§ 72 LPVG NRW); supervisors are no second persons.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Person"))
    first_day = models.DateField(_("From"))
    last_day = models.DateField(_("Until"))
    reason = models.TextField(_("Reason"), max_length=1000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="review_has_a_reason"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="review_period"),
            models.CheckConstraint(condition=Q(released_by__isnull=True) | ~Q(released_by=F("asked_by")), name="review_by_two_persons"),
            models.CheckConstraint(condition=Q(released_at__isnull=True) | Q(ends_at__isnull=False), name="review_ends"),
        ]
