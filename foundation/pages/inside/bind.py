"""Prepare documents, bind them, or look at the result; one JSON question on standard input, answers in files of the work folder."""

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from foundation.pages.facts import Failure, Unreadable


def main() -> None:
    """Answer the question on standard input."""
    question = json.load(sys.stdin)
    work = Path(question["work"])
    answer = {"prepare": _prepare, "bind": _bind, "look": _look}[question["task"]](question, work)
    (work / "answer.json").write_text(json.dumps(answer), encoding="utf-8")


def _prepare(question: dict[str, Any], work: Path) -> dict[str, Any]:
    """Each document's answer is written before the next one is opened: who reads them sees which one ended this process."""
    from foundation.pages.inside.parts import prepare

    for part in question["parts"]:
        try:
            out = work / f"{part['key']}.pdf"
            lost = prepare(
                Path(part["path"]), out, family=part["family"], stamps=part["stamps"], first=part["first"], receipt=part["receipt"]
            )
            answer: dict[str, Any] = {"lost": lost}
        except Unreadable as failure:
            answer = {"unreadable": failure.code, "detail": failure.detail}
        except MemoryError:
            answer = {"unreadable": Failure.BOMB, "detail": "memory"}
        except Exception as trouble:  # whatever a foreign file does to a library is this file's fault, not its neighbours'
            answer = {"unreadable": Failure.BROKEN, "detail": repr(trouble)[:300]}
        half = work / f"{part['key']}.half"
        half.write_text(json.dumps(answer), encoding="utf-8")
        half.rename(work / f"{part['key']}.json")
    return {}


def _bind(question: dict[str, Any], work: Path) -> dict[str, Any]:
    from foundation.pages.inside.binding import bind

    bind(question["parts"], work / "whole.pdf", title=question["title"], language=question["language"])
    return {}


def _look(question: dict[str, Any], work: Path) -> dict[str, Any]:
    """What PDFium, another program than the one that wrote it, sees in a PDF: pages, labels, bookmarks with their pages."""
    import pypdfium2

    with pypdfium2.PdfDocument(question["path"]) as pdf:
        count = len(pdf)
        bookmarks = [[item.level, item.get_title(), _page_of(item)] for item in pdf.get_toc(max_depth=8)]
        sizes = [min(pdf.get_page_size(number)) for number in range(count)]
        return {
            "labels": [pdf.get_page_label(number) for number in range(count)],
            "bookmarks": bookmarks,
            "narrowest": min(sizes, default=0),
        }


def _page_of(item: Any) -> int | None:
    destination = item.get_dest()
    return destination.get_index() if destination else None


if __name__ == "__main__":
    main()
