"""Pictures and words of pages for the screen, drawn by processes in the sandbox that live for many pages.

A renderer serves one key (a municipality) only, so that a document that takes it over meets nobody else's. It gets each file as an open
descriptor and sees no file system with content; it is replaced after some hundred pages, after a failure, and ended when idle.
"""

import json
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from foundation import sandbox
from foundation.pages.facts import Failure, Unreadable
from foundation.pages.lasting import INSIDE, Lasting, LastingPool, receive

__all__ = ["PageSize", "Renderers", "Unreadable", "Word"]

MAX_ANSWER = 64 * 1024 * 1024
MAX_WIDTH = 4096


class Word(NamedTuple):
    """A word on a page, its place in fractions of the page as shown: left, top, width, height."""

    text: str
    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True)
class PageSize:
    """The size of a page as shown: on paper in points, and its full resolution in pixels (the grid that regions are given in)."""

    width_pt: float
    height_pt: float
    width_px: int
    height_px: int


class Renderers:
    """A small pool of renderers, safe to use from many threads.

    At most `processes` live at a time, of whatever keys; one is ended after `pages_each` pages or `idle_seconds` without any. A page may
    take `seconds_a_page` of wall time and `memory_bytes` of memory.
    """

    def __init__(
        self,
        *,
        processes: int = 2,
        pages_each: int = 300,
        idle_seconds: float = 60,
        seconds_a_page: float = 30,
        memory_bytes: int = 2 * sandbox.GIB,
    ) -> None:
        self.seconds_a_page = seconds_a_page
        self.pool = LastingPool(
            INSIDE / "renderer.py",
            processes=processes,
            uses_each=pages_each,
            idle_seconds=idle_seconds,
            limits=sandbox.Limits(memory_bytes=memory_bytes, cpu_seconds=24 * 3600, file_bytes=0, processes=8),
        )

    def render(
        self,
        key: str,
        path: Path,
        number: int,
        *,
        width: int,
        region: tuple[int, int, int, int] | None = None,
    ) -> bytes:
        """Draw page `number` (from 1) of a file as JPEG at most `width` pixels wide, or a `region` of it.

        A region is left, top, width and height in pixels of the full resolution (see `size`). A scan may come out up to 15 % narrower
        than asked for, where its JPEG can be decoded in half size. Raises Unreadable.
        """
        question = {"act": "image", "number": number, "width": min(max(width, 1), MAX_WIDTH), "region": region}
        return self._ask(key, path, question)[1]

    def words(self, key: str, path: Path, number: int) -> list[Word]:
        """List the words of a page in their order with their places; of a scan, ask its searchable PDF. Raises Unreadable."""
        answer, _ = self._ask(key, path, {"act": "words", "number": number})
        return [Word(str(text)[:1000], *(float(value) for value in place)) for text, *place in answer["words"]]

    def size(self, key: str, path: Path, number: int) -> PageSize:
        """Say how large a page is. Raises Unreadable."""
        answer, _ = self._ask(key, path, {"act": "size", "number": number})
        size = answer["size"]
        return PageSize(float(size["width_pt"]), float(size["height_pt"]), int(size["width_px"]), int(size["height_px"]))

    def close(self) -> None:
        """End all renderers that are not at work."""
        self.pool.close()

    def _ask(self, key: str, path: Path, question: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        with path.open("rb") as file:
            while True:
                with self.pool.borrowed(key) as renderer:
                    fresh = renderer.uses == 0
                    try:
                        answer, payload = _converse(renderer, question, file.fileno(), self.seconds_a_page)
                    except TimeoutError as slow:
                        renderer.close()
                        raise Unreadable(Failure.TOO_SLOW, f"page {question['number']}") from slow
                    except (OSError, EOFError, ValueError, KeyError, TypeError) as gone:
                        renderer.close()
                        # It may have died of old age or of the page before; only on a fresh one this page is to blame.
                        if fresh:
                            raise Unreadable(Failure.BOMB, f"the renderer ended: {gone!r}") from gone
                        continue
                if "unreadable" in answer:
                    raise Unreadable(Failure(answer["unreadable"]), str(answer.get("detail")))
                return answer, payload


def _converse(renderer: Lasting, question: dict[str, Any], descriptor: int, seconds: float) -> tuple[dict[str, Any], bytes]:
    """Put a question with an open file, and give the answer and its picture."""
    deadline = time.monotonic() + seconds
    renderer.ask(question, [descriptor])
    (length,) = struct.unpack("<I", receive(renderer.channel, 4, deadline=deadline))
    answer: dict[str, Any] = json.loads(receive(renderer.channel, _credible(length), deadline=deadline))
    return answer, receive(renderer.channel, _credible(int(answer["length"])), deadline=deadline)


def _credible(length: int) -> int:
    if not 0 <= length <= MAX_ANSWER:
        raise ValueError("an answer of impossible length")
    return length
