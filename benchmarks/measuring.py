"""Wall time and CPU time of an act, its programs and the lasting processes it uses; and a table of rows with their ratio to the first."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass

from foundation.pages.inspection import READERS
from foundation.pages.lasting import LastingPool
from foundation.usage import usage_of


@dataclass(frozen=True)
class Measured:
    """What an act took, in seconds."""

    wall: float
    cpu: float


def measured(act: Callable[[], object], pool: LastingPool = READERS) -> Measured:
    """Do something and say what it took; programs that ended count, and the processes of a pool."""
    before, started = _cpu(pool), time.perf_counter()
    act()
    return Measured(time.perf_counter() - started, _cpu(pool) - before)


def table(rows: list[tuple[str, Measured]], count: int, things: str) -> str:
    """Give the rows as text, with the ratio of their rates to the first one's."""
    first = rows[0][1]
    lines = [f"{'':<12}{things + '/min':>16}{'wall s':>10}{'CPU s each':>12}{'ratio wall':>12}{'ratio CPU':>12}"]
    for name, taken in rows:
        rate, each = count * 60 / taken.wall, taken.cpu / count
        lines.append(
            f"{name:<12}{rate:>16.1f}{taken.wall:>10.1f}{each:>12.4f}{first.wall / taken.wall:>12.2f}{first.cpu / taken.cpu:>12.2f}"
        )
    return "\n".join([*lines, f"{count} {things}; a ratio above 1 means faster, or less CPU, than {rows[0][0]}"])


def _cpu(pool: LastingPool) -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    lasting = sum(usage_of(process.process.pid).cpu_seconds for process in pool.idle)
    return sum(usage.ru_utime + usage.ru_stime for usage in used) + lasting
