"""bin/up and bin/down: every step in its order, each doing only what is still to be done."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from . import packages, post, processes, programs, servers, sites
from .account import Account, let_reach, plain_environment, service_account
from .places import PROJECT, Installation, only_one, port_is_free
from .speech import Stop, say, step

GROUPS = ("node", "centre", post.GROUP, "servers")  # in the order of ending: the servers last


def up(installation: Installation) -> None:
    """Bring both sites up: fast if nothing has changed, else every step anew. Harmless at any time."""
    prepare_machine(for_tests=False)
    account = service_account(create=True)
    sites.own_folders(installation, account)
    with only_one(installation.run / "up.lock"):
        prepare_checkout(installation, account, for_tests=False)
        post.start(installation, account)
        start_servers(installation, account)
        start_sites(installation, account)
    say("")
    for line in summary(installation):
        say(line)


def down(installation: Installation) -> None:
    """End all processes of the installation; its data stays."""
    account = service_account(create=False)
    if not installation.run.is_dir():
        say("[ok] Hier läuft nichts.")
        return
    sites.own_folders(installation, account)
    with only_one(installation.run / "up.lock"):
        for group in GROUPS:
            with step(f"Beenden: {group}") as current:
                current.note = "beendet" if processes.stop(group, installation) else "lief nicht"


def prepare_machine(*, for_tests: bool) -> None:
    """Install Debian's packages that are missing."""
    with step("Pakete") as current:
        names = packages.missing(for_tests=for_tests)
        if names:
            say(f"     werden installiert: {' '.join(names)}")
            packages.install(names)
        current.note = f"{len(names)} installiert" if names else "vollständig"


def install(*, only_packages: bool) -> None:
    """Make a container image's layers: packages, and unless `only_packages` what the checkout shares. Nothing is started."""
    prepare_machine(for_tests=False)
    if not only_packages:
        with tempfile.NamedTemporaryFile(prefix="eakte-install-", suffix=".log") as log:
            install_programs(for_tests=False, log=Path(log.name))
            programs.byte_code(log=Path(log.name))


def install_programs(*, for_tests: bool, log: Path) -> None:
    """Make what all installations of this checkout share; two that start at once take turns."""
    with only_one(programs.LOCK_FILE):
        with step("Python-Umgebung") as current:
            current.note = "eingerichtet" if programs.virtual_environment(for_tests=for_tests, log=log) else "aktuell"
        with step("Oberfläche (npm)") as current:
            current.note = "eingerichtet" if programs.front_end(log=log) else "aktuell"
        with step("Übersetzungen") as current:
            current.note = "übersetzt" if programs.translations(log=log) else "aktuell"


def prepare_checkout(installation: Installation, account: Account, *, for_tests: bool) -> None:
    """Install the programs and let the service user reach them."""
    install_programs(for_tests=for_tests, log=installation.setup_log)
    with step("Dienstbenutzer") as current:
        opened = let_reach(account, [PROJECT, installation.var])
        current.note = account.name + (f"; darf nun betreten: {', '.join(dict.fromkeys(map(str, opened)))}" if opened else "")


def start_servers(installation: Installation, account: Account) -> None:
    """Make and start PostgreSQL and Redis."""
    with step("PostgreSQL und Redis") as current:
        runs = processes.running("servers", installation) is not None
        new = servers.prepare(installation, account, running=runs)
        environment = plain_environment(EAKTE_VAR=str(installation.var), PYTHONUNBUFFERED="1")
        processes.start("servers", installation, account, environment)
        servers.wait_for_servers(installation, account)
        servers.make_roles(installation)
        current.note = "neu angelegt" if new else "laufen schon" if runs else "gestartet"


def start_sites(installation: Installation, account: Account) -> None:
    """Migrate, load the demo, start both sites. If the code has changed since the last time, running sites are restarted."""
    ports = {"node": installation.node_port, "centre": installation.centre_port}
    now: dict[str, Any] = {"code": programs.fingerprint(), "ports": ports, "chosen": installation.chosen | post.environment(installation)}
    changed = installation.remembered("set-up") != now
    if changed:
        for site in ports:
            processes.stop(site, installation)
        _refuse_taken_ports(installation, ports)  # before the minutes that the demo takes
        _renew(installation, account)
    _start(installation, account, ports)
    if changed:
        with step("Scans der Vorführung in den Posteingang geben"):
            sites.load_scans(installation, account)
        installation.remember("set-up", now)
    _introduce(installation, account, ports)


def _introduce(installation: Installation, account: Account, ports: dict[str, int]) -> None:
    """Once: node and centre are made known to each other. If that fails both work on; only "Hilfe" then gives the telephone number."""
    if installation.remembered("introduced") == ports:
        return
    with step("Knoten beim Zentrum anmelden") as current:
        try:
            sites.introduce(installation, account)
        except (Stop, OSError, ValueError) as refusal:
            current.note = f"nicht gelungen, beide arbeiten trotzdem; Protokoll: {installation.setup_log} ({type(refusal).__name__})"
        else:
            installation.remember("introduced", ports)


def _renew(installation: Installation, account: Account) -> None:
    """Bring compiled code, static files, databases and demo to the state of the code. Static files meanwhile: there are two cores."""
    with ThreadPoolExecutor(1) as beside:
        static = beside.submit(_renew_static, installation, account)
        with step("Programme übersetzen"):
            programs.byte_code(log=installation.setup_log)
        with step("Datenbanken"):
            sites.migrate(installation, account)
        with step("Vorführdaten"):
            sites.load_demo(installation, account)
        static.result()


def _renew_static(installation: Installation, account: Account) -> None:
    now = programs.static_fingerprint()
    with step("Statische Dateien") as current:
        if installation.remembered("static") == now:
            current.note = "aktuell"
        else:
            sites.collect_static(installation, account)
            installation.remember("static", now)


def _start(installation: Installation, account: Account, ports: dict[str, int]) -> None:
    _refuse_taken_ports(installation, ports)
    with step("Beide Seiten starten") as current:
        runs = [site for site in ports if processes.running(site, installation) is not None]
        for site in ports:
            processes.start(site, installation, account, sites.environment(site, installation))
        for site, port in ports.items():
            sites.wait_until_ready(site, port, installation)
        current.note = "laufen schon, /readyz grün" if len(runs) == len(ports) else "/readyz grün"


def _refuse_taken_ports(installation: Installation, ports: dict[str, int]) -> None:
    for site, port in ports.items():
        if processes.running(site, installation) is None and not port_is_free(port):
            variable = f"EAKTE_{site.upper()}_PORT"
            raise Stop(f"Port {port} ist belegt.", f"Das andere Programm beenden oder einen anderen Port wählen: {variable}=… bin/up")


def summary(installation: Installation) -> list[str]:
    """Addresses and logins, for the person at the terminal."""
    demo: Any = sites.demo(installation)
    lines = [f"Kommune           http://{town['host']}/" for town in demo["node"]["municipalities"]]
    lines += [f"Kompetenzzentrum  http://{demo['centre']['host']}/", ""]
    lines += [f"{'Anmeldung an':32} {'Name':22} {'Kennwort':26} Rolle"]
    lines += [
        f"{login['host']:32} {login['username']:22} {login.get('password', '(Token)'):26} {login['role']}" for login in demo["logins"]
    ]
    return [*lines, "", *post.summary(installation), f"Alles steht auch in {installation.demo_file}; beenden mit bin/down."]
