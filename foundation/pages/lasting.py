"""Processes in the sandbox that last for many files, so that starting Python and PDFium is paid once.

A pool keeps them apart by key: a process serves one key only. They get each file as an open descriptor over a socket and see no file
system but programs and our own library.
"""

import atexit
import json
import os
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import foundation
from foundation import sandbox
from foundation.pages.facts import Failure, Unreadable

LIBRARY = Path(foundation.__file__).parent
INSIDE = LIBRARY / "pages" / "inside"
WAIT_SECONDS = 120
STEP_SECONDS = 1.0


@dataclass
class Lasting:
    """One process and our end of the line to it."""

    key: str
    process: subprocess.Popen[bytes]
    channel: socket.socket
    uses: int = 0
    idle_since: float = field(default_factory=time.monotonic)

    @property
    def alive(self) -> bool:
        """Whether it can be asked again."""
        return self.channel.fileno() >= 0 and self.process.poll() is None

    def close(self) -> None:
        """End it and everything inside."""
        self.channel.close()
        sandbox.stop(self.process)

    def ask(self, question: dict[str, Any], descriptors: Sequence[int]) -> None:
        """Send a question with open files. Raises OSError when the process has gone."""
        body = json.dumps(question).encode()
        self.channel.settimeout(STEP_SECONDS * 10)
        socket.send_fds(self.channel, [struct.pack("<I", len(body))], descriptors)
        self.channel.sendall(body)


class LastingPool:
    """At most `processes` lasting processes of a script, of whatever keys; safe to use from many threads and after a fork.

    A process is ended after `uses_each` uses, after `idle_seconds` without one, or when its user closes it because of a failure.
    """

    def __init__(self, script: Path, *, processes: int, uses_each: int, idle_seconds: float, limits: sandbox.Limits) -> None:
        self.script = script
        self.processes = processes
        self.uses_each = uses_each
        self.idle_seconds = idle_seconds
        self.limits = limits
        self._start_afresh()
        atexit.register(self.close)

    def _start_afresh(self) -> None:
        self._pid = os.getpid()
        self._changed = threading.Condition()
        self.idle: list[Lasting] = []
        self._count = 0
        self._sweeping = False
        # bubblewrap dies with the thread that started it, and a web server's threads come and go.
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix=self.script.stem)

    @contextmanager
    def borrowed(self, key: str = "") -> Iterator[Lasting]:
        """Lend a process of a key. Raises Unreadable when none becomes free, SandboxMissing when none can be started."""
        if os.getpid() != self._pid:
            self._start_afresh()  # after a fork the processes are the parent's
        lasting = self._take(key)
        try:
            yield lasting
        finally:
            self._give_back(lasting)

    def close(self) -> None:
        """End all processes that are not at work."""
        if os.getpid() != self._pid:
            return
        with self._changed:
            ended, self.idle = self.idle, []
            self._count -= len(ended)
            self._changed.notify_all()
        for lasting in ended:
            lasting.close()

    def _take(self, key: str) -> Lasting:
        """Take an idle process of the key, or start one, if need be in the place of one of another key."""
        replaced = None
        with self._changed:
            while True:
                self._forget_the_dead()
                for place in range(len(self.idle) - 1, -1, -1):
                    if self.idle[place].key == key:
                        return self.idle.pop(place)
                if self._count < self.processes:
                    self._count += 1
                    break
                if self.idle:
                    replaced = self.idle.pop(0)
                    break
                if not self._changed.wait(WAIT_SECONDS):
                    raise Unreadable(Failure.TOO_SLOW, "no process became free")
        try:
            if replaced is not None:
                replaced.close()
            return self._starter.submit(self._start, key).result()
        except BaseException:
            self._drop()
            raise

    def _forget_the_dead(self) -> None:
        """Leave out processes that ended while nobody looked (a machine short of memory ends the idle ones first)."""
        dead = [lasting for lasting in self.idle if not lasting.alive]
        for lasting in dead:
            self.idle.remove(lasting)
            self._count -= 1
            lasting.close()

    def _give_back(self, lasting: Lasting) -> None:
        lasting.uses += 1
        lasting.idle_since = time.monotonic()
        if not lasting.alive or lasting.uses >= self.uses_each:
            lasting.close()
            self._drop()
            return
        with self._changed:
            self.idle.append(lasting)
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
            since = time.monotonic() - self.idle_seconds
            ended = [lasting for lasting in self.idle if lasting.idle_since <= since]
            self.idle = [lasting for lasting in self.idle if lasting.idle_since > since]
            self._count -= len(ended)
            self._sweeping = bool(self.idle)
            if self._sweeping:
                self._sweep_later()
            self._changed.notify_all()
        for lasting in ended:
            lasting.close()

    def _start(self, key: str) -> Lasting:
        ours, theirs = socket.socketpair()
        with theirs:
            process = sandbox.start(
                [*sandbox.python(self.script), str(theirs.fileno())],
                folder=None,
                read_only=[*sandbox.python_paths(), LIBRARY],
                limits=self.limits,
                pass_fds=[theirs.fileno()],
            )
        return Lasting(key, process, ours)


def receive(channel: socket.socket, length: int, *, deadline: float, beat: Callable[[], None] | None = None) -> bytes:
    """Receive exactly so many bytes until a moment of the monotonic clock; `beat` is called every few seconds.

    Raises TimeoutError when it takes longer, EOFError when the other side has hung up.
    """
    parts: list[bytes] = []
    last_beat = time.monotonic()
    while length:
        now = time.monotonic()
        if now >= deadline:
            raise TimeoutError
        if beat is not None and now - last_beat >= sandbox.BEAT_SECONDS:
            last_beat = now
            beat()
        channel.settimeout(min(deadline - now, STEP_SECONDS))
        try:
            part = channel.recv(min(length, 1024 * 1024))
        except TimeoutError:
            continue
        if not part:
            raise EOFError
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
