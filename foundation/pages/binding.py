"""Bind many documents into one PDF, in the sandbox: they are somebody else's files, and one that is broken must not spoil the others.

No Ghostscript touches a page (Debian 12's loses letters), and nothing is rasterised: texts stay texts. What the result is not: PDF/A.
"""

import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from foundation import sandbox
from foundation.pages.facts import Failure, Unreadable
from foundation.pages.inspection import reason
from foundation.pages.lasting import INSIDE, LIBRARY

BIND = INSIDE / "bind.py"
PATIENT = ("/usr/bin/nice", "-n", "10")  # nobody waits at the screen for a whole file: screens and reading come first
DISK_BYTES = 8 * sandbox.GIB
MEMORY_BYTES = sandbox.GIB  # for the pages of one portion; a part that needs more is left out
WHOLE_MEMORY_BYTES = 2 * sandbox.GIB
NUMBERS_EACH = 1000  # of elements of a structure, for each sheet (inside/seats.py)
START_SECONDS, PAGE_SECONDS, WHOLE_SECONDS = 30, 8, 1800

Beat = Callable[[], None] | None


class BadResult(Exception):
    """What was bound is not what it should be: it is not handed out."""


@dataclass(frozen=True)
class Part:
    """One document to be bound: a file of family "pdf" or "image", and what is stamped on each of its pages ("" for nothing).

    `receipt` is the stamp of its receipt, on its first page.
    """

    path: Path
    family: str
    stamps: tuple[str, ...]
    receipt: str = ""


@dataclass(frozen=True)
class Prepared:
    """A document that is fit to be bound, or why it is not. `lost`: "form" (fields are writing now), "signature", "attachments",
    "damage" (only the beginning of a part could be read)."""

    path: Path | None
    failure: Failure | None = None
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bound:
    """A prepared document at its place: a label for each page, and bookmarks from the outermost inwards."""

    path: Path
    labels: tuple[str, ...]
    bookmarks: tuple[str, ...]
    stamped: bool = True


@dataclass(frozen=True)
class Whole:
    """The bound PDF in its folder, and the most memory that a process of its making needed."""

    path: Path
    peak_bytes: int


def prepare(parts: Sequence[Part], *, folder: Path, before: int = 0, beat: Beat = None) -> tuple[list[Prepared], int]:
    """Clean and stamp documents; gives what became of each, in their order, and the most memory that was used.

    One process prepares them one after another. If it ends over one of them, that one is left out and the next process goes on behind it.
    `folder` is an empty folder of the caller's, which holds the results; `before` is the number of sheets that were prepared before, for the
    same whole. Raises SandboxMissing.
    """
    done: dict[int, Prepared] = {}
    peak = 0
    sheets = [0, *itertools.accumulate(len(part.stamps) for part in parts)]
    while len(done) < len(parts):
        left = [place for place in range(len(parts)) if place not in done]
        question = {"task": "prepare", "parts": [_question(place, parts[place], before + sheets[place]) for place in left]}
        seconds = START_SECONDS + PAGE_SECONDS * sum(len(parts[place].stamps) for place in left)
        limits = sandbox.Limits(memory_bytes=MEMORY_BYTES, cpu_seconds=seconds, wall_seconds=3 * seconds, file_bytes=DISK_BYTES)
        failure = Failure.BROKEN
        try:
            finished = _run(question, limits, folder, beat, [parts[place].path for place in left])
            peak = max(peak, finished.peak_bytes)
            failure = reason(finished.returncode, finished.stderr[-800:].decode(errors="replace"))
        except sandbox.Exceeded as exceeded:
            failure = reason(None, exceeded.what)
        answered = {place: found for place in left if (found := _answer(folder, place)) is not None}
        done |= answered
        if len(done) < len(parts):
            guilty = next(place for place in left if place not in answered)
            done[guilty] = Prepared(None, failure)
    return [done[place] for place in range(len(parts))], peak


def bind(parts: Sequence[Bound], *, title: str, folder: Path, language: str = "de", beat: Beat = None) -> Whole:
    """Bind prepared documents and make sure that the result is right, before anybody sees it.

    The result is checked by two programs: qpdf walks through all of its objects and unpacks them, PDFium opens it and tells labels and
    bookmarks. Raises BadResult, Unreadable (limits), SandboxMissing.
    """
    limits = sandbox.Limits(
        memory_bytes=WHOLE_MEMORY_BYTES, cpu_seconds=WHOLE_SECONDS, wall_seconds=2 * WHOLE_SECONDS, file_bytes=DISK_BYTES
    )
    asked = [asdict(part) | {"path": str(part.path.resolve())} for part in parts]
    sources = [part.path.parent for part in parts]  # folders: thousands of single files would be as many mounts
    try:
        question = {"task": "bind", "parts": asked, "title": title, "language": language}
        finished = _run(question, limits, folder, beat, sources)
        whole = folder / "whole.pdf"
        if finished.returncode or not whole.is_file():
            raise BadResult(finished.stderr[-800:].decode(errors="replace"))
        _check_with_qpdf(whole, limits, folder, beat)
        looked = _run({"task": "look", "path": str(whole)}, limits, folder, beat, [])
    except sandbox.Exceeded as exceeded:
        raise Unreadable(reason(None, exceeded.what), exceeded.what) from exceeded
    _check_with_pdfium(parts, json.loads(_content(folder / "answer.json")) if not looked.returncode else {})
    return Whole(whole, max(finished.peak_bytes, looked.peak_bytes))


def _check_with_qpdf(whole: Path, limits: sandbox.Limits, folder: Path, beat: Beat) -> None:
    """Read every object and unpack every stream.

    Not `qpdf --check`: it decodes each picture, too, which takes twenty times as long as everything else for a file of scans, and one
    picture that a scanner has cut off would fail the whole file. Pictures are copied byte for byte, and were drawn before.
    """
    command = [*PATIENT, "/usr/bin/qpdf", "--stream-data=uncompress", "--decode-level=specialized", str(whole), "/dev/null"]
    checked = sandbox.run(command, folder=folder, limits=limits, beat=beat)
    if checked.returncode:
        raise BadResult(f"qpdf: {(checked.stdout + checked.stderr)[-800:].decode(errors='replace')}")


def _check_with_pdfium(parts: Sequence[Bound], seen: dict[str, Any]) -> None:
    if seen.get("labels") != [label for part in parts for label in part.labels]:
        raise BadResult("PDFium sees other page labels than were given.")
    if [(title, page) for _level, title, page in seen["bookmarks"]] != _expected_bookmarks(parts):
        raise BadResult("PDFium sees other bookmarks than were given.")
    if seen["narrowest"] <= 0:
        raise BadResult("PDFium sees a page without an area.")


def _expected_bookmarks(parts: Sequence[Bound]) -> list[tuple[str, int]]:
    """Titles with the page (from 0) that they lead to, in their order."""
    expected: list[tuple[str, int]] = []
    before: tuple[str, ...] = ()
    start = 0
    for part in parts:
        common = 0
        while common < min(len(before), len(part.bookmarks) - 1) and before[common] == part.bookmarks[common]:
            common += 1
        expected += [(title, start) for title in part.bookmarks[common:]]
        before = part.bookmarks
        start += len(part.labels)
    return expected


def _question(place: int, part: Part, before: int) -> dict[str, Any]:
    path, first = str(part.path.resolve()), NUMBERS_EACH * before
    return {"key": f"{place:06}", "path": path, "family": part.family, "stamps": part.stamps, "first": first, "receipt": part.receipt}


def _answer(folder: Path, place: int) -> Prepared | None:
    try:
        answer = json.loads(_content(folder / f"{place:06}.json"))
        if "unreadable" in answer:
            return Prepared(None, Failure(answer["unreadable"]))
        return Prepared(folder / f"{place:06}.pdf", lost=tuple(map(str, answer["lost"])))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return Prepared(None, Failure.BROKEN)


def _run(question: dict[str, Any], limits: sandbox.Limits, folder: Path, beat: Beat, inputs: Sequence[Path]) -> sandbox.Finished:
    """Put a question; inputs that lie in the folder are seen there already."""
    inside = folder.resolve()
    outside = [path.resolve() for path in inputs if inside not in path.resolve().parents]
    return sandbox.run(
        [*PATIENT, *sandbox.python(BIND)],
        folder=folder,
        read_only=[*sandbox.python_paths(), LIBRARY, *dict.fromkeys(outside)],
        limits=limits,
        beat=beat,
        stdin=json.dumps(question | {"work": str(folder)}).encode(),
    )


def _content(path: Path) -> bytes:
    with sandbox.open_result(path) as file:
        return file.read()
