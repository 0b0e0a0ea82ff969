"""Bringing a municipality onto this node, and keeping all of them at the same schema."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils.translation import gettext as _
from psycopg.errors import InsufficientPrivilege

from . import cloning, current, marking, registry
from .models import MunicipalSettings

logger = logging.getLogger(__name__)
HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")


class CannotProvision(Exception):
    """The municipality cannot be created like that; the message says why and what to do."""


@dataclass(frozen=True)
class Outcome:
    """`created` is False when the municipality was there already and nothing was changed."""

    municipality: current.Municipality
    created: bool


def create_municipality(
    *,
    slug: str,
    hosts: Sequence[str],
    name: str = "",
    database_url: str | None = None,
    store: Path | None = None,
    practice: bool = False,
) -> Outcome:
    """Make database, store, settings and registry entry of a new municipality; asked again, it changes nothing.

    Without `database_url` the database is a copy of the migrated template, with a role and password of its own. It appears in the
    registry last, so that nobody meets a town half made. Raises CannotProvision.
    """
    hosts = [host.strip().lower() for host in hosts]
    _check(slug, hosts)
    known = next((row for row in registry.rows() if row["slug"] == slug), None)
    if known is not None:
        return Outcome(_known(slug, hosts, known), created=False)
    place = Path(store) if store is not None else Path(settings.MUNICIPALITY_STORES) / slug
    row: dict[str, Any] = {"slug": slug, "name": name or slug.capitalize(), "hosts": list(hosts), "store": str(place), "practice": practice}
    row["database_url"] = database_url or _make_database(slug)
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        registry.hand_over(place)
        _furnish(row, migrate=database_url is not None)
        if practice:
            _mark(row)
        registry.write(lambda rows: [*rows, row])
    except Exception:
        if database_url is None:
            cloning.drop(admin_url=_admin_url(), name=_database_name(slug))
        raise
    municipality = registry.by_slug(slug)
    assert municipality is not None
    return Outcome(municipality, created=True)


def _mark(row: dict[str, Any]) -> None:
    """Have the database say itself that everything in it will be made up: trainees' towns are only copied from one that does."""
    with cloning.connect(row["database_url"]) as server:
        try:
            name = registry.database_from_url(row["database_url"])["NAME"]
            marking.put_on_database(server=server, name=name, mark=marking.of_golden(row["slug"]))
        except InsufficientPrivilege:
            logger.warning("%s: its role does not own its database: no towns for trainees can be made of it", row["slug"])


def migrate(*, municipality: current.Municipality) -> None:
    """Bring one municipality's database to the schema of this version."""
    with current.use(municipality):
        try:
            call_command("migrate", database=municipality.alias, verbosity=0, interactive=False)
        finally:
            connections[municipality.alias].close()


def _check(slug: str, hosts: Sequence[str]) -> None:
    if not registry.SLUG.fullmatch(slug):
        raise CannotProvision(_("A slug has 2 to 40 small letters, digits or hyphens and begins with a letter."))
    if not hosts:
        raise CannotProvision(_("At least one host is needed under which the municipality is reached."))
    for host in hosts:
        if not HOST.fullmatch(host):
            raise CannotProvision(_("%(host)s is no host name. It is given without https:// and without a port.") % {"host": host})
    for row in registry.rows():
        shared = set(hosts) & set(row["hosts"])
        if shared and row["slug"] != slug:
            raise CannotProvision(_("The host %(host)s belongs to %(slug)s.") % {"host": min(shared), "slug": row["slug"]})


def _known(slug: str, hosts: Sequence[str], row: dict[str, Any]) -> current.Municipality:
    municipality = registry.by_slug(slug)
    if municipality is None:
        raise CannotProvision(_("%(slug)s is in the registry, but not active.") % {"slug": slug})
    if set(hosts) != set(row["hosts"]):
        there = {"slug": slug, "hosts": ", ".join(row["hosts"])}
        raise CannotProvision(_("%(slug)s exists already, under %(hosts)s. Nothing was changed.") % there)
    return municipality


def _admin_url() -> str:
    if not settings.ADMIN_DATABASE_URL:
        raise CannotProvision(_("Name a database by --database-url, or a role that may create databases by EAKTE_ADMIN_DATABASE_URL."))
    return str(settings.ADMIN_DATABASE_URL)


def _database_name(slug: str) -> str:
    return f"eakte_{slug}"


def _make_database(slug: str) -> str:
    admin_url, name, password = _admin_url(), _database_name(slug), secrets.token_urlsafe(24)
    with cloning.connect(admin_url) as server:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            raise CannotProvision(
                _("A database %(name)s exists already and is left alone. Name it by --database-url to use it, or remove it.")
                % {"name": name}
            )
        cloning.make_role(server=server, name=name, password=password)
    cloning.clone(admin_url=admin_url, name=name, owner=name)
    return cloning.url_of(admin_url, database=name, user=name, password=password)


def _furnish(row: dict[str, Any], *, migrate: bool) -> None:
    """Migrate a database that was given to us, and write the settings row, before the town is in the registry."""
    making = registry.parse_row(row)
    if urlsplit(row["database_url"]).path in ("", "/postgres"):
        raise CannotProvision(_("The address names no database of the municipality's own."))
    with registry.lent(making), current.use(making):
        try:
            if migrate:
                call_command("migrate", database=making.alias, verbosity=0, interactive=False)
            MunicipalSettings.objects.update_or_create(pk=1, defaults={"name": row["name"]})
        finally:
            connections[making.alias].close()
