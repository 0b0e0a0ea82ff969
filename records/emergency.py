"""Emergency access to a restricted file: one person asks, a second one lets her in for a day. Everything is journaled at the file."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User
from tenants.roles import Role

from . import journal, journal_reading
from .models import EmergencyAccess, FormerReference, RecordFile

LASTS = timedelta(hours=24)
WAITS = timedelta(days=3)  # what nobody has approved by then was no emergency; the person asks again
APPROVERS = (Role.DATA_PROTECTION, Role.ADMINISTRATOR)


class CannotAsk(Exception):
    """What was typed is not enough to ask with; says nothing of whether there is such a file."""


class CannotApprove(Exception):
    """The request cannot be approved by this person, or not any more."""


def ask(*, file_reference: str, reason: str, by: User, at: datetime) -> None:
    """Ask for emergency access to the file with this reference (or former reference), with a reason.

    Says nothing about whether there is such a file, whether it is restricted and whether the person has access already: in all these cases the
    request is accepted in silence. Raises CannotAsk only for what anybody can see in the form: no reference, no reason.
    """
    reference, reason = " ".join(file_reference.replace("\x00", "").split()), " ".join(reason.replace("\x00", "").split())
    if not reference or len(reference) > 120:
        raise CannotAsk(_("Please give the whole file reference."))
    if not reason or len(reason) > 1000:
        raise CannotAsk(_("Please give a reason, in at most 1,000 characters."))
    with current.atomic():
        former = FormerReference.objects.filter(file_reference=reference).values("file")
        named = RecordFile.objects.filter(Q(file_reference=reference) | Q(pk__in=former), scope__restricted=True)
        file = named.select_for_update(of=("self",)).first()
        if file is None or RecordFile.objects.visible_to(by).filter(pk=file.pk).exists():
            return
        if EmergencyAccess.objects.filter(file=file, asked_by=by, approved_at__isnull=True, asked_at__gt=at - WAITS).exists():
            return
        EmergencyAccess.objects.create(file=file, reason=reason, asked_by=by, asked_at=at)
        journal.enter(act="ask_for_emergency_access", object=file, by=by, at=at, changes={"reason": (None, reason)})


def waiting_for(*, approver: User, at: datetime) -> QuerySet[EmergencyAccess]:
    """Requests that this person may approve, oldest first. Never her own: that it waits would tell her that there is such a file."""
    waiting = EmergencyAccess.objects.filter(approved_at__isnull=True, asked_at__gt=at - WAITS, file__scope__restricted=True)
    if not approver.has_role(*APPROVERS):
        return waiting.none()
    return waiting.exclude(asked_by=approver).select_related("file", "asked_by").order_by("asked_at", "pk")


def approve(*, access: EmergencyAccess, by: User, at: datetime) -> EmergencyAccess:
    """Let the person who asked read the file for 24 hours. Raises CannotApprove: no approver's role, the asker herself, approved or out of date."""
    if not by.has_role(*APPROVERS):
        raise CannotApprove(_("Only the data protection officer or an administrator approves emergency access."))
    if by.pk == access.asked_by_id:
        raise CannotApprove(_("A second person must approve emergency access."))
    with current.atomic():
        access = EmergencyAccess.objects.select_for_update(of=("self",)).select_related("file", "asked_by").get(pk=access.pk)
        if access.approved_at is not None:
            sentence = _("This request has been approved already.")
            # Not by the file's journal: it may tell of another one's access that was approved since.
            words = {"name": access.approved_by, "time": date_format(timezone.localtime(access.approved_at), "SHORT_DATETIME_FORMAT")}
            raise CannotApprove(journal_reading.with_more(sentence, _("Last changed by %(name)s, %(time)s.") % words))
        if access.asked_at <= at - WAITS or not access.asked_by.is_active:
            raise CannotApprove(_("This request is out of date. The person must ask again."))
        access.approved_by, access.approved_at, access.until = by, at, at + LASTS
        access.save(update_fields=["approved_by", "approved_at", "until"])
        changes = {"emergency_access": (None, str(access.asked_by)), "until": (None, access.until), "reason": (None, access.reason)}
        journal.enter(act="approve_emergency_access", object=access.file, by=by, at=at, changes=changes)
        current.forget()
    return access


def end(*, access: EmergencyAccess, by: User, at: datetime) -> None:
    """End emergency access before its time: whoever manages the file decides. What has ended already stays as it is."""
    with current.atomic():
        access = EmergencyAccess.objects.select_for_update(of=("self",)).select_related("file", "asked_by").get(pk=access.pk)
        if access.until is None or access.until <= at:
            return
        told = {"emergency_access": (str(access.asked_by), None), "until": (access.until, at)}
        access.until = at
        access.save(update_fields=["until"])
        journal.enter(act="end_emergency_access", object=access.file, by=by, at=at, changes=told)
        current.forget()


def of_file(*, file: RecordFile) -> QuerySet[EmergencyAccess]:
    """All requests for a file, newest first, for those who manage it."""
    return EmergencyAccess.objects.filter(file=file).select_related("asked_by", "approved_by").order_by("-asked_at", "-pk")


def open_to(*, clerk: User, at: datetime) -> QuerySet[EmergencyAccess]:
    """Emergency access that a person has now."""
    return _of_restricted_files(asked_by=clerk, approved_at__isnull=False, until__gt=at).order_by("until", "pk")


def _of_restricted_files(**where: object) -> QuerySet[EmergencyAccess]:
    return EmergencyAccess.objects.filter(file__scope__restricted=True, **where).select_related("file")
