"""A write-once store of bytes on a disk, addressed by their SHA-256.

    root/incoming/…            files that are still arriving
    root/objects/ab/cd/abcd…   what was kept: read-only (0440), under the hash of its bytes

What `keep` has returned is on the disk: file and folders were synced before. Nothing is ever overwritten, the same bytes lie here once,
and a reader sees a whole object or none. Any number of processes may write at once. The store knows hashes and bytes, nothing else.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import re
import secrets
import shutil
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

logger = logging.getLogger(__name__)

MIB = 1024**2
BLOCK = MIB
LOOK_EVERY = 64 * MIB  # how often an arriving file looks whether the disk still has room
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NO_HARD_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK}


class StoreError(Exception):
    """Something about the store, not about the caller."""


class NotInStore(StoreError):
    """No object has this hash."""


class Damaged(StoreError):
    """The bytes under this hash are not the ones that were kept."""


class StoreFull(StoreError):
    """The disk has no room; nothing of the file was kept."""


class StoreUnavailable(StoreError):
    """The store's folder is not there or cannot be used: a disk that is not mounted, say."""


@dataclass(frozen=True)
class Stored:
    """An object that is safely on the disk. `size` in bytes."""

    sha256: str
    size: int


class Incoming:
    """A file that is arriving: written once, hashed while it is written, gone unless the store keeps it.

    A context manager, or call `discard()`. A forgotten one goes when it is collected, a killed process's by `Store.sweep_incoming`.
    """

    def __init__(self, store: Store, path: Path) -> None:
        self.path = path
        self.size = 0
        self.kept: Stored | None = None
        self._store = store
        self._hash = hashlib.sha256()
        self._next_look = LOOK_EVERY
        self._file = path.open("xb", buffering=0)
        self._clean_up = weakref.finalize(self, _remove_arriving, path, self._file)

    @property
    def sha256(self) -> str:
        """Hash of what has arrived so far, in lower-case hex digits."""
        return self._hash.hexdigest()

    def write(self, chunk: bytes) -> None:
        """Append bytes. Raises StoreFull, StoreUnavailable; the file is gone then."""
        rest = memoryview(chunk)
        try:
            with _said_clearly():
                while rest:
                    rest = rest[self._file.write(rest) :]
                if self.size + len(chunk) >= self._next_look:
                    self._next_look += LOOK_EVERY
                    self._store.require_room()
        except StoreError:
            self.discard()
            raise
        self._hash.update(chunk)
        self.size += len(chunk)

    def open(self) -> BufferedReader:
        """Open what has arrived so far for reading, wherever it lies now."""
        return self._store.open(self.kept.sha256) if self.kept else self.path.open("rb")

    def seal(self) -> None:
        """Make the bytes durable and read-only; nothing can be written any more."""
        os.fsync(self._file.fileno())
        os.fchmod(self._file.fileno(), 0o440)
        self._file.close()

    def discard(self) -> None:
        """Remove the file from the folder of arrivals. What was kept stays kept."""
        self._clean_up()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.discard()


class Store:
    """One store. `root` exists already: a missing one is a disk that is not mounted, and must not be replaced by an empty folder.

    `reserve_bytes` stay free on the disk, so that databases beside the store can still write. `recheck_seconds`: how long this process
    believes that an object it has verified, and that nobody has touched since, is sound.
    """

    def __init__(self, root: Path, *, reserve_bytes: int = 256 * MIB, recheck_seconds: float = 600.0) -> None:
        self.root = Path(root)
        self.reserve_bytes = reserve_bytes
        self.recheck_seconds = recheck_seconds
        self._objects = self.root / "objects"
        self._incoming = self.root / "incoming"
        self._durable_folders: set[Path] = set()
        self._sound: dict[str, tuple[int, int, float]] = {}

    # --- Taking in ---------------------------------------------------------------------------------------------------------------

    def receive(self, expected_bytes: int = 0) -> Incoming:
        """Begin to take a file in. Raises StoreFull if the disk has no room for `expected_bytes`, StoreUnavailable."""
        self.require_room(expected_bytes)
        with _said_clearly():
            self._incoming.mkdir(mode=0o750, exist_ok=True)
            return Incoming(self, self._incoming / f"{time.time_ns():x}-{secrets.token_hex(8)}")

    def keep(self, incoming: Incoming) -> Stored:
        """Put an arrived file under its hash, durably. The same bytes may arrive many times, also at once: they lie here once.

        Raises StoreFull, StoreUnavailable; then nothing was kept.
        """
        if incoming.kept is None:
            stored = Stored(incoming.sha256, incoming.size)
            try:
                with _said_clearly():
                    incoming.seal()
                    self._place(incoming.path, stored.sha256)
                incoming.kept = stored
            finally:
                incoming.discard()
        return incoming.kept

    def put(self, content: bytes | Path) -> Stored:
        """Keep bytes, or a copy of a file. Raises like receive, write and keep."""
        with self.receive() as incoming:
            if isinstance(content, bytes):
                incoming.write(content)
            else:
                with content.open("rb") as source:
                    while block := source.read(BLOCK):
                        incoming.write(block)
            return self.keep(incoming)

    def put_all(self, contents: Sequence[bytes]) -> list[Stored]:
        """Keep several, as put() does: none is given before all are on the disk. Their syncs come one after another, so that the disk has one round of
        work for all of them. Raises like receive, write and keep; what was kept by then stays.
        """
        arrived: list[Incoming] = []
        try:
            for content in contents:
                arrived.append(incoming := self.receive())
                incoming.write(content)
            with _said_clearly():
                for incoming in arrived:
                    incoming.seal()
                made = {self._link(incoming.path, incoming.sha256).parent for incoming in arrived}
                for folder in made:
                    _sync_folder(folder)
            return [Stored(incoming.sha256, incoming.size) for incoming in arrived]
        finally:
            for incoming in arrived:
                incoming.discard()

    def _place(self, arrived: Path, sha256: str) -> None:
        """Give a sealed file its name, durably."""
        _sync_folder(self._link(arrived, sha256).parent)  # also when another process made the link: it may not have come this far

    def _link(self, arrived: Path, sha256: str) -> Path:
        """Give a sealed file its name. A link refuses a name that is taken, so that two writers cannot harm each other."""
        target = self.path(sha256)
        self._make_durable(target.parent)
        while True:
            try:
                os.link(arrived, target)
                break
            except FileExistsError:
                try:
                    self._meet_again(arrived, target)
                    break
                except FileNotFoundError:
                    continue  # removed by an erasure between two steps: ours is the first again
            except FileNotFoundError:
                if target.parent.is_dir() or not self._objects.is_dir():
                    raise
                self._durable_folders.clear()  # folders were exchanged underneath, by a restored backup
                self._make_durable(target.parent)
            except OSError as refusal:
                if refusal.errno not in _NO_HARD_LINKS:
                    raise
                os.replace(arrived, target)  # a file system without links; whatever it replaces has the same hash
                break
        return target

    def _meet_again(self, arrived: Path, target: Path) -> None:
        """The bytes are here already. A damaged copy is mended by the good one; the date says when they were last asked for."""
        if _hash_of(target) != target.name:
            logger.error("The object %s was damaged; it arrived once more and was mended.", target.name)
            os.replace(arrived, target)
            return
        with suppress(PermissionError):
            os.utime(target)  # a sweep of unreferenced objects leaves young ones alone

    def _make_durable(self, folder: Path) -> None:
        """Make a folder of objects and those above it; each process syncs each of them once, because it cannot know who made them."""
        if folder != self.root and folder not in self._durable_folders:
            self._make_durable(folder.parent)
            folder.mkdir(mode=0o750, exist_ok=True)
            _sync_folder(folder.parent)
            self._durable_folders.add(folder)

    # --- Giving out --------------------------------------------------------------------------------------------------------------

    def path(self, sha256: str) -> Path:
        """Where an object lies or would lie. Raises ValueError for anything that is no SHA-256 in lower-case hex digits."""
        if not _SHA256.fullmatch(sha256):
            raise ValueError("not a SHA-256 in lower-case hex digits")
        return self._objects / sha256[:2] / sha256[2:4] / sha256

    def has(self, sha256: str) -> bool:
        """Whether such an object is here. Raises StoreUnavailable: a missing disk says nothing about what is on it."""
        try:
            return self.size(sha256) >= 0
        except NotInStore:
            return False

    def size(self, sha256: str) -> int:
        """Size in bytes. Raises NotInStore, StoreUnavailable."""
        with self._missing_said(sha256):
            return self.path(sha256).stat().st_size

    def open(self, sha256: str) -> BufferedReader:
        """Open an object for reading, unchecked. Raises NotInStore, StoreUnavailable."""
        with self._missing_said(sha256):
            return self.path(sha256).open("rb")

    def open_verified(self, sha256: str) -> BufferedReader:
        """Open an object whose bytes have been read and compared with their hash, so that no flipped bit is ever handed out.

        That costs about a second per gigabyte, and nothing while `recheck_seconds` last. Raises Damaged, NotInStore, StoreUnavailable.
        """
        opened = self.open(sha256)
        state = os.fstat(opened.fileno())
        inode, changed, checked_at = self._sound.get(sha256, (0, 0, 0.0))
        if (inode, changed) == (state.st_ino, state.st_ctime_ns) and time.monotonic() - checked_at < self.recheck_seconds:
            return opened
        try:
            if hashlib.file_digest(opened, "sha256").hexdigest() != sha256:
                raise Damaged(sha256)
        except BaseException:
            opened.close()
            raise
        if len(self._sound) > 4096:
            self._sound.clear()
        self._sound[sha256] = (state.st_ino, state.st_ctime_ns, time.monotonic())
        opened.seek(0)
        return opened

    def verify(self, sha256: str) -> bool:
        """Read an object whole: are its bytes the ones that were kept? Raises NotInStore, StoreUnavailable."""
        with self._missing_said(sha256):
            return _hash_of(self.path(sha256)) == sha256

    def objects(self) -> Iterator[str]:
        """Hashes of all objects, in no particular order, while others write."""
        for first in _folders(self._objects):
            for second in _folders(Path(first)):
                with os.scandir(second) as entries:
                    yield from (entry.name for entry in entries if _SHA256.fullmatch(entry.name))

    # --- Keeping house -----------------------------------------------------------------------------------------------------------

    def remove(self, sha256: str) -> None:
        """Remove an object for ever; one that is gone already is no error. Raises StoreUnavailable.

        Only the law asks for this: erasure of a misfiled document (Art. 17 GDPR), destruction after retention, and bytes that never became
        part of a record. The caller has made sure that no other record refers to them.
        """
        with suppress(NotInStore), self._missing_said(sha256):
            self.path(sha256).unlink()
            _sync_folder(self.path(sha256).parent)

    def sweep_incoming(self, older_than_seconds: float) -> int:
        """Remove what killed processes left half-arrived and untouched for so long; returns the number of files."""
        removed = 0
        with suppress(FileNotFoundError), os.scandir(self._incoming) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    if time.time() - entry.stat().st_mtime > older_than_seconds:
                        Path(entry.path).unlink()
                        removed += 1
        return removed

    def free_bytes(self) -> int:
        """What may still be written. Raises StoreUnavailable."""
        with _said_clearly():
            return max(0, shutil.disk_usage(self.root).free - self.reserve_bytes)

    def require_room(self, needed_bytes: int = 0) -> None:
        """Raise StoreFull unless so many bytes (and at least one) may still be written."""
        if self.free_bytes() < max(1, needed_bytes):
            raise StoreFull(str(self.root))

    @contextmanager
    def _missing_said(self, sha256: str) -> Iterator[None]:
        """Tell a missing object from a missing disk."""
        try:
            yield
        except ValueError as unreadable:
            raise NotInStore(sha256) from unreadable
        except FileNotFoundError as missing:
            if self._objects.is_dir():
                raise NotInStore(sha256) from missing
            raise StoreUnavailable(str(self.root)) from missing
        except OSError as trouble:
            raise StoreUnavailable(str(self.root)) from trouble


@contextmanager
def _said_clearly() -> Iterator[None]:
    """Say what an error of the operating system means while something is written."""
    try:
        yield
    except OSError as trouble:
        if trouble.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFull(str(trouble)) from trouble
        raise StoreUnavailable(str(trouble)) from trouble


def _remove_arriving(path: Path, file: BinaryIO) -> None:
    file.close()
    path.unlink(missing_ok=True)


def _hash_of(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _folders(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.path for entry in entries if entry.is_dir()]
    except FileNotFoundError:
        return []
