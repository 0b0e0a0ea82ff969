"""The golden town at rest: a copy of its database, store and index that nobody uses, from which trainees' towns are made while people work in it.

PostgreSQL copies a database only while nobody is connected to it. So it is done once, at the cost of a moment in which the golden town does not
answer, and not for each trainee.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import connections
from django.db.models import Model
from django.utils.translation import gettext as _
from knox.models import AuthToken
from psycopg.errors import ObjectInUse
from psycopg.sql import SQL, Identifier

from foundation import twins

from . import cloning, current, marking, registry
from .models import AccessibilityFeedback, CaughtMail, HandledOrder, OutgoingMessage, PracticeSignIn, PracticeSlip, RememberedAnswer, User

ATTEMPTS = 5
# Of the golden town alone: who was signed in, what was asked of it, what it said. No trainee gets them, and they do not count as changes.
ITS_OWN: list[type[Model]] = [
    Session, AuthToken, AccessAttempt, AccessLog, RememberedAnswer, OutgoingMessage, HandledOrder, CaughtMail, PracticeSignIn, PracticeSlip,
    AccessibilityFeedback,
]  # fmt: skip
WRITTEN_IN_PLACE = ("current", "meta.json", ".managed.json", "format.json")  # of an index
LOCKS = ("swap.lock", "current.new", ".tantivy-writer.lock", ".tantivy-meta.lock")
Rows = list[dict[str, Any]]
Put = Callable[[Rows], None]


def leave_out(model: type[Model]) -> None:
    """Let an app name a table of which no trainee gets the golden town's rows. Called in AppConfig.ready()."""
    if model not in ITS_OWN:
        ITS_OWN.append(model)


class CannotPractise(Exception):
    """It cannot be done with this town; the message says why and what to do."""


@dataclass(frozen=True)
class Frozen:
    """A golden town at rest. `schema`: the version of all migrations; `changes`: how much had been written in the golden town by then."""

    id: str
    golden: str
    schema: str
    changes: int
    at: datetime

    @property
    def database(self) -> str:
        return f"eakte_golden_{self.golden}_{self.id[:8]}"

    @property
    def store(self) -> Path:
        return Path(settings.MUNICIPALITY_STORES) / f".golden-{self.golden}-{self.id[:8]}"

    @property
    def index(self) -> Path:
        return Path(settings.MUNICIPALITY_INDEXES) / f".golden-{self.golden}-{self.id[:8]}"

    @property
    def mark(self) -> marking.Mark:
        return marking.Mark(marking.FROZEN, self.id, self.golden, self.golden)


def freeze_golden(*, golden: str, at: datetime) -> Frozen:
    """Put the golden town to rest as it is now, in place of what rested before. Whoever is working in it is disconnected for a moment.

    Towns that are open stay as they are; the next one, and each that is reset, begins as the golden town is now. Raises CannotPractise.
    """
    with registry.held() as put:
        return freeze(put=put, golden=golden, at=at)


def freeze(*, put: Put, golden: str, at: datetime) -> Frozen:
    """Do the same for an act that holds the registry already."""
    admin = admin_url()
    row = golden_row(registry.rows(), golden)
    _refuse_what_is_not_made_up(admin, row)
    before = of_row(row)
    made = Frozen(marking.new_id(), golden, cloning.schema_version(), _written(admin, row), at)
    try:
        _copy(admin, registry.parse_row(row), made)
        kept = {"id": made.id, "schema": made.schema, "changes": made.changes, "at": at.isoformat()}
        put([one | {"frozen": kept} if one["slug"] == golden else one for one in registry.rows()])
    except BaseException:
        with suppress(marking.NotMarked):  # it did not come so far; the log says so
            discard(made)
        raise
    if before is not None:
        discard(before)
    return made


def of_row(row: dict[str, Any]) -> Frozen | None:
    """What rests of a golden town, as its row in the registry says."""
    told = row.get("frozen")
    return Frozen(told["id"], row["slug"], told["schema"], told["changes"], datetime.fromisoformat(told["at"])) if told else None


def usable(frozen: Frozen | None) -> bool:
    """Whether towns can be made of it: it is there, and as the migrations of this version want it."""
    if frozen is None or frozen.schema != cloning.schema_version():
        return False
    with cloning.connect(admin_url()) as server:
        return marking.of_database(server=server, name=frozen.database) == frozen.mark


def outdated(frozen: Frozen, row: dict[str, Any]) -> bool:
    """Whether something was written in the golden town since (PostgreSQL's own count; a crash of the server counts as a change)."""
    return _written(admin_url(), row) != frozen.changes


def discard(frozen: Frozen) -> None:
    """Remove what rested. Raises marking.NotMarked."""
    marking.drop_database(admin_url=admin_url(), name=frozen.database, mark=frozen.mark)
    marking.remove_folder(folder=frozen.store, mark=frozen.mark)
    marking.remove_folder(folder=frozen.index, mark=frozen.mark)


def golden_row(rows: Rows, slug: str) -> dict[str, Any]:
    """The row of a practice municipality that towns are made of. Raises CannotPractise."""
    row = next((one for one in rows if one["slug"] == slug and one.get("state", "active") == "active"), None)
    if row is None or row.get("practice") is not True or row.get("golden"):
        raise CannotPractise(_("%(slug)s is no practice municipality of this node.") % {"slug": slug})
    return row


def admin_url() -> str:
    if not settings.ADMIN_DATABASE_URL:
        raise CannotPractise(_("This node may not create databases: EAKTE_ADMIN_DATABASE_URL names no role that may."))
    return str(settings.ADMIN_DATABASE_URL)


def mark_golden(*, slug: str) -> None:
    """Have the database of a practice municipality say itself that everything in it is made up. Raises CannotPractise.

    Done when it is created; for one that was created before there were such marks, by its operator, who vouches for it.
    """
    row = golden_row(registry.rows(), slug)
    database = registry.database_from_url(row["database_url"])
    with cloning.connect(row["database_url"]) as server:
        marking.put_on_database(server=server, name=database["NAME"], mark=marking.of_golden(row["slug"]))


def _refuse_what_is_not_made_up(admin: str, row: dict[str, Any]) -> None:
    """A row in a file is not enough to copy a town for strangers: its database has to say so itself."""
    own, ours = registry.database_from_url(row["database_url"]), registry.database_from_url(admin)
    if (own["HOST"], own["PORT"]) != (ours["HOST"], ours["PORT"]):
        raise CannotPractise(
            _("The database of %(slug)s lies at another server than EAKTE_ADMIN_DATABASE_URL names.") % {"slug": row["slug"]}
        )
    with cloning.connect(admin) as server:
        if marking.of_database(server=server, name=own["NAME"]) != marking.of_golden(row["slug"]):
            raise CannotPractise(
                _("The database of %(slug)s does not say itself that everything in it is made up (manage.py mark_practice).")
                % {"slug": row["slug"]}
            )


def _copy(admin: str, golden: current.Municipality, made: Frozen) -> None:
    """Copy the index, then the database, then the store: so the index is never ahead of the database, and no document is without its bytes."""
    for folder in (made.store, made.index):
        folder.mkdir(mode=0o700, parents=True)
        marking.put_on_folder(folder=folder, mark=made.mark)
    if golden.index.is_dir():
        twins.make(golden.index, made.index, copied=WRITTEN_IN_PLACE, left_out=LOCKS)
    connections[golden.alias].close()
    with cloning.connect(admin) as server:
        _copy_in_use(server, golden.database["NAME"], made.database)
        marking.put_on_database(server=server, name=made.database, mark=made.mark)
        _hand_to_template_role(server, admin, made.database)
    _strip(admin, made)
    with cloning.connect(admin) as server:
        server.execute(SQL("ALTER DATABASE {} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false").format(Identifier(made.database)))
    twins.make(golden.store, made.store, left_out=("incoming", marking.FILE))
    registry.hand_over(made.store, made.index)


def _copy_in_use(server: psycopg.Connection[Any], source: str, target: str) -> None:
    """Copy a database after ending its connections. New ones wait while it is copied: PostgreSQL holds them at the door."""
    for attempt in range(ATTEMPTS):
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [source])
        try:
            cloning.copy(server=server, template=source, name=target)
            return
        except ObjectInUse:
            if attempt == ATTEMPTS - 1:
                raise


def _hand_to_template_role(server: psycopg.Connection[Any], admin: str, name: str) -> None:
    """Have everything in a copy belong to the role that copies are handed on from (tenants.cloning)."""
    role = cloning.template_role(server)
    with cloning.connect(cloning.url_of(admin, database=name)) as inside:
        asked = "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        for (owner,) in inside.execute(asked).fetchall():
            if owner != role:
                _reassign(inside, owner, role)


def _reassign(inside: psycopg.Connection[Any], owner: str, role: str) -> None:
    """REASSIGN OWNED gives away whole databases too, wherever it is run: the golden town's own is given back before anybody sees it."""
    with inside.transaction():
        owned = inside.execute("SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) = %s", [owner]).fetchall()
        inside.execute(SQL("REASSIGN OWNED BY {} TO {}").format(Identifier(owner), Identifier(role)))
        for (database,) in owned:
            inside.execute(SQL("ALTER DATABASE {} OWNER TO {}").format(Identifier(database), Identifier(owner)))


def _strip(admin: str, made: Frozen) -> None:
    """Forget what was the golden town's own; nobody can log in with a password of it."""
    database = registry.database_from_url(cloning.url_of(admin, database=made.database))
    resting = current.Municipality(
        slug=f"golden-{secrets.token_hex(4)}",
        name="",
        hosts=(),
        database={**database, "OPTIONS": {"assume_role": cloning.ROLE}},
        store=made.store,
    )
    with registry.lent(resting), current.use(resting):
        try:
            with current.atomic():
                for model in ITS_OWN:
                    model._base_manager.all().delete()
                User.objects.get_queryset().update(password=make_password(None), one_time_until=None)
        finally:
            connections[resting.alias].close()


def _written(admin: str, row: dict[str, Any]) -> int:
    """How many rows were written in the golden town so far, without its bookkeeping."""
    name = registry.database_from_url(row["database_url"])["NAME"]
    with cloning.connect(cloning.url_of(admin, database=name)) as inside:
        counted = inside.execute(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint FROM pg_stat_user_tables WHERE relname <> ALL(%s)",
            [[model._meta.db_table for model in ITS_OWN]],
        ).fetchone()
    return int(counted[0]) if counted else 0
