"""Mails that go out, to a real SMTP server."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from django.conf import settings
from django.test import Client, override_settings

from foundation.mail import LOOP_HEADER, Kind, read
from hotline import answering, handling, sending
from hotline.models import HelpfulCount, Mailbox, OutgoingMail
from tests.centre.hotline.imap_server import free_port
from tests.centre.hotline.mails import ANNA, LOOP_TOKEN, NOW, SETTINGS, annas_ticket, mail, take_in
from tests.centre.hotline_factories import QueueFactory, TicketFactory, agent, requester


class Postman:
    """Takes mails, or answers as it is told: (what, answer) with what "RCPT" or "DATA"."""

    def __init__(self) -> None:
        self.got: list[Envelope] = []
        self.says: dict[str, str] = {}

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:
        if "RCPT" in self.says:
            return self.says["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        if "DATA" in self.says:
            return self.says["DATA"]
        self.got.append(envelope)
        return "250 OK"

    def mails(self) -> list[Any]:
        return [email.message_from_bytes(one.content, policy=email.policy.default) for one in self.got]


@pytest.fixture
def postman(tmp_path: Any) -> Iterator[Postman]:
    postman = Postman()
    controller = Controller(postman, hostname="127.0.0.1", port=free_port())
    controller.start()
    QueueFactory()
    with override_settings(**{**SETTINGS, "MAIL_SMTP_URL": f"smtp+plain://127.0.0.1:{controller.port}"}, MAIL_STORE=tmp_path / "mails"):
        yield postman
    controller.stop()


def send(*, minutes: float = 0) -> int:
    return sending.send_waiting(now=lambda: NOW + timedelta(minutes=minutes))


class TestReply:
    def test_reaches_the_requester_within_the_thread(self, postman: Postman) -> None:
        ticket = take_in(mail(sender=f"Anna Kurz <{ANNA}>", Message_ID="<a@x.example>", References="<z@x.example>")).ticket
        OutgoingMail.objects.all().delete()
        answering.say(ticket=ticket, body="Bitte neu starten.\n\nGrüße", by=agent(), at=NOW)

        assert send() == 1

        [got] = postman.mails()
        assert (postman.got[0].mail_from, postman.got[0].rcpt_tos) == ("hilfe@zentrale.example", [ANNA])
        assert got["To"] == f"Anna Kurz <{ANNA}>"
        assert got["Subject"] == f"[HL#{ticket.number}] AW: Drucker"
        assert (got["In-Reply-To"], got["References"]) == ("<a@x.example>", "<z@x.example> <a@x.example>")
        assert got["Message-ID"] == OutgoingMail.objects.get().mail_id
        assert (got[LOOP_HEADER], got["Auto-Submitted"]) == (LOOP_TOKEN, None)
        assert "Bitte neu starten.\r\n\r\nGrüße" in got.get_content()

    def test_that_solved_it_asks_whether_it_helped_by_a_link_that_needs_no_login(self, postman: Postman, client: Client) -> None:
        ticket = annas_ticket()
        answering.say(ticket=ticket, body="Bitte warten.", by=agent(), at=NOW)
        answering.say(ticket=ticket, body="Bitte neu starten.", then="solved", by=agent(), at=NOW + timedelta(minutes=1))

        send(minutes=2)

        first, second = (one.get_content() for one in postman.mails())
        assert "hilfreich" not in first
        address = settings.CENTRE_ADDRESS
        link, no = re.findall(rf"{address}(/war-das-hilfreich/\S+)", second)
        assert (link.partition("?")[2], no.partition("?")[2]) == ("antwort=ja", "antwort=nein")
        assert client.post(link, {"helpful": "1"}, HTTP_HOST="zentrum.localhost").status_code == 200
        assert HelpfulCount.objects.get().yes == 1

    def test_can_be_answered(self, postman: Postman) -> None:
        ticket = annas_ticket()
        answering.say(ticket=ticket, body="Bitte neu starten.", by=agent(), at=NOW)
        send()
        [got] = postman.mails()

        taken = take_in(mail("Hilft nicht.", In_Reply_To=got["Message-ID"], subject="Re: Etwas"))

        assert taken.ticket == ticket

    def test_comes_back_as_a_loop(self, postman: Postman) -> None:
        answering.say(ticket=annas_ticket(), body="Bitte neu starten.", by=agent(), at=NOW)
        send()

        assert read(postman.got[0].content, at=NOW, loop_token=LOOP_TOKEN).kind is Kind.LOOP
        assert take_in(postman.got[0].content).reason == "loop"

    def test_reaches_watchers_each_with_a_mail_of_her_own(self, postman: Postman) -> None:
        ticket = annas_ticket()
        ticket.watchers.add(requester(email="w@musterstadt.example"), requester(email="weg@musterstadt.example", is_active=False))
        ticket.watchers.add(requester(email=""), requester(email="W@Musterstadt.example"))
        answering.say(ticket=ticket, body="Bitte neu starten.", by=agent(), at=NOW)

        assert send() == 2

        assert [one.rcpt_tos for one in postman.got] == [[ANNA], ["w@musterstadt.example"]]
        assert all(b"w@musterstadt" not in one.content for one in postman.got if one.rcpt_tos == [ANNA])

    def test_is_in_the_same_transaction(self, postman: Postman) -> None:
        ticket = annas_ticket()
        handling.close(ticket=ticket, by=agent(), at=NOW)

        with pytest.raises(answering.CannotAnswer):
            answering.say(ticket=ticket, body="Zu spät.", by=agent(), at=NOW)

        assert not OutgoingMail.objects.filter(kind="reply").exists()

    @pytest.mark.parametrize("kind", ["note", "phone"])
    def test_a_note_and_a_call_are_never_sent(self, postman: Postman, kind: str) -> None:
        answering.say(ticket=annas_ticket(), body="Schwierig.", kind=kind, by=agent(), at=NOW)

        assert (send(), postman.got) == (0, [])

    def test_a_note_that_got_into_the_queue_is_not_sent_either(self, postman: Postman) -> None:
        ticket = annas_ticket()
        note = answering.say(ticket=ticket, body="Schwierig.", kind="note", by=agent(), at=NOW)
        OutgoingMail.objects.create(
            kind="reply", ticket=ticket, message=note, to_address=ANNA, mail_id="<n@x>", queued_at=NOW, next_try_at=NOW
        )

        assert (send(), postman.got) == (0, [])
        assert OutgoingMail.objects.get(message=note).failed_at == NOW

    def test_the_requesters_own_words_are_not_sent_to_her(self, postman: Postman) -> None:
        ticket = annas_ticket()
        answering.say(ticket=ticket, body="Noch etwas.", by=ticket.requester, at=NOW)

        assert send() == 0

    def test_what_stands_in_a_subject_makes_no_header(self, postman: Postman) -> None:
        anna = requester(email=ANNA, display_name="Anna\r\nBcc: x@y.example")
        ticket = TicketFactory(requester=anna, subject="<script>alert(1)</script>\r\nBcc: x@y.example", number="2026-000007")
        answering.say(ticket=ticket, body="Gut.", by=agent(), at=NOW)
        send()

        assert (postman.mails()[0]["Bcc"], postman.got[0].rcpt_tos) == (None, [ANNA])

    def test_nothing_is_queued_without_a_server(self, postman: Postman) -> None:
        with override_settings(MAIL_SMTP_URL=""):
            answering.say(ticket=annas_ticket(), body="Gut.", by=agent(), at=NOW)

        assert not OutgoingMail.objects.filter(kind="reply").exists()


class TestReceipt:
    def test_says_the_number_and_cannot_be_answered_by_a_machine(self, postman: Postman) -> None:
        ticket = take_in(mail(Message_ID="<a@x.example>")).ticket

        assert send() == 1

        [got] = postman.mails()
        assert postman.got[0].mail_from == "<>"
        assert (got["Auto-Submitted"], got["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
        assert ticket.number in got.get_content()
        assert "druckt nicht" not in got.get_content()

    def test_an_absence_note_to_it_ends_there(self, postman: Postman) -> None:
        take_in(mail())
        send()
        [got] = postman.mails()

        taken = take_in(
            mail("Ich bin weg.", subject=f"Abwesend: {got['Subject']}", In_Reply_To=got["Message-ID"], Auto_Submitted="auto-replied")
        )

        assert (taken.outcome, taken.reason, send()) == ("parked", "auto_reply", 0)


class TestTrouble:
    def test_a_server_that_is_down_is_said_once_and_loses_nothing(self, postman: Postman, caplog: pytest.LogCaptureFixture) -> None:
        take_in(mail())
        with override_settings(MAIL_SMTP_URL=f"smtp+plain://127.0.0.1:{free_port()}"):
            assert (send(), send(minutes=1)) == (0, 0)
        assert len([line for line in caplog.records if "is down" in line.getMessage()]) == 1
        assert Mailbox.objects.get().down_since == NOW

        assert send(minutes=2) == 1

    def test_what_is_refused_for_good_is_given_up_and_said(self, postman: Postman) -> None:
        take_in(mail())
        postman.says["RCPT"] = "550 5.1.1 No such user"

        assert send() == 0

        row = OutgoingMail.objects.get()
        assert (row.failed_at, row.next_try_at, "No such user" in row.trouble) == (NOW, None, True)

    @pytest.mark.parametrize("when", ["RCPT", "DATA"])
    def test_what_is_refused_for_now_is_tried_again_later_and_later(self, postman: Postman, when: str) -> None:
        take_in(mail())
        postman.says[when] = "451 4.3.0 Later"
        send()
        assert OutgoingMail.objects.get().next_try_at == NOW + timedelta(minutes=1)
        send(minutes=1)
        assert OutgoingMail.objects.get().next_try_at == NOW + timedelta(minutes=6)
        postman.says.clear()

        assert (send(minutes=5), send(minutes=6), send(minutes=7)) == (0, 1, 0)

    def test_after_two_days_it_is_given_up(self, postman: Postman) -> None:
        take_in(mail())
        postman.says["DATA"] = "451 4.3.0 Later"
        minutes = 0.0
        for _time in range(12):
            send(minutes=minutes)
            row = OutgoingMail.objects.get()
            if row.next_try_at is None:
                break
            minutes = (row.next_try_at - NOW) / timedelta(minutes=1)

        assert row.failed_at is not None
        assert timedelta(days=1, hours=12) < row.failed_at - NOW < timedelta(days=3)

    def test_one_that_is_refused_does_not_hold_up_the_next(self, postman: Postman) -> None:
        take_in(mail("Eins", sender="a@x.example"))
        OutgoingMail.objects.update(to_address="no address")
        take_in(mail("Zwei", sender="b@x.example"))

        assert send() == 1
        assert [one.rcpt_tos for one in postman.got] == [["b@x.example"]]

    def test_a_mail_that_another_process_sends_is_left_to_it(self, postman: Postman) -> None:
        take_in(mail())
        sending._claim(at=NOW)

        assert (send(), send(minutes=11)) == (0, 1)
