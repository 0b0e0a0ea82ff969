"""Where an installation lies and what the person who starts it has chosen by environment variables."""

from __future__ import annotations

import fcntl
import json
import os
import re
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .speech import Stop

PROJECT = Path(__file__).resolve().parents[2]
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE, CENTRE = "node", "centre"
SITES = (NODE, CENTRE)
LONGEST_SOCKET_FOLDER = 80  # characters; a socket's whole path must stay below 108


@dataclass(frozen=True)
class Installation:
    """One node and one centre under a folder `var` of their own, on two ports of the loopback."""

    var: Path
    node_port: int = 8000
    centre_port: int = 8001
    mode: str = "demo"
    # Made for one test run: faster, because nothing of it has to outlive a power cut, and it ends with the program that started it.
    throwaway: bool = False
    # Settings that the caller gave and that set-up does not know: they go through to every process.
    chosen: dict[str, str] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        return self.var / "log"

    @property
    def run(self) -> Path:
        return self.var / "run"

    @property
    def demo_file(self) -> Path:
        return self.var / "demo.json"

    @property
    def setup_log(self) -> Path:
        return self.log / "setup.log"

    def remembered(self, name: str) -> Any:
        """Read what an earlier run wrote down under this name; None if there is nothing readable."""
        try:
            return json.loads((self.run / f"{name}.json").read_text())
        except (OSError, ValueError):
            return None

    def remember(self, name: str, what: Any) -> None:
        """Write something down for later runs, moved into place as a whole."""
        fresh = self.run / f".{name}.{os.getpid()}"
        fresh.write_text(json.dumps(what))
        fresh.rename(self.run / f"{name}.json")

    def forget(self, name: str) -> None:
        (self.run / f"{name}.json").unlink(missing_ok=True)


def from_environment() -> Installation:
    """Read EAKTE_VAR, EAKTE_NODE_PORT, EAKTE_CENTRE_PORT; other EAKTE_* variables are passed on to the processes."""
    known = {"EAKTE_VAR", "EAKTE_NODE_PORT", "EAKTE_CENTRE_PORT"}
    return Installation(
        var=Path(os.environ.get("EAKTE_VAR") or PROJECT / "var").absolute(),
        node_port=_port("EAKTE_NODE_PORT", 8000),
        centre_port=_port("EAKTE_CENTRE_PORT", 8001),
        chosen={name: value for name, value in os.environ.items() if name.startswith("EAKTE_") and name not in known},
    )


def _port(name: str, default: int) -> int:
    written = os.environ.get(name) or str(default)
    if not written.isdigit() or not 0 < int(written) < 65536:
        raise Stop(f"{name} ist {written!r} und keine Portnummer.", f"{name} auf eine Zahl zwischen 1 und 65535 setzen oder weglassen.")
    return int(written)


def port_is_free(port: int) -> bool:
    """Tell whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_ports(count: int) -> list[int]:
    """Find different free ports: all are held until the last is found, so that none is given twice."""
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


def socket_folder(installation: Installation, site: str) -> Path:
    """The folder of a site's PostgreSQL socket: below var if the path is short and plain (it becomes part of an address), else in /tmp."""
    inside = installation.run / f"postgres-{site}"
    if re.fullmatch(rf"[A-Za-z0-9/._-]{{1,{LONGEST_SOCKET_FOLDER}}}", str(inside)):
        inside.mkdir(parents=True, exist_ok=True)
        return inside
    remembered = installation.remembered(f"socket-folder-{site}")
    if remembered and Path(remembered).is_dir():
        return Path(remembered)
    temporary = tempfile.gettempdir()  # a test run's own, which is taken away with it
    outside = Path(tempfile.mkdtemp(prefix="eakte-", dir=temporary if len(temporary) < LONGEST_SOCKET_FOLDER - 20 else "/tmp"))
    installation.remember(f"socket-folder-{site}", str(outside))
    return outside


@contextmanager
def only_one(lock_file: Path) -> Iterator[None]:
    """Let one run at a time do what follows; another one waits."""
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        yield
