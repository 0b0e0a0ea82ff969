"""Certifying: who attended enough gets a confirmation of attendance, who passed the examination a certificate; all of a date in one act.

What is issued is a row with its number and all that stands on the sheet. The sheet is made of it afterwards by the workers (make_sheets), so that two
thousand are issued at once and nobody waits before a screen; what a worker left undone the next one does.
"""

from __future__ import annotations

import logging
import secrets
from base64 import b32encode
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from unicodedata import normalize

from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.store import StoreError
from tenants import current, queues
from tenants.centre import stores
from tenants.models import User

from . import attending, certificate_sheets, events, examining, numbering, places, telling
from .attending import Mark
from .models import Certificate, CourseDate, Enrolment, Session
from .models.courses import STAFF

logger = logging.getLogger(__name__)
Kind = Certificate.Kind
MOST_TRIES = 5
AT_ONCE = 40  # sheets that a worker makes before it gives way to others
WORKERS = 2  # are asked to help; one that finds nothing to do has asked once


class CannotCertify(Exception):
    """Nothing can be issued or revoked like that; the message says why."""


@dataclass(frozen=True)
class Outcome:
    """How a course date ended for somebody: how many percent of it she was there, and what she gets for it, or why nothing."""

    enrolment: Enrolment
    percent: int
    kind: str
    why_not: str
    passed: bool | None
    certificate: Certificate | None


def outcomes(date: CourseDate) -> list[Outcome]:
    """How it ended for all who were enrolled, by name. Five queries, however many they are."""
    sessions, marks, results = attending.sessions_of(date), attending.marks_of(date), examining.results_of(date)
    issued = {each.enrolment_id: each for each in Certificate.objects.valid().filter(enrolment__date=date).select_related("replaces")}
    return [
        _outcome(date, each, sessions, marks.get(each.pk, {}), results.get(each.pk), issued.get(each.pk))
        for each in attending.enrolled(date.pk)
    ]


def issue(*, date: CourseDate, by: User, at: datetime) -> list[Certificate]:
    """Issue what is due to those who have nothing yet; gives what was issued, in the order of names. Raises CannotCertify."""
    _staff_only(by)
    with current.atomic():
        held = _finished(date)
        due = [each for each in outcomes(held) if each.kind and each.certificate is None]
        return _issued(held, due, by=by, at=at)


def reissue(*, certificate: Certificate, reason: str, by: User, at: datetime) -> Certificate:
    """Issue one anew, as things are now (a name has changed, say): the old one is revoked, and the new one names it. Raises CannotCertify."""
    _staff_only(by)
    with current.atomic():
        held, old = _valid(certificate)
        _revoke(old, _reason(reason), by=by, at=at)
        due = next((each for each in outcomes(held) if each.enrolment.pk == old.enrolment_id), None)
        if due is None or not due.kind:
            raise CannotCertify(due.why_not if due else _("She is not enrolled any more."))
        [made] = _issued(held, [due], by=by, at=at, replaces=old)
    return made


def revoke(*, certificate: Certificate, reason: str, by: User, at: datetime) -> Certificate:
    """Take one back: it stays as it was issued, and whoever verifies it reads that it does not hold. She is told, with the reason. Raises CannotCertify."""
    _staff_only(by)
    with current.atomic():
        _held, found = _valid(certificate)
        _revoke(found, _reason(reason), by=by, at=at)
        facts = {"number": found.number, "course": found.facts["course"], "revoked": "yes", "reason": found.revoked_for}
        telling.tell(
            person=found.person, kind=telling.Kind.CERTIFICATE, about=found.enrolment, once=f"revoked:{found.pk}", at=at, facts=facts
        )
    return found


def choose_shown(*, certificate: Certificate, shown: str, by: User) -> Certificate:
    """Let the holder say how much of her name others see who verify it. Raises CannotCertify."""
    if certificate.person_id != by.pk:
        raise CannotCertify(_("Only she whose certificate it is can say that."))
    if shown not in Certificate.Shown.values:
        raise CannotCertify(_("Please choose one of these."))
    Certificate.objects.filter(pk=certificate.pk).update(shown=shown)
    certificate.shown = shown
    return certificate


def make_sheets(*, at: datetime, most: int = AT_ONCE) -> int:
    """Make sheets that are still to be made, and tell those whose they are; gives how many. Several workers at once take different ones.

    Safe to break off: a sheet is made and told of in one transaction, or not at all.
    """
    made = 0
    while made < most and (done := _make_one(at)) is not None:
        made += done
    if Certificate.objects.filter(sha256="", revoked_at=None, tries__lt=MOST_TRIES).exists() and made:
        queues.send_once("training.make_certificates", lane="centre")
    return made


def forget_sheets(person: User, at: datetime) -> None:
    """Throw away the sheets of somebody who is made unknown: tenants.centre.parting. They are made anew of what her name is taken out of meanwhile."""
    hers = Certificate.objects.select_for_update().filter(person=person).exclude(sha256="")
    gone = set(hers.values_list("sha256", flat=True))
    Certificate.objects.filter(person=person).update(sha256="", size=0, tries=0, shown=Certificate.Shown.NOTHING)

    def remove() -> None:
        for sha256 in gone - set(Certificate.objects.filter(sha256__in=gone).values_list("sha256", flat=True)):
            stores.of_certificates().remove(sha256)

    current.on_commit(remove)
    if gone:
        queues.send_once("training.make_certificates", lane="centre")


def try_again(*, date: CourseDate, by: User) -> None:
    """Let the workers try once more what they could not make. Raises CannotCertify."""
    _staff_only(by)
    with current.atomic():
        Certificate.objects.filter(enrolment__date=date, sha256="").update(tries=0)
        queues.send_once("training.make_certificates", lane="centre")


def progress(date: CourseDate) -> tuple[int, int, int]:
    """How many valid certificates of a date there are, how many of them have their sheets, and how many could not be made."""
    found = list(Certificate.objects.valid().filter(enrolment__date=date).values_list("sha256", "tries"))
    return len(found), sum(bool(sha) for sha, _tries in found), sum(not sha and tries >= MOST_TRIES for sha, tries in found)


def _outcome(
    held: CourseDate, enrolment: Enrolment, sessions: list[Session], marks: dict[int, Mark], passed: bool | None, issued: Certificate | None
) -> Outcome:
    whole, there = attending.minutes_of(sessions), attending.minutes_there(sessions, marks)
    percent = there * 100 // whole if whole else 0
    kind, why_not = "", ""
    if not whole or there * 100 < held.course.attendance_percent * whole:
        why_not = _("Was there for %(percent)s percent; %(needed)s are needed.") % {
            "percent": percent,
            "needed": held.course.attendance_percent,
        }
    elif held.course.examination and passed is None:
        why_not = _("The result of the examination is missing.")
    else:
        kind = Kind.CERTIFICATE if held.course.examination and passed else Kind.ATTENDANCE
    return Outcome(enrolment, percent, kind, why_not, passed, issued)


def _issued(held: CourseDate, due: list[Outcome], *, by: User, at: datetime, replaces: Certificate | None = None) -> list[Certificate]:
    if not due:
        return []
    sessions, marks = attending.sessions_of(held), attending.marks_of(held)
    rows = []
    for number, each in zip(numbering.next_numbers(len(due), at=at), due, strict=True):
        there = [
            session for session in sessions if marks[each.enrolment.pk].get(session.pk, Mark("absent")).state == attending.State.PRESENT
        ]
        facts = certificate_sheets.facts_of(held, there, at=at, replaces=replaces.number if replaces else "")
        rows.append(
            Certificate(
                number=number,
                code=b32encode(secrets.token_bytes(20)).decode().lower(),
                kind=each.kind,
                enrolment=each.enrolment,
                person=each.enrolment.person,
                name=normalize("NFC", str(each.enrolment.person)),
                facts=facts,
                issued_at=at,
                qualified_until=qualified_until(held),
                shown=replaces.shown if replaces else Certificate.Shown.INITIALS,
                replaces=replaces,
            )
        )
    made = Certificate.objects.bulk_create(rows)
    events.enter_each(act="certify", changes={each.enrolment: {"certificate": (None, each.number)} for each in made}, by=by, at=at)
    for _worker in range(WORKERS):
        queues.send("training.make_certificates", lane="centre")
    return made


def qualified_until(held: CourseDate) -> date | None:
    """The last day on which what was learned counts as fresh; None where a course needs no refreshing."""
    months = held.course.valid_months
    if months is None:
        return None
    last = timezone.localdate(held.ends_at)
    year, month = divmod(last.year * 12 + last.month - 1 + months, 12)
    return date(year, month + 1, min(last.day, monthrange(year, month + 1)[1]))  # a month later than 31 January is the last of February


def _make_one(at: datetime) -> int | None:
    """Make the next sheet: 1, or 0 if that failed; None if there is nothing left to be made."""
    with current.atomic():
        waiting = Certificate.objects.select_for_update(skip_locked=True, of=("self",)).select_related("person", "enrolment")
        row = waiting.filter(sha256="", revoked_at=None, tries__lt=MOST_TRIES).order_by("tries", "pk").first()
        if row is None:
            return None
        try:
            kept = stores.of_certificates().put(certificate_sheets.sheet_of(row))
        except StoreError:
            logger.error("The store of certificates cannot be used; %s is made later.", row.number)
            raise
        except Exception:
            logger.exception("The sheet of certificate %s could not be made.", row.number)
            row.tries += 1
            row.save(update_fields=["tries"])
            return 0
        row.sha256, row.size = kept.sha256, kept.size
        row.save(update_fields=["sha256", "size"])
        facts = {"number": row.number, "course": row.facts["course"], "kind": row.kind}
        telling.tell(
            person=row.person, kind=telling.Kind.CERTIFICATE, about=row.enrolment, once=f"certificate:{row.pk}", at=at, facts=facts
        )
    return 1


def _valid(certificate: Certificate) -> tuple[CourseDate, Certificate]:
    held = places.locked(certificate.enrolment.date)
    found = Certificate.objects.select_related("person", "enrolment").get(pk=certificate.pk)
    if found.revoked_at is not None:
        raise CannotCertify(_("This certificate was revoked already."))
    return held, found


def _revoke(certificate: Certificate, reason: str, *, by: User, at: datetime) -> None:
    certificate.revoked_at, certificate.revoked_for = at, reason
    certificate.save(update_fields=["revoked_at", "revoked_for"])
    said = {"certificate": (certificate.number, None), "reason": (None, reason)}
    events.enter(act="revoke", about=certificate.enrolment, by=by, at=at, changes=said)


def _finished(date: CourseDate) -> CourseDate:
    held = places.locked(date)
    if held.state != CourseDate.State.DONE:
        raise CannotCertify(_("Please finish the date first: attendance of all sessions is taken, and it has ended."))
    return held


def _reason(reason: str) -> str:
    said = " ".join(reason.replace("\x00", "").split())[:500]
    if not said:
        raise CannotCertify(_("Please say why."))
    return said


def _staff_only(by: User) -> None:
    if not by.has_role(*STAFF):
        raise CannotCertify(_("Certificates are issued by trainers."))
