"""bin/test: every check of the project, with servers of its own in a folder of its own, so that it disturbs nobody."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from . import processes, servers, sites, starting
from .account import Account, caller, foreground, service_account
from .places import CENTRE, NODE, PROJECT, PYTHON, VENV, Installation, free_ports
from .speech import Stop, say, step

NODE_PACKAGES = ("ebehoerdenakte", "foundation", "tenants", "records", "manage.py")
# What only the centre runs; the rest of tenants and foundation is checked with the node's settings, which are the larger ones.
OF_CENTRE = ("ebehoerdenakte/settings/centre.py", "ebehoerdenakte/urls_centre.py", "ebehoerdenakte/composed.py")
CENTRE_PACKAGES = ("tenants/centre", "hotline", "training", *OF_CENTRE)
SUITES = {  # folder -> site whose settings it runs with
    "tests/foundation": NODE,
    "tests/node": NODE,
    "tests/centre": CENTRE,
    "tests/journeys": NODE,
}
SIDE_BY_SIDE = {
    "tests/foundation": ["-n", "2", "--dist", "worksteal"],
    "tests/node": ["-n", "2", "--dist", "worksteal"],
    "tests/centre": ["-n", "2", "--dist", "worksteal"],
    "tests/journeys": ["-n", "2", "--dist", "loadfile"],  # people of one file wait for each other: they may share a binder
}


POST_OF_THE_HOTLINE = "hilfe%40zentrum.example:Sieben-Postfaecher-7"  # its account at the server of journeys


@dataclass
class Bench:
    """A test run: its folder, who runs the tests, and what has failed so far."""

    installation: Installation
    account: Account
    failed: list[str] = field(default_factory=list)
    sites: Installation | None = None  # of the journeys

    @property
    def folder(self) -> Path:
        return self.installation.var


def test(arguments: Sequence[str]) -> int:
    """Run all checks, or pytest with arguments, or (--services) one command beside fresh servers. Returns the exit code."""
    starting.prepare_machine(for_tests=True)
    with bench() as current:
        starting.prepare_checkout(current.installation, current.account, for_tests=True)
        if arguments and arguments[0] == "--services":
            return _with_servers(current, list(arguments[1:]))
        suite = _suite_of(arguments)
        if suite == "tests/journeys":
            _start_both_sites(current)
        else:
            starting.start_servers(current.installation, current.account)
        if arguments:
            _suite(current, suite, list(arguments))
        else:
            _everything(current)
        return _close(current)


@contextmanager
def bench() -> Iterator[Bench]:
    """Make the folder of a test run and take everything away at the end, also when it is interrupted."""
    signal.signal(signal.SIGTERM, _interrupt)
    node_port, centre_port = free_ports(2)
    folder = Path(tempfile.mkdtemp(prefix="eakte-test-"))
    small = {"EAKTE_DEMO": "small"}
    installation = Installation(var=folder, node_port=node_port, centre_port=centre_port, throwaway=True, chosen=small)
    account = service_account(create=True)
    sites.own_folders(installation, account)
    account.own(folder / "tmp")
    current = Bench(installation, account)
    try:
        yield current
    finally:
        for started in filter(None, (current.sites, installation)):
            for group in starting.GROUPS:
                processes.stop(group, started)
        shutil.rmtree(folder, ignore_errors=True)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def environment(current: Bench, site: str) -> dict[str, str]:
    """What a test process finds: the site's variables in mode test, and the servers' superuser for databases of its own."""
    database = servers.superuser_url(site, current.installation)
    scratch = current.folder / "tmp"
    return sites.environment(site, current.installation) | {
        "EAKTE_MODE": "test",
        "EAKTE_TEST_DATABASE_URL": database,
        "EAKTE_TEST_REDIS_URL": servers.redis_url(site, current.installation, 2),
        "EAKTE_ADMIN_DATABASE_URL": database,
        "EAKTE_DATABASE_URL": database.replace("/postgres?", "/centre?"),
        "EAKTE_SECRET_KEY": "only-for-tests-" + "0123456789" * 4,
        "EAKTE_SERVICE_USER": current.account.name,
        "HYPOTHESIS_STORAGE_DIRECTORY": str(scratch / "hypothesis"),
        "TMPDIR": str(scratch),
    }


def _with_servers(current: Bench, arguments: list[str]) -> int:
    as_me = arguments[:1] == ["--as-me"]
    command = arguments[as_me:]
    if command[:1] == ["--"]:
        command = command[1:]
    if not command:
        raise Stop("Nach --services fehlt der Befehl.", "bin/test --services -- pytest tests/foundation")
    starting.start_servers(current.installation, current.account)
    env = environment(current, CENTRE if os.environ.get("DJANGO_SETTINGS_MODULE", "").endswith("centre") else NODE)
    return foreground(command, env=env, account=caller() if as_me else current.account)


def _everything(current: Bench) -> None:
    with ThreadPoolExecutor(2) as both_cores:
        list(both_cores.map(lambda check: _check(current, *check), checks(current)))
    for suite in SUITES:
        if suite == "tests/journeys":
            _start_both_sites(current)
        _suite(current, suite, [suite])


def checks(current: Bench) -> list[tuple[str, list[str], str]]:
    """The checks without pytest: name, command, site. They run as the caller, whose caches in the project make the next run fast."""
    node, centre = ([name for name in names if _has_code(PROJECT / name)] for names in (NODE_PACKAGES, CENTRE_PACKAGES))
    centre_types = current.folder / "pyproject-centre.toml"
    centre_types.write_text(
        (PROJECT / "pyproject.toml").read_text().replace("ebehoerdenakte.settings.node", "ebehoerdenakte.settings.centre")
    )
    check_migrations = ["python", "manage.py", "makemigrations", "--check", "--dry-run"]
    plain = ["mypy", "--config-file=", "--strict", "--python-version=3.11", "--cache-dir=.mypy_cache/bin"]
    return [
        ("Regeln (ruff)", ["ruff", "check", "."], NODE),
        ("Form (ruff)", ["ruff", "format", "--check", "."], NODE),
        ("Vorlagen (djlint)", ["djlint", "templates", "--lint", "--quiet"], NODE),
        ("Importe (import-linter)", ["lint-imports"], NODE),
        ("Typen: bin", [*plain, "bin/vendor_assets.py", "bin/installation"], NODE),
        (
            "Typen: Knoten",
            ["mypy", "--cache-dir=.mypy_cache/node", "--exclude=^(tenants/centre/|ebehoerdenakte/composed\\.py)", *node],
            NODE,
        ),
        (
            "Typen: Zentrum",
            ["mypy", "--cache-dir=.mypy_cache/centre", "--follow-imports=silent", f"--config-file={centre_types}", *centre],
            CENTRE,
        ),
        ("Migrationen: Knoten", check_migrations, NODE),
        ("Migrationen: Zentrum", check_migrations, CENTRE),
    ]


def _has_code(path: Path) -> bool:
    return path.is_file() or any(path.rglob("*.py"))


def _check(current: Bench, name: str, command: list[str], site: str) -> None:
    env = environment(current, site) | {"MYPYPATH": "bin" if "bin/installation" in command else "", "HOME": os.environ.get("HOME", "/")}
    try:
        with step(name):
            done = subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, executable=str(VENV / "bin" / command[0]))
            if done.returncode:
                raise Stop((done.stdout + done.stderr).strip())
    except Stop as refusal:
        say(str(refusal))
        current.failed.append(name)


def _start_both_sites(current: Bench) -> None:
    """Start both sites as real processes, with a small demo, by the same code as bin/up.

    In a folder and with servers of their own: the tests before have left roles of the superuser's in theirs, and have filled memory.
    """
    processes.stop("servers", current.installation)
    current.sites = replace(current.installation, var=current.folder / "sites", chosen=current.installation.chosen | _mail())
    try:
        sites.own_folders(current.sites, current.account)
        processes.start("post", current.sites, current.account, sites.environment(CENTRE, current.sites))
        starting.start_servers(current.sites, current.account)
        starting.start_sites(current.sites, current.account)
    except Stop as refusal:
        say(str(refusal))
        current.failed.append("beide Seiten starten")


def _mail() -> dict[str, str]:
    """The centre's mail servers in journeys: tests/journeys/post_office.py, on ports of its own."""
    imap_port, smtp_port = free_ports(2)
    return {
        "EAKTE_POST_OFFICE": f"{imap_port},{smtp_port}",
        "EAKTE_IMAP_URL": f"imap+plain://{POST_OF_THE_HOTLINE}@127.0.0.1:{imap_port}/INBOX",
        "EAKTE_SMTP_URL": f"smtp+plain://127.0.0.1:{smtp_port}",
        "EAKTE_MAIL_ADDRESS": "hilfe@zentrum.example",
    }


def _suite_of(arguments: Sequence[str]) -> str:
    named = [suite for suite in SUITES if any(argument.startswith(suite) for argument in arguments)]
    return named[-1] if named else "tests/node"


def _suite(current: Bench, suite: str, arguments: list[str]) -> None:
    """Run pytest on a folder as the service user, its output as it comes."""
    if not any((PROJECT / suite).rglob("test_*.py")):
        return
    report = current.folder / "tmp" / f"{suite.replace('/', '-')}.xml"
    cache = f"cache_dir={current.folder / 'tmp' / 'pytest'}"
    command = [str(PYTHON), "-m", "pytest", "-o", cache, f"--basetemp={current.folder / 'tmp' / 't'}", f"--junitxml={report}", *arguments]
    if arguments == [suite]:
        command += SIDE_BY_SIDE.get(suite, [])
    say(f"\n{suite}")
    if current.sites is not None:
        scratch = current.folder / "tmp"
        env = sites.environment(SUITES[suite], current.sites)
        env |= {"TMPDIR": str(scratch), "HYPOTHESIS_STORAGE_DIRECTORY": str(scratch / "hypothesis")}
        env |= {name: os.environ[name] for name in ("EAKTE_SCREENSHOTS",) if name in os.environ}
    else:
        env = environment(current, SUITES[suite])
    if foreground(command, env=env, account=current.account):
        current.failed.append(suite)


def count(reports: Sequence[Path]) -> dict[str, int]:
    """Add up pytest's own reports: passed, failed (with errors), skipped."""
    total = {"passed": 0, "failed": 0, "skipped": 0}
    for report in reports:
        for suite in ET.parse(report).getroot().iter("testsuite"):
            number = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
            failed = number["failures"] + number["errors"]
            total["failed"] += failed
            total["skipped"] += number["skipped"]
            total["passed"] += number["tests"] - failed - number["skipped"]
    return total


def _close(current: Bench) -> int:
    total = count(sorted((current.folder / "tmp").glob("*.xml")))
    say("")
    if current.failed:
        say(f"Nicht bestanden: {', '.join(current.failed)}")
    say(", ".join(f"{number} {name}" for name, number in total.items()))
    return 1 if current.failed or total["failed"] or not total["passed"] else 0
