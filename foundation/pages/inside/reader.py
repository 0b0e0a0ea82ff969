"""Inspect a file and take its texts: one JSON question on standard input, one JSON line per answer in the file named as argument.

The document's facts come first, then a line per page as soon as it is known, then {"done": true}: when a page ends the process, the
caller knows which one it was and can ask for the rest.
"""

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from foundation.pages.facts import MAX_PAGES, PAGE_CPU_SECONDS, Failure, Unreadable


def main() -> None:
    """Answer the question on standard input."""
    question = json.load(sys.stdin)
    with Path(sys.argv[1]).open("w", encoding="utf-8", errors="replace") as output:

        def say(answer: dict[str, Any]) -> None:
            output.write(json.dumps(answer, ensure_ascii=False) + "\n")
            output.flush()

        try:
            for answer in _answers(question):
                say(answer)
                _grant_a_page()
            say({"done": True})
        except Unreadable as failure:
            say({"unreadable": failure.code, "detail": failure.detail})
        except MemoryError:
            say({"unreadable": Failure.BOMB, "detail": "memory"})


def _grant_a_page() -> None:
    """Let the kernel end us when the next page takes longer than a page may."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime) + PAGE_CPU_SECONDS + 1
    resource.setrlimit(resource.RLIMIT_CPU, (min(soft, hard) if hard != resource.RLIM_INFINITY else soft, hard))


def _answers(question: dict[str, Any]) -> Iterator[dict[str, Any]]:
    path = Path(question["path"])
    _grant_a_page()
    if path.stat().st_size == 0:
        raise Unreadable(Failure.EMPTY)
    family = question["family"]
    if family == "pdf":
        yield from _pdf(path, question)
    elif family == "image":
        yield from _image(path, question)
    else:
        yield from _text(path, question)


def _wanted(question: dict[str, Any], count: int) -> list[int]:
    numbers = question["numbers"] or range(1, count + 1)
    left_out = set(question["skip"])
    return [number for number in numbers if 1 <= number <= count and number not in left_out]


def _pdf(path: Path, question: dict[str, Any]) -> Iterator[dict[str, Any]]:
    from foundation.pages.inside.pdf_files import PdfFile

    pdf = PdfFile(path)
    yield {"document": pdf.facts()}
    for number in _wanted(question, pdf.page_count):
        yield {"page": pdf.page(number, with_text=question["with_text"])}


def _image(path: Path, question: dict[str, Any]) -> Iterator[dict[str, Any]]:
    from foundation.pages.inside import image_files

    with image_files.opened(path) as image:
        count = image_files.frame_count(image)
        yield {"document": {"page_count": count}}
        for number in _wanted(question, count):
            yield {"page": image_files.facts(image, number)}


def _text(path: Path, question: dict[str, Any]) -> Iterator[dict[str, Any]]:
    from foundation.pages.inside import text_files

    width, height = text_files.A4_PT
    count = 0
    wanted = set(question["numbers"] or ())
    with path.open("rb") as file:
        for number, text in enumerate(text_files.pages(file, question["encoding"]), start=1):
            if number > MAX_PAGES:
                yield {"document": {"page_count": count, "only_beginning": True}}
                return
            count = number
            if not wanted or number in wanted:
                page: dict[str, Any] = {"number": number, "width_pt": width, "height_pt": height, "has_text": bool(text.strip())}
                yield {"page": {**page, "text": text} if question["with_text"] else page}
    yield {"document": {"page_count": count}}


if __name__ == "__main__":
    main()
