"""What servers report of mails that they could not deliver."""

from __future__ import annotations

import time

import pytest

from foundation.mail import LOOP_HEADER, Action, report_of

TOKEN = "unser-zeichen-123"
OURS = "<1700.42@zentrale.example>"
POSTFIX = f"""Return-Path: <>
From: MAILER-DAEMON@mx.stadt.example (Mail Delivery System)
To: hilfe@zentrale.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="r"

--r
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.stadt.example. I'm sorry.

--r
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.stadt.example
Arrival-Date: Thu, 26 Nov 2026 12:00:00 +0100

Final-Recipient: rfc822; Weg@Stadt.example
Original-Recipient: rfc822;weg@alt.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <weg@stadt.example>: Recipient address
 rejected: User unknown

--r
Content-Type: text/rfc822-headers

From: Hotline <hilfe@zentrale.example>
To: weg@alt.example
Subject: [HL#2026-000123] Drucker
Message-ID: {OURS}
{LOOP_HEADER}: {TOKEN}
--r--
"""
EXIM = f"""From: Mail Delivery System <Mailer-Daemon@mail.stadt.example>
To: hilfe@zentrale.example
X-Failed-Recipients: weg@stadt.example
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  weg@stadt.example
    host mx.stadt.example [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<weg@stadt.example>:
    552 5.2.2 Mailbox full

------ This is a copy of the message, including all the headers. ------

Message-ID: {OURS}
Subject: [HL#2026-000123] Drucker
To: weg@stadt.example

Status 5.7.1 steht im Text.
"""
QMAIL = f"""From: MAILER-DAEMON@mail.stadt.example
To: hilfe@zentrale.example
Subject: failure notice

Hi. This is the qmail-send program at mail.stadt.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<weg@stadt.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <hilfe@zentrale.example>
Message-ID: {OURS}
Subject: Drucker
"""
EXCHANGE = f"""From: postmaster@stadt.example
To: hilfe@zentrale.example
Subject: Unzustellbar: Drucker
In-Reply-To: {OURS}

Fehler bei der Nachrichtenzustellung an folgende Empfänger. Die Nachricht konnte nicht zugestellt werden.
"""
DELAYED = POSTFIX.replace("Action: failed\nStatus: 5.1.1", "Action: delayed\nStatus: 4.4.1").replace("550 5.1.1", "421 4.4.1")


def report(text: str):
    return report_of(text.encode(), loop_token=TOKEN)


class TestReportOf:
    def test_reads_a_delivery_status(self) -> None:
        found = report(POSTFIX)

        assert (found.action, found.status, found.ids[0], found.ours) == (Action.FAILED, "5.1.1", OURS, True)
        assert found.recipients == ("weg@alt.example", "weg@stadt.example")
        assert found.subject == "[HL#2026-000123] Drucker"
        assert found.said == "550 5.1.1 <weg@stadt.example>: Recipient address rejected: User unknown"

    def test_tells_a_delay_from_a_failure(self) -> None:
        assert (report(DELAYED).action, report(DELAYED).status) == (Action.DELAYED, "4.4.1")

    def test_says_that_a_mail_was_delivered_too(self) -> None:
        assert report(POSTFIX.replace("Action: failed", "Action: delivered")).action is Action.DELIVERED

    def test_of_several_recipients_the_worst_counts(self) -> None:
        both = POSTFIX.replace(
            "\n--r\nContent-Type: text/rfc822-headers",
            "\nFinal-Recipient: rfc822; da@stadt.example\nAction: delivered\nStatus: 2.0.0\n\n--r\nContent-Type: text/rfc822-headers",
        )

        assert (report(both).action, report(both).recipients[:2]) == (Action.FAILED, ("weg@alt.example", "weg@stadt.example"))

    def test_reads_what_old_servers_write(self) -> None:
        found = report(EXIM)

        assert (found.action, found.status, found.ids, found.recipients[0]) == (Action.FAILED, "5.2.2", (OURS,), "weg@stadt.example")
        assert found.said == "552 5.2.2 Mailbox full"

    def test_reads_what_qmail_writes(self) -> None:
        found = report(QMAIL)

        assert (found.action, found.status, found.ids, found.recipients) == (Action.FAILED, "5.1.1", (OURS,), ("weg@stadt.example",))

    def test_reads_what_answers_our_mail_by_its_head_only(self) -> None:
        found = report(EXCHANGE)

        assert (found.action, found.ids, found.status) == (Action.FAILED, (OURS,), "")

    def test_a_person_who_writes_from_such_an_address_reports_nothing(self) -> None:
        assert report(f"From: postmaster@stadt.example\nSubject: AW: Drucker\nIn-Reply-To: {OURS}\n\nEs geht wieder, danke.\n") is None

    def test_what_came_back_is_ours_only_with_our_own_token(self) -> None:
        assert not report(POSTFIX.replace(TOKEN, "geraten")).ours
        assert not report_of(POSTFIX.encode()).ours

    @pytest.mark.parametrize("size", [0, 200, 700, 1_000])
    def test_reads_what_is_left_of_a_report_that_was_cut(self, size: int) -> None:
        report_of(POSTFIX.encode()[:size], loop_token=TOKEN)

    @pytest.mark.parametrize(
        "filling", ["-" * 500_000, "<" * 500_000, "> Message-ID: " * 40_000, "konnte nicht " * 40_000, "5.1." * 100_000, "a@" * 200_000]
    )
    def test_is_soon_done_with_what_was_made_to_keep_it_busy(self, filling: str) -> None:
        began = time.process_time()

        report_of(f"From: mailer-daemon@x.example\nSubject: failure notice\n\n{filling}\n".encode(), loop_token=TOKEN)

        assert time.process_time() - began < 1.0
