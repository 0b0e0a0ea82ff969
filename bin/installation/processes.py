"""Groups of processes in the background: `servers`, `node`, `centre`. Each is a honcho with the lines of bin/processes/<group>."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from .account import Account
from .places import PROJECT, VENV, Installation
from .speech import Stop

BIN = PROJECT / "bin"
LARGEST_LOG = 50 * 2**20  # bytes; then it is put aside at the next start
SECONDS_TO_END = 60.0
PR_SET_PDEATHSIG = 1
_children: dict[int, subprocess.Popen[bytes]] = {}  # what this very program has started


def lines(group: str) -> dict[str, str]:
    """The processes of a group by name, as bin/processes/<group> has them."""
    written = (BIN / "processes" / group).read_text().splitlines()
    return {name.strip(): command.strip() for name, _, command in (line.partition(":") for line in written if line and line[0] != "#")}


def start(group: str, installation: Installation, account: Account, env: Mapping[str, str]) -> None:
    """Start a group in the background, unless it runs already. Its output goes to var/log/<group>.log."""
    if running(group, installation):
        return
    log = installation.log / f"{group}.log"
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.rename(log.with_suffix(".log.1"))
    command = [
        str(BIN / "keep"),
        str(VENV / "bin" / "python"),
        "-m",
        "honcho",
        "start",
        "--no-colour",
        "-e",
        os.devnull,
        "-d",
        str(PROJECT),
    ]
    with log.open("ab") as sink:
        started = subprocess.Popen(
            [*command, "-f", str(BIN / "processes" / group)],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env={**env, "EAKTE_BIN": str(BIN)},
            cwd=PROJECT,
            start_new_session=True,
            preexec_fn=_end_with_parent if installation.throwaway else None,
            **account.identity(),
        )
    _children[started.pid] = started
    installation.remember(group, {"pid": started.pid, "started": _start_time(started.pid)})


def running(group: str, installation: Installation) -> int | None:
    """The process id of a group that runs. A number that meanwhile belongs to another program does not count."""
    remembered = installation.remembered(group)
    if not remembered or remembered["started"] is None or _start_time(remembered["pid"]) != remembered["started"]:
        return None
    return int(remembered["pid"])


def stop(group: str, installation: Installation) -> bool:
    """End a group and wait until its last process is gone; returns whether it ran. Raises Stop if it does not end."""
    pid = running(group, installation)
    if pid is not None:
        try:
            os.kill(pid, signal.SIGTERM)
        except PermissionError:
            raise Stop(
                f"Die Gruppe {group} (Prozess {pid}) gehört jemand anderem.", "Als der Benutzer aufrufen, der bin/up aufgerufen hat."
            ) from None
        deadline = time.monotonic() + SECONDS_TO_END
        while running(group, installation) is not None:
            if time.monotonic() > deadline:
                raise Stop(f"Die Gruppe {group} (Prozess {pid}) endet nicht.", f"Protokoll lesen: {installation.log / (group + '.log')}")
            if pid in _children:
                _children[pid].poll()  # takes leave of our own child (in a test run), which would stay as a zombie
            time.sleep(0.05)
    installation.forget(group)
    return pid is not None


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def _start_time(pid: int) -> int | None:
    """When a process started, in clock ticks since boot: with its number it names it for good. None for a zombie, too."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[19])
