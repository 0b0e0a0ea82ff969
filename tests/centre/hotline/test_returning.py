"""Mails of ours that came back: put to their ticket for staff, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from foundation.mail import LOOP_HEADER
from hotline import answering, handling, merging, overview, posting, returning
from hotline.models import IncomingMail, Message, OutgoingMail, Ticket
from tests.centre.hotline.mails import ANNA, LOOP_TOKEN, NOW, OURS, annas_ticket, mail, take_in
from tests.centre.hotline_factories import TicketFactory, agent, requester

pytestmark = pytest.mark.usefixtures("mail_settings")


def bounce(
    about: str, *, action: str = "failed", status: str = "5.1.1", to: str = ANNA, subject: str = "[HL#2026-000123] Drucker", **more: str
) -> bytes:
    """A report on a mail of ours; `more` are headers of the report, with underscores for hyphens."""
    head = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in more.items())
    loop = f"{LOOP_HEADER}: {LOOP_TOKEN}\n"
    return f"""Return-Path: <>
{head}From: MAILER-DAEMON@mx.beispielheim.example
To: hilfe@zentrale.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="r"

--r
Content-Type: text/plain

Leider.
--r
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.beispielheim.example

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} User unknown

--r
Content-Type: text/rfc822-headers

Message-ID: {about}
To: {to}
Subject: {subject}
{loop if more.get("X_Ours", "yes") == "yes" else ""}--r--
""".encode()


def replied(ticket: Ticket) -> OutgoingMail:
    """Staff's reply to Anna, sent."""
    message = answering.say(ticket=ticket, body="Bitte neu starten.", by=agent(), at=NOW)
    sent = OutgoingMail.objects.get(message=message)
    sent.sent_at, sent.next_try_at = NOW, None
    sent.save()
    return sent


class TestPutToTicket:
    def test_the_ticket_says_to_whom_a_mail_was_not_delivered_and_why(self) -> None:
        ticket = annas_ticket()
        sent = replied(ticket)

        taken = take_in(bounce(sent.mail_id), minutes=1)

        sent.refresh_from_db()
        assert (taken.outcome, taken.reason, taken.ticket, taken.about) == ("report", "bounce", ticket, sent)
        assert (taken.message.kind, taken.message.ticket) == ("note", ticket)
        assert f"an {ANNA} wurde nicht zugestellt: Diese Adresse gibt es dort nicht." in taken.message.body
        assert "User unknown" in taken.message.body
        assert (sent.returned_status, sent.returned_trouble) == ("5.1.1", "550 5.1.1 User unknown")
        event = ticket.events.get(act="mail_returned")
        assert event.changes["to_address"] == [None, ANNA]

    def test_answers_nobody_and_moves_nothing(self) -> None:
        ticket = annas_ticket()
        sent = replied(ticket)
        before, state = OutgoingMail.objects.count(), Ticket.objects.get(pk=ticket.pk).state

        take_in(bounce(sent.mail_id))

        ticket.refresh_from_db()
        assert (OutgoingMail.objects.count(), ticket.state) == (before, state)
        assert Ticket.objects.count() == 1

    def test_the_requester_does_not_read_it(self) -> None:
        ticket = annas_ticket()
        sent = replied(ticket)
        seen = Message.objects.visible_to(ticket.requester).of(ticket).count()

        take_in(bounce(sent.mail_id))

        assert Message.objects.visible_to(ticket.requester).of(ticket).count() == seen
        assert not OutgoingMail.objects.visible_to(ticket.requester).exists()

    def test_the_same_report_again_says_nothing_new(self) -> None:
        ticket = annas_ticket()
        sent = replied(ticket)
        take_in(bounce(sent.mail_id))

        again = take_in(bounce(sent.mail_id, X_Trip="2"), minutes=5)

        assert (again.outcome, again.about, again.message) == ("report", sent, None)
        assert ticket.events.filter(act="mail_returned").count() == 1

    def test_a_delay_is_told_once_and_is_no_failure(self) -> None:
        ticket = annas_ticket()
        sent = replied(ticket)

        first = take_in(bounce(sent.mail_id, action="delayed", status="4.4.1"))
        take_in(bounce(sent.mail_id, action="delayed", status="4.4.1", X_Trip="2"), minutes=60)

        sent.refresh_from_db()
        assert "noch nicht zugestellt" in first.message.body
        assert (sent.returned_at, ticket.events.filter(act="mail_delayed").count()) == (None, 1)
        take_in(bounce(sent.mail_id), minutes=90)
        sent.refresh_from_db()
        assert sent.returned_at is not None

    def test_a_mail_with_another_id_is_known_by_the_copy_that_bears_our_sign(self) -> None:
        ticket = annas_ticket()
        sent = replied(ticket)

        taken = take_in(bounce("<anders@relay.example>"))

        assert (taken.outcome, taken.about) == ("report", sent)

    @pytest.mark.parametrize("more", [{"X_Ours": "no"}, {"to": "fremd@anderswo.example"}, {"subject": "Drucker"}])
    def test_without_id_and_sign_it_is_put_aside_as_before(self, more: dict[str, str]) -> None:
        replied(annas_ticket())

        taken = take_in(bounce("<anders@relay.example>", **more))

        assert (taken.outcome, taken.reason, taken.ticket) == ("parked", "bounce", None)

    def test_a_mail_that_was_delivered_is_no_news(self) -> None:
        sent = replied(annas_ticket())

        assert take_in(bounce(sent.mail_id, action="delivered", status="2.0.0")).outcome == "parked"

    def test_a_report_that_our_server_calls_forged_is_put_aside(self) -> None:
        sent = replied(annas_ticket())

        taken = take_in(bounce(sent.mail_id, Authentication_Results=f"{OURS}; dmarc=fail header.from=mx.beispielheim.example"))

        assert taken.outcome == "parked"
        sent.refresh_from_db()
        assert sent.returned_at is None

    def test_nobody_becomes_a_participant_by_a_forged_report(self) -> None:
        ticket = annas_ticket()
        sent = replied(ticket)
        take_in(bounce(sent.mail_id, Message_ID="<r@x.example>", Reply_To="boese@anderswo.example", Cc="boese@anderswo.example"))

        by_thread = take_in(mail("Was stand da?", sender="boese@anderswo.example", In_Reply_To="<r@x.example>"))
        by_token = take_in(mail("Was stand da?!", sender="boese@anderswo.example", subject="[HL#2026-000123]"))

        assert ticket not in (by_thread.ticket, by_token.ticket)

    def test_on_a_merged_ticket_it_is_said_where_that_goes_on(self) -> None:
        ticket, other = annas_ticket(), TicketFactory(requester=requester())
        sent = replied(ticket)
        merging.merge(ticket=ticket, into=other, by=agent(), at=NOW)

        taken = take_in(bounce(sent.mail_id))

        assert (taken.ticket, taken.message.ticket) == (other, other)
        assert returning.of_ticket(other) == [sent]


class TestSeeTo:
    def test_takes_it_from_what_is_found(self) -> None:
        ticket, helper = annas_ticket(), agent()
        sent = replied(ticket)
        take_in(bounce(sent.mail_id))
        asked = {"zustellung": "offen"}
        assert overview.page_of(person=helper, asked=asked, at=NOW).tickets == [ticket]
        assert overview.undelivered(person=helper) == 1

        returning.see_to(mail=sent, by=helper, at=NOW)

        assert overview.page_of(person=helper, asked=asked, at=NOW).tickets == []
        assert returning.of_ticket(ticket) == []
        assert ticket.events.filter(act="see_to_returned_mail").exists()
        with pytest.raises(returning.CannotSee):
            returning.see_to(mail=sent, by=helper, at=NOW)

    def test_is_for_staff_and_a_requester_finds_nothing_by_it(self) -> None:
        ticket = annas_ticket()
        TicketFactory(requester=ticket.requester)
        sent = replied(ticket)
        take_in(bounce(sent.mail_id))

        with pytest.raises(returning.CannotSee):
            returning.see_to(mail=sent, by=ticket.requester, at=NOW)
        assert len(overview.page_of(person=ticket.requester, asked={"zustellung": "offen"}, at=NOW).tickets) == 2  # not narrowed
        assert overview.undelivered(person=ticket.requester) == 0


class TestSendAgain:
    def test_sends_what_came_back_once_more(self) -> None:
        sent, helper = replied(annas_ticket()), agent()
        take_in(bounce(sent.mail_id))

        again = posting.send_again(mail=sent, by=helper, at=NOW)

        assert (again.sent_at, again.next_try_at, again.returned_at, again.returned_status) == (None, NOW, None, "")
        assert returning.of_ticket(again.ticket) == []


class TestScreens:
    def test_the_ticket_and_the_lists_show_it_and_both_buttons_work(self, client_of: Any) -> None:
        ticket, helper = annas_ticket(), agent()
        sent = replied(ticket)
        take_in(bounce(sent.mail_id))
        client = client_of(helper)

        page = client.get(f"/anfragen/{ticket.public_id}/").content.decode()
        assert f"Die E-Mail an {ANNA} kam nicht an." in page
        assert "Diese Adresse gibt es dort nicht." in page
        assert "ist eine E-Mail von uns nicht angekommen" in client.get("/anfragen/").content.decode()
        assert ticket.subject in client.get("/anfragen/?stand=&zustellung=offen").content.decode()
        assert ANNA in client.get("/e-mails/").content.decode()

        answer = client.post(f"/e-mails/gesendet/{sent.public_id}/gesehen/", {"von": "anfrage"})
        assert answer.headers["Location"] == f"/anfragen/{ticket.public_id}/"
        assert "kam nicht an" not in client.get(f"/anfragen/{ticket.public_id}/").content.decode()

    def test_a_requester_is_shown_nothing_of_it(self, client_of: Any) -> None:
        ticket = annas_ticket()
        take_in(bounce(replied(ticket).mail_id))
        client = client_of(ticket.requester)

        assert "kam nicht an" not in client.get(f"/anfragen/{ticket.public_id}/").content.decode()
        assert "nicht angekommen" not in client.get("/anfragen/").content.decode()

    def test_programs_find_them_and_see_to_them(self, api_client: Any) -> None:
        sent = replied(annas_ticket())
        take_in(bounce(sent.mail_id))
        client = api_client(agent())

        [found] = client.get("/api/v1/undelivered-mails/").data["results"]
        assert (found["ticket"], found["to_address"], found["status"]) == ("2026-000123", ANNA, "5.1.1")
        assert client.post(f"/api/v1/undelivered-mails/{found['id']}/seen/").status_code == 204
        assert client.post(f"/api/v1/undelivered-mails/{found['id']}/seen/").status_code == 409
        assert client.get("/api/v1/undelivered-mails/").data["results"] == []

    def test_the_list_asks_the_same_number_of_queries_for_any_number(self, client_of: Any) -> None:
        client, ticket = client_of(agent()), annas_ticket()
        take_in(bounce(replied(ticket).mail_id))
        client.get("/e-mails/")
        counts = []
        for _more in range(2):
            with CaptureQueriesContext(connections["default"]) as asked:
                client.get("/e-mails/")
            counts.append(len(asked))
            for number in range(3):
                other = TicketFactory(requester=requester(email=f"p{_more}{number}@beispielheim.example"))
                message = answering.say(ticket=other, body="Bitte.", by=agent(), at=NOW)
                take_in(bounce(OutgoingMail.objects.get(message=message).mail_id))
        assert counts[0] == counts[1]
        assert IncomingMail.objects.filter(outcome="report").count() == 7

    def test_on_a_closed_ticket_it_is_noted_all_the_same(self) -> None:
        ticket = annas_ticket()
        sent = replied(ticket)
        handling.close(ticket=ticket, by=agent(), at=NOW)

        assert take_in(bounce(sent.mail_id)).message.ticket == ticket
        ticket.refresh_from_db()
        assert ticket.state == "closed"
