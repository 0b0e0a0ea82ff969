"""Read pages that are images of writing: their texts, and a derived searchable PDF beside the untouched original.

The original is never changed. Pages that have a text stay in the derived PDF as they are; they are not rasterised and pass through no
Ghostscript (Debian 12's loses letters such as Ü). What is signed, encrypted or an XFA form gets no derived PDF, only its texts.
"""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foundation import sandbox
from foundation.kinds import Kind
from foundation.pages.facts import Failure, Inspection, PageFacts, PageText, Unreadable, cpu_seconds_for
from foundation.pages.inspection import reason
from foundation.pages.lasting import INSIDE, LIBRARY

__all__ = ["PageText", "ReadScan", "join_slices", "read_scan", "slices"]

SCAN = INSIDE / "scan.py"
JOIN = INSIDE / "join.py"
START_SECONDS = 30
DISK_BYTES = 4 * sandbox.GIB


@dataclass(frozen=True)
class ReadScan:
    """What reading gave: the texts of the pages read, the derived PDF if one may be and could be made, pages given up as too slow."""

    texts: list[PageText]
    searchable: Path | None
    given_up: tuple[int, ...] = ()


def read_scan(
    path: Path,
    kind: Kind,
    inspection: Inspection,
    *,
    numbers: Sequence[int] | None = None,
    out: Path,
    folder: Path,
    beat: Callable[[], None] | None = None,
    languages: str = "deu+eng",
) -> ReadScan:
    """Read the pages of a PDF or an image file that need it, or those among the given `numbers`.

    The derived PDF of all pages (or of `numbers`, in their order) is written to `out`. `folder` is an empty folder of the caller's for
    temporary files. Pages without words, photographs and plans, count as read. A page may take 60 CPU seconds, a plan more by its area.
    Raises Unreadable.
    """
    path = path.resolve()
    chosen = [page for page in inspection.pages if numbers is None or page.number in set(numbers)]
    to_read = [page.number for page in chosen if page.needs_reading]
    question = {
        "path": str(path),
        "family": kind.family,
        "numbers": [page.number for page in chosen],
        "part": len(chosen) != len(inspection.pages),
        "to_read": to_read,
        "rewrite": inspection.may_be_rewritten,
        "languages": languages,
        "work": str(folder),
    }
    if not to_read:
        return ReadScan([], None)
    answer = _run({**question, "cpu_seconds": limits_for(chosen).cpu_seconds}, limits_for(chosen), folder, beat)
    # In the source the pages were numbered anew.
    order: list[int] = answer.get("numbers") or [page.number for page in chosen]
    notes = _notes(folder, order)
    searchable = _take_out(folder / "searchable.pdf", out) if answer.get("searchable") else None
    return ReadScan(
        texts=[PageText(number, str(notes[number]["text"]) if number in notes else "") for number in to_read],
        searchable=searchable,
        given_up=tuple(number for number in to_read if number in notes and not notes[number]["in_time"]),
    )


def slices(inspection: Inspection, size: int = 10) -> list[list[int]]:
    """Cut a document into ranges of pages that can be read independently, at most `size` of them needing it."""
    ranges: list[list[int]] = [[]]
    to_read = 0
    for page in inspection.pages:
        if to_read >= size and page.needs_reading:
            ranges.append([])
            to_read = 0
        ranges[-1].append(page.number)
        to_read += page.needs_reading
    return [numbers for numbers in ranges if numbers]


def join_slices(paths: Sequence[Path], out: Path, *, folder: Path, beat: Callable[[], None] | None = None) -> None:
    """Put the derived PDFs of consecutive slices together again. `folder` is an empty folder for temporary files."""
    question = {"paths": [str(path.resolve()) for path in paths], "work": str(folder)}
    _run_script(JOIN, question, sandbox.Limits(cpu_seconds=600, wall_seconds=1200, file_bytes=DISK_BYTES), folder, beat, paths)
    _take_out(folder / "joined.pdf", out)


def limits_for(pages: Sequence[PageFacts]) -> sandbox.Limits:
    """Give the limits for reading some pages: time by their number and area."""
    seconds = START_SECONDS + sum(cpu_seconds_for(page.width_pt * page.height_pt) if page.needs_reading else 2 for page in pages)
    return sandbox.Limits(cpu_seconds=seconds, wall_seconds=3 * seconds, file_bytes=DISK_BYTES)


def _run(question: dict[str, Any], limits: sandbox.Limits, folder: Path, beat: Callable[[], None] | None) -> dict[str, Any]:
    return _run_script(SCAN, question, limits, folder, beat, [Path(question["path"])])


def _run_script(
    script: Path,
    question: dict[str, Any],
    limits: sandbox.Limits,
    folder: Path,
    beat: Callable[[], None] | None,
    inputs: Sequence[Path],
) -> dict[str, Any]:
    try:
        finished = sandbox.run(
            sandbox.python(script),
            folder=folder,
            read_only=[*sandbox.python_paths(), LIBRARY, *(path.resolve() for path in inputs)],
            limits=limits,
            beat=beat,
            stdin=json.dumps(question).encode(),
        )
    except sandbox.Exceeded as exceeded:
        raise Unreadable(reason(None, exceeded.what), exceeded.what) from exceeded
    try:
        answer: dict[str, Any] = json.loads(_content(folder / "answer.json"))
    except (OSError, ValueError) as silence:
        trouble = finished.stderr[-800:].decode(errors="replace")
        raise Unreadable(reason(finished.returncode, trouble), f"{finished.returncode} {trouble}") from silence
    if "unreadable" in answer:
        raise Unreadable(Failure(answer["unreadable"]), str(answer.get("detail")))
    return answer


def _notes(folder: Path, order: Sequence[int]) -> dict[int, dict[str, Any]]:
    notes = {}
    for place, number in enumerate(order, start=1):
        try:
            notes[number] = json.loads(_content(folder / f"{place:06}.json"))
        except FileNotFoundError:
            continue
    return notes


def _content(path: Path) -> bytes:
    with sandbox.open_result(path) as file:
        return file.read()


def _take_out(made: Path, out: Path) -> Path:
    """Copy a file that a foreign program left; a copy belongs to us, and nobody inside holds it open."""
    with sandbox.open_result(made) as file, out.open("wb") as copy:
        shutil.copyfileobj(file, copy, 1024 * 1024)
    return out
