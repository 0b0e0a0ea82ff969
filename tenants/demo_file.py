"""var/demo.json: where a program finds the demo's addresses and logins. Readable by its owner only."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings

WORDS = [
    "Ahorn",
    "Birke",
    "Esche",
    "Linde",
    "Ulme",
    "Erle",
    "Buche",
    "Eiche",
    "Kiefer",
    "Tanne",
    "Weide",
    "Pappel",
    "Lerche",
    "Meise",
    "Amsel",
    "Kranich",
    "Falke",
    "Reiher",
]


def path() -> Path:
    return Path(settings.VAR) / "demo.json"


def read() -> dict[str, Any]:
    """What is written down so far; both sites write their part."""
    try:
        known: dict[str, Any] = json.loads(path().read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        known = {"logins": []}
    return known


def write(*, part: str, value: dict[str, Any], hosts: list[str], logins: list[dict[str, Any]]) -> None:
    """Replace one site's part ("node" or "centre") and its logins, leaving the other's."""
    path().parent.mkdir(parents=True, exist_ok=True)
    with open(path().with_suffix(".lock"), "w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        known = read()
        others = [login for login in known["logins"] if login["host"] not in hosts]
        known = {**known, part: value, "logins": [*logins, *others] if part == "node" else [*others, *logins]}
        temporary = path().with_suffix(".new")
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(known, file, ensure_ascii=False, indent=1)
        os.replace(temporary, path())


def new_password() -> str:
    """A password made afresh for this installation: easy to type from paper, hard to guess (about 50 bits)."""
    return "-".join([secrets.choice(WORDS), secrets.choice(WORDS), secrets.token_hex(2), secrets.token_hex(3)])
