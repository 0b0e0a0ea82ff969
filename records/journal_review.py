"""Evaluating the journal by person: only by the data protection officer, with a second person, for a reason, and journaled itself.

The journal is no tool to watch employees (co-determination, § 72 LPVG NRW): supervisors neither ask nor release, nobody releases her own
request or one about herself, and a released evaluation ends after two weeks.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User
from tenants.roles import Role

from . import journal
from .days import bounds
from .models import JournalEntry, JournalReview, RecordFile

OPEN_FOR = timedelta(days=14)
LONGEST = timedelta(days=366)


class CannotReview(Exception):
    """The journal is not evaluated like that; the message says why."""


def ask_for_review(*, person: User, first_day: date, last_day: date, reason: str, by: User, at: datetime) -> JournalReview:
    """First person: the data protection officer asks, with a reason. Days are local, both included, a year at most.

    Raises CannotReview (no officer, herself, no reason, no such period).
    """
    if not _is_officer(by):
        raise CannotReview(_("Only the data protection officer may ask for this."))
    if person.pk == by.pk:
        raise CannotReview(_("Nobody evaluates what concerns herself or himself."))
    if not reason.strip():
        raise CannotReview(_("Please give a reason for the evaluation."))
    if not first_day <= last_day <= timezone.localdate(at) or last_day - first_day > LONGEST:
        raise CannotReview(_("Please give a period of at most one year that does not end in the future."))
    with current.atomic():
        review = JournalReview.objects.create(
            person=person, first_day=first_day, last_day=last_day, reason=reason.strip(), asked_by=by, asked_at=at
        )
        told: dict[str, journal.Change] = {
            "person": (None, str(person)),
            "first_day": (None, first_day),
            "last_day": (None, last_day),
            "reason": (None, reason.strip()),
        }
        journal.enter(act="ask_for_review", object=review, by=by, at=at, changes=told)
    return review


def release_review(*, review: JournalReview, by: User, at: datetime) -> JournalReview:
    """Second person: another officer or an administrator who leads nobody. Raises CannotReview."""
    with current.atomic():
        review = JournalReview.objects.select_for_update(of=("self",)).select_related("person", "asked_by").get(pk=review.pk)
        if review.released_at is not None:
            raise CannotReview(_("This evaluation has been released already."))
        if not may_release(by, review):
            raise CannotReview(
                _("A second person must release this: not the one who asked, not the one concerned, and nobody who is a supervisor.")
            )
        review.released_by, review.released_at, review.ends_at = by, at, at + OPEN_FOR
        review.save(update_fields=["released_by", "released_at", "ends_at"])
        journal.enter(act="release_review", object=review, by=by, at=at, changes={"asked_by": (None, str(review.asked_by))})
    return review


def may_release(clerk: User, review: JournalReview) -> bool:
    concerned = clerk.pk in (review.asked_by_id, review.person_id)
    return not concerned and clerk.has_role(Role.DATA_PROTECTION, Role.ADMINISTRATOR) and not clerk.has_role(Role.SUPERVISOR)


def reviews_of(*, clerk: User) -> QuerySet[JournalReview]:
    """The evaluations that a person may know of: those that she asked for or released, and those that she could release."""
    known = Q(asked_by=clerk) | Q(released_by=clerk)
    if clerk.has_role(Role.DATA_PROTECTION, Role.ADMINISTRATOR) and not clerk.has_role(Role.SUPERVISOR):
        known |= Q(released_at__isnull=True) & ~Q(person=clerk)
    return JournalReview.objects.filter(known).select_related("person", "asked_by", "released_by").order_by("-asked_at", "-pk")


def entries_of(*, review: JournalReview, by: User, at: datetime) -> list[Any]:
    """What the person did in the period, oldest first, without titles and values; `file_reference` is empty for restricted files.

    That it was looked at is journaled. Raises CannotReview unless one of the two persons asks and the evaluation is open.
    """
    if by.pk not in (review.asked_by_id, review.released_by_id) or review.ends_at is None or review.ends_at <= at:
        raise CannotReview(_("This evaluation is not open."))
    begin, end = bounds(review.first_day, review.last_day)
    rows = JournalEntry.objects.filter(actor_id=review.person.public_id, at__gte=begin, at__lt=end).order_by("sequence")
    entries: list[Any] = list(rows.only("sequence", "at", "act", "object_kind", "file_id", "on_behalf_of"))
    references = _references({entry.file_id for entry in entries if entry.file_id})
    for entry in entries:
        entry.file_reference = references.get(entry.file_id, "")
    journal.enter(act="evaluate", object=review, by=by, at=at, changes={"entries": (None, len(entries))})
    return entries


def _references(files: set[Any]) -> dict[Any, str]:
    """References of files that are not restricted: that a restricted one exists is a secret here too."""
    found = RecordFile.objects.filter(public_id__in=files, scope__restricted=False)
    return dict(found.values_list("public_id", "file_reference"))


def _is_officer(clerk: User) -> bool:
    return clerk.has_role(Role.DATA_PROTECTION) and not clerk.has_role(Role.SUPERVISOR)
