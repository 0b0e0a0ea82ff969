"""Calendar files (iCalendar, RFC 5545) and what is sent about appointments (iTIP, RFC 5546): invitations, cancellations, a feed to subscribe to.

Knows no course and no municipality. An appointment is a plain value without participants: each message is made for one person and names nobody
else. What each kind of change sends, and what common clients make of it: docs/decisions/0037-calendar-files.md.
"""

from foundation.calendar_files.appointments import Alarm, Appointment, BadAppointment, Person, Status, differ, revised
from foundation.calendar_files.mails import put_into_mail
from foundation.calendar_files.messages import CONTENT_TYPE, Method, SchedulingMessage, cancellation, feed, invitation

__all__ = [
    "CONTENT_TYPE",
    "Alarm",
    "Appointment",
    "BadAppointment",
    "Method",
    "Person",
    "SchedulingMessage",
    "Status",
    "cancellation",
    "differ",
    "feed",
    "invitation",
    "put_into_mail",
    "revised",
]
