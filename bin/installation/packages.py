"""Debian's packages: only what is missing is installed, and no service of the system is started or changed by that."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .account import run
from .speech import Stop

NEEDED = (
    "acl",  # setfacl: lets the service user into the project's folder
    "bubblewrap",
    "fonts-liberation",
    "fonts-noto-core",
    "gettext",
    "ghostscript",
    "hunspell-de-de",
    "jbig2dec",
    "libmagic1",
    "libpango-1.0-0",
    "libpangoft2-1.0-0",
    "pngquant",
    "poppler-utils",
    "postgresql-15",
    "procps",
    "python3-venv",
    "qpdf",
    "redis-server",
    "tesseract-ocr",
    "tesseract-ocr-deu",
    "tesseract-ocr-osd",
    "unpaper",
)
NEEDED_FOR_POST = ("dovecot-imapd",)  # a mailbox to fetch from
NEEDED_FOR_TESTS = ("chromium", *NEEDED_FOR_POST)  # and a browser
NPM = ("nodejs", "npm")
SERVICES = {"redis-server": ["redis-server"], "dovecot-imapd": ["dovecot.service", "dovecot.socket"]}
POLICY = Path("/usr/sbin/policy-rc.d")
NO_MAIN_CLUSTER = Path("/etc/postgresql-common/createcluster.d/ebehoerdenakte.conf")


def missing(*, for_tests: bool = False, for_post: bool = False) -> list[str]:
    """Tell which packages are not installed. Node is asked for as a program: many install it from elsewhere."""
    wanted = [*NEEDED, *(NEEDED_FOR_TESTS if for_tests else NEEDED_FOR_POST if for_post else ())]
    asked = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *wanted], capture_output=True, text=True)
    installed = {line.split()[0] for line in asked.stdout.splitlines() if line.endswith(" installed")}
    return [name for name in wanted if name not in installed] + ([] if shutil.which("npm") else list(NPM))


def install(names: Sequence[str]) -> None:
    """Install packages. Raises Stop with the exact command if nobody here may do that."""
    log = Path(tempfile.mkstemp(prefix="eakte-apt-", suffix=".log")[1])
    by_hand = f"apt-get install --no-install-recommends {' '.join(names)}"
    if not shutil.which("apt-get"):
        raise Stop(f"Es fehlen Debian-Pakete: {' '.join(names)}", "Diese Software braucht Debian 12.")
    prefix = _as_root()
    if prefix is None:
        raise Stop(f"Es fehlen Debian-Pakete: {' '.join(names)}", f"Als root ausführen, dann erneut versuchen: {by_hand}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "UCF_FORCE_CONFFOLD": "1"}
    fetch = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "UCF_FORCE_CONFFOLD=1", "apt-get"]
    run([*fetch, "update", "-q"], log=log, env=quiet, advice="Prüfen, ob dieser Rechner die Debian-Quellen erreicht (/etc/apt).")
    with _no_services(prefix, names):
        keep = ["-o", "Dpkg::Options::=--force-confold"]
        run(
            [*fetch, "install", "-q", "-y", "--no-install-recommends", *keep, *names],
            log=log,
            env=quiet,
            advice=f"Von Hand versuchen: {by_hand}",
        )
    log.unlink()


def _as_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


@contextmanager
def _no_services(prefix: Sequence[str], names: Sequence[str]) -> Iterator[None]:
    """Keep the packages from starting the system's own servers: ours run from var/, on ports of their own.

    A policy-rc.d that is there already stays as it is. The same for the cluster "main" that postgresql-15 makes when it is installed
    for the first time; clusters that exist are never touched.
    """
    ours = not POLICY.exists()
    if ours:
        _write(prefix, POLICY, "#!/bin/sh\nexit 101\n", 0o755)
    if "postgresql-15" in names and not Path("/etc/postgresql-common").exists():
        subprocess.run([*prefix, "mkdir", "-p", str(NO_MAIN_CLUSTER.parent)], check=True)
        _write(
            prefix, NO_MAIN_CLUSTER, "# bin/up: the servers of eBehördenakte lie in its own folder\ncreate_main_cluster = false\n", 0o644
        )
    try:
        yield
    finally:
        if ours:
            subprocess.run([*prefix, "rm", "-f", str(POLICY)], check=False)
        for package, units in SERVICES.items():
            if package in names and shutil.which("systemctl"):
                subprocess.run([*prefix, "systemctl", "disable", "--quiet", *units], check=False, capture_output=True)


def _write(prefix: Sequence[str], path: Path, content: str, mode: int) -> None:
    subprocess.run([*prefix, "tee", str(path)], input=content.encode(), check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*prefix, "chmod", f"{mode:o}", str(path)], check=True)
