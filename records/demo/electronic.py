"""Documents that never were paper: e-mails, plain notes and tables. The same input gives the same bytes."""

import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

_ZIP_EPOCH = (2020, 1, 1, 0, 0, 0)


def mail_eml(*, sender: tuple[str, str], recipient: tuple[str, str], subject: str, body: str, sent_at: datetime) -> bytes:
    """Write an e-mail as a file (RFC 5322); sender and recipient are (name, address)."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(*sender)
    message["To"] = _address(*recipient)
    message["Date"] = format_datetime(sent_at)
    message["Subject"] = subject
    digest = sha256(f"{sender}{recipient}{subject}{sent_at}".encode()).hexdigest()[:24]
    message["Message-ID"] = f"<{digest}@{sender[1].partition('@')[2]}>"
    message.set_content(body, cte="quoted-printable")
    return message.as_bytes()


def _address(name: str, address: str) -> str:
    return f'"{name}" <{address}>'


def note_txt(*, heading: str, body: str) -> bytes:
    """Write a note as plain text in UTF-8 with the line ends of Windows, as office programs save it."""
    text = f"{heading}\n{'=' * min(len(heading), 72)}\n\n{body.strip()}\n"
    return text.replace("\n", "\r\n").encode("utf-8")


def table_xlsx(*, heading: str, rows: Sequence[Sequence[str]], author: str, made_at: datetime) -> bytes:
    """Write a table as .xlsx; numbers in German notation become numbers. The first row holds the headings."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Tabelle"
    sheet.append([heading])
    sheet["A1"].font = Font(bold=True, size=13)
    for row in rows:
        sheet.append([_value(cell) for cell in row])
    for column in range(1, len(rows[0]) + 1):
        sheet.cell(row=2, column=column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = 26
    book.properties.creator = author
    book.properties.created = made_at.replace(tzinfo=None)
    buffer = BytesIO()
    book.save(buffer)
    return _timeless(buffer.getvalue(), made_at)


def _value(cell: str) -> str | float | int:
    plain = cell.removesuffix(" €")
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})*,\d+|-?\d+,\d+", plain):
        return float(plain.replace(".", "").replace(",", "."))
    return int(cell) if re.fullmatch(r"-?[1-9]\d{0,8}|0", cell) else cell


def _timeless(xlsx: bytes, made_at: datetime) -> bytes:
    """Replace the moment of saving, which openpyxl writes into the archive, by the document's own date."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(xlsx)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + f"{made_at:%Y-%m-%dT%H:%M:%SZ}".encode(), content)
            entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return buffer.getvalue()
