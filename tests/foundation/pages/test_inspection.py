"""What is known of a file before anything is done with it, and that looking always ends."""

import dataclasses
import io
import os
import signal
import struct
import time
import zlib
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from foundation import kinds, sandbox
from foundation.pages import inspection, lasting
from foundation.pages.facts import Failure, Inspection, NoticeCode, PageText, Unreadable
from foundation.pages.inspection import inspect, inspect_and_read, sentence
from foundation.pages.lasting import LastingPool
from tests.foundation import papers

ONE_PAGE = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"]
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>"
FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]"
ENCRYPTED_FOR_OWNER = pikepdf.Encryption(user="", owner="geheim")


# A reader that was taken over by a file: it says what it likes.
HOSTILE = """
import os, socket, sys
channel = socket.socket(fileno=int(sys.argv[1]))
_, descriptors, _, _ = socket.recv_fds(channel, 4, 2)
os.write(descriptors[1], %r)
os.close(descriptors[1])
channel.recv(10_000)
channel.sendall(bytes(4))
"""


def small_readers(script: Path | None = None) -> LastingPool:
    limits = dataclasses.replace(inspection.LIMITS, memory_bytes=1)  # what is left is the slack that every process has
    return LastingPool(script or inspection.READERS.script, processes=1, uses_each=100, idle_seconds=5, limits=limits)


def looked_at(path: Path, name: str | None = None) -> Inspection:
    with papers.work_folder() as folder:
        return inspect(path, kinds.recognise(path, name or path.name), folder=folder)


def looked_at_content(tmp_path: Path, content: bytes, name: str) -> Inspection:
    path = tmp_path / name
    path.write_bytes(content)
    return looked_at(path)


def failure_of(tmp_path: Path, content: bytes, name: str) -> Failure:
    with pytest.raises(Unreadable) as caught:
        looked_at_content(tmp_path, content, name)
    return caught.value.code


def deflated(parts: int, part: bytes) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(part) for _ in range(parts)) + packer.flush()


class TestPages:
    def test_tells_typed_pages_from_scanned_ones(self, tmp_path: Path):
        pdf = papers.scan("gescannt")
        pdf.pages.extend(papers.typed("getippt").pages)
        pdf.add_blank_page(page_size=(595, 842))

        seen = looked_at(papers.saved(pdf, tmp_path / "a.pdf"))

        assert [(page.has_text, page.has_images, page.needs_reading) for page in seen.pages] == [
            (False, True, True),
            (True, False, False),
            (False, False, False),
        ]
        assert seen.pages_to_read == (1,)

    def test_gives_sizes_as_shown(self, tmp_path: Path):
        pdf = papers.typed("quer")
        pdf.pages[0].Rotate = 90

        page = looked_at(papers.saved(pdf, tmp_path / "a.pdf")).pages[0]

        assert (page.width_pt, page.height_pt, page.rotation) == (842, 595, 90)

    def test_counts_the_pages_of_a_tiff(self, tmp_path: Path):
        first, second = papers.picture("eins").convert("1"), papers.picture("zwei").convert("1")
        first.save(tmp_path / "a.tif", compression="group4", dpi=(150, 150), save_all=True, append_images=[second])

        seen = looked_at(tmp_path / "a.tif")

        assert seen.pages_to_read == (1, 2)
        assert round(seen.pages[0].width_pt) == 595

    @pytest.mark.parametrize("dpi", [None, (72, 72), (1, 1), (96, 96)])
    def test_takes_a_photograph_without_believable_resolution_for_a_sheet(self, tmp_path: Path, dpi: tuple[int, int] | None):
        Image.new("L", (4000, 3000), 200).save(tmp_path / "a.jpg", **({"dpi": dpi} if dpi else {}))

        page = looked_at(tmp_path / "a.jpg").pages[0]

        assert (round(page.width_pt), round(page.height_pt)) == (842, 631)

    def test_turns_a_photograph_as_the_camera_says(self, tmp_path: Path):
        exif = Image.Exif()
        exif[0x0112] = 6
        Image.new("L", (4000, 3000), 200).save(tmp_path / "a.jpg", exif=exif)

        page = looked_at(tmp_path / "a.jpg").pages[0]

        assert page.width_pt < page.height_pt
        assert page.rotation == 90

    def test_does_not_look_for_words_on_a_dot(self, tmp_path: Path):
        Image.new("L", (1, 1)).save(tmp_path / "a.png")

        assert looked_at(tmp_path / "a.png").pages_to_read == ()

    def test_has_no_pages_for_office_files(self, tmp_path: Path):
        seen = looked_at_content(tmp_path, b"{\\rtf1 Brief}", "a.rtf")

        assert (seen.page_count, seen.notices) == (0, (NoticeCode.NO_PREVIEW,))


class TestWhatAConversionWouldLose:
    def test_notices_a_signature(self, tmp_path: Path):
        seen = looked_at(papers.saved(papers.with_form(papers.typed("Vertrag"), signature=True), tmp_path / "a.pdf"))

        assert seen.signed
        assert NoticeCode.SIGNED in seen.notices
        assert not seen.may_be_rewritten

    def test_notices_an_xfa_form(self, tmp_path: Path):
        seen = looked_at(papers.saved(papers.with_form(papers.typed("Antrag"), xfa=True), tmp_path / "a.pdf"))

        assert seen.xfa
        assert not seen.may_be_rewritten

    def test_notices_form_fields(self, tmp_path: Path):
        seen = looked_at(papers.saved(papers.with_form(papers.typed("Antrag")), tmp_path / "a.pdf"))

        assert seen.form_fields == 1
        assert NoticeCode.FORM_FIELDS in seen.notices

    def test_notices_files_inside(self, tmp_path: Path):
        pdf = papers.with_attachment(papers.typed("Rechnung"), "rechnung.xml", b"<a/>")

        seen = looked_at(papers.saved(pdf, tmp_path / "a.pdf"))

        assert seen.attachments == ("rechnung.xml",)
        assert NoticeCode.ATTACHMENTS in seen.notices

    def test_reads_what_is_encrypted_for_its_owner_only(self, tmp_path: Path):
        papers.saved(papers.typed("lesbar"), tmp_path / "a.pdf", encryption=ENCRYPTED_FOR_OWNER)

        with papers.work_folder() as folder:
            seen, texts = inspect_and_read(tmp_path / "a.pdf", kinds.Kind("application/pdf", "pdf"), folder=folder)

        assert seen.encrypted
        assert NoticeCode.ENCRYPTED in seen.notices
        assert texts == [PageText(1, "lesbar")]

    def test_refuses_what_asks_for_a_password(self, tmp_path: Path):
        papers.saved(papers.typed("geheim"), tmp_path / "a.pdf", encryption=pikepdf.Encryption(user="geheim", owner="x"))

        with pytest.raises(Unreadable) as caught:
            looked_at(tmp_path / "a.pdf")

        assert caught.value.code == Failure.ENCRYPTED


class TestBadInput:
    @pytest.mark.parametrize(
        ("content", "name", "code"),
        [
            (b"", "a.pdf", Failure.EMPTY),
            (bytes(range(256)) * 40, "a.pdf", Failure.BROKEN),
            (b"%PDF-1.7\n1 0 obj\n<<", "a.pdf", Failure.BROKEN),
            (papers.raw_pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"]), "a.pdf", Failure.NO_PAGES),
            (papers.raw_pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 5 >>"]), "a.pdf", Failure.BROKEN),
            (
                papers.raw_pdf(
                    [
                        b"<< /Type /Catalog /Pages 2 0 R >>",
                        b"<< /Type /Pages /Kids [" + b"3 0 R " * 10_001 + b"] /Count 10001 >>",
                        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>",
                    ]
                ),
                "a.pdf",
                Failure.TOO_MANY_PAGES,
            ),
            (b"\xff\xd8\xff\xe0 no more", "a.jpg", Failure.BROKEN),
            (b"II*\0\x08\0\0\0\x01\0", "a.tif", Failure.BROKEN),
        ],
    )
    def test_says_what_is_wrong(self, tmp_path: Path, content: bytes, name: str, code: Failure):
        assert failure_of(tmp_path, content, name) == code

    def test_mends_a_wrong_cross_reference_table_in_mind_only(self, tmp_path: Path):
        path = papers.saved(papers.typed("gerettet"), tmp_path / "a.pdf")
        damaged = path.read_bytes().replace(b"startxref\n", b"startxref\n9")

        assert looked_at_content(tmp_path, damaged, "b.pdf").pages[0].has_text
        assert (tmp_path / "b.pdf").read_bytes() == damaged

    def test_keeps_what_can_be_read_of_a_document_that_promises_more_pages(self, tmp_path: Path):
        content = papers.raw_pdf(
            [ONE_PAGE[0], b"<< /Type /Pages /Kids [3 0 R] /Count 50 >>", b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"]
        )

        seen = looked_at_content(tmp_path, content, "a.pdf")

        assert NoticeCode.PAGES_UNREADABLE in seen.notices

    def test_refuses_a_scanned_page_of_five_metres(self, tmp_path: Path):
        pdf = pikepdf.new()
        papers.add_picture(pdf, papers.picture("riesig"), size=(14173, 14173))

        with pytest.raises(Unreadable) as caught:
            looked_at(papers.saved(pdf, tmp_path / "a.pdf"))

        assert caught.value.code == Failure.TOO_LARGE_PAGE

    def test_reads_a_typed_page_of_five_metres_with_a_notice(self, tmp_path: Path):
        seen = looked_at(papers.saved(papers.typed("riesig", size=(14173, 14173)), tmp_path / "a.pdf"))

        assert seen.notices == (NoticeCode.OVERSIZED_PAGE,)

    def test_takes_a_long_plan_for_normal(self, tmp_path: Path):
        pdf = pikepdf.new()
        papers.add_picture(pdf, papers.picture("Kanalplan"), size=(2551, 14173))

        assert looked_at(papers.saved(pdf, tmp_path / "a.pdf")).pages_to_read == (1,)

    def test_refuses_an_image_bomb_in_a_pdf(self, tmp_path: Path):
        papers.saved(papers.memory_bomb(), tmp_path / "a.pdf")

        with pytest.raises(Unreadable) as caught:
            looked_at(tmp_path / "a.pdf")

        assert caught.value.code == Failure.TOO_LARGE_PAGE

    def test_refuses_a_bomb_of_a_png(self, tmp_path: Path):
        def chunk(name: bytes, data: bytes) -> bytes:
            return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

        head = struct.pack(">IIBBBBB", 200_000, 200_000, 8, 2, 0, 0, 0)
        content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")

        assert failure_of(tmp_path, content, "a.png") == Failure.TOO_LARGE_PAGE

    def test_ends_on_drawings_inside_drawings(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(inspection, "READERS", small_readers())
        nested = [papers.stream(b"/X Do " * 10, FORM + b" /Resources << /XObject << /X %d 0 R >> >>" % number) for number in range(6, 30)]
        content = papers.raw_pdf([*ONE_PAGE, PAGE, papers.stream(b"/X Do"), *nested, papers.stream(b"0 0 m 9 9 l S", FORM)])

        assert failure_of(tmp_path, content, "a.pdf") in {Failure.BOMB, Failure.TOO_SLOW}

    def test_ends_on_a_page_without_end(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(inspection, "READERS", small_readers())
        endless = deflated(300, b"1 2 m 300 400 l S\n" * 50_000)
        content = papers.raw_pdf([*ONE_PAGE, PAGE, papers.stream(endless, b"/Filter /FlateDecode"), papers.stream(b"", FORM)])

        assert failure_of(tmp_path, content, "a.pdf") in {Failure.BOMB, Failure.TOO_SLOW}

    def test_gives_up_the_page_that_ends_the_reader_and_keeps_the_others(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(inspection, "READERS", small_readers())
        pdf = papers.typed("erste Seite", "zweite", "dritte Seite")
        pdf.pages[1].Contents = pikepdf.Stream(pdf, b"1 2 m 300 400 l S\n" * 12_000_000)
        papers.saved(pdf, tmp_path / "a.pdf", compress_streams=True)

        with papers.work_folder() as folder:
            seen, texts = inspect_and_read(tmp_path / "a.pdf", kinds.Kind("application/pdf", "pdf"), folder=folder)

        assert seen.notices == (NoticeCode.PAGES_UNREADABLE,)
        assert [text.text for text in texts] == ["erste Seite", "", "dritte Seite"]

    def test_has_a_sentence_for_everything(self):
        for code in (*Failure, *NoticeCode):
            assert sentence(code).endswith((".", ")."))


class TestForeignAnswers:
    @pytest.mark.parametrize(
        "answer", ["[1]", '{"page": 5}', "{", '{"document": {"page_count": "many"}}', '{"unreadable": "no such code"}', ""]
    )
    def test_does_not_trust_the_shape_of_an_answer(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str):
        script = tmp_path / "reader.py"
        script.write_text(HOSTILE % (answer + '\n{"done": true}\n').encode())
        monkeypatch.setattr(inspection, "READERS", small_readers(script))
        monkeypatch.setattr(lasting, "LIBRARY", tmp_path)

        assert failure_of(tmp_path, b"%PDF-1.7", "a.pdf") == Failure.BROKEN

    def test_starts_another_reader_when_one_has_gone(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        pool = small_readers()
        monkeypatch.setattr(inspection, "READERS", pool)
        path = papers.saved(papers.typed("eins"), tmp_path / "a.pdf")
        looked_at(path)
        os.kill(pool.idle[0].process.pid, signal.SIGKILL)
        time.sleep(0.2)

        assert looked_at(path).page_count == 1

    def test_ends_a_reader_when_the_lease_is_lost(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(sandbox, "BEAT_SECONDS", 0.2)
        pool = small_readers()
        monkeypatch.setattr(inspection, "READERS", pool)
        pdf = papers.typed("langsam")
        pdf.pages[0].Contents = pikepdf.Stream(pdf, b"1 2 m 300 400 l S\n" * 12_000_000)
        path = papers.saved(pdf, tmp_path / "a.pdf", compress_streams=True)

        def lost_lease() -> None:
            raise RuntimeError("another worker has taken over")

        with pytest.raises(RuntimeError):
            inspect(path, kinds.Kind("application/pdf", "pdf"), beat=lost_lease)

        assert pool.idle == []


def test_a_jpeg_called_pdf_is_looked_at_as_a_jpeg(tmp_path: Path):
    buffer = io.BytesIO()
    papers.picture("Bild").save(buffer, "JPEG", dpi=(150, 150))

    assert looked_at_content(tmp_path, buffer.getvalue(), "a.pdf").pages_to_read == (1,)
