"""Saying "I am here" without a login: the code of the room shows that somebody is there, and one thing more who she is.

That is her own code out of her mails, one that is mailed to her at this moment, or her personal link, if she has opened it with the same telephone. Whom
nobody knows learns no name: what is typed is right or wrong, and whether an address is enrolled is told by the mail alone.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from . import attendance_codes, attending, personal_links, telling
from .attending import CannotAttend
from .models import Attendance, Enrolment, Session

State = Enrolment.State


def by_code(*, session: Session, proof: str, typed: str, at: datetime) -> Attendance:
    """Whose own code was typed, or whose that was mailed, is present. Raises CannotAttend."""
    _in_the_room(session, proof, at)
    found = next((one for one in _coming(session) if attendance_codes.is_hers(enrolment=one, session=session, typed=typed, at=at)), None)
    if found is None:
        raise CannotAttend(_("This code is not known here. Please look at it once more, or have a new one sent to you."))
    return attending.note_present(session=session, person=found.person, at=at)


def by_link(*, session: Session, proof: str, token: str, at: datetime) -> Attendance:
    """Whose personal link was opened with this telephone is present. Raises CannotAttend."""
    _in_the_room(session, proof, at)
    found = of_link(session=session, token=token, at=at)
    if found is None:
        raise CannotAttend(_("Please open the link in your mail once more, or type your code."))
    return attending.note_present(session=session, person=found.person, at=at)


def of_link(*, session: Session, token: str, at: datetime) -> Enrolment | None:
    """Who comes to this session by a personal link; None for every other link."""
    try:
        found = personal_links.enrolment_of(token=token, at=at)
    except personal_links.CannotOpen:
        return None
    return found if found.date_id == session.date_id and found.state == State.ENROLLED else None


def mail_code(*, session: Session, proof: str, email: str, at: datetime) -> None:
    """Have a code mailed to whoever comes to this session with this address; one in ten minutes. It is told to nobody whether there is one.

    Raises CannotAttend: she is not in the room.
    """
    _in_the_room(session, proof, at)
    window = int(at.timestamp()) // attendance_codes.MAILED_LASTS
    said = email.strip().casefold()
    for one in _coming(session):
        if said and one.person.email.strip().casefold() == said:
            once, facts = f"check-in:{one.pk}:{session.pk}:{window}", {"session": str(session.public_id)}
            telling.tell(person=one.person, kind=telling.Kind.CHECK_IN, about=one, once=once, at=at, facts=facts)


def can_mail() -> bool:
    """Whether a code can be mailed at all."""
    return bool(settings.MAIL_SMTP_URL)


def _in_the_room(session: Session, proof: str, at: datetime) -> None:
    if not attendance_codes.was_in_room(session=session, proof=proof, at=at):
        raise CannotAttend(_("This code has ended. Please open the one that is shown now."))
    attending.check_door(session, at)


def _coming(session: Session) -> list[Enrolment]:
    found = Enrolment.objects.filter(date=session.date_id, state=State.ENROLLED, person__is_active=True)
    return list(found.select_related("person").order_by("pk"))
