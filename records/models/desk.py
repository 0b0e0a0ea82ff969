"""What a clerk finds on her desk: reminders and favourites."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.statements import Blank
from tenants.models import Office, User

from .access import LEVEL_READ, scopes_of
from .documents import Document
from .files import Case, RecordFile
from .plan import FilePlanUnit

ABOUT_WHAT_STANDS = Q(file__cancelled_at__isnull=True) & (Q(document__isnull=True) | Q(document__cancelled_at__isnull=True))


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def visible_to(self, clerk: User, level: int = LEVEL_READ) -> Self:
        """Keep reminders of files that the clerk may know of."""
        return self.in_scopes(scopes_of(clerk).at_least(level))

    def in_scopes(self, scopes: Sequence[int] | Blank) -> Self:
        """Do the same for scopes that are known already, or will be when a statement is filled."""
        return self.filter(file__scope__any_of=scopes)

    def waiting(self) -> Self:
        """Not ticked off, be what they are about cancelled: they are shown again when that is undone."""
        return self.filter(done_at__isnull=True)

    def open(self) -> Self:
        """Those waiting of what is not cancelled (what is cancelled is out of lists)."""
        return self.waiting().filter(ABOUT_WHAT_STANDS)

    def listed(self) -> Self:
        """What a file's own list shows: open ones, and all that were ticked off."""
        return self.filter(Q(done_at__isnull=False) | ABOUT_WHAT_STANDS)

    def shown(self) -> Self:
        """With what a list shows, in the order of days."""
        return self.select_related("file", "document", "person", "office").order_by("due_on", "pk")


class Reminder(models.Model):
    """A reminder (Wiedervorlage): on a date, for a person or an office, with a note. Also the registry sees it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey(RecordFile, models.CASCADE, related_name="reminders")
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="reminders")
    document = models.ForeignKey(Document, models.CASCADE, null=True, blank=True, related_name="reminders")
    due_on = models.DateField(_("On"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="reminders", verbose_name=_("For the person")
    )
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="reminders", verbose_name=_("For the office"))
    note = models.CharField(_("Note"), max_length=500, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager[Any]] = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("Reminder")
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True, office__isnull=False) | Q(person__isnull=False, office__isnull=True),
                name="reminder_for_a_person_or_an_office",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True) | Q(done_at__isnull=False, done_by__isnull=False),
                name="reminder_done_by_and_at",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "due_on"], condition=Q(done_at__isnull=True), name="reminder_of_person"),
            models.Index(fields=["office", "due_on"], condition=Q(done_at__isnull=True), name="reminder_of_office"),
            models.Index(fields=["due_on"], condition=Q(done_at__isnull=True), name="reminder_due"),
        ]


class Favourite(models.Model):
    """A file or a file plan unit that a clerk keeps at hand."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    file = models.ForeignKey(RecordFile, models.CASCADE, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(FilePlanUnit, models.CASCADE, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "file"], condition=Q(file__isnull=False), name="favourite_file_once"),
            models.UniqueConstraint(fields=["user", "unit"], condition=Q(unit__isnull=False), name="favourite_unit_once"),
            models.CheckConstraint(
                condition=Q(file__isnull=True, unit__isnull=False) | Q(file__isnull=False, unit__isnull=True), name="favourite_of_one_thing"
            ),
        ]
