"""A write-once, content-addressed store on a disk: bytes are named by their SHA-256 and never change.

The order is what makes "received" a promise: bytes are written to `incoming/`, fsynced, linked to their name under `objects/`, the
folders are fsynced, and only then may a row speak of them. The same bytes are kept once.
"""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

CHUNK = 1 << 20


class StoreFull(Exception):
    """No room left; nothing was kept."""


class NotInStore(Exception):
    """There are no bytes with this hash."""


class Damaged(Exception):
    """The bytes no longer fit their hash; they are not handed out."""


@dataclass(frozen=True)
class Stored:
    """Bytes that are safe: their SHA-256 (hexadecimal) and their size in bytes."""

    sha256: str
    size: int


class Incoming:
    """Bytes on their way in. Leaving the block without `Store.keep` removes them."""

    def __init__(self, folder: Path) -> None:
        try:
            handle, name = tempfile.mkstemp(dir=folder, prefix="in-")
        except OSError as error:
            raise _said(error) from error
        self.path = Path(name)
        self._file = os.fdopen(handle, "w+b", buffering=CHUNK)
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, chunk: bytes) -> None:
        """Append bytes. Raises StoreFull."""
        try:
            self._file.write(chunk)
        except OSError as error:
            raise _said(error) from error
        self._digest.update(chunk)
        self.size += len(chunk)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def settle(self) -> None:
        """Bring everything written to the disk."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _said(error) from error

    def open(self) -> BinaryIO:
        """Read what has arrived so far, from the beginning."""
        self._file.flush()
        return self.path.open("rb")

    def discard(self) -> None:
        try:
            self._file.close()
        except OSError:
            pass  # a full disk refuses the last buffer; the file goes anyway
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.discard()


class Store:
    """The document store of one municipality, below `root` on a local disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._objects, self._incoming = root / "objects", root / "incoming"
        for folder in (self._objects, self._incoming):
            folder.mkdir(parents=True, exist_ok=True)

    def receive(self) -> Incoming:
        """Begin to receive bytes."""
        return Incoming(self._incoming)

    def keep(self, incoming: Incoming) -> Stored:
        """Make received bytes safe under their hash; the same bytes arriving twice at once are kept once. Raises StoreFull."""
        incoming.settle()
        stored = Stored(incoming.sha256, incoming.size)
        target = self.path(stored.sha256)
        try:
            if not target.exists():
                self._folders(target.parent)
                os.chmod(incoming.path, 0o440)
                os.link(incoming.path, target)
            else:
                os.utime(target)  # young again: a sweep of what nothing refers to leaves it alone
            _sync(target.parent)
        except FileExistsError:
            pass  # somebody else kept the same bytes a moment ago
        except OSError as error:
            raise _said(error) from error
        incoming.discard()
        return stored

    def put(self, source: Path | bytes) -> Stored:
        """Keep the bytes of a file, or bytes."""
        with self.receive() as incoming:
            if isinstance(source, bytes):
                incoming.write(source)
            else:
                with source.open("rb") as file:
                    while chunk := file.read(CHUNK):
                        incoming.write(chunk)
            return self.keep(incoming)

    def path(self, sha256: str) -> Path:
        """Where the bytes lie, or would lie. Raises ValueError for what is no SHA-256."""
        if len(sha256) != 64 or not all(c in "0123456789abcdef" for c in sha256):
            raise ValueError("not a SHA-256")
        return self._objects / sha256[:2] / sha256[2:4] / sha256

    def has(self, sha256: str) -> bool:
        return self.path(sha256).exists()

    def size(self, sha256: str) -> int:
        try:
            return self.path(sha256).stat().st_size
        except FileNotFoundError as error:
            raise NotInStore(sha256) from error

    def open(self, sha256: str) -> BinaryIO:
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError as error:
            raise NotInStore(sha256) from error

    def verify(self, sha256: str) -> bool:
        """Read all bytes and compare them with their name. Raises NotInStore."""
        with self.open(sha256) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256

    def open_verified(self, sha256: str) -> BinaryIO:
        """Open bytes that fit their name. Raises NotInStore, Damaged."""
        if not self.verify(sha256):
            raise Damaged(sha256)
        return self.open(sha256)

    def remove(self, sha256: str) -> None:
        """Remove bytes for good: only for erasure by law, destruction after appraisal, and what nothing refers to."""
        path = self.path(sha256)
        path.unlink(missing_ok=True)
        if path.parent.exists():
            _sync(path.parent)

    def objects(self) -> Iterator[str]:
        """Hashes of everything that is kept."""
        for first in sorted(self._objects.iterdir()):
            for second in sorted(first.iterdir()):
                for entry in sorted(second.iterdir()):
                    yield entry.name

    def sweep_incoming(self, *, older_than_seconds: float) -> int:
        """Remove uploads that broke off; returns how many."""
        removed = 0
        for leftover in self._incoming.iterdir():
            try:
                if time.time() - leftover.stat().st_mtime > older_than_seconds:
                    leftover.unlink(missing_ok=True)
                    removed += 1
            except FileNotFoundError:
                continue  # kept or discarded this moment
        return removed

    def _folders(self, folder: Path) -> None:
        if not folder.exists():
            folder.mkdir(parents=True, exist_ok=True)
            _sync(folder.parent)
            _sync(folder.parent.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _said(error: OSError) -> Exception:
    return StoreFull(str(error)) if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else error
