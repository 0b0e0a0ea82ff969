"""Pictures and words of pages for the screen, drawn by processes in the sandbox that live for many pages.

A renderer serves one key (a municipality) only, so that a document that takes it over meets nobody else's. It gets each file as an open
descriptor and sees no file system with content; it is replaced after some hundred pages, after a failure, and ended when idle.
"""

import json
import os
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from foundation import sandbox
from foundation.pages.facts import Failure, Unreadable
from foundation.pages.inspection import LIBRARY

__all__ = ["PageSize", "Renderers", "Unreadable", "Word"]

RENDERER = LIBRARY / "pages" / "inside" / "renderer.py"
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


@dataclass
class _Renderer:
    """One process and our end of the line to it."""

    key: str
    process: subprocess.Popen[bytes]
    channel: socket.socket
    pages: int = 0
    idle_since: float = field(default_factory=time.monotonic)

    def close(self) -> None:
        self.channel.close()
        sandbox.stop(self.process)


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
        self.processes = processes
        self.pages_each = pages_each
        self.idle_seconds = idle_seconds
        self.seconds_a_page = seconds_a_page
        self.limits = sandbox.Limits(memory_bytes=memory_bytes, cpu_seconds=24 * 3600, file_bytes=0, processes=8)
        self._start_afresh()

    def _start_afresh(self) -> None:
        self._pid = os.getpid()
        self._changed = threading.Condition()
        self._idle: list[_Renderer] = []
        self._count = 0
        # bubblewrap dies with the thread that started it, and a web server's threads come and go.
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="renderers")
        self._sweeping = False

    def render(
        self,
        key: str,
        path: Path,
        number: int,
        *,
        width: int,
        format: Literal["webp", "jpeg"] = "webp",
        region: tuple[int, int, int, int] | None = None,
    ) -> bytes:
        """Draw page `number` (from 1) of a file at most `width` pixels wide, or a `region` of it.

        A region is left, top, width and height in pixels of the full resolution (see `size`). A scan may come out up to 15 % narrower
        than asked for, where its JPEG can be decoded in half size. Raises Unreadable.
        """
        question = {"act": "image", "number": number, "width": min(max(width, 1), MAX_WIDTH), "format": format, "region": region}
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
        with self._changed:
            idle, self._idle = self._idle, []
            self._count -= len(idle)
            self._changed.notify_all()
        for renderer in idle:
            renderer.close()

    def _ask(self, key: str, path: Path, question: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        if os.getpid() != self._pid:
            self._start_afresh()  # after a fork the processes are the parent's
        with path.open("rb") as file:
            for last_try in (False, True):
                with self._borrowed(key) as renderer:
                    fresh = renderer.pages == 0
                    try:
                        answer, payload = _converse(renderer, question, file.fileno(), self.seconds_a_page)
                    except TimeoutError as slow:
                        renderer.close()
                        raise Unreadable(Failure.TOO_SLOW, f"page {question['number']}") from slow
                    except (OSError, EOFError, ValueError, KeyError) as gone:
                        renderer.close()
                        # It may have died of old age or of the page before; only on a fresh one this page is to blame.
                        if fresh or last_try:
                            raise Unreadable(Failure.BOMB, f"the renderer ended: {gone!r}") from gone
                        continue
                    if "unreadable" in answer:
                        raise Unreadable(Failure(answer["unreadable"]), str(answer.get("detail")))
                    return answer, payload
        raise Unreadable(Failure.BROKEN)

    @contextmanager
    def _borrowed(self, key: str) -> Iterator[_Renderer]:
        renderer = self._take(key)
        try:
            yield renderer
        finally:
            self._give_back(renderer)

    def _take(self, key: str) -> _Renderer:
        """Take an idle renderer of the key, or start one, if need be in the place of one of another key."""
        with self._changed:
            while True:
                for place in range(len(self._idle) - 1, -1, -1):
                    if self._idle[place].key == key:
                        return self._idle.pop(place)
                if self._count < self.processes:
                    self._count += 1
                    replaced = None
                    break
                if self._idle:
                    replaced = self._idle.pop(0)
                    break
                if not self._changed.wait(self.seconds_a_page * 2):
                    raise Unreadable(Failure.TOO_SLOW, "no renderer became free")
        try:
            if replaced is not None:
                replaced.close()
            return self._starter.submit(self._start, key).result()
        except BaseException:
            self._drop()
            raise

    def _give_back(self, renderer: _Renderer) -> None:
        renderer.pages += 1
        renderer.idle_since = time.monotonic()
        if renderer.process.returncode is not None or renderer.pages >= self.pages_each or renderer.channel.fileno() < 0:
            renderer.close()
            self._drop()
            return
        with self._changed:
            self._idle.append(renderer)
            self._changed.notify()
            if not self._sweeping:
                self._sweeping = True
                self._sweep_later()

    def _drop(self) -> None:
        with self._changed:
            self._count -= 1
            self._changed.notify()

    def _sweep_later(self) -> None:
        timer = threading.Timer(self.idle_seconds, self._sweep)
        timer.daemon = True
        timer.start()

    def _sweep(self) -> None:
        """End what has been idle for too long."""
        with self._changed:
            ends = time.monotonic() - self.idle_seconds
            old = [renderer for renderer in self._idle if renderer.idle_since <= ends]
            self._idle = [renderer for renderer in self._idle if renderer.idle_since > ends]
            self._count -= len(old)
            self._sweeping = bool(self._idle)
            if self._sweeping:
                self._sweep_later()
            self._changed.notify_all()
        for renderer in old:
            renderer.close()

    def _start(self, key: str) -> _Renderer:
        ours, theirs = socket.socketpair()
        with theirs:
            process = sandbox.start(
                [*sandbox.python(RENDERER), str(theirs.fileno())],
                folder=None,
                read_only=[*sandbox.python_paths(), LIBRARY],
                limits=self.limits,
                pass_fds=[theirs.fileno()],
            )
        return _Renderer(key, process, ours)


def _converse(renderer: _Renderer, question: dict[str, Any], descriptor: int, seconds: float) -> tuple[dict[str, Any], bytes]:
    """Put a question with an open file, and give the answer and its picture."""
    deadline = time.monotonic() + seconds
    body = json.dumps(question).encode()
    renderer.channel.settimeout(seconds)
    socket.send_fds(renderer.channel, [struct.pack("<I", len(body))], [descriptor])
    renderer.channel.sendall(body)
    (length,) = struct.unpack("<I", _receive(renderer.channel, 4, deadline))
    answer: dict[str, Any] = json.loads(_receive(renderer.channel, length, deadline))
    return answer, _receive(renderer.channel, int(answer["length"]), deadline)


def _receive(channel: socket.socket, length: int, deadline: float) -> bytes:
    if not 0 <= length <= MAX_ANSWER:
        raise ValueError("an answer of impossible length")
    parts: list[bytes] = []
    while length:
        channel.settimeout(max(deadline - time.monotonic(), 0.001))
        part = channel.recv(min(length, 1024 * 1024))
        if not part:
            raise EOFError
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
