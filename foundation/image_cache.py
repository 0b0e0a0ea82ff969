"""A folder of pictures that can be drawn again: of limited size, the least recently seen go first."""

from __future__ import annotations

import fcntl
import logging
import os
import re
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

logger = logging.getLogger(__name__)
NAME = re.compile(r"[A-Za-z0-9_-]{1,80}(\.[a-z]{1,5})?")
SWEEP_EVERY = 64 * 1024 * 1024  # bytes written by this process
LEFT_AFTER_SWEEP = 0.9
TOUCH_SECONDS = 3600.0


class ImageCache:
    """Pictures below a folder, named by parts such as ("musterstadt", sha256, "17-1400.jpg").

    At most about `most_bytes` stay. Safe to share between threads and processes; a disk that is full or away costs time, never an answer.
    """

    def __init__(self, folder: Path, *, most_bytes: int) -> None:
        self.folder = Path(folder)
        self.most_bytes = most_bytes
        # Not 0: processes that end before they have written so much would never sweep. Taken together, one sweep per so many bytes.
        self._written = secrets.randbelow(max(1, min(SWEEP_EVERY, most_bytes)))
        self._lock = threading.Lock()
        self._sweeping = threading.Lock()

    def get(self, *parts: str) -> bytes | None:
        """The picture of this name, if it is here."""
        path = self._path(parts)
        try:
            found = path.read_bytes()
            if time.time() - path.stat().st_mtime > TOUCH_SECONDS:
                os.utime(path)
        except OSError:
            return None
        return found or None

    def put(self, content: bytes, *parts: str) -> None:
        """Keep a picture under a name. What cannot be written is drawn again the next time."""
        path = self._path(parts)
        fresh = path.with_name(f".{secrets.token_hex(8)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(content)
            fresh.replace(path)
        except OSError as trouble:
            logger.warning("A picture was not kept: %s", trouble)
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            return
        with self._lock:
            self._written += len(content)
            due = self._written >= min(SWEEP_EVERY, self.most_bytes)
            if due:
                self._written = 0
        if due:
            threading.Thread(target=self._sweep_in_turn, name="sweep-pictures", daemon=True).start()

    def forget(self, *parts: str) -> None:
        """Remove all pictures below a name: of an erased document, say."""
        shutil.rmtree(self._path(parts), ignore_errors=True)

    def sweep(self) -> int:
        """Remove the least recently seen pictures beyond the limit; returns how many bytes are left. One process sweeps at a time."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".sweep").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return 0
            found = sorted(self._files())
            left = sum(size for _seen, size, _path in found)
            if left <= self.most_bytes:
                return left
            for _seen, size, path in found:
                if left <= self.most_bytes * LEFT_AFTER_SWEEP:
                    break
                with suppress(OSError):
                    os.unlink(path)
                    left -= size
                with suppress(OSError):
                    os.rmdir(os.path.dirname(path))  # only where it was the last one
            return left

    def _sweep_in_turn(self) -> None:
        # A sweep that is under way has perhaps not seen what was written meanwhile: were this one left out, the folder would stay too big.
        with self._sweeping:
            self.sweep()

    def _files(self) -> Iterator[tuple[float, int, str]]:
        folders = [str(self.folder)]
        while folders:
            with suppress(OSError), os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    elif entry.name != ".sweep":
                        with suppress(OSError):
                            state = entry.stat()
                            yield state.st_mtime, state.st_size, entry.path

    def _path(self, parts: tuple[str, ...]) -> Path:
        if not parts or not all(NAME.fullmatch(part) for part in parts):
            raise ValueError(f"not a name for a picture: {parts!r}")
        return self.folder.joinpath(*parts)
