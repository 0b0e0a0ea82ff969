"""Make files on paper for tests: born-digital PDFs, scans, images, and the odd ones that offices get."""

import io
import os
import pwd
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image, ImageDraw, ImageFont

from foundation import sandbox

FONT = "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf"
A4_PIXELS = {150: (1240, 1754), 300: (2480, 3508)}


@contextmanager
def work_folder() -> Iterator[Path]:
    """Give a temporary folder that the service user can reach, whoever runs the tests."""
    with TemporaryDirectory(prefix="eakte-test-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            user = pwd.getpwnam(sandbox.SERVICE_USER)
            os.chown(folder, user.pw_uid, user.pw_gid)
        folder.chmod(0o755)
        yield folder


def typed(*texts: str, size: tuple[float, float] = (595, 842)) -> Pdf:
    """Make a PDF with a text layer, a page per text, lines separated by line feeds."""
    pdf = pikepdf.new()
    for text in texts:
        pdf.add_blank_page(page_size=size)
        page = pdf.pages[-1]
        shown = b" T* ".join(b"(" + _escaped(line) + b") Tj" for line in text.split("\n"))
        page.Contents = Stream(pdf, b"BT /F1 12 Tf 14 TL 60 780 Td " + shown + b" ET")
        page.Resources = Dictionary(
            Font=Dictionary(F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding))
        )
    return pdf


def _escaped(line: str) -> bytes:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode("cp1252")


def picture(text: str, *, dpi: int = 150, mode: str = "L", points: int = 14) -> Image.Image:
    """Draw a sheet of A4 with a text on it."""
    image = Image.new("L", A4_PIXELS[dpi], 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(FONT, points * dpi // 72)
    draw.multiline_text((dpi, dpi), text, fill=0, font=font, spacing=dpi // 12)
    return image if mode == "L" else image.convert(mode)


def scan(*texts: str, dpi: int = 150, mode: str = "L") -> Pdf:
    """Make a PDF that is only images of writing, a page per text."""
    pdf = pikepdf.new()
    for text in texts:
        add_picture(pdf, picture(text, dpi=dpi, mode=mode), size=(595, 842))
    return pdf


def add_picture(pdf: Pdf, image: Image.Image, *, size: tuple[float, float]) -> None:
    """Add a page that shows an image over its whole size."""
    pdf.add_blank_page(page_size=size)
    page = pdf.pages[-1]
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    page.Resources = Dictionary(XObject=Dictionary(I=_image(pdf, buffer.getvalue(), image.size, gray=image.mode == "L")))
    page.Contents = Stream(pdf, f"q {size[0]} 0 0 {size[1]} 0 0 cm /I Do Q".encode())


def _image(pdf: Pdf, jpeg: bytes, size: tuple[int, int], *, gray: bool) -> Stream:
    stream = Stream(pdf, jpeg)
    stream.Type, stream.Subtype, stream.Filter = Name.XObject, Name.Image, Name.DCTDecode
    stream.Width, stream.Height, stream.BitsPerComponent = size[0], size[1], 8
    stream.ColorSpace = Name.DeviceGray if gray else Name.DeviceRGB
    return stream


def saved(pdf: Pdf, path: Path, **options: object) -> Path:
    """Write a PDF and give its path."""
    pdf.save(path, **options)
    return path


def with_attachment(pdf: Pdf, name: str, content: bytes) -> Pdf:
    """Put a file inside a PDF."""
    pdf.attachments[name] = content
    return pdf


def with_form(pdf: Pdf, *, xfa: bool = False, signature: bool = False) -> Pdf:
    """Add a text field, or a signature field with a value, or an XFA form."""
    field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("Name"), V=String("Erika"), Rect=[60, 60, 200, 80], F=4)
    if signature:
        field.FT, field.T = Name.Sig, String("Unterschrift")
        field.V = Dictionary(
            Type=Name.Sig,
            Filter=Name("/Adobe.PPKLite"),
            SubFilter=Name("/adbe.pkcs7.detached"),
            ByteRange=[0, 10, 20, 10],
            Contents=b"\x30\x00",
        )
    widget = pdf.make_indirect(field)
    pdf.pages[0].Annots = Array([widget])
    pdf.Root.AcroForm = Dictionary(Fields=Array([widget]), SigFlags=3 if signature else 0)
    if xfa:
        pdf.Root.AcroForm.XFA = Stream(pdf, b'<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><template/></xdp:xdp>')
    return pdf


def memory_bomb(width: int = 60_000, height: int = 60_000) -> Pdf:
    """Make a small PDF whose one image unpacks to gigabytes."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    packer = zlib.compressobj(9)
    row = bytes(width)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    image = Stream(pdf, packed)
    image.Type, image.Subtype, image.Filter = Name.XObject, Name.Image, Name.FlateDecode
    image.Width, image.Height, image.BitsPerComponent, image.ColorSpace = width, height, 8, Name.DeviceGray
    pdf.pages[0].Resources = Dictionary(XObject=Dictionary(I=image))
    pdf.pages[0].Contents = Stream(pdf, b"q 595 0 0 842 0 0 cm /I Do Q")
    return pdf


def raw_pdf(objects: Sequence[bytes], *, trailer: bytes = b"") -> bytes:
    """Write a PDF by hand, for structures that no library would write; object 1 is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(out)


def stream(content: bytes, extra: bytes = b"") -> bytes:
    """Write a stream object by hand."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), extra, content)
