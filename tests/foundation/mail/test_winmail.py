"""winmail.dat, opened in the sandbox."""

from __future__ import annotations

import base64
import struct
from dataclasses import replace

import pytest

from foundation import sandbox
from foundation.mail import Mail, Trouble, read
from foundation.mail import tnef as tnef_module
from tests.foundation.mail.expecting import NOW

OEM_CODEPAGE, BODY = 0x00069007, 0x0002800C
REND_DATA, TITLE, DATA, PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
SIGNATURE = struct.pack("<IH", 0x223E9F78, 1)


def attribute(level: int, number: int, data: bytes) -> bytes:
    """One attribute of a TNEF stream (MS-OXTNEF 2.1.3.2): level, id, length, data, sum of its bytes."""
    return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def file_in_it(title: bytes, content: bytes, long_name: str = "") -> bytes:
    parts = attribute(2, REND_DATA, b"\x01\x00" + b"\xff" * 12) + attribute(2, TITLE, title + b"\0") + attribute(2, DATA, content)
    if long_name:
        name = (long_name + "\0").encode("utf-16-le")
        padding = b"\0" * (-len(name) % 4)
        parts += attribute(2, PROPERTIES, struct.pack("<IHHII", 1, 0x001F, 0x3707, 1, len(name)) + name + padding)
    return parts


def tnef(*parts: bytes) -> bytes:
    return SIGNATURE + attribute(1, OEM_CODEPAGE, struct.pack("<II", 1252, 0)) + b"".join(parts)


def mail_with(winmail: bytes, text: str = "Siehe Anhang") -> Mail:
    head = 'From: a@x.example\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n' + text
    part = "\r\n--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return read(f"{head}{part}".encode() + base64.encodebytes(winmail) + b"\r\n--b--\r\n", at=NOW)


class TestWinmail:
    def test_its_files_take_its_place(self) -> None:
        mail = mail_with(tnef(file_in_it(b"PLAN~1.PDF", b"%PDF-1.4", "../Plan der Straße.pdf"), file_in_it(b"a.txt", b"Text")))

        assert [(one.name, one.claimed_type, one.content) for one in mail.attachments] == [
            ("Plan der Straße.pdf", "application/pdf", b"%PDF-1.4"),
            ("a.txt", "text/plain", b"Text"),
        ]
        assert (mail.text, mail.troubles) == ("Siehe Anhang", ())

    def test_its_text_is_read_where_there_is_no_other(self) -> None:
        mail = mail_with(tnef(attribute(1, BODY, "Grüße aus Köln\0".encode("cp1252"))), text="")

        assert (mail.text, mail.attachments, mail.troubles) == ("Grüße aus Köln", (), ())

    @pytest.mark.parametrize(
        "winmail",
        [
            SIGNATURE,
            tnef(),
            tnef(file_in_it(b"a.txt", b"Text"))[:40],
            # 4,294,967,295 properties in thirty bytes: counted out until the time is over
            tnef(attribute(2, REND_DATA, b"\0" * 14), attribute(2, PROPERTIES, struct.pack("<I", 0xFFFFFFFF))),
        ],
    )
    def test_stays_as_it_is_if_it_cannot_be_unpacked(self, winmail: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("foundation.mail.tnef.LIMITS", replace(tnef_module.LIMITS, cpu_seconds=1))

        mail = mail_with(winmail)

        assert [(one.name, one.content) for one in mail.attachments] == [("winmail.dat", winmail)]
        assert mail.troubles == (Trouble.BROKEN_TNEF,)

    def test_stays_as_it_is_where_there_is_no_sandbox(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def missing(*_: object, **__: object) -> None:
            raise sandbox.SandboxMissing("bubblewrap is missing")

        monkeypatch.setattr(sandbox, "run", missing)

        mail = mail_with(tnef(file_in_it(b"a.txt", b"Text")))

        assert [one.name for one in mail.attachments] == ["winmail.dat"]
        assert mail.troubles == (Trouble.BROKEN_TNEF,)
