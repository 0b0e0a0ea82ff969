"""What is said about a file, its pages and its failures; known on both sides of the sandbox, so free of Django."""

from dataclasses import dataclass
from enum import StrEnum

MAX_PAGES = 10_000
MAX_PIXELS = 400_000_000  # an A0 plan at 400 dpi has 243 million
# A plan of 0.9 m x 5 m (sewers, roads) is normal, a page of 5 m x 5 m is not.
MAX_SCAN_AREA_PT2 = 8_000_000 * (72 / 25.4) ** 2  # 8 square metres in square points
A4_AREA_PT2 = 595.0 * 842.0
PAGE_CPU_SECONDS = 60


class Failure(StrEnum):
    """Why a file could not be read; `sentences.sentence` says it to people."""

    BROKEN = "broken"
    EMPTY = "empty"
    NO_PAGES = "no_pages"
    ENCRYPTED = "encrypted"
    TOO_LARGE_PAGE = "too_large_page"
    TOO_MANY_PAGES = "too_many_pages"
    BOMB = "bomb"
    TOO_SLOW = "too_slow"
    UNSUPPORTED = "unsupported"
    NO_SPACE = "no_space"


class NoticeCode(StrEnum):
    """What a person should know about a file that could be read."""

    ENCRYPTED = "encrypted"
    SIGNED = "signed"
    XFA = "xfa"
    FORM_FIELDS = "form_fields"
    ATTACHMENTS = "attachments"
    OVERSIZED_PAGE = "oversized_page"
    PAGES_UNREADABLE = "pages_unreadable"
    ONLY_BEGINNING = "only_beginning"
    NO_PREVIEW = "no_preview"
    WRONG_NAME = "wrong_name"


class Unreadable(Exception):
    """A file that cannot be read: `code` says why, `detail` is for the log."""

    def __init__(self, code: Failure, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class PageFacts:
    """One page: its number from 1, its size as shown in points, its rotation in degrees, and what is on it."""

    number: int
    width_pt: float
    height_pt: float
    rotation: int = 0
    has_text: bool = False
    has_images: bool = False
    needs_reading: bool = False


@dataclass(frozen=True)
class PageText:
    """The text of one page, lines separated by line feeds."""

    number: int
    text: str


@dataclass(frozen=True)
class Inspection:
    """What is known of a file before anything is done with it."""

    page_count: int
    pages: tuple[PageFacts, ...] = ()
    encrypted: bool = False
    signed: bool = False
    xfa: bool = False
    form_fields: int = 0
    attachments: tuple[str, ...] = ()
    notices: tuple[NoticeCode, ...] = ()

    @property
    def may_be_rewritten(self) -> bool:
        """Whether a derived PDF may be made: what is signed, encrypted or an XFA form stays as it is."""
        return not (self.encrypted or self.signed or self.xfa)

    @property
    def pages_to_read(self) -> tuple[int, ...]:
        """The numbers of the pages that are images of writing."""
        return tuple(page.number for page in self.pages if page.needs_reading)


def cpu_seconds_for(area_pt2: float) -> int:
    """How many CPU seconds reading one page may take: 60 for A4, more for a plan by its area."""
    return int(PAGE_CPU_SECONDS * min(max(area_pt2 / A4_AREA_PT2, 1.0), 8.0))
