"""What a calendar file says: an appointment as a plain value, and its next edition after a change."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import quote

_UID = re.compile(r"[A-Za-z0-9._@+-]{1,200}")
_ADDRESS = re.compile(r'[^\s@<>"\x00-\x1f\x7f-\x9f]+@[^\s@<>"\x00-\x1f\x7f-\x9f]+')
_URL = re.compile(r"https?://[!#-;=?-Z_a-z\[\]~%]+")  # what RFC 3986 allows
_SAFE = "!$'*+-._~"  # what of a mail address may stand in a URI as it is
_LARGEST_SEQUENCE = 2**31 - 1
_OF_THE_EDITION = frozenset({"sequence", "stamp", "last_modified"})


class BadAppointment(ValueError):
    """A value that no calendar file can hold; the text says which one and why."""


class Status(StrEnum):
    """RFC 5545, section 3.8.1.11."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a message is from or for. The name may be empty. Raises BadAppointment for what is no mail address."""

    name: str
    address: str

    def __post_init__(self) -> None:
        if not _ADDRESS.fullmatch(self.address):
            raise BadAppointment(f"not a mail address: {self.address!r}")
        _ = self.uri

    @property
    def uri(self) -> str:
        """The address as RFC 6068 writes it; a domain with other letters in the form that the network knows."""
        local, _, domain = self.address.rpartition("@")
        try:
            known = domain if domain.isascii() else domain.encode("idna").decode("ascii")
        except UnicodeError as error:
            raise BadAppointment(f"not a domain: {domain!r}") from error
        return f"mailto:{quote(local, safe=_SAFE)}@{known}"


@dataclass(frozen=True, slots=True)
class Alarm:
    """Reminds so long before the beginning, with the appointment's summary."""

    before: timedelta

    def __post_init__(self) -> None:
        if self.before < timedelta():
            raise BadAppointment("an alarm comes before the beginning")


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """One appointment, as its participants are told of it. It repeats never: a course of two days is two appointments.

    `uid` names it for ever, `sequence` counts its editions (see `revised`), `stamp` is when this message was made and decides between two of
    the same edition, `last_modified` when the appointment was changed. All moments are aware; seconds count, what is smaller is cut.
    Raises BadAppointment.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    organizer: Person
    stamp: datetime
    last_modified: datetime
    description: str = ""
    location: str = ""
    url: str = ""
    status: Status = Status.CONFIRMED
    alarms: tuple[Alarm, ...] = ()

    def __post_init__(self) -> None:
        if not _UID.fullmatch(self.uid):
            raise BadAppointment(f"not a UID: {self.uid!r}")
        if not 0 <= self.sequence <= _LARGEST_SEQUENCE:
            raise BadAppointment(f"not a sequence number: {self.sequence}")
        for name in ("starts_at", "ends_at", "stamp", "last_modified"):
            if getattr(self, name).utcoffset() is None:
                raise BadAppointment(f"{name} says no time zone")
        # Two moments of the same zone are compared by the wall clock, which is wrong over a change of the clock; timestamps are not.
        if self.ends_at.timestamp() <= self.starts_at.timestamp():
            raise BadAppointment("it ends before it begins")
        if self.url and not _URL.fullmatch(self.url):
            raise BadAppointment(f"not a web address: {self.url!r}")


def revised(appointment: Appointment, *, at: datetime, **changes: Any) -> Appointment:
    """Give the next edition: the changes, and a SEQUENCE that is higher by one.

    RFC 5546 (section 2.1.4) demands a higher number only for another time, and leaves others to the organizer. Clients that update nothing
    without one are common, so whatever is sent again gets one, a new room as well.
    """
    return replace(appointment, **changes, sequence=appointment.sequence + 1, stamp=at, last_modified=at)


def differ(one: Appointment, other: Appointment) -> bool:
    """Whether a participant would see a difference: whether there is anything to be told."""
    names = [field.name for field in fields(Appointment) if field.name not in _OF_THE_EDITION]
    return any(getattr(one, name) != getattr(other, name) for name in names)
