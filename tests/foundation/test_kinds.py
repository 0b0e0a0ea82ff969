"""What a file is, by its content; and names made harmless."""

import io
import struct
import zipfile
from pathlib import Path

import pytest

from foundation.kinds import clean_name, is_program, recognise
from tests.foundation.papers import picture

MAIL = b"Received: from mx.example.org\r\nFrom: a@example.org\r\nTo: b@example.org\r\nSubject: Antrag\r\nDate: Mon, 6 Jan 2025 10:00:00 +0100\r\n\r\nHallo"


def kind_of(tmp_path: Path, content: bytes, name: str):
    path = tmp_path / "stored"
    path.write_bytes(content)
    return recognise(path, name)


def archive(*names: str, **contents: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, content in contents.items():
            made.writestr(name, content)
        for name in names:
            made.writestr(name, "x")
    return buffer.getvalue()


def image(image_format: str) -> bytes:
    buffer = io.BytesIO()
    picture("Bild").save(buffer, image_format)
    return buffer.getvalue()


def compound(*streams: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + b"".join(name.encode("utf-16-le") + b"\0" * 4 for name in streams)


def program() -> bytes:
    return b"MZ" + b"\0" * 58 + struct.pack("<I", 128) + b"\0" * 64 + b"PE\0\0" + b"\0" * 200


class TestFamilies:
    @pytest.mark.parametrize(
        ("content", "name", "media_type", "family"),
        [
            (b"%PDF-1.7\n...", "a.pdf", "application/pdf", "pdf"),
            (b"\n\n junk %PDF-1.4", "a.pdf", "application/pdf", "pdf"),
            (image("JPEG"), "a.jpg", "image/jpeg", "image"),
            (image("PNG"), "a.png", "image/png", "image"),
            (image("TIFF"), "a.tif", "image/tiff", "image"),
            (image("GIF"), "a.gif", "image/gif", "image"),
            (image("BMP"), "a.bmp", "image/bmp", "image"),
            (image("WEBP"), "a.webp", "image/webp", "image"),
            (b"\0\0\0\x18ftypheic....", "a.heic", "image/heic", "image"),
            ("Grüße".encode(), "a.txt", "text/plain", "text"),
            ("Größe 5 €".encode("cp1252"), "a.txt", "text/plain", "text"),
            ("Größe".encode("utf-16"), "a.txt", "text/plain", "text"),
            (b"Antrag\0 auf\0 Genehmigung", "a.txt", "text/plain", "text"),
            (b"a;b\n1;2\n", "a.csv", "text/csv", "text"),
            (b"<?xml version='1.0'?><a/>", "a.xml", "application/xml", "text"),
            (b"<!DOCTYPE html><html></html>", "a.html", "text/html", "other"),
            (MAIL, "a.eml", "message/rfc822", "mail"),
            (b"From b@example.org Mon Jan  6\r\n" + MAIL, "a.mbox", "application/mbox", "mail"),
            (compound("__properties_version1.0"), "a.msg", "application/vnd.ms-outlook", "mail"),
            (compound("WordDocument"), "a.doc", "application/msword", "office"),
            (compound("Workbook"), "a.xls", "application/vnd.ms-excel", "office"),
            (compound("EncryptedPackage"), "a.docx", "application/x-ooxml-protected", "office"),
            (b"{\\rtf1 x}", "a.rtf", "application/rtf", "office"),
            (archive("[Content_Types].xml", "word/document.xml"), "a.docx", "wordprocessingml.document", "office"),
            (archive("[Content_Types].xml", "xl/workbook.xml"), "a.xlsx", "spreadsheetml.sheet", "office"),
            (archive(mimetype="application/vnd.oasis.opendocument.text"), "a.odt", "application/vnd.oasis.opendocument.text", "office"),
            (archive("a.txt"), "a.zip", "application/zip", "archive"),
            (b"PK\x03\x04 broken", "a.zip", "application/zip", "archive"),
            (b"7z\xbc\xaf\x27\x1c", "a.7z", "application/x-7z-compressed", "archive"),
            (b"AC1027" + bytes(range(128, 200)), "plan.dwg", "image/vnd.dwg", "other"),
            (bytes(range(256)) * 8, "a.xyz", "application/octet-stream", "other"),
            (b"", "a.pdf", "application/x-empty", "other"),
        ],
    )
    def test_goes_by_content(self, tmp_path: Path, content: bytes, name: str, media_type: str, family: str):
        kind = kind_of(tmp_path, content, name)

        assert kind.media_type.endswith(media_type)
        assert kind.family == family

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (program(), "rechnung.pdf"),
            (b"\x7fELF\x02\x01\x01", "x"),
            (b"\xcf\xfa\xed\xfe....", "x"),
            (b"\xca\xfe\xba\xbe\0\0\0\x41", "A.class"),
            (archive("META-INF/MANIFEST.MF", "A.class"), "a.zip"),
            (archive("AndroidManifest.xml"), "a.apk"),
            (compound() + bytes.fromhex("84100c0000000000c000000000000046"), "setup.doc"),
            (b"L\0\0\0\x01\x14\x02\0", "rechnung.lnk"),
            (b"@echo off\r\nformat c:\r\n", "rechnung.bat"),
            (b"WScript.Echo(1)", "Rechnung.pdf.JS"),
        ],
    )
    def test_finds_programs_under_any_name(self, tmp_path: Path, content: bytes, name: str):
        assert kind_of(tmp_path, content, name).family == "executable"

    @pytest.mark.parametrize(
        "content", [b"MZ ist das Kennzeichen von Mainz.", b"From now on\nwe write letters", b"To: Amt\nSubject: x\n\nNotiz"]
    )
    def test_lets_text_be_text(self, tmp_path: Path, content: bytes):
        assert kind_of(tmp_path, content, "notiz.txt").family == "text"


class TestNames:
    def test_notices_a_jpeg_called_pdf(self, tmp_path: Path):
        kind = kind_of(tmp_path, image("JPEG"), "scan.pdf")

        assert (kind.media_type, kind.name_matches) == ("image/jpeg", False)

    def test_notices_a_text_called_pdf(self, tmp_path: Path):
        assert not kind_of(tmp_path, b"Das ist kein PDF.", "brief.pdf").name_matches

    def test_takes_noise_called_pdf_for_a_broken_pdf(self, tmp_path: Path):
        assert kind_of(tmp_path, bytes(range(256)) * 4, "brief.pdf").family == "pdf"

    @pytest.mark.parametrize("name", ["foto.JPEG", "foto.jpg", "foto", "C:\\Bilder\\foto.jpe"])
    def test_is_content_with_every_usual_ending_and_with_none(self, tmp_path: Path, name: str):
        assert kind_of(tmp_path, image("JPEG"), name).name_matches

    def test_lets_a_note_have_any_ending_that_promises_nothing(self, tmp_path: Path):
        assert kind_of(tmp_path, b"Notiz", "Vermerk zu 3.2").name_matches


class TestCleanName:
    @pytest.mark.parametrize(
        ("name", "clean"),
        [
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\x\\Bescheid.pdf", "Bescheid.pdf"),
            ("Besc\0heid\r\n.pdf", "Bescheid .pdf".replace(" ", "")),
            ("rechnung\u202efdp.exe", "rechnungfdp.exe"),
            ("Mu\u0308ller.pdf", "Müller.pdf"),
            ("Foto 👩\u200d👩\u200d👧.jpg", "Foto 👩\u200d👩\u200d👧.jpg"),
            ("  Antrag   auf  .pdf ", "Antrag auf .pdf"),
        ],
    )
    def test_keeps_what_people_wrote_and_nothing_dangerous(self, name: str, clean: str):
        assert clean_name(name) == clean

    @pytest.mark.parametrize("name", ["", "..", "/", "\0", "...", "a/.."])
    def test_gives_a_nameless_file_a_name(self, name: str):
        assert clean_name(name).strip(". ")

    @pytest.mark.parametrize("letter", ["a", "ä", "👩", "e\u0301"])
    def test_cuts_a_long_name_but_keeps_its_ending(self, letter: str):
        clean = clean_name(letter * 300 + ".pdf")

        assert len(clean.encode()) <= 255
        assert len(clean.encode()) > 240
        assert clean.endswith(".pdf")


class TestIsProgram:
    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (b"\x7fELF" + b"\0" * 60, "Bericht.pdf"),
            (b"echo 1", "start.bat"),
            (b"not even a program", "Rechnung.pdf.exe"),
            (b"not even a program", "Rechnung.EXE. "),
            (b"L\x00\x00\x00\x01\x14\x02\x00", "Bericht"),
        ],
    )
    def test_by_what_it_is_or_by_what_it_is_called(self, tmp_path: Path, content: bytes, name: str):
        assert is_program(kind_of(tmp_path, content, name).media_type, name)

    @pytest.mark.parametrize("name", ["Vermerk.txt", "exe", "ohne Endung", "1.000 Euro"])
    def test_nothing_else_is_one(self, tmp_path: Path, name: str):
        assert not is_program(kind_of(tmp_path, b"Notiz", name).media_type, name)
