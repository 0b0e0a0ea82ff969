"""What the checkout needs beside Debian's packages: virtual environment, front-end files, translations. Shared by all its installations."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from .account import run
from .places import PROJECT, PYTHON, VENV
from .speech import Stop

DEBIAN_PYTHON = "/usr/bin/python3"  # a Python below root's home could not be run by the service user
LOCK_FILE = VENV / ".setup-lock"
OUR_FOLDERS = ("bin", "ebehoerdenakte", "foundation", "tenants", "records", "hotline", "training", "templates", "static")


def digest(*paths: Path) -> str:
    """One fingerprint of the contents of files."""
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in paths)).hexdigest()


def virtual_environment(*, for_tests: bool, log: Path) -> bool:
    """Make .venv from the hash-checked lock; returns whether anything had to be done.

    The lock for tests holds everything of the other with the same versions, so whoever installed it has both.
    """
    wanted = digest(PROJECT / "requirements.lock", *([PROJECT / "requirements-dev.lock"] if for_tests else []))
    stamp = VENV / ".installed"
    had = stamp.read_text().split() if stamp.exists() else []
    if wanted in had and PYTHON.exists():
        return False
    if not PYTHON.exists():
        run([DEBIAN_PYTHON, "-m", "venv", VENV], log=log, advice="Das Paket python3-venv prüfen.")
    lock = "requirements-dev.lock" if for_tests else "requirements.lock"
    pip = [str(PYTHON), "-m", "pip", "--no-input", "--disable-pip-version-check"]
    # The lock is complete. Without --no-deps Debian's pip looks for the newest "pikepdf[pdfa]" that a library asks for instead of the locked
    # one, and set-up fails on the day when there is a newer one.
    install = [*pip, "install", "--no-deps", "--require-hashes", "-r", lock]
    run(install, log=log, advice="Prüfen, ob dieser Rechner ein Python-Paketverzeichnis erreicht (pip config list).")
    run([*pip, "check"], log=log, advice=f"{lock} neu erstellen (siehe Kopf der Datei): Es ist nicht vollständig.")
    runtime = digest(PROJECT / "requirements.lock")
    stamp.write_text(" ".join(dict.fromkeys([runtime, wanted])))
    return True


def has_post_office() -> bool:
    """Whether what the demo's SMTP server needs is there (the lock for tests holds it, too)."""
    return any(VENV.glob("lib/python3*/site-packages/aiosmtpd"))


def post_office(*, log: Path) -> None:
    """Install what the demo's SMTP server needs."""
    lock = PROJECT / "bin" / "installation" / "post_office.lock"
    pip = [str(PYTHON), "-m", "pip", "--no-input", "--disable-pip-version-check"]
    advice = "Prüfen, ob dieser Rechner ein Python-Paketverzeichnis erreicht."
    run([*pip, "install", "--no-deps", "--require-hashes", "-r", str(lock)], log=log, advice=advice)


def front_end(*, log: Path) -> bool:
    """Fill static/vendor from npm (locked, scripts off); returns whether anything had to be done."""
    sources = [PROJECT / "package-lock.json", PROJECT / "bin" / "vendor_assets.py"]
    wanted = digest(*sources)
    stamp = PROJECT / "static" / "vendor" / ".installed"
    if stamp.exists() and stamp.read_text() == wanted and (PROJECT / "node_modules").is_dir():
        return False
    npm = shutil.which("npm")
    if npm is None:
        raise Stop("npm fehlt.", "apt-get install --no-install-recommends nodejs npm")
    run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        log=log,
        advice="Prüfen, ob dieser Rechner ein npm-Verzeichnis erreicht.",
    )
    run([DEBIAN_PYTHON, "-B", PROJECT / "bin" / "vendor_assets.py"], log=log)
    stamp.write_text(wanted)
    return True


def translations(*, log: Path) -> bool:
    """Compile the messages whose source is newer; returns whether anything had to be done."""
    stale = [source for source in PROJECT.glob("ebehoerdenakte/locale/*/LC_MESSAGES/*.po") if _older(source.with_suffix(".mo"), source)]
    for source in stale:
        fresh = source.with_suffix(f".mo.{os.getpid()}")
        run(["msgfmt", "--check-format", "-o", fresh, source], log=log, advice=f"Die Übersetzung {source} berichtigen.")
        fresh.chmod(0o644)
        fresh.replace(source.with_suffix(".mo"))
    return bool(stale)


def byte_code(*, log: Path) -> None:
    """Compile our modules once: the service user may not write beside them."""
    folders = [PROJECT / name for name in OUR_FOLDERS if (PROJECT / name).is_dir()]
    run([PYTHON, "-m", "compileall", "-q", *folders], log=log)


def fingerprint() -> str:
    """A short name of the code as it lies here: names, sizes and times of all our files."""
    single = [PROJECT / name for name in ("manage.py", "requirements.lock", "package-lock.json")]
    return _fingerprint([*single, *(path for folder in OUR_FOLDERS for path in _files_below(PROJECT / folder))])


def static_fingerprint() -> str:
    """The same for what collectstatic collects: our static files, those from npm and from the libraries."""
    single = [
        PROJECT / name
        for name in ("requirements.lock", "package-lock.json", "ebehoerdenakte/settings/base.py", "ebehoerdenakte/static_files.py")
    ]
    return _fingerprint([*single, *_files_below(PROJECT / "static")])


def _fingerprint(paths: Iterable[Path]) -> str:
    seen = hashlib.sha256()
    for path in sorted(paths):
        status = path.stat()
        seen.update(f"{path.relative_to(PROJECT)}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return seen.hexdigest()[:16]


def _files_below(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in ("__pycache__", "vendor")]
        yield from (Path(place, name) for name in names if not name.endswith((".mo", ".pyc")))


def _older(path: Path, than: Path) -> bool:
    return not path.exists() or path.stat().st_mtime < than.stat().st_mtime
