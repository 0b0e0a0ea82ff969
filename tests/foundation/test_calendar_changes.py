"""The table of decision 0037: what is sent at each kind of change, and what her calendar shows afterwards.

Each case runs with a client that follows RFC 5546 (section 2.1.5), with one that takes nothing for newer without a higher SEQUENCE, and with one
that forgets what was cancelled.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from foundation.calendar_files import Appointment, Person, Status, cancellation, feed, invitation, revised

from .slow_client import Client
from .strict_calendar import read

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
HER = Person("Jördis Łoß", "joerdis@musterstadt.de")
HIM = Person("Max Muster", "max@musterstadt.de")
CLIENTS = {"by the letter": {}, "careless": {"careless": True}, "forgetful": {"forgetful": True}}
MONDAY = "20261207T080000Z"
ROOM = "Raum 2.14"


def minutes(count):
    return NOW + timedelta(minutes=count)


def session(uid="montag", day=7):
    starts = datetime(2026, 12, day, 8, tzinfo=UTC)
    return Appointment(
        uid=uid,
        sequence=0,
        starts_at=starts,
        ends_at=starts + timedelta(hours=7),
        summary="Schulung",
        location=ROOM,
        organizer=Person("Zentrum", "schulung@zentrum.example"),
        stamp=NOW,
        last_modified=NOW,
    )


def moved(before, *, at):
    return revised(before, at=at, starts_at=before.starts_at + timedelta(days=7), ends_at=before.ends_at + timedelta(days=7))


@dataclass(frozen=True)
class Case:
    """What is mailed to her, in the order in which it is made; its methods and sequences; what she sees afterwards."""

    sent: Callable[[], list]
    said: list[tuple[str, int]]
    shown: dict[str, tuple[str, str]]


def _moved():
    first = session()
    return [invitation(first, to=HER), invitation(moved(first, at=minutes(1)), to=HER)]


def _another_room():
    first = session()
    return [invitation(first, to=HER), invitation(revised(first, at=minutes(1), location="Raum 3"), to=HER)]


def _cancelled():
    first = session()
    return [invitation(first, to=HER), cancellation(revised(first, at=minutes(1), status=Status.CANCELLED), to=HER)]


def _held_again():
    first = session()
    off = revised(first, at=minutes(1), status=Status.CANCELLED)
    on = revised(off, at=minutes(2), status=Status.CONFIRMED)
    return [invitation(first, to=HER), cancellation(off, to=HER), invitation(on, to=HER)]


def _one_of_two_days_moved():
    first, second = session(), session("dienstag", 8)
    return [invitation(first, to=HER), invitation(second, to=HER), invitation(moved(second, at=minutes(1)), to=HER)]


def _withdrew():
    first = session()
    return [invitation(first, to=HER), cancellation(revised(first, at=minutes(1)), to=HER)]


def _withdrew_and_came_back():
    first = session()
    without = revised(first, at=minutes(1))
    return [invitation(first, to=HER), cancellation(without, to=HER), invitation(revised(without, at=minutes(2)), to=HER)]


def _told_twice():
    first = session()
    return [invitation(first, to=HER), invitation(first, to=HER)]


CASES = {
    "a session is moved": Case(_moved, [("REQUEST", 0), ("REQUEST", 1)], {"montag": ("20261214T080000Z", ROOM)}),
    "only the room is another": Case(_another_room, [("REQUEST", 0), ("REQUEST", 1)], {"montag": (MONDAY, "Raum 3")}),
    "a session is cancelled": Case(_cancelled, [("REQUEST", 0), ("CANCEL", 1)], {}),
    "cancelled, then held again": Case(_held_again, [("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 2)], {"montag": (MONDAY, ROOM)}),
    "one session of a two-day course is moved": Case(
        _one_of_two_days_moved,
        [("REQUEST", 0), ("REQUEST", 0), ("REQUEST", 1)],
        {"montag": (MONDAY, ROOM), "dienstag": ("20261215T080000Z", ROOM)},
    ),
    "she withdraws": Case(_withdrew, [("REQUEST", 0), ("CANCEL", 1)], {}),
    "she withdraws and enrols again": Case(
        _withdrew_and_came_back, [("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 2)], {"montag": (MONDAY, ROOM)}
    ),
    "the same mail arrives twice": Case(_told_twice, [("REQUEST", 0), ("REQUEST", 0)], {"montag": (MONDAY, ROOM)}),
}


@pytest.mark.parametrize("kind", CLIENTS)
class TestHerCalendar:
    @pytest.mark.parametrize("name", CASES)
    def test_shows_what_is_so(self, name, kind):
        case, client = CASES[name], Client(HER.address, **CLIENTS[kind])

        sent = case.sent()
        for message in sent:
            client.receive(message.content)

        assert [(str(one.method), int(read(one.content).parts[0]["SEQUENCE"].value)) for one in sent] == case.said
        assert client.shown() == case.shown

    def test_takes_a_late_message_for_what_it_is(self, kind):
        client, first = Client(HER.address, **CLIENTS[kind]), session()
        second = moved(first, at=minutes(1))
        third = revised(second, at=minutes(2), location="Raum 3")

        for each in (first, third, second):
            client.receive(invitation(each, to=HER).content)

        assert client.shown() == {"montag": ("20261214T080000Z", "Raum 3")}

    def test_a_late_cancellation_does_not_strike_out_what_is_held_again(self, kind):
        client = Client(HER.address, **CLIENTS[kind])
        invited, cancelled, again = _held_again()

        for message in (invited, again, cancelled):
            client.receive(message.content)

        assert client.shown() == {"montag": (MONDAY, ROOM)}

    def test_an_invitation_that_comes_after_its_cancellation_stays_only_where_cancellations_are_forgotten(self, kind):
        client = Client(HER.address, **CLIENTS[kind])
        invited, cancelled = _cancelled()

        for message in (cancelled, invited):
            client.receive(message.content)

        assert client.shown() == ({"montag": (MONDAY, ROOM)} if kind == "forgetful" else {})

    def test_a_replacement_comes_and_the_one_replaced_goes(self, kind):
        hers, his, first = Client(HER.address, **CLIENTS[kind]), Client(HIM.address, **CLIENTS[kind]), session()
        hers.receive(invitation(first, to=HER).content)
        second = revised(first, at=minutes(1))

        for message in (cancellation(second, to=HER), invitation(second, to=HIM)):
            hers.receive(message.content)
            his.receive(message.content)  # even what was not for him changes nothing

        assert (hers.shown(), his.shown()) == ({}, {"montag": (MONDAY, ROOM)})

    def test_who_stays_is_not_told_of_who_goes_and_still_hears_of_the_next_change(self, kind):
        his, first = Client(HIM.address, **CLIENTS[kind]), session()
        his.receive(invitation(first, to=HIM).content)
        without_her = revised(first, at=minutes(1))

        assert HIM.address.encode() not in cancellation(without_her, to=HER).content
        his.receive(invitation(moved(without_her, at=minutes(2)), to=HIM).content)

        assert his.shown() == {"montag": ("20261214T080000Z", ROOM)}

    def test_a_feed_read_late_shows_the_last_state_only(self, kind):
        client, first = Client(HER.address, **CLIENTS[kind]), session()
        client.receive(feed([first, session("dienstag", 8)], name="N"))
        second = moved(moved(first, at=minutes(1)), at=minutes(2))
        off = revised(session("dienstag", 8), at=minutes(3), status=Status.CANCELLED)

        client.receive(feed([second, off], name="N"))

        assert client.shown() == {"montag": ("20261221T080000Z", ROOM)}

    def test_a_feed_from_a_cache_takes_back_nothing_that_a_mail_said(self, kind):
        client, first = Client(HER.address, **CLIENTS[kind]), session()
        cached = feed([first], name="N")
        client.receive(invitation(moved(first, at=minutes(1)), to=HER).content)

        client.receive(cached)

        assert client.shown() == {"montag": ("20261214T080000Z", ROOM)}


class TestWithoutAHigherNumber:
    """Why `revised` always counts up."""

    @pytest.mark.parametrize(("kind", "place"), [("by the letter", "Raum 3"), ("careless", ROOM)])
    def test_a_new_room_is_missed_by_careless_clients(self, kind, place):
        client, first = Client(HER.address, **CLIENTS[kind]), session()

        client.receive(invitation(first, to=HER).content)
        client.receive(invitation(replace(first, location="Raum 3", stamp=minutes(1)), to=HER).content)

        assert client.shown() == {"montag": (MONDAY, place)}
