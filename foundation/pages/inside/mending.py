"""Find what of a PDF cannot be unpacked to its end, and keep what can be: one damaged stream must not spoil the PDF that it is bound into."""

import io
import zlib
from typing import Any

import pikepdf
from pikepdf import Name

LOSSLESS = {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx", "/RunLengthDecode", "/RL"}
UNPACK = pikepdf.StreamDecodeLevel.specialized  # everything but pictures of the lossy kinds: they go along byte for byte
BLOCK = 1024 * 1024


class _Nowhere(io.RawIOBase):
    """A file that forgets what is written."""

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        return len(content)


def mend(pdf: pikepdf.Pdf) -> bool:
    """Put what can be unpacked in the place of streams that are damaged; gives whether there were any."""
    pdf.get_warnings()  # those of opening it: tables that were wrong are written anew
    nowhere = io.BufferedWriter(_Nowhere(), BLOCK)
    pdf.save(nowhere, compress_streams=False, stream_decode_level=UNPACK, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    if not pdf.get_warnings():
        return False
    mended = [_mended(thing) for thing in pdf.objects if isinstance(thing, pikepdf.Stream)]
    pdf.get_warnings()
    return any(mended)


def _mended(stream: pikepdf.Stream) -> bool:
    filters = _filters(stream)
    if not filters or not set(filters) <= LOSSLESS:
        return False
    try:
        stream.get_stream_buffer(UNPACK)
    except pikepdf.PdfError:
        pass
    else:
        return False
    parameters: Any = stream.get("/DecodeParms")
    if filters in (["/FlateDecode"], ["/Fl"]):
        stream.write(zlib.compress(_beginning(stream.read_raw_bytes())), filter=Name.FlateDecode, decode_parms=parameters)
    else:
        stream.write(b"")
    return True


def _beginning(packed: bytes) -> bytes:
    """What can be unpacked before the damage."""
    unpacker, found = zlib.decompressobj(), []
    for start in range(0, len(packed), 64):
        try:
            found.append(unpacker.decompress(packed[start : start + 64]))
        except zlib.error:
            break
    return b"".join(found)


def _filters(stream: pikepdf.Stream) -> list[str]:
    found = stream.get("/Filter")
    return [] if found is None else [str(found)] if isinstance(found, Name) else [str(name) for name in found]
