"""Who runs what: programs run as one unprivileged service user, also when root types bin/up; and that user must reach its files."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .places import PROJECT
from .speech import Stop

SERVICE_USER = os.environ.get("EAKTE_SERVICE_USER", "eakte")
NOT_OURS_TO_OPEN = ("node_modules", "var", ".git", ".venv", ".*_cache", ".hypothesis")  # or readable anyway: set-up made it


@dataclass(frozen=True)
class Account:
    """The person that programs run as."""

    name: str
    uid: int
    gid: int

    @property
    def is_me(self) -> bool:
        return self.uid == os.geteuid()

    def identity(self) -> dict[str, Any]:
        """Arguments for subprocess: give up root for good, its other groups too."""
        return {} if self.is_me else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, *paths: Path) -> None:
        """Make folders, if needed, and give them to this account."""
        for path in paths:
            path.mkdir(parents=True, exist_ok=True)
            if path.stat().st_uid != self.uid:
                os.chown(path, self.uid, self.gid)


def caller() -> Account:
    """The person at the terminal."""
    entry = pwd.getpwuid(os.geteuid())
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def service_account(*, create: bool) -> Account:
    """Everything runs as the caller, unless that is root: then as the service user, made when missing."""
    if os.geteuid() != 0:
        return caller()
    try:
        entry = pwd.getpwnam(SERVICE_USER)
    except KeyError:
        if not create:
            raise Stop(f"Den Dienstbenutzer {SERVICE_USER} gibt es nicht.", "Zuerst bin/up aufrufen.") from None
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
        subprocess.run([*command, SERVICE_USER], check=True, capture_output=True)
        entry = pwd.getpwnam(SERVICE_USER)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def let_reach(account: Account, targets: Iterable[Path]) -> list[Path]:
    """Let the account pass through the folders above `targets` (mktemp -d and /root are closed to it) and read the project.

    Exactly this account, exactly what blocks it: an entry in the access list, no wider mode. Returns the folders that were opened.
    """
    if account.is_me:
        return []
    opened: list[Path] = []
    for target in targets:
        for folder in reversed([target, *target.parents]):
            if folder.is_dir() and not _may(account, "-x", folder):
                _grant(account, "x", folder)
                opened.append(folder)
    if first_unreadable(account, PROJECT):
        parts = [path for path in PROJECT.iterdir() if not any(path.match(name) for name in NOT_OURS_TO_OPEN)]
        _grant(account, "rX", PROJECT)
        for part in parts:
            _grant(account, "rX", part, everything_below=True)
        opened.append(PROJECT)
    return opened


def first_unreadable(account: Account, folder: Path) -> str:
    """A path below `folder` that the account cannot read (made under umask 077, say); "" if there is none."""
    skipped = [argument for name in NOT_OURS_TO_OPEN for argument in ("-path", str(folder / name), "-prune", "-o")]
    blocked = ["(", "!", "-readable", "-o", "-type", "d", "!", "-executable", ")", "-print", "-quit"]
    command = ["find", str(folder), *skipped, *blocked]
    found: subprocess.CompletedProcess[str] = subprocess.run(command, capture_output=True, text=True, cwd="/", **account.identity())
    return found.stdout.strip()


def _may(account: Account, test: str, path: Path) -> bool:
    return subprocess.run(["test", test, str(path)], cwd="/", **account.identity()).returncode == 0


def _grant(account: Account, rights: str, path: Path, *, everything_below: bool = False) -> None:
    command = ["setfacl", *(["-R"] if everything_below else []), "-m", f"u:{account.name}:{rights}", str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise Stop(
            f"{account.name} kommt nicht an {path}: {done.stderr.strip()}",
            f"Das Projekt in einen Ordner legen, den {account.name} betreten darf, zum Beispiel /opt, und dort bin/up aufrufen.",
        )


def plain_environment(**more: str) -> dict[str, str]:
    """A small environment for programs: nothing of the caller's shell but what is named."""
    return {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", **more}


def run(
    command: Sequence[str | Path],
    *,
    log: Path,
    account: Account | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path = PROJECT,
    advice: str = "",
) -> None:
    """Run a program to its end with its output in the log. Raises Stop with the output's end if it fails."""
    words = [str(word) for word in command]
    with log.open("ab") as sink:
        sink.write(f"\n$ {' '.join(words)}\n".encode())
        sink.flush()
        start = sink.tell()
        identity = account.identity() if account else {}
        try:
            done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, env=env, cwd=cwd, **identity)
        except OSError as refusal:
            raise Stop(f"{words[0]} lässt sich nicht starten: {refusal}", advice) from refusal
    if done.returncode:
        raise Stop(f"{' '.join(words[:4])} … ist gescheitert (Code {done.returncode}).\n{tail(log, start)}", advice or f"Protokoll: {log}")


def foreground(command: Sequence[str | Path], *, env: Mapping[str, str], account: Account, cwd: Path = PROJECT) -> int:
    """Run a program at the terminal; returns its exit code."""
    words = [str(word) for word in command]
    try:
        return subprocess.run(words, env=env, cwd=cwd, **account.identity()).returncode
    except OSError as refusal:
        raise Stop(f"{words[0]} lässt sich nicht starten: {refusal}") from refusal


def tail(log: Path, start: int = 0, lines: int = 15) -> str:
    """The last lines of a log, from `start` (bytes) on."""
    with log.open("rb") as source:
        source.seek(max(start, log.stat().st_size - 20_000))
        return "\n".join("    " + line for line in source.read().decode(errors="replace").splitlines()[-lines:])
