"""The package for a court: the single documents, an XJustiz record that tells their order, and a list for people."""

from __future__ import annotations

import hashlib
import io
import mimetypes
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook

from foundation.store import StoreError
from tenants.models import MunicipalSettings

from . import leaving_out, volumes, xjustiz
from .export_making import CannotMake, Made, Making, lost_for_good, put_result, safe_name
from .leaving_out import Going, LeftOut
from .models import RecordFile

BLOCK = 1024 * 1024
LIST_NAME, READ_ME = "Inhalt.xlsx", "Hinweise.txt"
ENDINGS = {"image/jpeg": "jpg", "image/tiff": "tif", "text/plain": "txt", "message/rfc822": "eml", "application/pdf": "pdf"}
EARLIEST = (1980, 1, 1, 0, 0, 0)  # what a zip file can say


@dataclass(frozen=True)
class Packed:
    """A document in the package: its number, and its files with their part in the XJustiz record and their SHA-256."""

    number: int
    going: Going
    files: tuple[tuple[str, str, str], ...]


def pack(making: Making) -> Made:
    """Make the package. Raises CannotMake, LeaseLost, and what the store raises while it is away."""
    options = making.export.options
    selection = leaving_out.select(file=making.file, leave_out=options.get("leave_out", {}), needs_pages=False)
    left_out = list(selection.left_out)
    path = making.hold.folder("package") / "package.zip"
    packed: list[Packed] = []
    total = len(selection.going)
    making.progress(0, total)
    with zipfile.ZipFile(path, "w", allowZip64=True) as archive:
        for number, going in enumerate(selection.going, 1):
            try:
                packed.append(_add(archive, making, number, going, searchable=bool(options.get("searchable"))))
            except StoreError as trouble:
                if not lost_for_good(trouble):
                    raise
                told = (str(going.document.public_id), going.document.title, going.register, going.sheets, leaving_out.NOT_IN_STORE)
                left_out.append(LeftOut("document", *told))
            making.progress(number, total)
        if not packed:
            raise CannotMake("nothing")
        checked = _add_record(archive, making, packed)
        _write(archive, making, LIST_NAME, _list(packed, left_out))
        _write(archive, making, READ_ME, _hints(making, packed, left_out, checked).encode())
    _check(path, packed, making)
    name = safe_name(f"{making.file.file_reference}_{making.file.title}_XJustiz", "zip")
    told_too = {"xjustiz": {"version": xjustiz.VERSION, "checked": checked}}
    return Made(put_result(path, making.hold), name, [left.as_json() for left in left_out], total, told_too)


def _add(archive: zipfile.ZipFile, making: Making, number: int, going: Going, *, searchable: bool) -> Packed:
    """Add a document's original bytes, and the searchable copy of a scan beside them if that was asked for."""
    version, document = going.version, going.document
    stem = f"{number:04}_{_day_of(going):%Y-%m-%d}_{document.title}"
    ending = ENDINGS.get(version.media_type) or _ending(version.original_name, version.media_type)
    files = [(safe_name(stem, ending), xjustiz.ORIGINAL, making.bytes_of(version, searchable=False))]
    if searchable and version.searchable_sha256:
        copy = making.bytes_of(version, searchable=True)
        files.append((safe_name(f"{stem[:60]}_durchsuchbar", "pdf"), xjustiz.REPRESENTATION, copy))
    told = [(name, part, _copy(archive, making, name, path)) for name, part, path in files]
    return Packed(number, going, tuple(told))


def _copy(archive: zipfile.ZipFile, making: Making, name: str, path: Path) -> str:
    """Copy bytes into the archive as they are (PDF and pictures are packed already); gives their SHA-256."""
    digest = hashlib.sha256()
    with path.open("rb") as source, archive.open(_entry(making, name), "w", force_zip64=True) as target:
        while block := source.read(BLOCK):
            digest.update(block)
            target.write(block)
            making.hold.beat()
    return digest.hexdigest()


def _add_record(archive: zipfile.ZipFile, making: Making, packed: Sequence[Packed]) -> bool:
    file = making.file
    sending = xjustiz.Sending(
        id=uuid4(),
        file=file.public_id,
        reference=file.file_reference,
        title=file.title,
        sender=MunicipalSettings.load().name or _("Municipality"),
        at=timezone.localtime(making.at),
        period=volumes.lifetime_of(file=file),
        hybrid=file.medium == RecordFile.Medium.HYBRID,
        product_version=settings.VERSION,
    )
    pieces = [
        xjustiz.Piece(
            id=one.going.document.public_id,
            title=one.going.document.title,
            kind=one.going.document.kind,
            reference=file.file_reference,
            received_on=one.going.document.received_on,
            document_date=one.going.document.document_date,
            files=[(name, part) for name, part, _digest in one.files],
        )
        for one in packed
    ]
    content = xjustiz.record(sending, pieces)
    try:
        checked = xjustiz.validate(content)
    except xjustiz.Invalid as fault:
        raise CannotMake("xjustiz", str(fault)) from fault
    _write(archive, making, xjustiz.FILE_NAME, content)
    return checked


def _list(packed: Sequence[Packed], left_out: Sequence[LeftOut]) -> bytes:
    """The list for people, as a workbook: what is in the package, and what is not."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = _("Contents")
    sheet.append(
        [_("No."), _("File name"), _("Title"), _("Kind"), _("Register"), _("Sheets"), _("Received on"), _("Document date"), "SHA-256"]
    )
    for one in packed:
        document = one.going.document
        for name, _part, digest in one.files:
            row = [one.number, name, document.title, document.kind, one.going.register, one.going.sheets]
            _append(sheet, [*row, _day(document.received_on), _day(document.document_date), digest])
    missing: Any = book.create_sheet(_("Left out"))
    missing.append([_("Title"), _("Register"), _("Sheets"), _("Why")])
    for left in left_out:
        _append(missing, [left.title, left.register, left.sheets, leaving_out.why(left.as_json())])
    for one_sheet in (sheet, missing):
        one_sheet.freeze_panes = "A2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _append(sheet: Any, values: Sequence[Any]) -> None:
    """A row of texts: a title that begins with "=" is no formula, whatever the program that opens the list thinks."""
    sheet.append(list(values))
    for cell in sheet[sheet.max_row]:
        if isinstance(cell.value, str):
            cell.data_type = "s"


def _hints(making: Making, packed: Sequence[Packed], left_out: Sequence[LeftOut], checked: bool) -> str:
    file = making.file
    record = (
        _("XJustiz record %(version)s: validated against the schema.")
        if checked
        else _("XJustiz record %(version)s: not validated, because no schema files are set up here.")
    ) % {"version": xjustiz.VERSION}
    lines = [
        f"{file.file_reference} {file.title}",
        _("Package of single documents, made on %(day)s.") % {"day": f"{timezone.localtime(making.at):%d.%m.%Y %H:%M}"},
        _("%(count)s documents; %(left)s left out (see the list %(name)s).")
        % {"count": len(packed), "left": len(left_out), "name": LIST_NAME},
        record,
        _("The receiver is not filled in: the program that sends the message knows it."),
    ]
    return "\r\n".join(lines) + "\r\n"


def _check(path: Path, packed: Sequence[Packed], making: Making) -> None:
    """Read the package back before it is handed out, each entry once (its check sum is looked at on the way). Raises CannotMake, LeaseLost."""
    expected = {name: digest for one in packed for name, _part, digest in one.files}
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if len(names) != len(set(names)) or not expected.keys() <= set(names):
            raise CannotMake("bad_result")
        for name in names:
            digest = hashlib.sha256()
            try:
                with archive.open(name) as entry:
                    while block := entry.read(BLOCK):
                        digest.update(block)
                        making.hold.beat()
            except zipfile.BadZipFile as damaged:
                raise CannotMake("bad_result", name) from damaged
            if expected.get(name, digest.hexdigest()) != digest.hexdigest():
                raise CannotMake("bad_result", name)


def _write(archive: zipfile.ZipFile, making: Making, name: str, content: bytes) -> None:
    archive.writestr(_entry(making, name), content, compress_type=zipfile.ZIP_DEFLATED)


def _entry(making: Making, name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, max(timezone.localtime(making.at).timetuple()[:6], EARLIEST))


def _day_of(going: Going) -> date:
    """The day in a file's name."""
    return going.document.day


def _ending(name: str, media_type: str) -> str:
    ending = Path(name).suffix.lstrip(".").lower()
    if ending.isascii() and ending.isalnum() and len(ending) <= 5:
        return ending
    return (mimetypes.guess_extension(media_type) or ".bin").lstrip(".")


def _day(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else ""
