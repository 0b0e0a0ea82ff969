"""What the tests of the API begin with: a clerk with a right in a leaf unit, and uploads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from records import granting, intake
from records.models import Document, DocumentVersion, FilePlanUnit, RecordFile, Register
from tenants import stores
from tenants.models import MunicipalSettings, User
from tests.factories import ClerkFactory, OfficeFactory
from tests.node.factories import FilePlanUnitFactory, RecordFileFactory, RegisterFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
FILES, DOCUMENTS = "/api/v1/files/", "/api/v1/documents/"
PROGRAM = b"\x7fELF\x02\x01\x01" + bytes(200)


def clerk_in(unit: FilePlanUnit, right: str = "write") -> User:
    """A clerk with a right in a unit, by her office; in a town that has its settings already, which counts when queries are counted."""
    MunicipalSettings.load()
    office = OfficeFactory()
    granting.grant(target=unit, to=office, right=f"{right}_records", by=None, at=AT)
    clerk: User = ClerkFactory(office=office)
    return clerk


def open_file(*registers: str, **fields: Any) -> RecordFile:
    """An open file with dividers."""
    file: RecordFile = RecordFileFactory(**fields)
    for name in registers:
        RegisterFactory(file=file, name=name)
    return file


def leaf(**fields: Any) -> FilePlanUnit:
    unit: FilePlanUnit = FilePlanUnitFactory(**fields)
    return unit


def taken_in(file: RecordFile, content: bytes = b"Guten Tag", name: str = "brief.txt", register: Register | None = None) -> Document:
    """A document with bytes in the store, not read yet."""
    arrival = intake.Arrival(stores.of_municipality().put(content), name)
    return intake.take_in(arrival=arrival, file=file, register=register, by=file.created_by, at=AT)


def paper(content: bytes = b"Sehr geehrte Damen und Herren", name: str = "brief.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def parts(name: str, content: bytes, **fields: str) -> dict[str, Any]:
    """A multipart body with a file name as it is: the test client's own cleans names that strangers do not clean."""
    lines = [f'--line\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n' for field, value in fields.items()]
    shown = name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
    head = f'--line\r\nContent-Disposition: form-data; name="content"; filename="{shown}"\r\nContent-Type: text/plain\r\n\r\n'
    body = "".join([*lines, head]).encode("utf-8", "replace") + content + b"\r\n--line--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=line"}


def is_problem(answer: Any, status: int) -> bool:
    """Whether an answer is a problem with this status and a sentence for a person; one about the request (400) names what is wrong in it."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"].startswith("application/problem+json")
    body = answer.json()
    if status == 400:
        assert body["errors"], body
        assert all(isinstance(sentences, list) and sentences for sentences in body["errors"].values()), body
    return body["status"] == status and bool(body["detail"]) and bool(body["title"]) and "type" in body


def read_to_its_end(document: Document) -> Document:
    """As if a worker had read it."""
    DocumentVersion.objects.filter(document=document).update(state="ready", page_count=1)
    return Document.objects.get(pk=document.pk)
