"""manage.py load_demo at the competence centre: one person for each of its roles; writes its part of var/demo.json."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from knox.models import get_token_model

from tenants import demo_file, staffing
from tenants.models import User
from tenants.roles import CentreRole

PEOPLE = {
    "j.behrens": ("Jule Behrens", CentreRole.AGENT),
    "t.sander": ("Tarik Sander", CentreRole.TRAINER),
    "k.wolters": ("Karin Wolters", CentreRole.OPERATOR),
    "fachverfahren": ("Fachverfahren Musterstadt", CentreRole.REQUESTER),
}
TOKEN_LIVES = timedelta(days=365)


class Command(BaseCommand):
    help = "Make the demo's people at the competence centre; who is there stays as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("This installation is in production; the demo is not loaded.")
        port = os.environ.get("EAKTE_CENTRE_PORT", "8001")
        host = f"zentrum.localhost:{port}"
        known = {login["username"]: login for login in demo_file.read()["logins"] if login["host"] == host}
        logins = [
            {"host": host, "username": username, **(_known_secret(known.get(username)) or self._new_secret(username)), "role": str(role)}
            for username, (_name, role) in PEOPLE.items()
        ]
        value = {"address": f"http://127.0.0.1:{port}", "host": host, **_mail()}
        demo_file.write(part="centre", value=value, hosts=[host], logins=logins)
        self.stdout.write(f"zentrum: {len(logins)} Personen")

    def _new_secret(self, username: str) -> dict[str, str]:
        """Make the person, if needed, and a password; a program (the requester) gets a token instead."""
        name, role = PEOPLE[username]
        person = User.objects.filter(username=username).first() or staffing.create_person(
            username=username, display_name=name, roles=[role], by=None, at=timezone.now()
        )
        if role == CentreRole.REQUESTER:
            _row, token = get_token_model().objects.create(person, expiry=TOKEN_LIVES)
            return {"token": token}
        password = demo_file.new_password()
        person.set_password(password)
        person.save(update_fields=["password"])
        return {"password": password}


def _mail() -> dict[str, Any]:
    """Where mails to the hotline are handed in and its answers are read, if bin/up has started such servers."""
    ports = os.environ.get("EAKTE_POST_OFFICE", "").split(",")
    if len(ports) != 2:
        return {}
    smtp, imap = {"host": "127.0.0.1", "port": int(ports[1])}, {"host": "127.0.0.1", "port": int(ports[0])}
    password = os.environ.get("EAKTE_POST_PASSWORD", "")
    return {"mail": {"hotline": settings.MAIL_ADDRESS, "smtp": smtp, "imap": imap | ({"password": password} if password else {})}}


def _known_secret(login: dict[str, str] | None) -> dict[str, str]:
    """What an earlier run gave this login and wrote down."""
    return {name: login[name] for name in ("password", "token") if name in login} if login else {}
