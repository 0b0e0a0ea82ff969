"""What somebody needs to take part well: a place at the front, the hand-outs in large print, an interpreter.

It may say something of her health: she tells it if she wants to, nobody does it for her, trainers read it and nobody else, and it is deleted after the
course (Art. 5 (1) e, Art. 9 (2) a GDPR). That it was told stands in no history.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from foundation.plain_lines import paragraph
from tenants import current
from tenants.models import User
from tenants.roles import CentreRole

from .models import CourseDate, Enrolment, Need

LONGEST = 500  # characters


class CannotTell(Exception):
    """It is not hers to tell, or too late, or too long; the message says so."""


def tell(*, date: CourseDate, text: str, by: User, at: datetime) -> str:
    """Keep what somebody needs on a date that she has a place on or waits for; an empty text takes it back. Gives what is kept. Raises CannotTell."""
    said = paragraph(text)
    if len(said) > LONGEST:
        raise CannotTell(_("Please write at most %(most)s signs.") % {"most": LONGEST})
    with current.atomic():
        hers = Enrolment.objects.active().select_for_update(of=("self",)).filter(date=date, person=by).first()
        if hers is None:
            raise CannotTell(_("You have no place on this date and do not wait for one."))
        if at >= date.ends_at:
            raise CannotTell(_("This course is over."))
        if said:
            Need.objects.update_or_create(enrolment=hers, defaults={"text": said, "at": at})
        else:
            Need.objects.filter(enrolment=hers).delete()
    return said


def told_by(enrolment: Enrolment) -> str:
    """What she told herself, for her own page."""
    found = Need.objects.filter(enrolment=enrolment).first()
    return found.text if found else ""


def of_date(*, date: CourseDate, reader: User, at: datetime) -> dict[int, str]:
    """By the enrolment's key what those need who come to a date or wait for it. For trainers until it is over; empty for everybody else."""
    if not reader.is_active or not reader.has_role(CentreRole.TRAINER) or at >= date.ends_at:
        return {}
    found = Need.objects.filter(enrolment__date=date, enrolment__state__in=Enrolment.ACTIVE)
    return dict(found.values_list("enrolment_id", "text"))


def forget(*, at: datetime) -> None:
    """Delete what was told for courses that are over, and by those who do not come: for tenants.housekeeping. Safe to run twice."""
    Need.objects.filter(enrolment__date__ends_at__lte=at).delete()
    Need.objects.exclude(enrolment__state__in=Enrolment.ACTIVE).delete()


def forget_of(person: User, at: datetime) -> None:
    """Delete what somebody told who is made unknown: for tenants.centre.parting."""
    Need.objects.filter(enrolment__person=person).delete()
