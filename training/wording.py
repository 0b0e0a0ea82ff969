"""What a notice says: a subject, a few sentences, what it is about, and where to go from there. Made when it is sent, of what holds then.

Besides the course date a notice's facts say: `reason` (refused, withdrawn, cancelled, a session called off, a certificate revoked), `until` (an offer's
end, a qualification's or an evaluation's last day), `session` (which one, by its public id), `act` ("add", "call_off", "note", "room") and `changes` ({field: [old, new]},
moments in ISO 8601, all else as it is read), `instead_of` (whose place it was), `offered` (one is offered to her), `waits` (she has none yet), `begun` (a wish that came to nothing), `number` and `revoked` (of a certificate), `address` (of the page that it is
about) and `course` (its title, where no date is named).

Whoever cannot sign in gets the link to her own enrolment instead of those to pages behind the login, and the code that she types in the room.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from . import attendance_codes, double_seats, inviting, offering, personal_links, places
from .enrolling import moment
from .models import CourseDate, Enrolment, Notice, Session

Kind = Notice.Kind
ABOUT_THE_DATE = (Kind.ENROLLED, Kind.WAITING, Kind.EXPIRED, Kind.CHANGED, Kind.REMINDER)


@dataclass
class Letter:
    """What is written to a person: sentences, then rows of (what, how), then links of (what happens there, address)."""

    subject: str
    sentences: list[str]
    rows: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)


def letter(notice: Notice) -> Letter:
    """Put a notice into words."""
    said = WORDS[Kind(notice.kind)](notice)
    course = _course(notice)
    day = _day(notice)
    said.subject = f"{said.subject}: {course}, {day}" if day else f"{said.subject}: {course}"
    said.rows = [(_("Course"), course), *said.rows, *_when_and_where(notice)]
    hers = _own_page(notice)
    if hers is not None and hers.state == Enrolment.State.ENROLLED and notice.kind in (Kind.ENROLLED, Kind.REMINDER):
        said.rows.append((_("Your code, to say in the room that you are there"), attendance_codes.personal_code(hers)))
    if address := notice.facts.get("address"):
        said.links.append((_("Open the page"), str(address)))
    elif hers is None and notice.date is not None and notice.kind in ABOUT_THE_DATE:
        link = settings.CENTRE_ADDRESS + reverse("training:date", args=[notice.date.public_id])
        said.links.append((_("The course date"), link))
    if hers is not None:
        own = personal_links.address_of(hers, at=notice.at)
        said.links.append((_("My enrolment: your date, withdrawing, what you need, and your confirmation (for you only)"), own))
    elif not personal_links.cannot_sign_in(notice.person):
        said.links.append((_("Everything you were told, your calendar and your reminders"), _address("training:notices")))
    return said


def _own_page(notice: Notice) -> Enrolment | None:
    """The enrolment of hers that a notice is about, if a link is her only way to it."""
    if notice.facts.get("teaches") or not personal_links.cannot_sign_in(notice.person):
        return None
    if notice.enrolment is not None:
        return notice.enrolment if notice.enrolment.person_id == notice.person_id else None
    hers = Enrolment.objects.filter(person=notice.person_id, date=notice.date_id) if notice.date_id else Enrolment.objects.none()
    found: Enrolment | None = hers.order_by("-asked_at", "-pk").first()
    return found


def _enrolled(notice: Notice) -> Letter:
    said = [_("You have a place in this course. We are looking forward to seeing you.")]
    if instead_of := notice.facts.get("instead_of"):
        said.append(_("You come instead of %(person)s.") % {"person": instead_of})
    if notice.date is not None:
        said.append(_("If you cannot come, please withdraw until %(moment)s.") % {"moment": moment(notice.date.withdraw_until)})
    return Letter(_("You are enrolled"), [*said, _in_calendar()])


def _waiting(notice: Notice) -> Letter:
    said = [_("All places are taken. You are on the waiting list.")]
    place = places.place_in_line(notice.enrolment) if notice.enrolment is not None else None
    if place is not None:
        said.append(_("At the moment you have place %(place)s on it.") % {"place": place})
    return Letter(_("Waiting list"), [*said, _("As soon as a place becomes free for you, we offer it to you by e-mail.")])


def _approval(notice: Notice) -> Letter:
    who = str(notice.enrolment.person) if notice.enrolment is not None else ""
    said = _("%(person)s would like to take part in this course. Please decide about it.") % {"person": who}
    return Letter(
        _("Please approve"), [said], [(_("Person"), who)], [(_("Approve or refuse"), _address("training:approvals", "training:notices"))]
    )


def _refused(notice: Notice) -> Letter:
    return Letter(_("Enrolment not approved"), [_("Your enrolment was not approved.")], _reason(notice))


def _offer(notice: Notice) -> Letter:
    until = _read(notice.facts.get("until", ""))
    said = [_("A place has become free for you."), _("It is kept for you until %(moment)s.") % {"moment": until}]
    said.append(_("If you do not answer until then, the next person on the waiting list gets it."))
    links = []
    if notice.enrolment is not None:
        if clash := double_seats.said_of(notice.enrolment.date, notice.enrolment.person):
            said += [clash, _("You can take this place only after you have withdrawn there.")]
        link = settings.CENTRE_ADDRESS + offering.path_of(notice.enrolment)
        links = [(_("Accept the place"), link), (_("Decline the place"), link + "?antwort=nein")]
    return Letter(_("A place for you"), said, [(_("Answer until"), until)], links)


def _expired(_notice: Notice) -> Letter:
    said = [_("The place that was offered to you was not accepted in time. It goes to the next person on the waiting list.")]
    return Letter(_("Offer expired"), [*said, _("If you would still like to come, please enrol once more.")])


def _withdrawn(notice: Notice) -> Letter:
    if notice.facts.get("begun"):
        return Letter(_("No longer possible"), [_("The course has begun, and there was no place for you in time. Your wish has ended.")])
    said = [_("You are withdrawn from this course.")]
    return Letter(_("You are withdrawn"), [*said, _out_of_calendar()] if notice.calendar else said, _reason(notice))


def _changed(notice: Notice) -> Letter:
    session = _session(notice)
    if notice.calendar == Notice.Calendar.CANCEL or (session is not None and session.called_off_at is not None):
        said = [_("This session is not held."), *([_out_of_calendar()] if notice.calendar else []), *_wish_stands(notice)]
        return Letter(_("Session called off"), said, _reason(notice))
    added = notice.facts.get("act") == "add"
    said = [_("There is one more session.") if added else _("Something has changed in this course. Please take note of it.")]
    if notice.calendar:
        said.append(_in_calendar())
    said += _wish_stands(notice)
    if notice.facts.get("act") == "note" and notice.date is not None:
        return Letter(_("Something has changed"), said, [(_("Remark for those who come"), notice.date.note or "–")])
    return Letter(_("Something has changed"), said, [*_reason(notice), *([] if added else _changes(notice))])


def _wish_stands(notice: Notice) -> list[str]:
    """To whom a place was offered, and who waits for one: what changed belongs to her decision."""
    if notice.facts.get("waits"):
        return [
            _(
                "You have no place in this course so far; your wish stands as before. If you cannot come now, please withdraw from the course."
            )
        ]
    if not notice.facts.get("offered"):
        return []
    return [_("A place in this course is offered to you; the offer ends as you were told, at the latest when the course begins.")]


def _cancelled(notice: Notice) -> Letter:
    said = [_("Unfortunately this course is not held. We ask for your understanding.")]
    return Letter(_("The course is not held"), [*said, _out_of_calendar()] if notice.calendar else said, _reason(notice))


def _reminder(notice: Notice) -> Letter:
    rows: list[tuple[str, str]] = []
    if notice.facts.get("teaches"):
        coming = Enrolment.objects.filter(date=notice.date_id, state=Enrolment.State.ENROLLED).count()
        rows = [(_("Enrolled people"), str(coming))]
        said = _("This is a reminder: you teach this session.")
    else:
        said = _("This is a reminder: you are enrolled for this session.")
    return Letter(_("Reminder of a session"), [said], rows)


def _certificate(notice: Notice) -> Letter:
    rows = [(_("Number"), str(notice.facts["number"]))] if notice.facts.get("number") else []
    said = _("Your confirmation of attendance is ready to be fetched.")
    if notice.facts.get("revoked"):
        said, rows = _("Your confirmation of attendance was revoked and is not valid any more."), [*rows, *_reason(notice)]
    links = [] if _own_page(notice) else [(_("My confirmations"), _address("training:my_certificates", "training:mine"))]
    return Letter(_("Confirmation of attendance"), [said], rows, links)


def _evaluation(notice: Notice) -> Letter:
    said = [_("The course is over. How was it? Your answers help us, and nobody sees whose they are.")]
    if until := notice.facts.get("until"):
        said.append(_("You can answer until %(day)s.") % {"day": _read(until)})
    return Letter(_("How was it?"), said)


def _refresher(notice: Notice) -> Letter:
    until = notice.facts.get("until", "")
    said = [_("What you have learned in this course is to be refreshed from time to time.")]
    if until:
        said.append(_("Your qualification is valid until %(day)s.") % {"day": _read(until)})
    if personal_links.cannot_sign_in(notice.person):
        said.append(_("Your training coordinator enrols you for a course date that suits you."))
        return Letter(_("Time for a refresher"), said)
    said.append(_("Please choose a course date that suits you."))
    return Letter(_("Time for a refresher"), said, links=[(_("Course dates"), _address("training:dates"))])


def _check_in(notice: Notice) -> Letter:
    session, code = _session(notice), ""
    if notice.enrolment is not None and session is not None:
        code = attendance_codes.mailed_code(enrolment=notice.enrolment, session=session, at=notice.at)
    said = [_("Please type this code on the page that you have opened in the room. It holds for ten minutes.")]
    said.append(_("If you have not asked for it, please do nothing."))
    return Letter(_("Your code"), said, [(_("Code"), code)])


def _minimum(notice: Notice) -> Letter:
    words = {"enrolled": notice.facts.get("enrolled", 0), "minimum": notice.facts.get("minimum", 0)}
    said = [_("Enrolment has ended, and %(enrolled)s of at least %(minimum)s people are enrolled.") % words]
    said.append(_("Please decide whether the course is held, or cancel the date; whoever is enrolled is told then."))
    links = []
    if notice.date is not None:
        links = [(_("To the planning"), settings.CENTRE_ADDRESS + reverse("training:plan_date", args=[notice.date.public_id]))]
    return Letter(_("Too few people"), said, links=links)


WORDS: dict[Kind, Callable[[Notice], Letter]] = {
    Kind.ENROLLED: _enrolled,
    Kind.WAITING: _waiting,
    Kind.APPROVAL: _approval,
    Kind.REFUSED: _refused,
    Kind.OFFER: _offer,
    Kind.EXPIRED: _expired,
    Kind.WITHDRAWN: _withdrawn,
    Kind.CHANGED: _changed,
    Kind.CANCELLED: _cancelled,
    Kind.REMINDER: _reminder,
    Kind.CERTIFICATE: _certificate,
    Kind.EVALUATION: _evaluation,
    Kind.REFRESHER: _refresher,
    Kind.CHECK_IN: _check_in,
    Kind.MINIMUM: _minimum,
}


def _in_calendar() -> str:
    return _("The attached file puts it into your calendar.")


def _out_of_calendar() -> str:
    return _("The attached file takes it out of your calendar.")


def _course(notice: Notice) -> str:
    return str(notice.date.course if notice.date is not None else notice.facts.get("course", ""))


def _day(notice: Notice) -> str:
    if notice.kind == Kind.REFRESHER:
        return ""  # the course date lies long ago
    session = _session(notice)
    begins = session.starts_at if session is not None else notice.date.starts_at if notice.date is not None else None
    return date_format(timezone.localtime(begins), "d.m.Y") if begins is not None else ""


def _session(notice: Notice) -> Session | None:
    """The session that it is about, if it is about one."""
    if notice.date is None or "session" not in notice.facts:
        return None
    return Session.objects.select_related("room").filter(date=notice.date, public_id=notice.facts["session"]).first()


def _when_and_where(notice: Notice) -> list[tuple[str, str]]:
    """A row for each session: its day, from, until and where."""
    if notice.date is None or notice.kind == Kind.REFRESHER:
        return []
    one = _session(notice)
    sessions = [one] if one is not None else _told(notice.date)
    label = _("Session") if len(sessions) > 1 else _("When and where")
    return [(label if len(sessions) == 1 else f"{label} {number}", _span(each)) for number, each in enumerate(sessions, 1)]


def _told(held: CourseDate) -> list[Session]:
    """Those that are held; if the whole date was called off, all."""
    found = Session.objects.filter(date=held).select_related("room").order_by("starts_at", "pk")
    return list(found if held.state == CourseDate.State.CANCELLED else found.filter(called_off_at=None))


def _span(session: Session) -> str:
    begins, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    if begins.date() == ends.date():
        words = {"day": date_format(begins, "l, j. F Y"), "from": date_format(begins, "H:i"), "until": date_format(ends, "H:i")}
        span = _("%(day)s, %(from)s to %(until)s") % words
    else:
        span = _("%(from)s to %(until)s") % {"from": moment(session.starts_at), "until": moment(session.ends_at)}
    places_of = [inviting.place_of(session), session.link if session.room is not None else ""]
    return " · ".join([span, *(part for part in places_of if part)])


def _reason(notice: Notice) -> list[tuple[str, str]]:
    reason = notice.facts.get("reason", "")
    return [(_("Reason"), str(reason))] if reason else []


def _changes(notice: Notice) -> list[tuple[str, str]]:
    """Each field that has changed: "old → new"."""
    names = {
        "starts_at": _("Beginning"),
        "ends_at": _("End of the session"),
        "room": _("Room"),
        "link": _("Video link"),
        "trainer": _("Taught by"),
    }
    changes: dict[str, Any] = notice.facts.get("changes") or {}
    return [
        (name, f"{_read(changes[field][0]) or '–'} → {_read(changes[field][1]) or '–'}")
        for field, name in names.items()
        if field in changes
    ]


def _read(value: Any) -> str:
    """A fact as people read it: moments and days in words, everything else as it is."""
    text = "" if value is None else str(value)
    try:
        found: datetime | date | None = parse_datetime(text) if len(text) > 10 else parse_date(text)
    except ValueError:
        found = None
    if isinstance(found, datetime):
        return moment(found if found.tzinfo else timezone.make_aware(found))
    return date_format(found, "j. F Y") if found is not None else text


def _address(*names: str) -> str:
    """Where something is done at the centre: the first of these pages that there is."""
    for name in names:
        try:
            return str(settings.CENTRE_ADDRESS + reverse(name))
        except NoReverseMatch:
            continue
    return str(settings.CENTRE_ADDRESS)
