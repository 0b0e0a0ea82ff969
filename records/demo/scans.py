"""Paper that went through a scanner: pages that are pictures only, each with a word that nothing else in the demo holds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from records.demo import drawing, people, pictures
from records.demo.letters import Letter, letter_pages
from records.demo.paper import Page
from records.demo.telling import Told, scan_book


@dataclass(frozen=True, slots=True)
class DemoScan:
    """A scan by itself. The word stands on `word_page` (counted from 1) and nowhere else."""

    filename: str
    content: bytes
    pages: int
    distinctive_word: str
    word_page: int


def draw(told: Told, entry: Mapping[str, Any]) -> bytes:
    """Write the letter and scan it: one page, 300 dpi, grey, no text."""
    paper = drawing.letter(told, {"from": "person", "subject": entry["title"], **entry}, reference="")
    assert paper.received_on is not None
    scanned_at = datetime.combine(paper.received_on, time(7, 40), tzinfo=UTC)
    return pictures.scan_pdf(letter_pages(paper), seed=f"{told.seed} {entry['word']}", scanned_at=scanned_at)


def three_page_scan(*, written_on: date = date(2026, 3, 2)) -> DemoScan:
    """Scan an inspection report of three pages whose distinctive word stands on the second page only."""
    word = str(scan_book()["three_pages"])
    pages: list[Page] = []
    for number, (subject, body) in enumerate(_report(word), start=1):
        paper = replace(_REPORT, written_on=written_on, subject=f"{subject} (Blatt {number} von 3)", body=body)
        pages += letter_pages(paper)
    scanned_at = datetime.combine(written_on, time(10, 15), tzinfo=UTC)
    content = pictures.scan_pdf(pages, seed="three pages", scanned_at=scanned_at)
    return DemoScan("Scan_Begehungsbericht.pdf", content, len(pages), word, 2)


_REPORT = Letter(
    style="note",
    town=people.town("musterstadt"),
    office="Bauordnung",
    clerk=("Bearbeitung: Anke Petersen",),
    addressee=(),
    sender=(),
    written_on=date(2026, 3, 2),
    reference="ohne",
    subject="",
    body="",
    signature=("gez. Petersen",),
)


def _report(word: str) -> list[tuple[str, str]]:
    report = scan_book()["report"]
    return [(page["subject"], page["body"].format(word=word)) for page in report]
