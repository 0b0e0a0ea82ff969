"""Documents of several pages, and a look at what became of them."""

from __future__ import annotations

import pypdfium2

from records.models import Document, DocumentVersion, JournalEntry, RecordFile
from records.rearranging import Chosen
from tenants import stores
from tenants.models import User
from tests.node.records.handed_over import pdf_of, read_all
from tests.node.records.papers import AT, filed, refiled

__all__ = ["AT", "chosen", "document_of", "look", "told", "words"]


def document_of(*texts: str, content: bytes = b"", name: str = "Antrag.pdf", file: RecordFile | None = None, clerk: User | None = None):
    """A document with a page for each text, which has been read; and the clerk who may write in its file."""
    content = content or pdf_of(*texts)
    if file is None:
        version, clerk = filed(content, name)
    else:
        version = refiled(content, name, file, clerk)
    read_all()
    return Document.objects.select_related("file", "current__created_by", "register", "case", "parent").get(pk=version.document_id), clerk


def chosen(*numbers: int | tuple[int, int]) -> list[Chosen]:
    return [Chosen(*one) if isinstance(one, tuple) else Chosen(one) for one in numbers]


def look(version: DocumentVersion) -> list[tuple[str, int]]:
    """Text and turn of each page, as PDFium sees them in the stored bytes."""
    with pypdfium2.PdfDocument(stores.of_municipality().path(version.sha256).read_bytes()) as pdf:
        return [(page.get_textpage().get_text_range().strip(), page.get_rotation()) for page in pdf]


def words(version: DocumentVersion) -> list[str]:
    return [text for text, _turn in look(version)]


def told(act: str) -> dict[str, tuple[str | None, str | None]]:
    """Old and new values of the last entry of an act."""
    entry = JournalEntry.objects.filter(act=act).order_by("-sequence")[0]
    return {value.field: (value.old, value.new) for value in entry.values.all()}
