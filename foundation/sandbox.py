"""Run a program on somebody else's file so that it can harm nothing but its own folder.

bubblewrap gives the program a file system of read-only Debian directories and one writable folder, no network, no capabilities and a
process namespace of its own: when the first process dies, everything it started dies with it. Limits on memory, time and space are
kept twice, by the kernel for each process (RLIMIT_*) and by a watch over the whole group, because neither sees everything: address
space says little about a program that maps large files, and the watch is asleep for a fifth of a second.

Programs never run as root, not even inside a user namespace of root's: a process of root's first becomes the service user.
"""

import os
import pwd
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from foundation.usage import Usage, group_of, size_of, usage_of

SERVICE_USER = os.environ.get("EAKTE_SERVICE_USER", "eakte")

MIB = 1024**2
GIB = 1024**3
OUTPUT_BYTES = 16 * MIB  # of what a program says; more belongs into a file
ADDRESS_SLACK = 768 * MIB  # libraries, thread stacks and mapped files count as address space but cost no memory
SAMPLE_SECONDS = 0.2
BEAT_SECONDS = 3.0
GONE_SECONDS = 10.0

# The namespace's first process: it hands signals on as exit codes (the kernel shields process 1 from most), collects orphans, and is waited
# for by bubblewrap, so that the CPU time of everything inside reaches us.
FIRST_PROCESS = ("/bin/sh", "-c", '"$@"; exit $?', "sh")

SYSTEM_FOLDERS = (
    "/usr",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/var/cache/fontconfig",
    "/var/lib/ghostscript",
)
# Debian 12 has one /usr; the names in the root are links into it.
ROOT_LINKS = ("bin", "sbin", "lib", "lib64")
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "OMP_THREAD_LIMIT": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "PYTHONDONTWRITEBYTECODE": "1",
}


class SandboxMissing(Exception):
    """The machine cannot run programs safely; the message says what is to be installed or set up."""


class Exceeded(Exception):
    """A program went over one of its limits and was ended; `what` is "time", "memory" or "space"."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one run may use: bytes of memory and of files for the whole group, seconds of CPU and of wall time, number of processes."""

    memory_bytes: int = 2 * GIB
    cpu_seconds: float = 60
    wall_seconds: float = 300
    file_bytes: int = 2 * GIB
    processes: int = 64


@dataclass(frozen=True)
class Finished:
    """How a run ended; a negative `returncode` names the signal that ended the program."""

    returncode: int
    stdout: bytes
    stderr: bytes
    cpu_seconds: float
    peak_bytes: int


def run(
    argv: Sequence[str | Path],
    *,
    folder: Path,
    read_only: Sequence[Path] = (),
    limits: Limits | None = None,
    beat: Callable[[], None] | None = None,
    stdin: bytes | IO[bytes] | None = None,
) -> Finished:
    """Run a program in the sandbox and wait for its end.

    `folder` is the one place it may write to (and its working directory, seen under the same name); `read_only` are further files and
    folders it may read. `beat` is called every few seconds while waiting, so that a lease can be renewed; what it raises ends the run.

    Raises Exceeded when a limit is reached, SandboxMissing when bubblewrap or an unprivileged user is missing.
    """
    limits = limits or Limits()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, _input(stdin) as source:
        process = start(argv, folder=folder, read_only=read_only, limits=limits, stdin=source, stdout=out, stderr=err)
        try:
            usage, status = _watch(process, folder, limits, beat or _no_beat)
        except BaseException:
            stop(process)
            raise
        returncode = _returncode(status)
        if returncode in (-signal.SIGXCPU, -signal.SIGXFSZ):
            raise Exceeded("time" if returncode == -signal.SIGXCPU else "space")
        return Finished(returncode, _content(out), _content(err), usage.cpu_seconds, usage.peak_bytes)


def start(
    argv: Sequence[str | Path],
    *,
    folder: Path | None,
    read_only: Sequence[Path] = (),
    limits: Limits,
    stdin: int | IO[bytes] | None = None,
    stdout: int | IO[bytes] | None = None,
    stderr: int | IO[bytes] | None = None,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a program in the sandbox and leave the waiting to the caller.

    Without a `folder` it cannot write anywhere. `pass_fds` stay open under their numbers. The kernel's limits for each process are set;
    a watch over the group is the caller's (see `usage_of`).
    """
    command = [*_as_service_user(folder), *_bubblewrap(folder, read_only), *_limited(limits), *map(str, argv)]
    return subprocess.Popen(  # noqa: S603 -- a list, no shell
        command,
        stdin=subprocess.DEVNULL if stdin is None else stdin,
        stdout=subprocess.DEVNULL if stdout is None else stdout,
        stderr=subprocess.DEVNULL if stderr is None else stderr,
        pass_fds=pass_fds,
        env=ENVIRONMENT,
        cwd="/",
    )


def open_result(path: Path) -> IO[bytes]:
    """Open a file that a foreign program left in its folder: a plain file, never what a link of its points to.

    Raises FileNotFoundError when there is none, OSError when it is anything else than a file.
    """
    file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(f"{path.name} is no plain file")
    return file


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a started program with everything it has started, and wait until it is gone."""
    if process.poll() is not None:
        return
    members = []
    for member in group_of(process.pid):
        with suppress(OSError):
            members.append(os.pidfd_open(member))
    process.kill()  # --die-with-parent takes the namespace's first process along, and the kernel the rest
    process.wait()
    for pidfd in members:
        select.select([pidfd], [], [], GONE_SECONDS)
        os.close(pidfd)


def python(script: Path) -> list[str]:
    """Give the command that runs one of our own scripts with this interpreter and its libraries, and nothing from the environment."""
    return [sys.executable, "-I", str(script)]


def python_paths() -> tuple[Path, ...]:
    """Give the folders that `python` needs to see besides /usr: the virtual environment."""
    return (Path(sys.prefix),) if sys.prefix != sys.base_prefix else ()


def _watch(process: subprocess.Popen[bytes], folder: Path, limits: Limits, beat: Callable[[], None]) -> tuple[Usage, int]:
    """Wait for the end under the limits; gives what was used and the wait status."""
    started = last_beat = time.monotonic()
    peak = 0
    pidfd = os.pidfd_open(process.pid)
    try:
        poll = select.poll()
        poll.register(pidfd, select.POLLIN)
        while not poll.poll(SAMPLE_SECONDS * 1000):
            now = time.monotonic()
            usage = usage_of(process.pid)
            peak = max(peak, usage.memory_bytes)
            _check(usage, now - started, folder, limits)
            if now - last_beat >= BEAT_SECONDS:
                last_beat = now
                beat()
    finally:
        os.close(pidfd)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = _returncode(status)
    return Usage(cpu_seconds=used.ru_utime + used.ru_stime, peak_bytes=max(peak, used.ru_maxrss * 1024)), status


def _check(usage: Usage, elapsed: float, folder: Path, limits: Limits) -> None:
    if usage.memory_bytes > limits.memory_bytes:
        raise Exceeded("memory")
    if usage.cpu_seconds > limits.cpu_seconds or elapsed > limits.wall_seconds:
        raise Exceeded("time")
    if size_of(folder) > limits.file_bytes:
        raise Exceeded("space")


def _as_service_user(folder: Path | None) -> list[str]:
    """Give the prefix that turns a process of root's into the service user's; nothing for everybody else."""
    if os.geteuid() != 0:
        return []
    try:
        user = pwd.getpwnam(SERVICE_USER)
    except KeyError as missing:
        raise SandboxMissing(
            f"Programs do not run as root: create the system user {SERVICE_USER} (adduser --system --group {SERVICE_USER})."
        ) from missing
    if user.pw_uid == 0:
        raise SandboxMissing("Programs do not run as root: the service user must be an unprivileged one.")
    if folder is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    return ["/usr/bin/setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--no-new-privs", "--"]


def _bubblewrap(folder: Path | None, read_only: Sequence[Path]) -> list[str]:
    program = shutil.which("bwrap", path="/usr/bin:/bin")
    if program is None:
        raise SandboxMissing("bubblewrap is missing: apt-get install bubblewrap")
    command = [program, "--unshare-all", "--die-with-parent", "--new-session", "--as-pid-1", "--cap-drop", "ALL", "--clearenv"]
    for source in SYSTEM_FOLDERS:
        command += ["--ro-bind-try", source, source]
    for link in ROOT_LINKS:
        command += ["--symlink", f"usr/{link}", f"/{link}"]
    command += ["--proc", "/proc", "--dev", "/dev"]
    for source in map(str, read_only):
        command += ["--ro-bind", source, source]
    environment: Mapping[str, str] = ENVIRONMENT
    if folder is not None:
        command += ["--bind", str(folder), str(folder), "--chdir", str(folder)]
        environment = {**ENVIRONMENT, "TMPDIR": str(folder), "HOME": str(folder)}
    for name, value in environment.items():
        command += ["--setenv", name, value]
    # What bubblewrap builds / and /dev from is memory: nothing may be written there.
    return [*command, "--remount-ro", "/dev", "--remount-ro", "/", "--"]


def _limited(limits: Limits) -> list[str]:
    """Set the kernel's limits as the last thing before the program, inside: the count of processes is kept per user namespace."""
    return [
        *FIRST_PROCESS,
        "/usr/bin/prlimit",
        f"--as={limits.memory_bytes + ADDRESS_SLACK}",
        f"--cpu={int(limits.cpu_seconds) + 1}",
        f"--fsize={limits.file_bytes}",
        f"--nproc={limits.processes}",
        "--core=0",
        "--",
    ]


def _input(stdin: bytes | IO[bytes] | None) -> IO[bytes]:
    if stdin is not None and not isinstance(stdin, bytes):
        return os.fdopen(os.dup(stdin.fileno()), "rb")
    source = tempfile.TemporaryFile()  # noqa: SIM115 -- the caller closes it
    source.write(stdin or b"")
    source.seek(0)
    return source


def _content(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(OUTPUT_BYTES)


def _returncode(status: int) -> int:
    """Give the program's own end: bubblewrap reports a signal as 128 + its number, as a shell does."""
    code = os.waitstatus_to_exitcode(status)
    return 128 - code if 128 < code < 128 + 65 else code


def _no_beat() -> None:
    return None
