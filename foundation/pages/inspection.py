"""Look at a file before anything is done with it: pages, texts, and what a conversion would lose."""

import json
import signal
import socket
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from foundation import sandbox
from foundation.kinds import Kind
from foundation.pages.encoding import SAMPLE_BYTES, text_encoding
from foundation.pages.facts import MAX_PAGES, Failure, Inspection, NoticeCode, PageFacts, PageText, Unreadable
from foundation.pages.lasting import INSIDE, LastingPool, receive
from foundation.pages.sentences import sentence

__all__ = ["Failure", "Inspection", "NoticeCode", "PageFacts", "PageText", "Unreadable", "inspect", "inspect_and_read", "sentence"]

READ_FAMILIES = frozenset({"pdf", "image", "text"})
READ_IMAGES = frozenset({"image/tiff", "image/jpeg", "image/png", "image/gif", "image/bmp", "image/webp", "image/jp2"})
WALL_SECONDS = 3600
MAX_ANSWERS = 512 * sandbox.MIB
# The first process, the reader, and the child that opens one file: no further one can be made inside.
LIMITS = sandbox.Limits(memory_bytes=2 * sandbox.GIB - sandbox.ADDRESS_SLACK, cpu_seconds=24 * 3600, file_bytes=0, processes=3)
READERS = LastingPool(INSIDE / "reader.py", processes=8, uses_each=2_000, idle_seconds=120, limits=LIMITS)
# PDFium ends itself by one of these when it gets no memory.
CRASHES_OF_HUNGER = {-signal.SIGKILL, -signal.SIGABRT, -signal.SIGTRAP, -signal.SIGILL}
# A page that ends the reader costs a minute; a document full of them is given up.
BAD_PAGES_BORNE = 3


@dataclass
class Answers:
    """What the reader inside the sandbox has said so far."""

    document: dict[str, Any] = field(default_factory=dict)
    pages: dict[int, dict[str, Any]] = field(default_factory=dict)
    broken: dict[int, Unreadable] = field(default_factory=dict)
    done: bool = False


def inspect(path: Path, kind: Kind, *, folder: Path | None = None, beat: Callable[[], None] | None = None) -> Inspection:
    """Find out what a file has: pages with size, text and images; encryption, signatures, forms, files inside.

    Nothing is written, so that no `folder` is needed; it is taken so that all readers are called alike. Kinds without pages (office, mail, archives) give an inspection
    without pages and the notice NO_PREVIEW. Raises Unreadable when there is nothing to be shown.
    """
    if not is_read(path, kind):
        return Inspection(page_count=0, notices=(NoticeCode.NO_PREVIEW,))
    return _inspection(ask(path, kind, beat=beat, with_text=False))


def inspect_and_read(
    path: Path, kind: Kind, *, folder: Path | None = None, beat: Callable[[], None] | None = None
) -> tuple[Inspection, list[PageText]]:
    """Inspect a file and take the texts of its pages in one go; pages that are images of writing have an empty text.

    Arguments and failures as for `inspect`.
    """
    if not is_read(path, kind):
        return Inspection(page_count=0, notices=(NoticeCode.NO_PREVIEW,)), []
    answers = ask(path, kind, beat=beat, with_text=True)
    inspection = _inspection(answers)
    return inspection, [PageText(page.number, answers.pages.get(page.number, {}).get("text", "")) for page in inspection.pages]


def ask(
    path: Path,
    kind: Kind,
    *,
    beat: Callable[[], None] | None,
    with_text: bool,
    numbers: Sequence[int] | None = None,
) -> Answers:
    """Put the reader's question, again without the page that ended it, until all pages are answered for."""
    question: dict[str, Any] = {
        "family": kind.family,
        "encoding": _encoding(path) if kind.family == "text" else None,
        "with_text": with_text,
        "numbers": list(numbers) if numbers is not None else None,
    }
    answers = Answers()
    with path.open("rb") as file:
        while True:
            question["skip"] = sorted({*answers.pages, *answers.broken})
            failure = _one_run(question, answers, file, beat)
            if failure is None:
                return answers
            missing = next(_unanswered(answers, numbers), None)
            if missing is None or len(answers.broken) >= BAD_PAGES_BORNE:
                raise failure
            answers.broken[missing] = failure


def _one_run(question: dict[str, Any], answers: Answers, file: IO[bytes], beat: Callable[[], None] | None) -> Unreadable | None:
    """Ask a reader once; gives what went wrong, or None when all was answered. What is wrong with the whole file is raised."""
    deadline = time.monotonic() + WALL_SECONDS
    with READERS.borrowed() as reader:
        ours, theirs = socket.socketpair()
        with ours:
            try:
                with theirs:
                    reader.ask(question, [file.fileno(), theirs.fileno()])
                for line in _lines(ours, deadline, beat):
                    _take_in_line(json.loads(line), answers)
                (status,) = struct.unpack("<i", receive(reader.channel, 4, deadline=deadline, beat=beat))
            except TimeoutError:
                reader.close()
                return Unreadable(Failure.TOO_SLOW, "wall time")
            except (OSError, EOFError) as gone:
                reader.close()
                return Unreadable(Failure.BROKEN, f"the reader ended: {gone!r}")
            except (ValueError, TypeError, KeyError, AttributeError) as nonsense:
                reader.close()  # it has been taken over by the file
                raise Unreadable(Failure.BROKEN, f"the reader gave no sense: {nonsense!r}") from nonsense
            except BaseException:
                reader.close()
                raise
    return None if answers.done else Unreadable(reason(status, ""), f"exit status {status}")


def _lines(channel: socket.socket, deadline: float, beat: Callable[[], None] | None) -> Iterator[bytes]:
    """Give the lines that a reader writes until it closes its end; half a line at the end is dropped."""
    rest, total, last_beat = b"", 0, time.monotonic()
    channel.settimeout(1.0)
    while True:
        now = time.monotonic()
        if now > deadline:
            raise TimeoutError
        if beat is not None and now - last_beat >= sandbox.BEAT_SECONDS:
            last_beat = now
            beat()
        try:
            part = channel.recv(1024 * 1024)
        except TimeoutError:
            continue
        if not part:
            return
        total += len(part)
        if total > MAX_ANSWERS:
            raise ValueError("more text than a document has")
        *lines, rest = (rest + part).split(b"\n") if b"\n" in part else (rest + part,)
        yield from lines


def _take_in_line(answer: dict[str, Any], answers: Answers) -> None:
    if "unreadable" in answer:
        raise Unreadable(Failure(answer["unreadable"]), str(answer["detail"]))
    if "page" in answer:
        page = answer["page"]
        answers.pages[int(page["number"])] = {**page, "text": str(page.get("text", ""))}
    if "document" in answer:
        document = answer["document"]
        answers.document.update(document, page_count=min(int(document["page_count"]), MAX_PAGES))
    answers.done = answers.done or "done" in answer


def reason(returncode: int | None, trouble: str) -> Failure:
    """Say why a program inside the sandbox failed: no `returncode` means that it went over the limit `trouble`."""
    if returncode is None:
        return {"memory": Failure.BOMB, "time": Failure.TOO_SLOW, "space": Failure.NO_SPACE}[trouble]
    if returncode == -signal.SIGXCPU:
        return Failure.TOO_SLOW
    if returncode in CRASHES_OF_HUNGER or "MemoryError" in trouble or "bad_alloc" in trouble:
        return Failure.BOMB
    if "No space left" in trouble:
        return Failure.NO_SPACE
    return Failure.BROKEN


def _unanswered(answers: Answers, numbers: Sequence[int] | None) -> Iterator[int]:
    """Give the pages that nothing is known of yet."""
    count = answers.document.get("page_count", 0)
    return (n for n in (numbers or range(1, count + 1)) if n not in answers.pages and n not in answers.broken)


def _inspection(answers: Answers) -> Inspection:
    document = answers.document
    count = document.get("page_count", 0)
    if count < 1:
        raise Unreadable(Failure.BROKEN, "the reader counted no pages")
    pages = tuple(_page(answers.pages.get(number, {"number": number, "broken": True})) for number in range(1, count + 1))
    unreadable = sum(1 for number in range(1, count + 1) if answers.pages.get(number, {"broken": True}).get("broken"))
    if unreadable == count:
        raise next(iter(answers.broken.values()), Unreadable(Failure.BROKEN, "no page can be opened"))
    for facts in answers.pages.values():
        if facts.get("oversized") and facts.get("needs_reading"):
            raise Unreadable(Failure.TOO_LARGE_PAGE, f"page {facts['number']}")
    pinned = sum(facts.get("enclosed_files", 0) for facts in answers.pages.values())
    attachments = (*map(str, document.get("attachments", ())), *("?" for _ in range(pinned)))
    form_fields = sum(facts.get("form_fields", 0) for facts in answers.pages.values())
    said = {
        NoticeCode.ENCRYPTED: document.get("encrypted"),
        NoticeCode.SIGNED: document.get("signed"),
        NoticeCode.XFA: document.get("xfa"),
        NoticeCode.FORM_FIELDS: form_fields > 0,
        NoticeCode.ATTACHMENTS: bool(attachments),
        NoticeCode.OVERSIZED_PAGE: any(facts.get("oversized") for facts in answers.pages.values()),
        NoticeCode.PAGES_UNREADABLE: unreadable > 0,
        NoticeCode.ONLY_BEGINNING: document.get("only_beginning"),
    }
    return Inspection(
        page_count=count,
        pages=pages,
        encrypted=document.get("encrypted", False),
        signed=document.get("signed", False),
        xfa=document.get("xfa", False),
        form_fields=form_fields,
        attachments=attachments,
        notices=tuple(code for code, holds in said.items() if holds),
    )


def _page(facts: dict[str, Any]) -> PageFacts:
    return PageFacts(
        number=facts["number"],
        width_pt=facts.get("width_pt", 595.0),
        height_pt=facts.get("height_pt", 842.0),
        rotation=facts.get("rotation", 0),
        has_text=facts.get("has_text", False),
        has_images=facts.get("has_images", False),
        needs_reading=facts.get("needs_reading", False),
    )


def is_read(path: Path, kind: Kind) -> bool:
    """Say whether a file has pages that can be shown and read. Raises Unreadable when it is empty."""
    if path.stat().st_size == 0:
        raise Unreadable(Failure.EMPTY)
    return kind.family in READ_FAMILIES and (kind.family != "image" or kind.media_type in READ_IMAGES)


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        return text_encoding(file.read(SAMPLE_BYTES)) or "utf-8"
