"""Generations of an index: each a tantivy index in a folder of its own, beside a pointer to the one in force.

A new generation is built while the old one is searched; swapping is one atomic rename. Searches that still run keep their files: Linux
frees a deleted file with its last map.
"""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import tantivy

from foundation.german import fingerprint

SCHEMA_VERSION = 2


class NeedsRebuild(Exception):
    """The index was built with another schema or analyzer: words typed today would not meet the words in it."""


class WriterBusy(Exception):
    """Another process or thread writes to this index; there is one writer at a time."""


class Superseded(Exception):
    """A newer generation was swapped in. Nothing was committed; open a new writer and go on from its cursor."""


def _build_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("document", "file", "scope", "year", "newest"):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    for name in ("branch", "kind"):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("media_type", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("words", tokenizer_name="blanks", index_option="position")
    builder.add_text_field("parts", tokenizer_name="blanks", index_option="freq")
    builder.add_text_field("title", tokenizer_name="blanks", index_option="freq")
    builder.add_text_field("spellings", tokenizer_name="blanks", index_option="basic")
    builder.add_text_field("marker", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("payload", stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


SCHEMA = _build_schema()


def current_format() -> dict[str, Any]:
    return {"schema": SCHEMA_VERSION, "analyzer": fingerprint()}


class Generation:
    """One tantivy index in a folder of its own, reloaded when another process has committed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tantivy = tantivy.Index(SCHEMA, path=str(folder), reuse=True)
        self.tantivy.register_tokenizer("blanks", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        self.tantivy.config_reader("manual")
        self._seen: tuple[int, int] | None = None

    def searcher(self) -> tantivy.Searcher:
        """Give a searcher over the last commit. Looking at meta.json costs microseconds; a watching thread per town would not."""
        state = (self.folder / "meta.json").stat()
        seen = (state.st_mtime_ns, state.st_ino)
        if seen != self._seen:
            self.tantivy.reload()
            self._seen = seen
        return self.tantivy.searcher()


@contextmanager
def swap_lock(folder: Path, *, wait: bool = False) -> Iterator[None]:
    with (folder / "swap.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as busy:
            raise WriterBusy(str(folder)) from busy
        yield


def new_generation(folder: Path) -> Generation:
    fresh = folder / f"g-{secrets.token_hex(8)}"
    fresh.mkdir()
    (fresh / "format.json").write_text(json.dumps(current_format()))
    return Generation(fresh)


def swap(folder: Path, generation: Path) -> None:
    """Point at a generation, atomically and durably."""
    beside = folder / "current.new"
    with beside.open("w") as file:
        file.write(generation.name)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / "current")
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def forget_others(folder: Path, current: Path) -> None:
    """Delete older generations. Searches that still run keep their files: Linux frees them with the last map."""
    for other in folder.glob("g-*"):
        if other != current:
            with suppress(OSError):
                shutil.rmtree(other)


def discard(generation: Path) -> None:
    """Delete a generation that was not finished."""
    shutil.rmtree(generation, ignore_errors=True)
