"""The passwords and keys of an installation: made afresh on its first start, readable by the one who started it."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from .places import Installation

NAMES = (
    "EAKTE_SECRET_KEY_NODE",
    "EAKTE_SECRET_KEY_CENTRE",
    "EAKTE_SUPERUSER_PASSWORD_NODE",  # of PostgreSQL; no process gets it
    "EAKTE_SUPERUSER_PASSWORD_CENTRE",
    "EAKTE_DATABASE_PASSWORD_NODE",
    "EAKTE_DATABASE_PASSWORD_CENTRE",
    "EAKTE_REDIS_PASSWORD_NODE",
    "EAKTE_REDIS_PASSWORD_CENTRE",
    "EAKTE_POST_PASSWORD",  # of all mailboxes of the demo
)


class SitePasswords(NamedTuple):
    """What opens the doors of one site."""

    secret_key: str
    superuser: str
    database: str
    redis: str


def of_site(installation: Installation, site: str) -> SitePasswords:
    """The passwords of one site, "node" or "centre"."""
    known = of(installation)
    end = site.upper()
    return SitePasswords(
        *(known[f"EAKTE_{name}_{end}"] for name in ("SECRET_KEY", "SUPERUSER_PASSWORD", "DATABASE_PASSWORD", "REDIS_PASSWORD"))
    )


def of(installation: Installation) -> dict[str, str]:
    """Read var/secrets.env; what is missing there is made and written (mode 0600)."""
    path = installation.var / "secrets.env"
    known = dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line) if path.exists() else {}
    missing = [name for name in NAMES if name not in known]
    if missing:
        known |= {name: secrets.token_urlsafe(48) for name in missing}
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text("".join(f"{name}={value}\n" for name, value in known.items()))
        fresh.rename(path)
    return known
