"""Calendar files: what stands in them, by two readers that know nothing of the writer."""

import email
import email.policy
import re
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from foundation.calendar_files import (
    Alarm,
    Appointment,
    BadAppointment,
    Method,
    Person,
    Status,
    cancellation,
    differ,
    feed,
    invitation,
    put_into_mail,
    revised,
)

from .norm_letters import norm_letters
from .strict_calendar import read

NOW = datetime(2026, 11, 26, 12, 30, 15, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
HER = Person("Jördis K̛łoß", "joerdis@musterstadt.de")
EVIL = "Kurs\r\nATTENDEE:mailto:x@y.de\nEND:VEVENT\rBEGIN:VEVENT\u2028X:1\x85Y:2\x0bZ:3\x00\x1b\u202e"


def appointment(**values):
    """A session of a course, with everything in it."""
    return Appointment(
        **{
            "uid": "7c0e4b52-sitzung@schulung.example",
            "sequence": 3,
            "starts_at": datetime(2026, 12, 1, 9, tzinfo=BERLIN),
            "ends_at": datetime(2026, 12, 1, 16, tzinfo=BERLIN),
            "summary": "Schulung: Die E-Akte; Grundlagen, Teil 1",
            "description": "Bitte mitbringen:\n- Ausweis, Brille\n- gute Laune; C:\\Akten",
            "location": "Rathaus, Raum 2.14",
            "url": "https://schulung.example/termine/7c0e4b52?von=mail",
            "organizer": Person("Kompetenzzentrum E-Akte", "schulung@zentrum.example"),
            "stamp": NOW,
            "last_modified": NOW - timedelta(hours=1),
            "alarms": (Alarm(timedelta(days=1)),),
        }
        | values
    )


def event_in(content):
    calendar = read(content)
    (event,) = calendar.parts
    assert event.name == "VEVENT"
    return event


class TestAppointment:
    @pytest.mark.parametrize(
        "values",
        [
            {"uid": ""},
            {"uid": "a\r\nSUMMARY:b"},
            {"uid": "a b"},
            {"sequence": -1},
            {"sequence": 2**31},
            {"starts_at": datetime(2026, 12, 1, 9)},  # noqa: DTZ001
            {"stamp": datetime(2026, 12, 1, 9)},  # noqa: DTZ001
            {"ends_at": datetime(2026, 12, 1, 9, tzinfo=BERLIN)},
            {"url": "javascript:alert(1)"},
            {"url": "https://a.de/\r\nSUMMARY:b"},
            {"url": "https://a.de/a b"},
        ],
    )
    def test_refuses_what_no_calendar_file_can_hold(self, values):
        with pytest.raises(BadAppointment):
            appointment(**values)

    def test_knows_that_an_hour_comes_twice_in_october(self):
        first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=0)
        again = datetime(2026, 10, 25, 2, 15, tzinfo=BERLIN, fold=1)  # 45 minutes later

        event = event_in(feed([appointment(starts_at=first, ends_at=again)], name="N"))

        assert (event["DTSTART"].value, event["DTEND"].value) == ("20261025T003000Z", "20261025T011500Z")

    def test_refuses_an_end_that_is_later_only_by_the_wall_clock(self):
        again = datetime(2026, 10, 25, 2, 15, tzinfo=BERLIN, fold=1)
        first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=0)

        with pytest.raises(BadAppointment):
            appointment(starts_at=again, ends_at=first)

    @pytest.mark.parametrize(
        "address", ["", "a", "a@", "@b.de", "a@b@c.de", "a b@c.de", "a@b.de\r\nX:1", "a@b.de>", "a@" + "ü" * 80 + ".de"]
    )
    def test_a_person_needs_a_mail_address(self, address):
        with pytest.raises(BadAppointment):
            Person("A", address)

    def test_an_alarm_never_comes_afterwards(self):
        with pytest.raises(BadAppointment):
            Alarm(timedelta(minutes=-1))


class TestRevised:
    def test_counts_up_and_stamps_anew(self):
        later = NOW + timedelta(minutes=5)

        second = revised(appointment(), at=later, location="Raum 3")

        assert (second.sequence, second.location, second.stamp, second.last_modified) == (4, "Raum 3", later, later)

    def test_only_what_participants_see_is_a_difference(self):
        one = appointment()

        assert not differ(one, revised(one, at=NOW + timedelta(hours=2)))
        for field in {field.name for field in fields(Appointment)} - {"sequence", "stamp", "last_modified"}:
            other = {
                "uid": "b",
                "organizer": HER,
                "status": Status.TENTATIVE,
                "alarms": (),
                "url": "",
                "starts_at": one.starts_at - timedelta(hours=1),
                "ends_at": one.ends_at + timedelta(hours=1),
            }.get(field, "anders")
            assert differ(one, replace(one, **{field: other})), field


class TestInvitation:
    def test_says_everything_and_names_nobody_but_her(self):
        message = invitation(appointment(), to=HER)

        calendar = read(message.content)
        event = event_in(message.content)
        assert message.method == calendar["METHOD"].value == "REQUEST"
        assert (calendar["VERSION"].value, calendar["CALSCALE"].value) == ("2.0", "GREGORIAN")
        assert event["UID"].text == "7c0e4b52-sitzung@schulung.example"
        assert event["SEQUENCE"].value == "3"
        assert (event["DTSTART"].value, event["DTEND"].value) == ("20261201T080000Z", "20261201T150000Z")
        assert (event["DTSTAMP"].value, event["LAST-MODIFIED"].value) == ("20261126T123015Z", "20261126T113015Z")
        assert event["SUMMARY"].text == "Schulung: Die E-Akte; Grundlagen, Teil 1"
        assert event["DESCRIPTION"].text == "Bitte mitbringen:\n- Ausweis, Brille\n- gute Laune; C:\\Akten"
        assert event["LOCATION"].text == "Rathaus, Raum 2.14"
        assert event["URL"].value == "https://schulung.example/termine/7c0e4b52?von=mail"
        assert (event["STATUS"].value, event["TRANSP"].value) == ("CONFIRMED", "OPAQUE")
        assert (event["ORGANIZER"].value, event["ORGANIZER"].parameters["CN"]) == (
            "mailto:schulung@zentrum.example",
            "Kompetenzzentrum E-Akte",
        )
        assert event["ATTENDEE"].value == "mailto:joerdis@musterstadt.de"
        assert event["ATTENDEE"].parameters == {
            "CN": "Jördis K̛łoß",
            "CUTYPE": "INDIVIDUAL",
            "ROLE": "REQ-PARTICIPANT",
            "PARTSTAT": "NEEDS-ACTION",
            "RSVP": "TRUE",
        }
        (alarm,) = event.parts
        assert (alarm["ACTION"].value, alarm["TRIGGER"].value) == ("DISPLAY", "-P1D")
        assert "DESCRIPTION" in alarm.names()

    def test_asks_for_no_reply_where_none_is_wanted(self):
        event = event_in(invitation(appointment(), to=HER, reply_wanted=False).content)

        assert event["ATTENDEE"].parameters["RSVP"] == "FALSE"

    def test_leaves_out_what_is_empty(self):
        event = event_in(invitation(appointment(description="\r\n ", location="", url="", alarms=()), to=HER).content)

        assert not event.names() & {"DESCRIPTION", "LOCATION", "URL"}
        assert not event.parts

    def test_to_a_cancelled_appointment_is_refused(self):
        with pytest.raises(BadAppointment):
            invitation(appointment(status=Status.CANCELLED), to=HER)

    def test_is_written_in_utc_so_that_no_client_needs_a_time_zone(self):
        content = invitation(appointment(starts_at=datetime(2026, 7, 1, 9, tzinfo=timezone(timedelta(hours=2)))), to=HER).content

        assert event_in(content)["DTSTART"].value == "20260701T070000Z"
        assert b"TZID" not in content

    def test_cuts_what_is_smaller_than_a_second(self):
        event = event_in(invitation(appointment(stamp=NOW.replace(microsecond=999_999)), to=HER).content)

        assert event["DTSTAMP"].value == "20261126T123015Z"


class TestCancellation:
    def test_strikes_it_out_for_her(self):
        message = cancellation(appointment(sequence=4), to=HER)

        event = event_in(message.content)
        assert message.method == read(message.content)["METHOD"].value == "CANCEL"
        assert (event["STATUS"].value, event["TRANSP"].value, event["SEQUENCE"].value) == ("CANCELLED", "TRANSPARENT", "4")
        assert event["ATTENDEE"].value == "mailto:joerdis@musterstadt.de"
        assert not event.parts  # RFC 5546, section 3.2.5: no alarms

    @pytest.mark.parametrize("needed", ["UID", "DTSTAMP", "SEQUENCE", "ORGANIZER", "ATTENDEE", "DTSTART"])
    def test_has_what_rfc_5546_asks_for(self, needed):
        assert needed in event_in(cancellation(appointment(), to=HER).content).names()


class TestFeed:
    def test_names_itself_and_how_often_to_come_back(self):
        calendar = read(feed([appointment()], name="Meine Schulungen, 2026", every=timedelta(minutes=30)))

        assert calendar["METHOD"].value == "PUBLISH"
        assert calendar["NAME"].text == calendar["X-WR-CALNAME"].text == "Meine Schulungen, 2026"
        assert calendar["REFRESH-INTERVAL"].parameters == {"VALUE": "DURATION"}
        assert calendar["REFRESH-INTERVAL"].value == calendar["X-PUBLISHED-TTL"].value == "PT30M"

    def test_names_no_participants(self):
        assert "ATTENDEE" not in event_in(feed([appointment()], name="N")).names()

    def test_keeps_cancelled_ones_struck_out(self):
        calendar = read(feed([appointment(uid="a"), appointment(uid="b", status=Status.CANCELLED)], name="N"))

        assert [(event["STATUS"].value, len(event.parts)) for event in calendar.parts] == [("CONFIRMED", 1), ("CANCELLED", 0)]

    def test_refuses_two_with_the_same_uid(self):
        with pytest.raises(BadAppointment):
            feed([appointment(), appointment(sequence=4)], name="N")

    def test_is_a_valid_calendar_while_it_is_empty(self):
        content = feed([], name="N")

        (zone,) = read(content).parts
        assert zone.name == "VTIMEZONE"
        assert "vevent" not in vobject.readOne(content.decode()).contents

    def test_the_zone_of_an_empty_feed_changes_its_clock_when_berlin_does(self):
        zone = vobject.readOne(feed([], name="N").decode()).vtimezone.tzinfo

        for moment in (datetime(2026, 3, 29, 1, 59), datetime(2026, 3, 29, 3), datetime(2026, 10, 25, 1, 59), datetime(2026, 10, 25, 3)):  # noqa: DTZ001
            assert moment.replace(tzinfo=zone).utcoffset() == moment.replace(tzinfo=BERLIN).utcoffset()


class TestNobodyWritesLinesOfTheirOwn:
    @pytest.mark.parametrize("field", ["summary", "description", "location"])
    def test_by_line_breaks_in_a_text(self, field):
        event = event_in(invitation(appointment(**{field: EVIL}), to=HER).content)

        assert len(event.all("ATTENDEE")) == 1
        assert event.names() == event_in(invitation(appointment(), to=HER).content).names()
        assert not re.search("[\x00\x1b\u202e]", event[field.upper()].text)

    def test_by_line_breaks_in_a_name(self):
        event = event_in(invitation(appointment(organizer=Person(EVIL, "a@b.de")), to=Person(EVIL, "c@d.de")).content)

        assert event["ATTENDEE"].parameters["CN"] == "Kurs ATTENDEE:mailto:x@y.de END:VEVENT BEGIN:VEVENT X:1 Y:2 Z:3"
        assert event["ATTENDEE"].value == "mailto:c@d.de"

    def test_by_line_breaks_in_the_name_of_a_feed(self):
        assert len(read(feed([appointment()], name=EVIL)).parts) == 1

    @pytest.mark.parametrize("name", ['Hans "Hansi" Müller', "Müller; CN=x:mailto:a@b.de", "a^b ^n ^' ^^", '"', "x,y", "\\n\\"])
    def test_names_come_back_as_they_were(self, name):
        event = event_in(invitation(appointment(), to=Person(name, "c@d.de")).content)

        assert event["ATTENDEE"].parameters["CN"] == name
        assert event["ATTENDEE"].value == "mailto:c@d.de"

    def test_addresses_are_written_as_a_uri(self):
        event = event_in(invitation(appointment(), to=Person("", "o'neil+x=1;y%@bücher.de")).content)

        assert event["ATTENDEE"].value == "mailto:o'neil+x%3D1%3By%25@xn--bcher-kva.de"
        assert "CN" not in event["ATTENDEE"].parameters

    @given(st.text(), st.text(), st.text())
    def test_whatever_they_write(self, one, two, three):
        content = invitation(appointment(summary=one, description=two, location=three), to=Person(three, "c@d.de")).content

        event = event_in(content)
        assert len(event.all("ATTENDEE")) == len(event.all("SUMMARY")) == len(event.all("DTSTART")) == 1
        assert vobject.readOne(content.decode()).vevent.uid.value == "7c0e4b52-sitzung@schulung.example"

    @given(st.integers(min_value=0, max_value=80))
    def test_no_letter_is_cut_in_two_by_folding(self, shift):
        text = "x" * (shift + 1) + "".join(norm_letters())

        event = event_in(invitation(appointment(summary=text, location="y", description=""), to=Person(text, "c@d.de")).content)

        assert event["SUMMARY"].text == text
        assert event["ATTENDEE"].parameters["CN"] == text


class TestAnotherReader:
    def test_finds_the_same(self):
        found = vobject.readOne(invitation(appointment(), to=HER).content.decode()).vevent

        assert found.dtstart.value == datetime(2026, 12, 1, 8, tzinfo=UTC)
        assert found.dtend.value == datetime(2026, 12, 1, 15, tzinfo=UTC)
        assert found.summary.value == "Schulung: Die E-Akte; Grundlagen, Teil 1"
        assert found.description.value == "Bitte mitbringen:\n- Ausweis, Brille\n- gute Laune; C:\\Akten"
        assert found.attendee.params["CN"] == ["Jördis K̛łoß"]
        assert found.sequence.value == "3"
        assert found.valarm.trigger.value == timedelta(days=-1)

    def test_reads_a_feed_of_many(self):
        many = [appointment(uid=f"{number}@x.de", summary=f"Sitzung {number}") for number in range(200)]

        events = vobject.readOne(feed(many, name="Alle Termine").decode()).vevent_list

        assert [event.summary.value for event in events] == [f"Sitzung {number}" for number in range(200)]


class TestPutIntoMail:
    def test_shows_buttons_where_clients_look_for_them(self):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "schulung@zentrum.example", HER.address, "Einladung"
        message = invitation(appointment(), to=HER)

        put_into_mail(mail, text="Guten Tag, Jördis K̛łoß\n", html="<p>Guten Tag</p>", message=message)

        read_back = email.message_from_bytes(mail.as_bytes(), policy=email.policy.default)
        assert read_back.get_content_type() == "multipart/mixed"
        alternative, attached = read_back.iter_parts()
        assert alternative.get_content_type() == "multipart/alternative"
        text, html, calendar = alternative.iter_parts()
        assert (text.get_content_type(), text.get_content()) == ("text/plain", "Guten Tag, Jördis K̛łoß\n")
        assert (html.get_content_type(), html.get_content()) == ("text/html", "<p>Guten Tag</p>\n")
        assert calendar.get_content_type() == "text/calendar"
        assert (calendar.get_param("method"), calendar.get_param("charset")) == ("REQUEST", "UTF-8")
        assert calendar.get_content_disposition() is None
        assert (attached.get_content_type(), attached.get_content_disposition(), attached.get_filename()) == (
            "application/ics",
            "attachment",
            "termin.ics",
        )
        assert calendar.get_payload(decode=True) == attached.get_content() == message.content

    def test_names_the_method_that_the_file_names(self):
        mail = EmailMessage()
        mail["Subject"] = "Absage"
        mail.set_content("alt")

        put_into_mail(mail, text="Fällt aus", message=cancellation(appointment(), to=HER))

        text, calendar = next(iter(mail.iter_parts())).iter_parts()
        assert text.get_content() == "Fällt aus\n"
        assert calendar.get_param("method") == Method.CANCEL == read(calendar.get_payload(decode=True))["METHOD"].value
        assert mail["Subject"] == "Absage"

    def test_every_line_of_the_mail_is_plain_ascii_of_legal_length(self):
        mail = EmailMessage()

        put_into_mail(mail, text="ü" * 2000, html="ä" * 2000, message=invitation(appointment(description="ö" * 2000), to=HER))

        raw = mail.as_bytes()
        assert raw.isascii()
        assert max(map(len, raw.splitlines())) <= 78
