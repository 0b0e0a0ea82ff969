"""One damaged stream spoils neither its document nor the PDF that it is bound into."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name
from PIL import Image

from foundation.pages import binding
from foundation.pages.inside import mending
from tests.foundation import papers


def with_content(packed: bytes, packing: Name = Name.FlateDecode) -> pikepdf.Pdf:
    """Three pages, the second of which has this content."""
    pdf = papers.typed("Eins", "Zwei", "Drei")
    stream = pikepdf.Stream(pdf, b"")
    stream.write(packed, filter=packing)
    pdf.pages[1].obj.Contents = pdf.make_indirect(stream)
    return pdf


def damaged() -> bytes:
    """A packed content stream that is torn in the middle."""
    lines = b"".join(b"%d %d m %d 9 l S\n" % (number % 500, number % 700, number % 301) for number in range(9000))
    packed = zlib.compress(b"BT /F1 12 Tf 50 700 Td (Anfang) Tj ET\n" + lines)
    half = len(packed) // 2
    return packed[:half] + bytes(200) + b"\xff" * 99 + packed[half + 299 :]


def reopened(pdf: pikepdf.Pdf) -> pikepdf.Pdf:
    stream = io.BytesIO()
    pdf.save(stream, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    stream.seek(0)
    return pikepdf.open(stream)


class TestMend:
    def test_a_sound_document_stays_as_it_is(self) -> None:
        assert not mending.mend(reopened(papers.typed("Heil")))

    def test_the_beginning_of_a_torn_stream_is_kept(self) -> None:
        with reopened(with_content(damaged())) as pdf:
            assert mending.mend(pdf)
            assert pdf.pages[1].obj.Contents.read_bytes().startswith(b"BT /F1 12 Tf 50 700 Td (Anfang) Tj ET")
            assert not mending.mend(pdf)

    def test_what_cannot_be_unpacked_at_all_is_emptied(self) -> None:
        with reopened(with_content(b"\xff{|}" * 9, Name.ASCII85Decode)) as pdf:
            assert mending.mend(pdf)
            assert pdf.pages[1].obj.Contents.read_bytes() == b""


class TestDamageInTheWhole:
    def bound(self, folder: Path, *documents: pikepdf.Pdf) -> tuple[list[binding.Prepared], pikepdf.Pdf]:
        asked = []
        for number, pdf in enumerate(documents):
            path = folder / f"{number}.pdf"
            pdf.save(path)
            path.chmod(0o644)
            asked.append(binding.Part(path, "pdf", tuple(f"Blatt {number}-{page}" for page in range(len(pdf.pages)))))
        with papers.work_folder() as ready, papers.work_folder() as whole:
            found, _peak = binding.prepare(asked, folder=ready)
            places = [binding.Bound(one.path, part.stamps, ("D",)) for one, part in zip(found, asked, strict=True) if one.path]
            return found, pikepdf.open(io.BytesIO(binding.bind(places, title="Akte", folder=whole).path.read_bytes()))

    def test_a_torn_stream_is_told_and_the_file_is_made(self, tmp_path: Path) -> None:
        found, whole = self.bound(tmp_path, with_content(damaged()), papers.typed("Gut"))

        assert [one.lost for one in found] == [("damage",), ()]
        assert len(whole.pages) == 4

    def test_a_scan_that_is_cut_off_does_not_fail_the_file(self, tmp_path: Path) -> None:
        picture = io.BytesIO()
        Image.effect_noise((400, 600), 90).save(picture, "JPEG")
        pdf = papers.typed("Scan")
        image = pikepdf.Stream(pdf, b"")
        image.write(picture.getvalue()[: len(picture.getvalue()) // 2], filter=Name.DCTDecode)
        image.Type, image.Subtype, image.Width, image.Height = Name.XObject, Name.Image, 400, 600
        image.ColorSpace, image.BitsPerComponent = Name.DeviceGray, 8
        pdf.pages[0].Resources.XObject = Dictionary(Im1=pdf.make_indirect(image))
        pdf.pages[0].contents_add(b"q 400 0 0 600 50 50 cm /Im1 Do Q")

        found, whole = self.bound(tmp_path, pdf, papers.typed("Gut"))

        assert [one.failure for one in found] == [None, None]
        assert len(whole.pages) == 2
