"""A second folder with the same files, made in no time: files that are never changed are linked, not copied.

For stores and indexes whose writers only ever add files, remove names and put new files in the place of old ones: what one folder does so is not
seen in the other. Where links cannot be had (another disk, a file system without), files are copied.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Collection
from pathlib import Path

NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.EXDEV}


def make(source: Path, target: Path, *, copied: Collection[str] = (), left_out: Collection[str] = ()) -> int:
    """Fill `target` (made if it is not there) with the files of `source`; returns how many.

    `copied`: names of files that are written to in place. `left_out`: names of files and folders that belong to `source` alone. Files that
    come or go meanwhile are in it or not. Raises OSError: the disk is full, say; what was made by then is left to the caller.
    """
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    count = 0
    with os.scandir(source) as entries:
        found = [entry for entry in entries if entry.name not in left_out and not entry.is_symlink()]
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            count += make(Path(entry.path), target / entry.name, copied=copied, left_out=left_out)
        else:
            count += _twin(entry.path, target / entry.name, linked=entry.name not in copied)
    return count


def _twin(source: str, target: Path, *, linked: bool) -> int:
    try:
        if linked:
            try:
                os.link(source, target)
                return 1
            except OSError as refusal:
                if refusal.errno not in NO_LINKS:
                    raise
        shutil.copy2(source, target)
    except FileNotFoundError:
        if not target.parent.is_dir():
            raise
        return 0  # it went away
    return 1
