"""Practice towns: each trainee gets one of her own, a copy of the golden town, to try things in that nobody else sees.

Opened within seconds, reset (made anew from the golden town) for one person without touching another's, and gone without a trace at the end of
the course. What is removed here has to say itself that it may be (tenants.marking): its row in the registry, its database and its store, looked at
while the registry is held, so that no row changes in between.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connections
from django.db.models import Max
from django.utils.translation import gettext as _
from psycopg import Error

from foundation import twins

from . import clearing, cloning, current, freezing, marking, registry, staffing
from .clearing import name_of
from .freezing import CannotPractise, Frozen, Put, Rows
from .models import User
from .roles import Role

logger = logging.getLogger(__name__)
__all__ = [
    "CannotPractise", "InUse", "Opened", "address_of", "end_due", "end_town", "is_anything_due", "last_used", "name_of", "open_town", "reset_town",
    "towns_of",
]  # fmt: skip
STAYS = ("course", "trainee", "trainee_name", "until", "account", "number")  # of a town that is reset


class InUse(CannotPractise):
    """Somebody was working in the town a moment ago."""


@dataclass(frozen=True)
class Opened:
    """A trainee's town. `made` is False if she had it already."""

    town: current.Municipality
    number: int
    made: bool

    @property
    def address(self) -> str:
        return address_of(self.town)


def open_town(*, golden: str, course: str, trainee: UUID, name: str, until: datetime, account: str = "", at: datetime) -> Opened:
    """Make a practice town for one trainee of a course date, with one of the golden town's accounts as hers; asked again, she keeps hers.

    `golden`: slug; `course`, `trainee`: ids at the centre; `name`: how she is called there; `until`: when the town ends (asked again, the later
    holds); `account`: user name in the golden town that becomes hers, with all its rights and work; without it, that of its first clerk.
    Raises CannotPractise.
    """
    if until <= at:
        raise CannotPractise(_("The course is over."))
    with registry.held() as put:
        rows = registry.rows()
        row = freezing.golden_row(rows, golden)
        known = next((one for one in rows if _is_of(one, golden, course, trainee)), None)
        if known is not None:
            return _kept(put, rows, known, until)
        if sum(1 for one in rows if one.get("trainee")) >= settings.PRACTICE_TOWNS:
            raise CannotPractise(_("There are as many practice towns on this node as it may have (EAKTE_PRACTICE_TOWNS)."))
        frozen = _rested(put, row, begins=not any(one.get("golden") == golden for one in rows), at=at)
        wanted = {"course": course, "trainee": str(trainee), "trainee_name": name, "until": until.isoformat(), "account": account}
        made = _clone(row, frozen, wanted | {"number": _free_number(rows)}, at)
        put([*registry.rows(), made])
        return Opened(_in_force(made["slug"]), made["number"], made=True)


def reset_town(*, town: str, even_now: bool = False, order: str = "", at: datetime) -> Opened:
    """Make one trainee's town anew from the golden one: whatever she did in it is gone, her sessions end, nobody else notices.

    `town`: its name ("uebung-07"). `order`: id of the order that asks for it; one that comes again finds its work done. Raises InUse if she was at work within the last minutes, unless `even_now` (somebody has told her);
    CannotPractise and marking.NotMarked for everything that is no trainee's town: then nothing was changed.
    """
    with registry.held() as put:
        rows = registry.rows()
        row = _own_row(rows, town)
        if order and row.get("order") == order:
            return Opened(_in_force(row["slug"]), row["number"], made=False)
        if not even_now:
            _refuse_in_use(row, at)
        golden = freezing.golden_row(rows, row["golden"])
        frozen = _rested(put, golden, begins=False, at=at)
        made = _clone(golden, frozen, {name: row[name] for name in STAYS} | {"order": order}, at)
        _let_go(row["slug"])
        put([made if one["slug"] == row["slug"] else one for one in registry.rows()])
        clearing.dispose(row)
        return Opened(_in_force(made["slug"]), made["number"], made=True)


def end_town(*, town: str) -> None:
    """Remove a trainee's town: registry row, database, role, store, index and pictures. Raises CannotPractise, marking.NotMarked."""
    with registry.held() as put:
        row = _own_row(registry.rows(), town)
        _end(put, row)


def end_due(*, at: datetime) -> int:
    """End the towns whose time is over, and remove what acts that were killed left behind. Returns how many ended. Safe to repeat."""
    ended = 0
    with registry.held() as put:
        for row in registry.rows():
            if row.get("trainee") and row.get("until") and datetime.fromisoformat(row["until"]) <= at:
                try:
                    _end(put, _own_row(registry.rows(), row["slug"]))
                    ended += 1
                except (CannotPractise, marking.NotMarked, Error, OSError) as trouble:
                    logger.error("%s was not ended: %s", row["slug"], trouble)
        if settings.ADMIN_DATABASE_URL:
            clearing.sweep_left_behind()
    return ended


def is_anything_due(*, at: datetime) -> bool:
    """Whether the time of a town is over: asks no database."""
    return any(town.trainee and town.until is not None and town.until <= at for town in registry.everyone())


def towns_of(*, golden: str = "", course: str = "", trainee: str = "") -> list[dict[str, Any]]:
    """Rows of trainees' towns, in the order of their numbers."""
    asked = {"golden": golden, "course": course, "trainee": trainee}
    rows = [row for row in registry.rows() if row.get("trainee") and all(not v or row[k] == v for k, v in asked.items())]
    return sorted(rows, key=lambda row: row["number"])


def last_used(town: current.Municipality) -> datetime | None:
    """When somebody was last at work there, to within five minutes; None if nobody is signed in, or its database does not answer."""
    try:
        with current.use(town):
            newest: datetime | None = Session.objects.aggregate(newest=Max("expire_date"))["newest"]
    except DatabaseError as error:
        logger.warning("%s: the database does not answer: %s", town.slug, error)
        return None
    finally:
        connections[town.alias].close()
    return newest - timedelta(seconds=settings.SESSION_COOKIE_AGE) if newest else None


def address_of(town: current.Municipality) -> str:
    """Where browsers reach it."""
    return str(settings.PRACTICE_ADDRESS).format(host=town.hosts[0])


def _is_of(row: dict[str, Any], golden: str, course: str, trainee: UUID) -> bool:
    return bool(row.get("trainee")) and (row["golden"], row["course"], row["trainee"]) == (golden, course, str(trainee))


def _kept(put: Put, rows: Rows, row: dict[str, Any], until: datetime) -> Opened:
    if datetime.fromisoformat(row["until"]) < until:
        put([one | {"until": until.isoformat()} if one is row else one for one in rows])
    return Opened(_in_force(row["slug"]), row["number"], made=False)


def _rested(put: Put, row: dict[str, Any], *, begins: bool, at: datetime) -> Frozen:
    """What rests of the golden town; put to rest anew if it cannot be used, or has changed before the first town is made of it.

    A class whose towns are open goes on with what it began with, so that all of it see the same files.
    """
    frozen = freezing.of_row(row)
    if frozen is None or not freezing.usable(frozen) or (begins and freezing.outdated(frozen, row)):
        return freezing.freeze(put=put, golden=row["slug"], at=at)
    return frozen


def _free_number(rows: Rows) -> int:
    """The smallest number of which nothing is left anywhere: no row, no database, no role, no folder."""
    taken = {row["number"] for row in rows if row.get("trainee")} | {int(n) for row in rows for n in _numbers(row["slug"])}
    with cloning.connect(freezing.admin_url()) as server:
        named = server.execute("SELECT datname FROM pg_database UNION SELECT rolname FROM pg_roles").fetchall()
    taken |= {int(n) for (name,) in named for n in _numbers(str(name).removeprefix("eakte_"))}
    for folder in (settings.MUNICIPALITY_STORES, settings.MUNICIPALITY_INDEXES, settings.JOURNAL_ANCHORS):
        if Path(folder).is_dir():
            taken |= {int(n) for path in Path(folder).iterdir() for n in _numbers(path.name.removesuffix(".jsonl"))}
    return next(number for number in range(1, 10_000) if number not in taken)


def _numbers(name: str) -> Iterator[str]:
    if clearing.OURS.fullmatch(name):
        yield name.split("-")[1]


def _clone(golden: dict[str, Any], frozen: Frozen, wanted: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Make the town; returns its row, which is not in the registry yet. Whatever fails, nothing is left of it."""
    slug = f"{name_of(wanted['number'])}-{secrets.token_hex(3)}"
    mark = marking.Mark(marking.TOWN, marking.new_id(), slug, golden["slug"])
    store, database, password = Path(settings.MUNICIPALITY_STORES) / slug, f"eakte_{slug}", secrets.token_urlsafe(24)
    url = cloning.url_of(freezing.admin_url(), database=database, user=database, password=password)
    row = {
        "slug": slug,
        "name": golden.get("name", golden["slug"]),
        "hosts": [f"{name_of(wanted['number'])}.{host}" for host in golden["hosts"]],
        "store": str(store),
        "practice": True,
        "database_url": url,
        "golden": golden["slug"],
        "mark": mark.id,
        "opened_at": at.isoformat(),
        **wanted,
    }
    try:
        store.mkdir(mode=0o700, parents=True)
        marking.put_on_folder(folder=store, mark=mark)
        twins.make(frozen.store, store, left_out=(marking.FILE,))
        _make_database(frozen, mark, database, password)
        town = registry.parse_row(row)
        if frozen.index.is_dir():
            twins.make(frozen.index, town.index, copied=freezing.WRITTEN_IN_PLACE, left_out=(marking.FILE,))
        registry.hand_over(store, town.index)
        row["account"] = _take_over(town, wanted["account"], wanted["trainee_name"], at)
    except BaseException:
        with suppress(marking.NotMarked):  # it did not come so far; the log says so
            clearing.dispose(row)
        raise
    return row


def _make_database(frozen: Frozen, mark: marking.Mark, name: str, password: str) -> None:
    admin = freezing.admin_url()
    with cloning.connect(admin) as server:
        cloning.copy(server=server, template=frozen.database, name=name)
        marking.put_on_database(server=server, name=name, mark=mark)
        cloning.make_role(server=server, name=name, password=password)
        cloning.hand_to(server=server, admin_url=admin, name=name, owner=name)


def _take_over(town: current.Municipality, account: str, name: str, at: datetime) -> str:
    """Give one of the made-up people's accounts to the trainee: her desk has work on it from the first minute. Returns its user name."""
    with registry.lent(town), current.use(town):
        try:
            people = User.objects.active()
            found = people.filter(username=User.normalize_username(account)) if account else people.with_role(Role.CLERK)
            person = found.order_by("pk").first()
            if person is None:
                raise CannotPractise(
                    _("The golden town has no account for trainees (%(account)s).") % {"account": account or Role.CLERK.label}
                )
            staffing.edit_person(person=person, display_name=name, email="", telephone=person.telephone, by=None, at=at)
            return str(person.username)
        finally:
            connections[town.alias].close()


def _own_row(rows: Rows, town: str) -> dict[str, Any]:
    """The row of a trainee's town, after its database and its store were asked. Raises CannotPractise, marking.NotMarked.

    A town is meant by its exact name: nothing is folded, so that no other name can mean it.
    """
    row = next((one for one in rows if one.get("trainee") and town in (one["slug"], name_of(one["number"]))), None)
    if row is None:
        raise CannotPractise(_("There is no practice town of a trainee that is called %(town)s.") % {"town": town})
    if row.get("practice") is not True or not row.get("golden") or not row.get("mark") or not clearing.OURS.fullmatch(row["slug"]):
        logger.error("the registry's row of %s is not that of a practice town of a trainee", row["slug"])
        raise CannotPractise(_("%(town)s is no practice town of a trainee. Nothing was changed.") % {"town": town})
    _require_marks(row)
    return row


def _require_marks(row: dict[str, Any]) -> None:
    """Database and store lie where this node makes them, belong to no other row, and bear the mark of this one."""
    mark, store = clearing.mark_of(row), Path(settings.MUNICIPALITY_STORES) / row["slug"]
    own, ours = registry.database_from_url(row["database_url"]), registry.database_from_url(freezing.admin_url())
    place = (own["HOST"], own["PORT"], own["NAME"])
    fits = place == (ours["HOST"], ours["PORT"], f"eakte_{row['slug']}") and own["USER"] == own["NAME"] and Path(row["store"]) == store
    shared = [
        other
        for other in registry.rows()
        if other["slug"] != row["slug"]
        and (Path(other["store"]) == store or registry.database_from_url(other["database_url"])["NAME"] == place[2])
    ]
    with cloning.connect(freezing.admin_url()) as server:
        there = marking.of_database(server=server, name=place[2])
    if not fits or shared or there != mark or marking.of_folder(store) != mark or store.is_symlink():
        logger.error(
            "%s: the registry calls it a trainee's practice town, its database or its store does not; nothing was done", row["slug"]
        )
        raise marking.NotMarked(_("%(town)s is no practice town of a trainee. Nothing was changed.") % {"town": row["slug"]})


def _refuse_in_use(row: dict[str, Any], at: datetime) -> None:
    used = last_used(registry.parse_row(row)) if registry.by_slug(row["slug"]) else None
    if used is not None and used > at - timedelta(minutes=settings.PRACTICE_QUIET_MINUTES):
        minutes = max(0, int((at - used).total_seconds() // 60))
        raise InUse(
            _("Somebody is working in %(town)s (last %(minutes)s minutes ago). Tell her first; what she did there will be gone.")
            % {"town": name_of(row["number"]), "minutes": minutes}
        )


def _end(put: Put, row: dict[str, Any]) -> None:
    _let_go(row["slug"])
    put([one for one in registry.rows() if one["slug"] != row["slug"]])
    clearing.dispose(row)


def _let_go(slug: str) -> None:
    """Close this process's own connection while it is still known."""
    if f"m_{slug}" in connections.settings:
        connections[f"m_{slug}"].close()


def _in_force(slug: str) -> current.Municipality:
    found = registry.by_slug(slug)
    if found is None:
        raise CannotPractise(_("%(slug)s is in the registry, but not active.") % {"slug": slug})
    return found
