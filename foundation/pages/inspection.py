"""Look at a file before anything is done with it: pages, texts, and what a conversion would lose."""

import json
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import foundation
from foundation import sandbox
from foundation.kinds import Kind
from foundation.pages.encoding import SAMPLE_BYTES, text_encoding
from foundation.pages.facts import MAX_PAGES, Failure, Inspection, NoticeCode, PageFacts, PageText, Unreadable
from foundation.pages.sentences import sentence

__all__ = ["Failure", "Inspection", "NoticeCode", "PageFacts", "PageText", "Unreadable", "inspect", "inspect_and_read", "sentence"]

LIBRARY = Path(foundation.__file__).parent
READER = LIBRARY / "pages" / "inside" / "reader.py"
READ_FAMILIES = frozenset({"pdf", "image", "text"})
READ_IMAGES = frozenset({"image/tiff", "image/jpeg", "image/png", "image/gif", "image/bmp", "image/webp", "image/jp2"})
LIMITS = sandbox.Limits(cpu_seconds=1800, wall_seconds=3600, file_bytes=512 * sandbox.MIB, processes=8)
# A page that ends the reader costs a minute; a document full of them is given up.
BAD_PAGES_BORNE = 3


@dataclass
class Answers:
    """What the reader inside the sandbox has said so far."""

    document: dict[str, Any] = field(default_factory=dict)
    pages: dict[int, dict[str, Any]] = field(default_factory=dict)
    broken: dict[int, Unreadable] = field(default_factory=dict)
    done: bool = False


def inspect(path: Path, kind: Kind, *, folder: Path, beat: Callable[[], None] | None = None) -> Inspection:
    """Find out what a file has: pages with size, text and images; encryption, signatures, forms, files inside.

    `folder` is an empty folder of the caller's for temporary files. Kinds without pages (office, mail, archives) give an inspection
    without pages and the notice NO_PREVIEW. Raises Unreadable when there is nothing to be shown.
    """
    if not is_read(path, kind):
        return Inspection(page_count=0, notices=(NoticeCode.NO_PREVIEW,))
    return _inspection(ask(path, kind, folder=folder, beat=beat, with_text=False))


def inspect_and_read(path: Path, kind: Kind, *, folder: Path, beat: Callable[[], None] | None = None) -> tuple[Inspection, list[PageText]]:
    """Inspect a file and take the texts of its pages in one go; pages that are images of writing have an empty text.

    Arguments and failures as for `inspect`.
    """
    if not is_read(path, kind):
        return Inspection(page_count=0, notices=(NoticeCode.NO_PREVIEW,)), []
    answers = ask(path, kind, folder=folder, beat=beat, with_text=True)
    inspection = _inspection(answers)
    return inspection, [PageText(page.number, answers.pages.get(page.number, {}).get("text", "")) for page in inspection.pages]


def ask(
    path: Path,
    kind: Kind,
    *,
    folder: Path,
    beat: Callable[[], None] | None,
    with_text: bool,
    numbers: Sequence[int] | None = None,
) -> Answers:
    """Put the reader's question, again without the page that ended it, until all pages are answered for."""
    path = path.resolve()
    question: dict[str, Any] = {
        "path": str(path),
        "family": kind.family,
        "encoding": _encoding(path) if kind.family == "text" else None,
        "with_text": with_text,
        "numbers": list(numbers) if numbers is not None else None,
    }
    answers = Answers()
    while True:
        question["skip"] = sorted({*answers.pages, *answers.broken})
        failure = _one_run(question, answers, folder=folder, beat=beat)
        if failure is None:
            return answers
        missing = next(_unanswered(answers, numbers), None)
        if missing is None or len(answers.broken) >= BAD_PAGES_BORNE:
            raise failure
        answers.broken[missing] = failure


def _one_run(question: dict[str, Any], answers: Answers, *, folder: Path, beat: Callable[[], None] | None) -> Unreadable | None:
    """Run the reader once; gives what went wrong, or None when all was answered. What is wrong with the whole file is raised."""
    output = folder / "answers.jsonl"
    try:
        finished = sandbox.run(
            [*sandbox.python(READER), str(output)],
            folder=folder,
            read_only=[*sandbox.python_paths(), LIBRARY, Path(question["path"])],
            limits=LIMITS,
            beat=beat,
            stdin=json.dumps(question).encode(),
        )
        returncode, trouble = finished.returncode, finished.stderr[-500:].decode(errors="replace")
    except sandbox.Exceeded as exceeded:
        returncode, trouble = None, exceeded.what
    _take_in(output, answers)
    if answers.done:
        return None
    return Unreadable(reason(returncode, trouble), f"{returncode} {trouble}")


def _take_in(output: Path, answers: Answers) -> None:
    """Take in what the reader wrote. It may have been taken over by the file: nothing about its answers is sure."""
    try:
        with sandbox.open_result(output) as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    break  # the reader ended in the middle of it
                _take_in_line(json.loads(line), answers)
        output.unlink()
    except FileNotFoundError:
        return
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as nonsense:
        raise Unreadable(Failure.BROKEN, f"the reader gave no sense: {nonsense!r}") from nonsense


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
    if returncode in {-signal.SIGKILL, -signal.SIGABRT} or "MemoryError" in trouble or "bad_alloc" in trouble:
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
