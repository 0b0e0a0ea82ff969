"""Writes calendar files: a feed (PUBLISH), an invitation (REQUEST) and a cancellation (CANCEL), all in UTC.

Moments are written in UTC, not in local time with a VTIMEZONE: nothing here repeats, an hour in UTC exists once also on the day when the clock is
put back, and no client has to understand a time zone. Decision 0037 says what goes wrong with those that do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import icalendar

from foundation.calendar_files.appointments import Appointment, BadAppointment, Person, Status
from foundation.plain_lines import line, paragraph

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//eBehoerdenakte//Kalender//DE"
OFTEN = timedelta(hours=1)
_BERLIN = """\
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19961027T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19810329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


class Method(StrEnum):
    """RFC 5546, section 1.4; replies and counter-proposals are not made here."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class SchedulingMessage:
    """A calendar file that asks its reader's client to do something; the mail around it has to name the same method (RFC 6047, section 2.4)."""

    method: Method
    content: bytes


def feed(appointments: Sequence[Appointment], *, name: str, every: timedelta = OFTEN) -> bytes:
    """Write a calendar to subscribe to. `every` is how often clients should read it again; Outlook and Google take it as a wish.

    Cancelled appointments stay in it as such for as long as the caller gives them: then also a client that never forgets strikes them out.
    Names no participants (RFC 5546, section 3.2.1). Raises BadAppointment if two have the same UID.
    """
    if len({appointment.uid for appointment in appointments}) < len(appointments):
        raise BadAppointment("two appointments of one feed have the same UID")
    calendar = _calendar(Method.PUBLISH)
    for title in ("name", "x-wr-calname"):  # RFC 7986, and what Outlook and Apple read
        calendar.add(title, icalendar.vText(line(name)))  # said to be a text: the library escapes none of an unknown kind
    calendar.add("refresh-interval", every, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", icalendar.vDuration(every))
    for appointment in appointments:
        calendar.add_component(_event(appointment))
    if not appointments:
        calendar.add_component(
            icalendar.Timezone.from_ical(_BERLIN)
        )  # RFC 5545, section 3.6: a calendar holds one component at least; this one shows nothing
    return bytes(calendar.to_ical())


def invitation(appointment: Appointment, *, to: Person, reply_wanted: bool = True) -> SchedulingMessage:
    """Invite one person, or tell her of a change: both are a REQUEST with the same UID. Nobody learns who else comes.

    With `reply_wanted` her client offers to accept or decline and mails the answer (a REPLY) to the organizer. Raises BadAppointment if it
    is cancelled.
    """
    if appointment.status is Status.CANCELLED:
        raise BadAppointment("nobody is invited to a cancelled appointment")
    event = _event(appointment)
    attendee = _address(to)
    attendee.params.update(
        {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE" if reply_wanted else "FALSE"}
    )
    event.add("attendee", attendee, encode=False)
    return _message(Method.REQUEST, event)


def cancellation(appointment: Appointment, *, to: Person) -> SchedulingMessage:
    """Take the appointment out of one person's calendar: because it is not held, or because she does not come.

    STATUS is CANCELLED in both cases. RFC 5546 (section 3.2.5) would leave it out where others still come; but her copy names nobody else, so
    for her all of it is cancelled, and clients that look at the status only then strike it out. Give it a SEQUENCE of its own (`revised`).
    """
    event = _event(appointment, cancelled=True)
    event.add("attendee", _address(to), encode=False)
    return _message(Method.CANCEL, event)


def _message(method: Method, event: icalendar.Event) -> SchedulingMessage:
    calendar = _calendar(method)
    calendar.add_component(event)
    return SchedulingMessage(method, bytes(calendar.to_ical()))


def _calendar(method: Method) -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", str(method))
    return calendar


def _event(appointment: Appointment, *, cancelled: bool = False) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", _utc(appointment.stamp))
    event.add("last-modified", _utc(appointment.last_modified))
    event.add("dtstart", _utc(appointment.starts_at))
    event.add("dtend", _utc(appointment.ends_at))
    event.add("organizer", _address(appointment.organizer), encode=False)
    event.add("status", str(Status.CANCELLED if cancelled else appointment.status))
    _say(event, appointment)
    if cancelled or appointment.status is Status.CANCELLED:
        event.add("transp", "TRANSPARENT")  # where it stays to be seen it takes no time
        return event
    event.add("transp", "OPAQUE")
    event.add("x-microsoft-disallow-counter", "TRUE")  # who cannot come withdraws; another time cannot be proposed
    for alarm in appointment.alarms:
        reminder = icalendar.Alarm()
        reminder.add("action", "DISPLAY")
        reminder.add("description", line(appointment.summary))
        reminder.add("trigger", -alarm.before)
        event.add_component(reminder)
    return event


def _say(event: icalendar.Event, appointment: Appointment) -> None:
    event.add("summary", line(appointment.summary))
    if text := paragraph(appointment.description):
        event.add("description", text)
    if place := line(appointment.location):
        event.add("location", place)
    if appointment.url:
        event.add("url", appointment.url)


def _address(person: Person) -> icalendar.vCalAddress:
    address = icalendar.vCalAddress(person.uri)
    if name := line(person.name):
        address.params["CN"] = name  # quoted, and " and ^ written as RFC 6868 has it, by the library
    return address


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
