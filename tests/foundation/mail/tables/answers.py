"""What is new in an answer, and what it answers."""

from __future__ import annotations

from tests.foundation.mail.expecting import Expected, expected

MAILS: dict[str, Expected] = {
    "form_is_no_quotation_reply": expected(
        subject="Antrag", text="Bitte einrichten:\n\nDatum: 1.12.2026\nVon: 10 Uhr\n\nund einen zweiten Zugang."
    ),
    "forwarded_attached": expected(
        subject="Fwd: Frage",
        text="Siehe Anhang.",
        attachments=[
            (
                "Frage zu A B über.eml",
                "message/rfc822",
                b"From: lang@beispielheim.example\r\nSubject: =?utf-8?Q?Frage_zu_=22A/B=22_=C3=BCber?=\r\n\r\nWie geht das?",
            )
        ],
    ),
    "forwarded_attached_with_a_name": expected(
        subject="WG: Frage", text="Siehe Anhang.", attachments=[("Eine Frage.eml", "message/rfc822", b"Subject: Frage\r\n\r\nWie?")]
    ),
    "forwarded_inline": expected(
        subject="WG: Frage",
        text="Bitte übernehmen.\n\n-----Ursprüngliche Nachricht-----\nVon: Bernd Lang <lang@beispielheim.example>\nGesendet: Montag, 23. November 2026 10:00\nAn: Anna Kurz\nBetreff: Frage\n\nWie geht das?",
        new_text="Bitte übernehmen.",
    ),
    "forwarded_without_a_word": expected(
        subject="WG: Frage",
        text="Von: Bernd Lang <lang@beispielheim.example>\nGesendet: Montag, 23. November 2026 10:00\nAn: Anna Kurz\nBetreff: Frage\n\nWie geht das?",
    ),
    "greeting_at_the_beginning": expected(subject="Gruß", text="Grüße aus dem Amt, der Drucker geht nicht."),
    "html_reply_gmail": expected(
        subject="Re: Drucker",
        text="Geht wieder.\n\nAm Di., 24. Nov. 2026 um 09:12 Uhr schrieb Hilfe <hilfe@zentrale.example>:\n\n> Bitte neu starten.",
        new_text="Geht wieder.",
        html='<div>Geht wieder.</div><br><div><div>Am Di., 24. Nov. 2026 um 09:12 Uhr schrieb Hilfe &lt;<a href="mailto:hilfe@zentrale.example" rel="noopener noreferrer">hilfe@zentrale.example</a>&gt;:<br></div><blockquote><p>Bitte neu starten.</p></blockquote></div>',
    ),
    "html_reply_outlook": expected(
        subject="AW: Drucker",
        text="Geht wieder.\n\nFreundliche Grüße\n\nAnna Kurz\n\nVon: Hilfe <hilfe@zentrale.example>\nGesendet: Dienstag, 24. November 2026 09:12\nAn: Anna Kurz\nBetreff: Drucker\n\nBitte neu starten.",
        new_text="Geht wieder.",
        html="<div><p>Geht wieder.</p><p>Freundliche Grüße</p><p>Anna Kurz</p><div><p><b>Von:</b> Hilfe &lt;hilfe@zentrale.example&gt; <br><b>Gesendet:</b> Dienstag, 24. November 2026 09:12<br><b>An:</b> Anna Kurz<br><b>Betreff:</b> Drucker</p></div><p>Bitte neu starten.</p></div>",
    ),
    "ids_as_encoded_words_reply": expected(
        in_reply_to="<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@prod.exchange.example>", subject="AW: Drucker", text="Text"
    ),
    "ids_without_brackets": expected(in_reply_to="<b@x.example>", references=["<a@x.example>"], subject="AW: Ohne", text="Text"),
    "references_empty": expected(subject="AW: Leer", text="Text"),
    "reply_below": expected(
        subject="Re: Drucker",
        text="Am 24.11.26 um 09:12 schrieb Hilfe:\n> Geht es wieder?\n\nJa, danke.\n\n> Und der zweite?\n\nAuch.",
        new_text="Ja, danke.\n\nAuch.",
    ),
    "reply_english": expected(
        subject="Re: Printer",
        text="Works again.\n\nOn Tue, Nov 24, 2026 at 9:12 AM Help <hilfe@zentrale.example> wrote:\n\n> Please restart.",
        new_text="Works again.",
    ),
    "reply_gmail_german": expected(
        subject="Re: Drucker",
        text="Danke, geht wieder.\n\nAm Di., 24. Nov. 2026 um 09:12 Uhr schrieb Hilfe der Zentrale <\nhilfe@zentrale.example>:\n\n> Bitte neu starten.",
        new_text="Danke, geht wieder.",
    ),
    "reply_outlook": expected(
        subject="AW: Drucker",
        text="Danke, geht wieder.\n\nMit freundlichen Grüßen\nAnna Kurz\nBürgerbüro\n\n________________________________\nVon: Hilfe <hilfe@zentrale.example>\nGesendet: Dienstag, 24. November 2026 09:12\nAn: Kurz, Anna\nBetreff: Drucker\n\nBitte neu starten.",
        new_text="Danke, geht wieder.",
    ),
    "reply_thanks_in_a_sentence": expected(
        subject="Re: Printer",
        text="Hello,\n\nit is still broken.\n\nThanks, but restarting did not help:\nthe light blinks red.\n\nKind regards,\nAnna Kurz",
        new_text="Hello,\n\nit is still broken.\n\nThanks, but restarting did not help:\nthe light blinks red.",
    ),
    "reply_thunderbird_german": expected(
        subject="AW: Drucker",
        text="Danke, geht wieder.\n\nAnna Kurz\n\nAm 24.11.26 um 09:12 schrieb Hilfe der Zentrale:\n> Bitte neu starten.\n>\n> Ihre Zentrale",
        new_text="Danke, geht wieder.\n\nAnna Kurz",
    ),
    "signature_and_list": expected(
        subject="Drei Fragen",
        text="Guten Tag,\n\n- erste Frage\n- zweite Frage\n\nAn: wen wende ich mich?\n\n-- \nAnna Kurz\nBeispielheim",
        new_text="Guten Tag,\n\n- erste Frage\n- zweite Frage\n\nAn: wen wende ich mich?",
    ),
    "signature_gruesse_early": expected(
        subject="Drucker",
        text="Guten Tag,\n\nViele Grüße aus dem Bürgerbüro, wo der Drucker seit gestern nur noch leere Seiten druckt.\n\nKönnen Sie helfen?\n\nViele Grüße, Anna Kurz\nBürgerbüro",
        new_text="Guten Tag,\n\nViele Grüße aus dem Bürgerbüro, wo der Drucker seit gestern nur noch leere Seiten druckt.\n\nKönnen Sie helfen?",
    ),
    "signature_of_a_phone": expected(subject="AW: Drucker", text="Geht wieder.\n\nVon meinem iPhone gesendet", new_text="Geht wieder."),
    "token_in_lookalikes": expected(
        subject="[hl#2026-000123] [HL#2026-123] HL#2026-000123 [HL #2026-000123] [HL#２０２６-000123]", text="Text"
    ),
    "two_tokens": expected(subject="[HL#2026-000123] und [HL#2026-000124]", text="Text"),
}
