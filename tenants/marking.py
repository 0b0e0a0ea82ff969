"""What may be thrown away is marked where it lies: each practice town's database and store say themselves that they are one.

The registry is a file that people edit, and names can be given anew. So nothing is removed because of a name. A practice town is known by a random
id in three places, written when it was made: its row in the registry, the comment on its database, a file in its store. The comment also names
the database's own number at the server (oid): a copy, a dump that was put back or a database that took over the name has another one, and is
never believed.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.utils.translation import gettext as _
from psycopg.errors import ObjectInUse
from psycopg.sql import SQL, Identifier, Literal

from . import cloning

logger = logging.getLogger(__name__)
GOLDEN, FROZEN, TOWN = "golden", "frozen", "town"  # what a mark says: made-up files to be copied; a copy at rest; a trainee's own town
KEY, FILE = "eakte_practice", ".practice.json"
DOOMED = "doomed"
ATTEMPTS = 5


class NotMarked(Exception):
    """It does not say itself that it may be thrown away; nothing was done to it. The message is for people, the log has more."""


@dataclass(frozen=True)
class Mark:
    """`id`: random, in all places. `slug`: what the town was called when it was made; `golden`: whose copy it is."""

    kind: str
    id: str
    slug: str
    golden: str = ""


def of_golden(slug: str) -> Mark:
    """The mark of a practice municipality: there is one for each name."""
    return Mark(GOLDEN, slug, slug, slug)


def new_id() -> str:
    return secrets.token_hex(16)


def put_on_database(*, server: psycopg.Connection[Any], name: str, mark: Mark) -> None:
    """Mark a database that was just made. Needs its owner, or a role that may act as its owner."""
    found = _number_of(server, name)
    said = json.dumps({KEY: asdict(mark) | {"oid": found}}, sort_keys=True)
    server.execute(SQL("COMMENT ON DATABASE {} IS {}").format(Identifier(name), Literal(said)))


def of_database(*, server: psycopg.Connection[Any], name: str) -> Mark | None:
    """The mark that a database bears itself; None without one, and for one that was made for another database."""
    found = _state(server, name)
    return found[1] if found else None


def databases(*, server: psycopg.Connection[Any]) -> dict[str, Mark]:
    """All marked databases at this server, by their names."""
    rows = server.execute("SELECT oid, datname, shobj_description(oid, 'pg_database') FROM pg_database").fetchall()
    read = {name: _read(said, number) for number, name, said in rows}
    return {name: mark for name, mark in read.items() if mark is not None}


def drop_database(*, admin_url: str, name: str, mark: Mark) -> None:
    """Remove a database that bears this mark, with whoever is connected to it; one that is gone already is no error.

    Between a look and a DROP the name may come to mean another database. So it is first given a name that nobody knows, looked at again under it,
    and only then removed. Raises NotMarked: it is another database; what was renamed got its name back.
    """
    with cloning.connect(admin_url) as server:
        found = _state(server, name)
        if found is None:
            return
        number = found[0]
        _require(found[1] == mark, f"the database {name}")
        doomed = f"eakte_{DOOMED}_{secrets.token_hex(8)}"
        _rename(server, name, doomed, number, mark)
        if _state(server, doomed) != (number, mark):
            server.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(doomed), Identifier(name)))
            _require(False, f"the database {name}, which was renamed meanwhile")
        server.execute(SQL("ALTER DATABASE {} IS_TEMPLATE false").format(Identifier(doomed)))
        server.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(doomed)))


def put_on_folder(*, folder: Path, mark: Mark) -> None:
    """Mark a store that was just made."""
    (folder / FILE).write_text(json.dumps({KEY: asdict(mark)}))


def of_folder(folder: Path) -> Mark | None:
    try:
        said = (folder / FILE).read_text()
    except OSError:
        return None
    return _read(said, None)


def remove_folder(*, folder: Path, mark: Mark) -> None:
    """Remove a store that bears this mark; one that is gone already is no error. Raises NotMarked.

    As with databases: renamed first, looked at again, then removed.
    """
    if not folder.exists() and not folder.is_symlink():
        return
    _require(not folder.is_symlink() and of_folder(folder) == mark, f"the folder {folder.name}")
    doomed = folder.with_name(f".{DOOMED}-{secrets.token_hex(8)}")
    os.rename(folder, doomed)
    if doomed.is_symlink() or of_folder(doomed) != mark:
        os.rename(doomed, folder)
        _require(False, f"the folder {folder.name}, which was renamed meanwhile")
    shutil.rmtree(doomed)


def _rename(server: psycopg.Connection[Any], name: str, doomed: str, number: int, mark: Mark) -> None:
    """Take the name away from a database, after ending the connections of this one only (by its number)."""
    for attempt in range(ATTEMPTS):
        _require(_state(server, name) == (number, mark), f"the database {name}, which was renamed meanwhile")
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datid = %s AND pid <> pg_backend_pid()", [number])
        try:
            server.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(name), Identifier(doomed)))
            return
        except ObjectInUse:  # somebody came in between
            if attempt == ATTEMPTS - 1:
                raise


def _require(holds: bool, what: str) -> None:
    if not holds:
        logger.error("%s does not bear the mark of the practice town that was to be removed; nothing was done to it", what)
        raise NotMarked(
            _("This is not the practice town that was meant: its database or its store does not say so itself. Nothing was changed.")
        )


def _number_of(server: psycopg.Connection[Any], name: str) -> int:
    row = server.execute("SELECT oid FROM pg_database WHERE datname = %s", [name]).fetchone()
    if row is None:
        raise NotMarked(_("There is no such database."))
    return int(row[0])


def _state(server: psycopg.Connection[Any], name: str) -> tuple[int, Mark | None] | None:
    """Number and mark of the database that has this very name now; None if there is none."""
    row = server.execute("SELECT oid, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]).fetchone()
    return (int(row[0]), _read(row[1], int(row[0]))) if row else None


def _read(said: str | None, number: int | None) -> Mark | None:
    try:
        told = dict(json.loads(said or "")[KEY])
        if number is not None and told.pop("oid") != number:
            return None
        return Mark(**told)
    except (ValueError, KeyError, TypeError):
        return None
