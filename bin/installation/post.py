"""The demo's mail: an SMTP server that takes in whatever comes and an IMAP server in which everybody has a mailbox, both on the loopback.

It is the server of browser journeys (tests/journeys/post_office.py). Nothing leaves the machine. Whoever names mail servers of his own
(EAKTE_IMAP_URL, EAKTE_SMTP_URL) gets none; where it cannot be had, the demo works without mail.
"""

from __future__ import annotations

import socket
import time
from urllib.parse import quote

from . import packages, passwords, processes, programs, sites
from .account import Account
from .places import CENTRE, Installation, free_ports, only_one, port_is_free
from .speech import Stop, step

GROUP, PORTS = "post", "post-office"
HOTLINE = "hilfe@zentrum.example"
SECONDS_TO_START = 45.0


def start(installation: Installation, account: Account) -> None:
    """Start it, on the ports of the last time if they are still free. What stands in its way is said, and stops nothing."""
    if not is_wanted(installation):
        return
    with step("Post der Vorführung") as current:
        if processes.running(GROUP, installation) is not None and _answers(installation):
            current.note = "läuft schon"
            return
        try:
            _install(installation)
            _start(installation, account)
        except (Stop, OSError) as refusal:
            processes.stop(GROUP, installation)
            installation.forget(PORTS)
            current.note = f"nicht eingerichtet, alles andere geht: {str(refusal).splitlines()[0]}"
        else:
            current.note = "gestartet"


def is_wanted(installation: Installation) -> bool:
    """Whether nobody has named mail servers of his own."""
    return not {"EAKTE_IMAP_URL", "EAKTE_SMTP_URL"} & installation.chosen.keys()


def environment(installation: Installation) -> dict[str, str]:
    """What the centre, and the server itself, have to know of it; nothing if there is none."""
    ports = installation.remembered(PORTS) if is_wanted(installation) else None
    if not ports:
        return {}
    password = passwords.of(installation)["EAKTE_POST_PASSWORD"]
    return {
        "EAKTE_POST_OFFICE": f"{ports['imap']},{ports['smtp']}",
        "EAKTE_POST_PASSWORD": password,
        "EAKTE_IMAP_URL": f"imap+plain://{quote(HOTLINE, safe='')}:{quote(password, safe='')}@127.0.0.1:{ports['imap']}/INBOX",
        "EAKTE_SMTP_URL": f"smtp+plain://127.0.0.1:{ports['smtp']}",
        "EAKTE_MAIL_ADDRESS": HOTLINE,
    }


def summary(installation: Installation) -> list[str]:
    """How to write to the hotline and to read what it answers, for the person at the terminal."""
    known = environment(installation)
    if not known:
        return []
    ports = installation.remembered(PORTS)
    return [
        f"E-Mail an die Hotline: {HOTLINE} über SMTP 127.0.0.1:{ports['smtp']} (ohne Anmeldung, ohne TLS); nach einer Minute ist sie eine Anfrage.",
        f"Antworten lesen: IMAP 127.0.0.1:{ports['imap']} (ohne TLS), Benutzer ist die E-Mail-Adresse, Kennwort {known['EAKTE_POST_PASSWORD']}",
        f"oder als Dateien in {installation.var / 'post' / 'mails'}/ADRESSE/new/",
        "",
    ]


def _install(installation: Installation) -> None:
    names = packages.missing(for_post=True)
    if names:
        packages.install(names)
    if not programs.has_post_office():
        with only_one(programs.LOCK_FILE):
            programs.post_office(log=installation.setup_log)


def _start(installation: Installation, account: Account) -> None:
    ports = installation.remembered(PORTS)
    runs = processes.running(GROUP, installation) is not None
    if runs or not ports or not all(port_is_free(port) for port in ports.values()):
        processes.stop(GROUP, installation)
        imap_port, smtp_port = free_ports(2)
        installation.remember(PORTS, {"imap": imap_port, "smtp": smtp_port})
    processes.start(GROUP, installation, account, sites.environment(CENTRE, installation))
    deadline = time.monotonic() + SECONDS_TO_START
    while not _answers(installation):
        if time.monotonic() > deadline:
            raise Stop(f"Der Mailserver antwortet nicht; Protokoll: {installation.log / (GROUP + '.log')}")
        time.sleep(0.1)


def _answers(installation: Installation) -> bool:
    ports = installation.remembered(PORTS) or {}
    try:
        for port in ports.values():
            with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
                if not connection.recv(1):  # both greet first
                    return False
    except OSError:
        return False
    return bool(ports)
