"""Persons and machines."""

from __future__ import annotations

from tests.foundation.mail.expecting import Expected, expected

MAILS: dict[str, Expected] = {
    "absent_by_subject_and_answering": expected(
        in_reply_to="<unser@zentrale.example>",
        subject="Abwesend: Drucker",
        text="Ich bin weg.",
        kind="auto_reply",
        reasons=["subject_says_absent", "answers_a_mail"],
    ),
    "absent_english": expected(
        subject="Out of office: Printer",
        text="I am away.",
        kind="auto_reply",
        reasons=["auto_submitted:auto-replied", "subject_says_absent"],
    ),
    "absent_german": expected(
        in_reply_to="<unser@zentrale.example>",
        subject="Abwesenheitsnotiz: Drucker",
        text="Ich bin bis Montag nicht im Büro.",
        kind="auto_reply",
        reasons=["auto_submitted:auto-replied", "subject_says_absent", "answers_a_mail"],
    ),
    "absent_gmail_like": expected(
        in_reply_to="<unser@zentrale.example>",
        subject="Automatische Antwort: Re: [HL#2026-000123] Drucker",
        text="I'm on vacation.",
        kind="auto_reply",
        reasons=["header:x-autoreply", "precedence:bulk", "subject_says_absent", "answers_a_mail", "null_return_path"],
    ),
    "absent_only_by_subject": expected(subject="Abwesenheit von Frau Kurz in Fachverfahren eintragen", text="Bitte eintragen."),
    "absent_outlook": expected(
        in_reply_to="<unser@zentrale.example>",
        subject="Automatische Antwort: Drucker",
        text="Ich bin im Urlaub.",
        kind="auto_reply",
        reasons=[
            "auto_submitted:auto-generated",
            "auto_response_suppress",
            "subject_says_absent",
            "header:x-ms-exchange-inbox-rules-loop",
            "answers_a_mail",
        ],
    ),
    "answer_to_an_absence_note": expected(
        in_reply_to="<unser@zentrale.example>", subject="AW: Abwesenheitsnotiz: Drucker", text="Bin wieder da."
    ),
    "delivery_report": expected(
        subject="Undelivered Mail Returned to Sender",
        sender=("Mail Delivery System", "MAILER-DAEMON@mx.beispielheim.example"),
        text="Die Mail konnte nicht zugestellt werden.",
        attachments=[
            (
                "attachment-1.txt",
                "message/delivery-status",
                b"Reporting-MTA: dns; mx.beispielheim.example\r\n\r\nFinal-Recipient: rfc822; weg@beispielheim.example\r\nAction: failed\r\nStatus: 5.1.1\r\n",
            ),
            (
                "[HL#2026-000123] Drucker.eml",
                "message/rfc822",
                b"From: hilfe@zentrale.example\r\nSubject: [HL#2026-000123] Drucker\r\n\r\nUnsere Antwort",
            ),
        ],
        kind="bounce",
        reasons=["delivery_report", "from_mail_server", "auto_submitted:auto-replied", "null_return_path"],
        date=None,
        message_id=None,
    ),
    "loop_header_of_others": expected(subject="Hallo", text="Text"),
    "mailing_list": expected(
        subject="[verband] Neues",
        sender=("Rundbrief", "rundbrief@verband.example"),
        recipients=[("", "liste@verband.example")],
        text="Neues aus dem Verband",
        kind="list",
        reasons=["header:list-id", "header:list-unsubscribe", "precedence:list"],
        date=None,
        message_id=None,
    ),
    "our_own_mail_back": expected(
        subject="AW: [HL#2026-000123] Drucker", text="Text", kind="loop", reasons=["our_loop_header", "auto_submitted:auto-replied"]
    ),
    "precedence_junk": expected(subject="Angebot", text="Text", kind="auto_reply", reasons=["precedence:junk"]),
    "read_receipt": expected(
        subject="Gelesen: Drucker",
        text="Ihre Nachricht wurde gelesen.",
        attachments=[
            ("attachment-1.txt", "message/disposition-notification", b"Disposition: manual-action/MDN-sent-manually; displayed\r\n")
        ],
        kind="auto_reply",
        reasons=["read_receipt"],
    ),
    "suppress_alone": expected(subject="Meldung", text="Text", kind="auto_reply", reasons=["auto_response_suppress"]),
}
