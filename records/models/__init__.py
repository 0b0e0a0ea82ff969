"""The binder and what surrounds it: plan, files, documents, rights, journal, reading and indexing."""

from .access import AccessScope, FileOfficeGrant, FileUserGrant, UnitOfficeGrant, UnitUserGrant
from .documents import Document, DocumentVersion, Page
from .erasure import ErasureRequest
from .files import FormerReference, ReadingPlace, RecordFile, ReferenceCounter, Register
from .indexing import IndexChange, TitleWord
from .journal import JournalEntry, JournalValue
from .plan import FilePlanUnit, RegisterSet, RegisterSetEntry
from .reading import Reading, ReadingSlice

__all__ = [
    "AccessScope",
    "Document",
    "DocumentVersion",
    "ErasureRequest",
    "FileOfficeGrant",
    "FilePlanUnit",
    "FileUserGrant",
    "FormerReference",
    "IndexChange",
    "JournalEntry",
    "JournalValue",
    "Page",
    "Reading",
    "ReadingPlace",
    "ReadingSlice",
    "RecordFile",
    "ReferenceCounter",
    "Register",
    "RegisterSet",
    "RegisterSetEntry",
    "TitleWord",
    "UnitOfficeGrant",
    "UnitUserGrant",
]
