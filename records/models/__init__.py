"""The binder and what surrounds it: plan, files, documents, rights, journal, reading and indexing."""

from .access import (
    AccessScope,
    EmergencyAccess,
    FileOfficeGrant,
    FileUserGrant,
    SubstituteFile,
    UnitOfficeGrant,
    UnitUserGrant,
)
from .desk import Favourite, Reminder
from .documents import Document, DocumentVersion, Page
from .editions import FormerCode, PlanEdition, PlannedUnit
from .erasure import ErasureRequest
from .exports import Export, Information
from .files import (
    Case,
    DisposalHold,
    ExternalReference,
    FileLink,
    FormerReference,
    ProtectionNeed,
    ReadingPlace,
    RecordFile,
    ReferenceCounter,
    Register,
    Volume,
)
from .index_fields import IndexField, IndexValue
from .indexing import IndexChange, TitleWord
from .journal import JournalEntry, JournalReview, JournalValue
from .participants import Participant
from .plan import WITH_CLOSING, FilePlanUnit, RegisterSet, RegisterSetEntry
from .practice import ExerciseProgress, ExerciseSubject
from .reading import Reading, ReadingSlice
from .sheets import Bookmark, CrossReference, Folio, MissingSheet, StickyNote
from .support import SecrecyMark, SupportAccess, SupportLook, SupportSignIn

__all__ = [
    "WITH_CLOSING",
    "AccessScope",
    "Bookmark",
    "Case",
    "CrossReference",
    "DisposalHold",
    "Document",
    "DocumentVersion",
    "EmergencyAccess",
    "ErasureRequest",
    "ExerciseProgress",
    "ExerciseSubject",
    "Export",
    "ExternalReference",
    "Favourite",
    "FileLink",
    "FileOfficeGrant",
    "FilePlanUnit",
    "FileUserGrant",
    "Folio",
    "FormerCode",
    "FormerReference",
    "IndexChange",
    "IndexField",
    "IndexValue",
    "Information",
    "JournalEntry",
    "JournalReview",
    "JournalValue",
    "MissingSheet",
    "Page",
    "Participant",
    "PlanEdition",
    "PlannedUnit",
    "ProtectionNeed",
    "Reading",
    "ReadingPlace",
    "ReadingSlice",
    "RecordFile",
    "ReferenceCounter",
    "Register",
    "RegisterSet",
    "RegisterSetEntry",
    "Reminder",
    "SecrecyMark",
    "StickyNote",
    "SubstituteFile",
    "SupportAccess",
    "SupportLook",
    "SupportSignIn",
    "TitleWord",
    "UnitOfficeGrant",
    "UnitUserGrant",
    "Volume",
]
