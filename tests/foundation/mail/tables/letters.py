"""Charsets and transfer encodings."""

from __future__ import annotations

from tests.foundation.mail.expecting import Expected, expected

MAILS: dict[str, Expected] = {
    "ascii_declared_8bit_sent": expected(subject="ascii", text="Grüße", troubles=["wrong_charset"]),
    "base64_broken": expected(subject="B64", text="Hallo Welt", troubles=["broken_base64"]),
    "base64_declared_text_sent": expected(
        subject="B64", text="Text", attachments=[("a.pdf", "application/pdf", b"%PDF-1.4")], troubles=["broken_base64"]
    ),
    "begin_in_a_sentence": expected(subject="UU", text="begin 644 words\nare no file."),
    "codec_that_is_no_charset": expected(subject="zip", text="Text", troubles=["refused_charset"]),
    "direction_marks_in_text": expected(subject="Richtung", text="guttug Ende"),
    "eight_bit_subject": expected(subject="Grüße über alles", text="Text"),
    "encoded_word_broken": expected(subject="=?utf-8?B?R3LDvMOf!ZQ?= =?nix?Q?a?=", text="Text", troubles=["broken_headers"]),
    "encoded_word_cut_in_a_letter": expected(subject="Grüße", text="Text"),
    "iso2022_jp": expected(subject="お知らせ", text="こんにちは"),
    "latin1_with_windows_letters": expected(subject="Euro", text="Kosten: 5 € – „gut“"),
    "quoted_printable_broken": expected(subject="QP", text="Grüße =XY und = Ende weiter", troubles=["broken_quoted_printable"]),
    "script_in_subject": expected(subject="<script>alert(1)</script> TXE Bcc: x@y.example", text="Text"),
    "undeclared_8bit_utf8": expected(subject="Übung", text="Grüße aus Köln"),
    "undeclared_8bit_windows": expected(subject="Übung", text="Grüße aus Köln – 5 €"),
    "unknown_charset": expected(subject="Unbekannt", text="Grüße aus Köln", troubles=["unknown_charset"]),
    "unknown_encoding": expected(subject="Enc", text="Text", troubles=["unknown_encoding"]),
    "utf16_body": expected(subject="utf-16", text="Grüße in UTF-16"),
    "utf16_undeclared": expected(subject="utf-16", text="Grüße ohne Angabe"),
    "utf7_is_refused": expected(
        subject="utf-7",
        text="+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
        html="+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
        troubles=["refused_charset"],
    ),
    "utf8_declared_as_latin1": expected(subject="Grüße", text="Grüße aus Köln", troubles=["wrong_charset"]),
    "uuencoded": expected(subject="UU", text="Vorher\nNachher", attachments=[("cat.txt", "application/octet-stream", b"Cat")]),
    "x_unknown_charset": expected(subject="x-unknown", text="Grüße aus Köln", troubles=["unknown_charset"]),
}
