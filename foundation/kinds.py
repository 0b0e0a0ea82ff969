"""Find out what a file is by its content, and make a name that came from outside harmless.

A name is a claim. What decides is the content; the name only helps where the content says nothing (a `.pdf` of noise is a broken PDF)
or where two types look alike (a CSV file is text).
"""

import codecs
import re
import struct
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import puremagic
from django.utils.translation import gettext as _

from foundation.pages.encoding import text_encoding

SAMPLE_BYTES = 64 * 1024
OLE_SAMPLE_BYTES = 8 * 1024**2
ZIP_ENTRIES_LOOKED_AT = 20_000
NAME_BYTES = 255
SUFFIX_BYTES = 20

PLAIN = "text/plain"
UNKNOWN = "application/octet-stream"
EMPTY = "application/x-empty"
ZIP = "application/zip"
OOXML = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True)
class Kind:
    """What a file is: its media type, its family, and whether its name ends as such files do.

    Families: pdf, image, text, office, mail, archive, executable, other.
    """

    media_type: str
    family: str
    name_matches: bool = True


SIGNATURES: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg", "image"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png", "image"),
    (0, b"II*\x00", "image/tiff", "image"),
    (0, b"MM\x00*", "image/tiff", "image"),
    (0, b"II+\x00", "image/tiff", "image"),
    (0, b"MM\x00+", "image/tiff", "image"),
    (0, b"GIF87a", "image/gif", "image"),
    (0, b"GIF89a", "image/gif", "image"),
    (8, b"WEBP", "image/webp", "image"),
    (0, b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2", "image"),
    (0, b"\xff\x4f\xff\x51", "image/jp2", "image"),
    (4, b"ftypheic", "image/heic", "image"),
    (4, b"ftypheix", "image/heic", "image"),
    (4, b"ftypmif1", "image/heif", "image"),
    (4, b"ftypavif", "image/avif", "image"),
    (0, b"\x7fELF", "application/x-elf", "executable"),
    (0, b"\xfe\xed\xfa\xce", "application/x-mach-binary", "executable"),
    (0, b"\xfe\xed\xfa\xcf", "application/x-mach-binary", "executable"),
    (0, b"\xce\xfa\xed\xfe", "application/x-mach-binary", "executable"),
    (0, b"\xcf\xfa\xed\xfe", "application/x-mach-binary", "executable"),
    (0, b"\xca\xfe\xba\xbe", "application/java-vm", "executable"),  # a universal Mach-O program begins alike
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut", "executable"),
    (0, b"dex\n", "application/vnd.android.dex", "executable"),
    (0, b"\x00asm", "application/wasm", "executable"),
    (0, b"AC10", "image/vnd.dwg", "other"),
    (0, b"{\\rtf", "application/rtf", "office"),
    (0, b"\x78\x9f\x3e\x22", "application/vnd.ms-tnef", "mail"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed", "archive"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar", "archive"),
    (0, b"\x1f\x8b", "application/gzip", "archive"),
    (0, b"BZh", "application/x-bzip2", "archive"),
    (0, b"\xfd7zXZ\x00", "application/x-xz", "archive"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd", "archive"),
    (0, b"MSCF", "application/vnd.ms-cab-compressed", "archive"),
    (257, b"ustar", "application/x-tar", "archive"),
)

# What a directory of an OLE compound file must name, in the order of asking.
OLE_STREAMS: tuple[tuple[str, str, str], ...] = (
    ("__properties_version1.0", "application/vnd.ms-outlook", "mail"),
    ("WordDocument", "application/msword", "office"),
    ("Workbook", "application/vnd.ms-excel", "office"),
    ("Book", "application/vnd.ms-excel", "office"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint", "office"),
    ("VisioDocument", "application/vnd.visio", "office"),
    ("EncryptedPackage", "application/x-ooxml-protected", "office"),
)
OOXML_FOLDERS = (("word/", "wordprocessingml.document"), ("xl/", "spreadsheetml.sheet"), ("ppt/", "presentationml.presentation"))
INSTALLER_CLASS = bytes.fromhex("84100c0000000000c000000000000046")  # 000C1084-0000-0000-C000-000000000046

SUFFIXES: dict[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/tiff": (".tif", ".tiff"),
    "image/gif": (".gif",),
    "image/bmp": (".bmp", ".dib"),
    "image/webp": (".webp",),
    "image/jp2": (".jp2", ".j2k", ".jpf", ".jpx"),
    "image/heic": (".heic", ".heif"),
    "image/heif": (".heif", ".heic"),
    "image/avif": (".avif",),
    "application/msword": (".doc", ".dot"),
    "application/vnd.ms-excel": (".xls", ".xlt"),
    "application/vnd.ms-powerpoint": (".ppt", ".pps", ".pot"),
    "application/rtf": (".rtf", ".doc"),
    OOXML + "wordprocessingml.document": (".docx", ".docm", ".dotx", ".dotm"),
    OOXML + "spreadsheetml.sheet": (".xlsx", ".xlsm", ".xltx", ".xlsb"),
    OOXML + "presentationml.presentation": (".pptx", ".pptm", ".ppsx", ".potx"),
    "application/x-ooxml-protected": (".docx", ".xlsx", ".pptx", ".docm", ".xlsm"),
    "application/vnd.oasis.opendocument.text": (".odt", ".ott"),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods", ".ots"),
    "application/vnd.oasis.opendocument.presentation": (".odp", ".otp"),
    "application/vnd.oasis.opendocument.graphics": (".odg", ".otg"),
    "message/rfc822": (".eml", ".mht", ".mhtml"),
    "application/mbox": (".mbox", ".mbx"),
    "application/vnd.ms-outlook": (".msg", ".oft"),
    "text/html": (".html", ".htm", ".xhtml"),
    "application/xml": (".xml", ".xsd", ".xsl", ".gml", ".kml", ".xdomea"),
    "image/svg+xml": (".svg",),
    ZIP: (".zip",),
}
PROMISES = {suffix for suffixes in SUFFIXES.values() for suffix in suffixes}
CLAIMS = {  # types whose readers say best what is wrong with a file of noise
    ".pdf": Kind("application/pdf", "pdf"),
    ".jpg": Kind("image/jpeg", "image"),
    ".jpeg": Kind("image/jpeg", "image"),
    ".png": Kind("image/png", "image"),
    ".tif": Kind("image/tiff", "image"),
    ".tiff": Kind("image/tiff", "image"),
}
TEXT_TYPES = {".csv": "text/csv", ".ics": "text/calendar", ".vcf": "text/vcard", ".json": "application/json", ".md": "text/markdown"}
# Text that Windows runs at a double click is a program, whatever it looks like.
SCRIPT_SUFFIXES = {
    *(".bat", ".cmd", ".ps1", ".psm1", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".wsh", ".hta", ".reg", ".com", ".pif", ".scr"),
}
# What else is a program by its name, and by its content: SIGNATURES, and what is found by looking into a zip, an OLE file or a text.
PROGRAM_SUFFIXES = SCRIPT_SUFFIXES | {
    ".exe",
    ".dll",
    ".cpl",
    ".msi",
    ".msp",
    ".jar",
    ".apk",
    ".lnk",
    ".url",
    ".chm",
    ".iso",
    ".img",
    ".vhd",
}
PROGRAM_TYPES = {media_type for _at, _signature, media_type, family in SIGNATURES if family == "executable"} | {
    *("application/vnd.microsoft.portable-executable", "application/x-msi", "application/java-archive"),
    *("application/vnd.android.package-archive", "application/x-script"),
}
MAIL_HEADER = re.compile(rb"^(From|To|Cc|Subject|Date|Received|MIME-Version|Message-ID|Return-Path|Delivered-To|Reply-To):", re.I | re.M)
HEADER_LINE = re.compile(rb"\A(?:>?From [^\n]*\n)?[!-9;-~]+:[^\n]*\n")

BIDI_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u2028\u2029")


def recognise(path: Path, original_name: str) -> Kind:
    """Say what a file is, looking at its content; `original_name` is what its sender called it.

    Reads a sample of at most 8 MB and runs no converter.
    """
    suffix = PurePosixPath(original_name.lower().replace("\\", "/")).suffix
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
    media_type, family = _by_content(path, head, suffix)
    if media_type == UNKNOWN and suffix in CLAIMS:
        return CLAIMS[suffix]
    return Kind(media_type, family, _name_matches(media_type, suffix))


def is_program(media_type: str, name: str) -> bool:
    """Whether a file runs when somebody opens it: by what its content was recognised as, or by the ending that Windows goes by."""
    return media_type in PROGRAM_TYPES or PurePosixPath(name.lower().rstrip(". ")).suffix in PROGRAM_SUFFIXES


def clean_name(name: str) -> str:
    """Make a file name from outside harmless: its last part only, in NFC, without control and direction marks, of at most 255 bytes.

    Emoji and letters of all scripts stay, and so does the ending, because people know a file by it.
    """
    last = re.split(r"[/\\]", name.replace("\0", ""))[-1]
    kept = "".join(c for c in last if c not in BIDI_MARKS and unicodedata.category(c) not in {"Cc", "Cs", "Cn"})
    kept = re.sub(r"\s+", " ", unicodedata.normalize("NFC", kept)).strip()
    if not kept.strip(". "):
        return _("Unnamed")
    if len(kept.encode()) <= NAME_BYTES:
        return kept
    stem, suffix = _split(kept)
    return _cut(stem, NAME_BYTES - len(suffix.encode())) + suffix


def _split(name: str) -> tuple[str, str]:
    stem, dot, suffix = name.rpartition(".")
    if not stem or not suffix or len(suffix.encode()) > SUFFIX_BYTES:
        return name, ""
    return stem, dot + suffix


def _cut(text: str, size: int) -> str:
    """Cut a text to a number of bytes, never inside a character nor between a letter and its marks."""
    while len(text.encode()) > size:
        text = text[:-1]
        while text and (unicodedata.combining(text[-1]) or text[-1] in "\u200d\ufe0f"):
            text = text[:-1]
    return text.rstrip()


def _by_content(path: Path, head: bytes, suffix: str) -> tuple[str, str]:
    if not head:
        return EMPTY, "other"
    if b"%PDF-" in head[:1024]:
        return "application/pdf", "pdf"
    for offset, signature, media_type, family in SIGNATURES:
        if head.startswith(signature, offset) and (media_type != "image/webp" or head.startswith(b"RIFF")):
            return media_type, family
    if head.startswith(b"BM") and len(head) > 26 and head[14:18] in {b"\x0c\0\0\0", b"\x28\0\0\0", b"\x6c\0\0\0", b"\x7c\0\0\0"}:
        return "image/bmp", "image"
    if head.startswith(b"MZ") and _is_windows_program(head):
        return "application/vnd.microsoft.portable-executable", "executable"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(path)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_kind(path)
    if text_encoding(head):
        return _text_kind(head, suffix)
    return _long_tail(head)


def _is_windows_program(head: bytes) -> bool:
    """Tell a DOS or Windows program from a text that begins with "MZ"."""
    if len(head) < 64:
        return False
    (offset,) = struct.unpack_from("<I", head, 0x3C)
    return head[offset : offset + 2] in {b"PE", b"NE", b"LE", b"LX"} or text_encoding(head) is None


def _zip_kind(path: Path) -> tuple[str, str]:
    names = _zip_names(path)
    if "mimetype" in names:
        declared = _zip_declared_type(path)
        if declared.startswith("application/vnd.oasis.opendocument."):
            return declared, "office"
        if declared == "application/epub+zip":
            return declared, "other"
    if "[Content_Types].xml" in names:
        for folder, subtype in OOXML_FOLDERS:
            if any(name.startswith(folder) for name in names):
                return OOXML + subtype, "office"
    if "AndroidManifest.xml" in names:
        return "application/vnd.android.package-archive", "executable"
    if "META-INF/MANIFEST.MF" in names and any(name.endswith(".class") for name in names):
        return "application/java-archive", "executable"
    return ZIP, "archive"


def _zip_names(path: Path) -> set[str]:
    """List what is in a zip file; nothing if it is broken or has so many entries that listing them is an attack."""
    with path.open("rb") as file:
        file.seek(-min(path.stat().st_size, 66_000), 2)
        end = file.read()
    place = end.rfind(b"PK\x05\x06")
    if place < 0 or len(end) < place + 22 or struct.unpack_from("<H", end, place + 10)[0] > ZIP_ENTRIES_LOOKED_AT:
        return set()
    if struct.unpack_from("<I", end, place + 12)[0] > 16 * 1024**2:
        return set()
    try:
        with zipfile.ZipFile(path) as archive:
            return set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, OverflowError):
        return set()


def _zip_declared_type(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive, archive.open("mimetype") as entry:
            return entry.read(100).decode("ascii", "replace").strip()
    except (zipfile.BadZipFile, OSError, KeyError, RuntimeError, NotImplementedError, ValueError):
        return ""


def _ole_kind(path: Path) -> tuple[str, str]:
    with path.open("rb") as file:
        sample = file.read(OLE_SAMPLE_BYTES)
    if INSTALLER_CLASS in sample:
        return "application/x-msi", "executable"
    for stream, media_type, family in OLE_STREAMS:
        if stream.encode("utf-16-le") + b"\0\0" in sample:
            return media_type, family
    return "application/x-ole-storage", "other"


def _text_kind(head: bytes, suffix: str) -> tuple[str, str]:
    beginning = head.removeprefix(codecs.BOM_UTF8).lstrip()
    lowered = beginning[:1024].lower()
    if suffix in SCRIPT_SUFFIXES:
        return "application/x-script", "executable"
    if beginning.startswith(b"From ") and MAIL_HEADER.search(beginning):
        return "application/mbox", "mail"
    top = re.split(rb"\r?\n\r?\n", beginning, maxsplit=1)[0] + b"\n"
    if HEADER_LINE.match(top) and len({name.lower() for name in MAIL_HEADER.findall(top)}) >= 2 and _is_mail(top, suffix):
        return "message/rfc822", "mail"
    if lowered.startswith((b"<!doctype html", b"<html")):
        return "text/html", "other"
    if b"<svg" in lowered and lowered.startswith((b"<?xml", b"<svg", b"<!doctype svg")):
        return "image/svg+xml", "other"
    if lowered.startswith(b"<?xml"):
        return ("text/html", "other") if b"<html" in lowered else ("application/xml", "text")
    return TEXT_TYPES.get(suffix, PLAIN), "text"


def _is_mail(top: bytes, suffix: str) -> bool:
    """Tell an e-mail from a note that begins with "To: …, Subject: …": every line of its head is a header, and a machine wrote some."""
    lines = [line for line in top.splitlines() if line.strip()]
    well_formed = all(re.match(rb"[!-9;-~]+:|[ \t]", line) for line in lines)
    by_machine = re.search(rb"^(Received|MIME-Version|Message-ID|Return-Path|Delivered-To|Date):", top, re.I | re.M)
    return well_formed and (suffix in {".eml", ".mht"} or by_machine is not None)


def _long_tail(head: bytes) -> tuple[str, str]:
    """Ask puremagic for the rest: drawings, sound, film, whatever else people put into files."""
    try:
        matches = puremagic.magic_string(head[:8192])
    except (puremagic.PureError, ValueError, IndexError):
        return UNKNOWN, "other"
    for match in matches:
        if match.confidence >= 0.8 and match.mime_type and "/" in match.mime_type:
            return match.mime_type, "other"
    return UNKNOWN, "other"


def _name_matches(media_type: str, suffix: str) -> bool:
    if not suffix:
        return True
    if media_type in SUFFIXES:
        return suffix in SUFFIXES[media_type]
    # Of a text or an unknown file only this can be said: its name must not promise one of the types that are known by content.
    return suffix not in PROMISES
