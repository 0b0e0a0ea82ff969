"""Put pages of PDFs into another order, turn them, leave some out, split and join documents: in the sandbox, without drawing a page anew."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from foundation import sandbox
from foundation.pages.binding import BadResult
from foundation.pages.facts import Failure, Unreadable
from foundation.pages.inspection import reason
from foundation.pages.lasting import INSIDE, LIBRARY

__all__ = ["BadResult", "Lost", "Made", "Part", "Source", "Unreadable", "Wanted", "rearrange"]

REARRANGE = INSIDE / "rearrange.py"
MEMORY_BYTES = 1536 * sandbox.MIB
DISK_BYTES = 6 * sandbox.GIB
START_SECONDS, PAGE_SECONDS, SECONDS_TO_OPEN = 20, 0.25, 2
MOST_SECONDS = 240

Lost = tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """A file of family "pdf" or "image". `original` is the PDF of which `path` is a searchable copy: it may have files inside, labels and bookmarks."""

    path: Path
    family: str
    original: Path | None = None


@dataclass(frozen=True)
class Part:
    """Pages of one source in their new order: numbers from 1, and degrees clockwise by which each is turned. `bookmark`: a title, or "" for none."""

    source: int
    pages: tuple[tuple[int, int], ...]
    bookmark: str = ""


@dataclass(frozen=True)
class Wanted:
    """One PDF to be made. Without a `title` it keeps that of its first source; `attachments`: files inside of its sources come along."""

    parts: tuple[Part, ...]
    title: str = ""
    attachments: bool = True


@dataclass(frozen=True)
class Made:
    """A PDF in the folder, and what could not be kept: "form", "signature", "attachments", "tags", "scripts", "claims"."""

    path: Path
    lost: Lost


def rearrange(sources: Sequence[Source], wanted: Sequence[Wanted], *, folder: Path) -> list[Made]:
    """Make PDFs of pages of the sources, all of them or none; each is looked at by PDFium before it is handed out.

    `folder` is an empty folder of the caller's, which holds the results. Raises Unreadable (broken, encrypted, an XFA form, a page that is not
    there, limits), BadResult (not the pages that were asked for), SandboxMissing.
    """
    asked = [_question(number, one) for number, one in enumerate(wanted)]
    question = {
        "work": str(folder),
        "sources": [
            {
                "path": str(source.path.resolve()),
                "family": source.family,
                "original": str(source.original.resolve()) if source.original else "",
            }
            for source in sources
        ],
        "wanted": asked,
    }
    pages = sum(len(part.pages) for one in wanted for part in one.parts)
    seconds = min(START_SECONDS + PAGE_SECONDS * pages + SECONDS_TO_OPEN * len(wanted), MOST_SECONDS)
    limits = sandbox.Limits(memory_bytes=MEMORY_BYTES, cpu_seconds=seconds, wall_seconds=3 * seconds, file_bytes=DISK_BYTES)
    files = dict.fromkeys(path.resolve() for source in sources for path in (source.path, source.original) if path is not None)
    try:
        finished = sandbox.run(
            sandbox.python(REARRANGE),
            folder=folder,
            read_only=[*sandbox.python_paths(), LIBRARY, *files],
            limits=limits,
            stdin=json.dumps(question).encode(),
        )
    except sandbox.Exceeded as exceeded:
        raise Unreadable(reason(None, exceeded.what), exceeded.what) from exceeded
    return _results(folder, finished, len(wanted))


def _question(number: int, wanted: Wanted) -> dict[str, object]:
    parts = [{"source": part.source, "pages": part.pages, "bookmark": part.bookmark} for part in wanted.parts]
    return {"key": f"{number:04}", "parts": parts, "title": wanted.title, "attachments": wanted.attachments}


def _results(folder: Path, finished: sandbox.Finished, count: int) -> list[Made]:
    trouble = finished.stderr[-800:].decode(errors="replace")
    try:
        with sandbox.open_result(folder / "answer.json") as file:
            answer = json.load(file)
        if "unreadable" in answer:
            raise Unreadable(Failure(answer["unreadable"]), str(answer.get("detail")))
        made = [
            (Made(folder / f"{number:04}.pdf", tuple(map(str, one["lost"]))), str(one["wrong"]))
            for number, one in enumerate(answer["made"])
        ]
    except (OSError, ValueError, KeyError, TypeError) as silence:
        raise Unreadable(reason(finished.returncode, trouble), f"{finished.returncode} {trouble}") from silence
    if wrong := [what for _one, what in made if what]:
        raise BadResult("; ".join(wrong))
    if len(made) != count:
        raise BadResult(f"{len(made)} results instead of {count}")
    return [one for one, _what in made]
