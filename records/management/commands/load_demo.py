"""manage.py load_demo: the three demo towns of a node, with people, files and documents; writes var/demo.json."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import repeat
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from records.demo import loading, people
from records.models import RecordFile
from tenants import current, demo_file, provisioning, registry


class Command(BaseCommand):
    help = "Make the demo's municipalities and fill them; what is there stays as it is. --scans drops the scans through the real intake."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scans", action="store_true", help="only take in the scans, to be read by the workers")
        parser.add_argument("--small", action="store_true", default=os.environ.get("EAKTE_DEMO") == "small", help="a few files, for tests")
        parser.add_argument("--town", help="fill this one town (used by the command itself)")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("This installation is in production; the demo is not loaded.")
        if options["scans"]:
            self._scans(options["small"])
        elif options["town"]:
            with current.use(registry.by_slug(options["town"])):
                loading.load_town(small=options["small"])
        else:
            self._towns(options["small"])

    def _towns(self, small: bool) -> None:
        for town in people.towns():
            provisioning.create_municipality(slug=town.slug, hosts=[f"{town.slug}.localhost"], name=town.name, practice=town.practice)
        waiting = [town.slug for town in people.towns()]
        self._fill(waiting, small)
        for slug in waiting:
            with current.use(registry.by_slug(slug)):
                self.stdout.write(f"{slug}: {RecordFile.objects.count()} Akten")
        self._write_logins()

    def _fill(self, slugs: list[str], small: bool) -> None:
        """Two towns at a time, each in a process of its own."""
        command = [sys.executable, "-W", "ignore", "manage.py", "load_demo", *(["--small"] if small else []), "--town"]
        for first in range(0, len(slugs), 2):
            running = [subprocess.Popen([*command, slug], cwd=settings.BASE_DIR) for slug in slugs[first : first + 2]]
            if any(process.wait() for process in running):
                raise CommandError("A demo town could not be filled; see above.")

    def _scans(self, small: bool) -> None:
        for town in people.towns():
            with current.use(registry.by_slug(town.slug)):
                count = loading.load_scans(small=small)
            self.stdout.write(f"{town.slug}: {count} Scans zu lesen")

    def _write_logins(self) -> None:
        """Logins are written once; towns whose passwords are written nowhere get new ones."""
        port = os.environ.get("EAKTE_NODE_PORT", "8000")
        known = {(login["host"], login["username"]): login for login in demo_file.read()["logins"]}
        logins: list[dict[str, Any]] = []
        for town in people.towns():
            host = f"{town.slug}.localhost:{port}"
            roles = {person.username: person.role for person in people.people(town.slug) if person.has_login}
            unknown = [name for name in roles if (host, name) not in known]
            with current.use(registry.by_slug(town.slug)):
                given = loading.set_passwords(usernames=unknown, new=(demo_file.new_password() for _ in repeat(None)))
            logins += [
                {"host": host, "username": name, "password": given.get(name) or known[host, name]["password"], "role": role}
                for name, role in roles.items()
            ]
        towns = [
            {"slug": town.slug, "host": f"{town.slug}.localhost:{port}", **({"practice": True} if town.practice else {})}
            for town in people.towns()
        ]
        hosts = [f"{town.slug}.localhost:{port}" for town in people.towns()]
        demo_file.write(part="node", value={"address": f"http://127.0.0.1:{port}", "municipalities": towns}, hosts=hosts, logins=logins)
