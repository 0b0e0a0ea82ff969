"""The commands behind bin/up, bin/down, bin/test, bin/manage and bin/install; called as `python3 bin COMMAND`."""

from __future__ import annotations

import sys

from installation import account, places, sites, speech, starting, testing

HELP = {
    "up": "Richtet ein und startet beide Seiten. Umgebung: EAKTE_VAR, EAKTE_NODE_PORT, EAKTE_CENTRE_PORT.",
    "down": "Beendet alle Prozesse dieser Installation; die Daten bleiben.",
    "test": "Prüft alles. bin/test PFAD …: nur pytest; bin/test --services [--as-me] -- BEFEHL: ein Befehl, PostgreSQL und Redis dazu.",
    "manage": "bin/manage node|centre BEFEHL …: ein Befehl von manage.py auf einer Seite, als Dienstbenutzer.",
    "install": "Installiert, ohne etwas zu starten (für das Container-Abbild). --packages: nur Debian-Pakete.",
}


def main(arguments: list[str]) -> int:
    """Run one command. Returns the exit code."""
    command, *rest = arguments or ["help"]
    if command not in HELP or rest in (["--help"], ["-h"]):
        print(HELP.get(command) or "\n".join(f"{name:9} {text}" for name, text in HELP.items()))
        return 0 if command in HELP else 2
    try:
        return run(command, rest)
    except speech.Stop as refusal:
        return speech.complain(refusal)
    except KeyboardInterrupt:
        return 130


def run(command: str, rest: list[str]) -> int:
    if command == "test":
        return testing.test(rest)
    installation = places.from_environment()
    if command == "up":
        starting.up(installation)
    elif command == "down":
        starting.down(installation)
    elif command == "install":
        starting.install(only_packages="--packages" in rest)
    elif command == "manage":
        return manage(installation, rest)
    return 0


def manage(installation: places.Installation, rest: list[str]) -> int:
    """Run one of manage.py's commands in the foreground, as the service user and with the site's environment."""
    if len(rest) < 2 or rest[0] not in (places.NODE, places.CENTRE):
        raise speech.Stop("Es fehlt die Seite oder der Befehl.", HELP["manage"])
    command = [str(places.PYTHON), "manage.py", *rest[1:]]
    return account.foreground(command, env=sites.environment(rest[0], installation), account=account.service_account(create=False))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
