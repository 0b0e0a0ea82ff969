"""What hangs on a mail."""

from __future__ import annotations

from tests.foundation.mail.expecting import Expected, expected

MAILS: dict[str, Expected] = {
    "calendar": expected(
        subject="Einladung",
        text="Termin am Freitag",
        attachments=[("attachment-1.ics", "text/calendar", b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR")],
    ),
    "digest": expected(
        subject="Sammlung",
        attachments=[
            ("Eins.eml", "message/rfc822", b"From: a@x.example\r\nSubject: Eins\r\n\r\nText 1"),
            ("Zwei.eml", "message/rfc822", b"From: b@x.example\r\nSubject: Zwei\r\n\r\nText 2"),
        ],
    ),
    "file_name_300": expected(
        subject="Datei",
        text="Text",
        attachments=[
            (
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.pdf",
                "application/octet-stream",
                b"Inhalt",
            )
        ],
    ),
    "file_name_dots": expected(subject="Datei", text="Text", attachments=[("attachment-1.bin", "application/octet-stream", b"Inhalt")]),
    "file_name_nul": expected(subject="Datei", text="Text", attachments=[("brief.pdfX: y", "application/octet-stream", b"Inhalt")]),
    "file_name_path": expected(subject="Datei", text="Text", attachments=[("passwd", "application/octet-stream", b"Inhalt")]),
    "file_name_raw_utf8": expected(subject="Datei", text="Text", attachments=[("Straßenplan.pdf", "application/octet-stream", b"Inhalt")]),
    "file_name_rfc2231": expected(
        subject="Datei", text="Text", attachments=[("Straßenplan 2026.pdf", "application/octet-stream", b"Inhalt")]
    ),
    "file_name_right_to_left": expected(
        subject="Datei", text="Text", attachments=[("rechnungfdp.exe", "application/octet-stream", b"Inhalt")]
    ),
    "file_name_script": expected(
        subject="Datei", text="Text", attachments=[("<script>alert(1)<script>.pdf", "application/octet-stream", b"Inhalt")]
    ),
    "file_name_windows_path": expected(subject="Datei", text="Text", attachments=[("brief.docx", "application/octet-stream", b"Inhalt")]),
    "file_with_content_id": expected(subject="Datei", text="Text", attachments=[("plan.pdf", "application/pdf", b"%PDF", "f_abc")]),
    "file_without_name": expected(subject="Datei", text="Text", attachments=[("attachment-1.pdf", "application/pdf", b"Inhalt")]),
    "pgp_encrypted": expected(
        subject="Verschlüsselt",
        attachments=[
            ("attachment-1.pgp", "application/pgp-encrypted", b"Version: 1"),
            ("encrypted.asc", "application/octet-stream", b"-----BEGIN PGP MESSAGE-----"),
        ],
        troubles=["encrypted"],
    ),
    "pgp_inline": expected(
        subject="Verschlüsselt", text="-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----", troubles=["encrypted"]
    ),
    "pgp_signed": expected(
        subject="Signiert",
        text="Signierter Text",
        attachments=[("attachment-1.asc", "application/pgp-signature", b"-----BEGIN PGP SIGNATURE-----")],
    ),
    "smime_encrypted": expected(
        subject="Verschlüsselt", attachments=[("smime.p7m", "application/pkcs7-mime", b"0\x82\x01")], troubles=["encrypted"]
    ),
    "smime_signed": expected(
        subject="Signiert", text="Signierter Text", attachments=[("smime.p7s", "application/pkcs7-signature", b"0\x82\x01")]
    ),
    "text_as_file": expected(subject="Datei", text="Text", attachments=[("notiz.txt", "text/plain", b"Inhalt")]),
    "winmail_broken": expected(
        subject="TNEF", text="Text", attachments=[("winmail.dat", "application/ms-tnef", b"\x00\x01\x02\x03\x04")], troubles=["broken_tnef"]
    ),
}
