"""What a group of processes uses: a program and all that it has started, as the kernel counts it under /proc."""

import os
import resource
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Usage:
    """What a group of processes has used so far."""

    memory_bytes: int = 0
    cpu_seconds: float = 0.0
    peak_bytes: int = field(default=0)


def usage_of(pid: int) -> Usage:
    """Add up what a process and all its descendants use now: private memory in bytes, CPU seconds including ended children."""
    usage = Usage()
    ticks = os.sysconf("SC_CLK_TCK")
    for member in group_of(pid):
        try:
            resident, shared = map(int, Path(f"/proc/{member}/statm").read_text().split()[1:3])
            stat = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            continue  # it ended while we were looking
        usage.memory_bytes += (resident - shared) * resource.getpagesize()
        usage.cpu_seconds += sum(map(int, stat[11:15])) / ticks
    return usage


def group_of(pid: int) -> Iterator[int]:
    """Walk over a process and its descendants; orphans inside belong to the namespace's first process, which is one of them."""
    waiting = [pid]
    while waiting:
        current = waiting.pop()
        yield current
        try:
            threads = os.listdir(f"/proc/{current}/task")
        except OSError:
            continue
        for thread in threads:
            try:
                waiting.extend(map(int, Path(f"/proc/{current}/task/{thread}/children").read_text().split()))
            except OSError:
                continue


def size_of(folder: Path) -> int:
    """Add up the disk space below a folder in bytes; holes in a file cost nothing."""
    total, waiting = 0, [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    total += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except OSError:
            continue  # the program tidies up while we are looking
    return total
