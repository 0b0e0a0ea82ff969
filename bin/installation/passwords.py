"""The passwords and keys of an installation: made afresh on its first start, readable by the one who started it."""

from __future__ import annotations

import secrets

from .places import Installation

NAMES = (
    "EAKTE_SECRET_KEY_NODE",
    "EAKTE_SECRET_KEY_CENTRE",
    "EAKTE_POSTGRES_PASSWORD",  # PostgreSQL's own superuser; no process gets it
    "EAKTE_NODE_DATABASE_PASSWORD",
    "EAKTE_CENTRE_DATABASE_PASSWORD",
    "EAKTE_REDIS_PASSWORD",
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
