"""The two sites: the environment of their processes, their databases, the demo, and whether they are ready."""

from __future__ import annotations

import http.client
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from . import passwords, post, processes, servers
from .account import Account, plain_environment, run, tail
from .places import CENTRE, NODE, PYTHON, SITES, VENV, Installation
from .speech import Stop

SECONDS_TO_BE_READY = 90.0


def environment(site: str, installation: Installation) -> dict[str, str]:
    """All variables of one site's processes. The node gets nothing that opens the centre's database, nor the other way round."""
    known = passwords.of_site(installation, site)
    home = installation.var / "home"
    common = plain_environment(HOME=str(home), XDG_CACHE_HOME=str(home / ".cache"), PYTHONDONTWRITEBYTECODE="1", PYTHONUNBUFFERED="1")
    common |= installation.chosen | {
        "PATH": f"{VENV / 'bin'}:{common['PATH']}",
        "EAKTE_MODE": installation.mode,
        "EAKTE_VAR": str(installation.var),
        "EAKTE_NODE_PORT": str(installation.node_port),
        "EAKTE_CENTRE_PORT": str(installation.centre_port),
        "EAKTE_SECRET_KEY": known.secret_key,
        "EAKTE_REDIS_URL": servers.redis_url(site, installation),
        "DJANGO_SETTINGS_MODULE": f"ebehoerdenakte.settings.{site}",
    }
    if site == NODE:
        return common | {"EAKTE_ADMIN_DATABASE_URL": servers.postgres_url(NODE, installation, "postgres")}
    return common | {"EAKTE_DATABASE_URL": servers.postgres_url(CENTRE, installation, "centre")} | post.environment(installation)


def manage(site: str, *arguments: str, installation: Installation, account: Account) -> None:
    """Run one of manage.py's commands on a site, as the service user, with its output in the set-up log."""
    env = environment(site, installation)
    advice = f"Protokoll: {installation.setup_log}; von Hand: bin/manage {site} {' '.join(arguments)}"
    run([PYTHON, "manage.py", *arguments], log=installation.setup_log, account=account, env=env, advice=advice)


def migrate(installation: Installation, account: Account) -> None:
    """Bring the centre's database and that of every municipality to the state of the code."""
    manage(CENTRE, "migrate", "--no-input", "-v", "0", installation=installation, account=account)
    if (installation.var / "municipalities.json").exists():
        manage(NODE, "migrate_municipalities", installation=installation, account=account)


def load_demo(installation: Installation, account: Account) -> None:
    """Make the demo's municipalities, people and files on both sites; what is there stays as it is."""
    for site in SITES:
        manage(site, "load_demo", installation=installation, account=account)
    manage(CENTRE, "load_demo_tickets", "--history", installation=installation, account=account)
    manage(CENTRE, "load_demo_training", installation=installation, account=account)


def introduce(installation: Installation, account: Account) -> None:
    """Let the demo's node join the demo's centre, which confirms it by the code. Both sites must run. Safe to repeat."""
    manage(NODE, "join", f"http://127.0.0.1:{installation.centre_port}", "--name", "Vorführung", installation=installation, account=account)
    known = json.loads((installation.var / "channel" / "node" / "centre.json").read_text())
    manage(CENTRE, "confirm_site", known["code"], installation=installation, account=account)


def load_scans(installation: Installation, account: Account) -> None:
    """Drop the demo's scans through the real intake: reading goes on in the background."""
    manage(NODE, "load_demo", "--scans", installation=installation, account=account)


def collect_static(installation: Installation, account: Account) -> None:
    """Collect and compress; both sites have the same files. What no screen of ours loads is left out."""
    unused = [word for name in ("redoc", "rest_framework", "guardian", "django_filters", "django_htmx") for word in ("--ignore", name)]
    manage(NODE, "collectstatic", "--no-input", "-v", "0", *unused, installation=installation, account=account)


@dataclass(frozen=True)
class Answer:
    """What a site's /readyz said; status 0 if nothing answered."""

    status: int
    body: str


def ask_ready(port: int) -> Answer:
    """Ask a site on the loopback whether it is ready."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        return Answer(response.status, response.read(2000).decode(errors="replace"))
    except OSError as refusal:
        return Answer(0, str(refusal))
    finally:
        connection.close()


def wait_until_ready(site: str, port: int, installation: Installation) -> None:
    """Wait until /readyz is green. Raises Stop with the answer and the log's end otherwise."""
    deadline = time.monotonic() + SECONDS_TO_BE_READY
    while (answer := ask_ready(port)).status != 200:
        if time.monotonic() > deadline or processes.running(site, installation) is None:
            log = installation.log / f"{site}.log"
            raise Stop(
                f"http://127.0.0.1:{port}/readyz wird nicht grün: {answer.status} {answer.body}\n{tail(log)}", f"Protokoll lesen: {log}"
            )
        time.sleep(0.1)


def demo(installation: Installation) -> dict[str, object]:
    """What load_demo wrote down for people and programs (addresses and logins)."""
    try:
        loaded: dict[str, object] = json.loads(installation.demo_file.read_text())
    except (OSError, ValueError) as refusal:
        raise Stop(f"{installation.demo_file} ist nicht lesbar: {refusal}", "var/ löschen und bin/up erneut aufrufen.") from refusal
    return loaded


def own_folders(installation: Installation, account: Account) -> None:
    """Make the folders of an installation; whoever runs the programs owns them."""
    os.umask(0o022)
    var = installation.var
    Path(var).mkdir(parents=True, exist_ok=True)
    account.own(
        var, installation.log, installation.run, var / "home", var / "home" / ".cache", var / "store", var / "scratch", var / "static"
    )
    for private in (installation.log, installation.run, var / "home", var / "store"):
        private.chmod(0o700)
