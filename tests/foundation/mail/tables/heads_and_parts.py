"""Heads, line ends, boundaries."""

from __future__ import annotations

from tests.foundation.mail.expecting import Expected, expected

MAILS: dict[str, Expected] = {
    "bare_cr": expected(subject="Nur CR", text="Zeile 1\nZeile 2", troubles=["bare_line_ends"]),
    "bare_lf": expected(subject="Nur LF", text="Zeile 1\nZeile 2"),
    "boundary_not_closed": expected(
        subject="Offen", text="Der Text", attachments=[("a.pdf", "application/pdf", b"%PDF-1.4 abgeschn")], troubles=["unfinished_parts"]
    ),
    "boundary_not_declared": expected(
        subject="Ohne Grenze", text="Der Text", attachments=[("a.pdf", "application/pdf", b"%PDF-1.4")], troubles=["missing_boundary"]
    ),
    "boundary_nowhere": expected(subject="Keine Grenze", text="Nur Text, keine Teile.", troubles=["missing_boundary"]),
    "boundary_with_blanks_behind": expected(subject="Leerzeichen", text="Der Text\n--grenzend ist kein Ende"),
    "boundary_wrong": expected(
        subject="Falsche Grenze", text="Der Text", attachments=[("a.pdf", "application/pdf", b"%PDF-1.4")], troubles=["missing_boundary"]
    ),
    "content_type_of_nonsense": expected(subject="Typ", text="Trotzdem lesbar"),
    "cr_cr_lf": expected(subject="Doppelt", text="Zeile 1\nZeile 2", troubles=["bare_line_ends"]),
    "duplicate_headers": expected(subject="Erster", text="Text", troubles=["duplicate_headers"]),
    "empty": expected(troubles=["empty", "no_sender"], sender=None, date=None, message_id=None, recipients=[]),
    "folded_with_tabs": expected(
        references=["<a@x.example>", "<b@x.example>"],
        subject="Ein sehr langer Betreff",
        text="Text",
        date=None,
        message_id=None,
        recipients=[],
    ),
    "line_that_is_no_header": expected(subject="Danach", text="Text", troubles=["broken_headers"]),
    "mbox_line": expected(subject="Aus mbox", text="Text"),
    "mixed_line_ends": expected(subject="Gemischt", text="Zeile 1\nZeile 2"),
    "only_body": expected(
        text="Der Drucker geht nicht.\nBitte um Rückruf!",
        troubles=["no_headers", "no_sender"],
        sender=None,
        date=None,
        message_id=None,
        recipients=[],
    ),
    "only_headers": expected(subject="Nur Kopf"),
    "only_line_ends": expected(troubles=["empty", "no_sender"], sender=None, date=None, message_id=None, recipients=[]),
    "ordinary": expected(
        subject="Drucker druckt nicht",
        text="Guten Tag,\n\nder Drucker druckt nicht.\n\nMit freundlichen Grüßen\nAnna Kurz",
        new_text="Guten Tag,\n\nder Drucker druckt nicht.",
    ),
}
