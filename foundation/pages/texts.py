"""The texts of pages that have one: born-digital PDFs and plain text files. What is only an image of writing is read by `ocr`."""

from collections.abc import Callable, Sequence
from pathlib import Path

from foundation.kinds import Kind
from foundation.pages.facts import Failure, PageText, Unreadable
from foundation.pages.inspection import ask, is_read

__all__ = ["PageText", "page_texts"]


def page_texts(
    path: Path,
    kind: Kind,
    *,
    folder: Path | None = None,
    numbers: Sequence[int] | None = None,
    beat: Callable[[], None] | None = None,
) -> list[PageText]:
    """Take the texts of all pages, or of those with the given `numbers` (from 1); pages without text have an empty one.

    No `folder` is needed (see `inspect`). Raises Unreadable as `inspect` does.
    """
    if not is_read(path, kind):
        raise Unreadable(Failure.UNSUPPORTED, kind.media_type)
    answers = ask(path, kind, beat=beat, with_text=True, numbers=numbers)
    return [PageText(number, facts.get("text", "")) for number, facts in sorted(answers.pages.items())]
