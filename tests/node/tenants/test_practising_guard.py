"""Proof that no real municipality can be reset or ended: attempts through every door, with wrong marks, with other names, at once with a rename.

A real town stands beside the practice towns with a database that is really there. After each attempt it is compared whole.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone
from psycopg import Error as DatabaseError

from tenants import channel, cloning, current, marking, orders, practising, provisioning, registry, stores
from tenants.models import MunicipalSettings
from tests.node import practice
from tests.node.practice import AT, COURSE, ERIKA, GOLDEN, UNTIL, change_row, databases, open_town, rename, row_of
from tests.node.tenants.practice_fixtures import golden, golden_row  # noqa: F401

REAL = "echtstadt"
PAPERS = [b"Ein Bescheid, echt.", b"Noch einer."]
Attempt = Callable[[str], Any]


@pytest.fixture(scope="module")
def real_row(_towns: Any, golden_row: dict[str, Any]) -> Iterator[dict[str, Any]]:  # noqa: F811
    with practice.clean_afterwards("eakte_echtstadt"):
        provisioning.create_municipality(slug=REAL, hosts=["echtstadt.localhost"], name="Stadt Echtstadt")
        with current.use(registry.by_slug(REAL)):
            MunicipalSettings.objects.update(receipt_stamp="Eingegangen")
            for paper in PAPERS:
                stores.of_municipality().put(paper)
        connections[f"m_{REAL}"].close()
        yield row_of(REAL)


@pytest.fixture
def real(golden: Any, real_row: dict[str, Any]) -> Iterator[dict[str, Any]]:  # noqa: F811
    """The row of a real town; whatever the test did, its database and its store are as they were."""
    registry.write(lambda rows: [*rows, real_row])
    yield real_row
    for name, mark in _marks().items():
        assert name != "eakte_echtstadt" or mark is None
    _require_untouched(real_row)


def _marks() -> dict[str, marking.Mark]:
    with cloning.connect(practice.settings.ADMIN_DATABASE_URL) as server:
        return marking.databases(server=server)


def _require_untouched(row: dict[str, Any]) -> None:
    with cloning.connect(row["database_url"]) as inside:
        assert inside.execute("SELECT name, receipt_stamp FROM tenants_municipalsettings").fetchall() == [
            ("Stadt Echtstadt", "Eingegangen")
        ]
    for paper in PAPERS:
        digest = hashlib.sha256(paper).hexdigest()
        assert Path(row["store"], "objects", digest[:2], digest[2:4], digest).read_bytes() == paper


def by_function_reset(town: str) -> Any:
    return practising.reset_town(town=town, even_now=True, at=AT)


def by_function_end(town: str) -> Any:
    return practising.end_town(town=town)


def by_command_reset(town: str) -> Any:
    call_command("practice_reset", town, "--even-now")


def by_command_end(town: str) -> Any:
    call_command("practice_end", town)


def by_sweep(town: str) -> Any:
    practising.end_due(at=UNTIL + timedelta(days=9999))
    raise practising.CannotPractise  # it refuses nothing, it leaves alone


ATTEMPTS: list[Attempt] = [by_function_reset, by_function_end, by_command_reset, by_command_end, by_sweep]
REFUSALS = (practising.CannotPractise, marking.NotMarked, CommandError)


def all_refuse(*towns: str) -> None:
    """Every door refuses each of these names; the sweep of what is due leaves them alone."""
    for town in towns:
        for attempt in ATTEMPTS:
            with pytest.raises(REFUSALS):
                attempt(town)


def carry_out(kind: str, **body: Any) -> Any:
    order = orders.Order(uuid4(), kind, GOLDEN, "Jule Behrens", AT, timezone.now() + timedelta(hours=1), body)
    with current.use(registry.by_slug(GOLDEN)):
        return orders.carry_out(order=order, at=timezone.now())


def dressed_up(row: dict[str, Any], **said: Any) -> None:
    """Give a real town's row everything that a practice town's row has."""
    as_if = {
        "practice": True, "golden": GOLDEN, "course": COURSE, "trainee": str(ERIKA), "trainee_name": "E", "until": AT.isoformat(),
        "account": "g.uebel", "number": 7, "mark": marking.new_id(), "opened_at": AT.isoformat(),
    }  # fmt: skip
    change_row(row["slug"], **as_if | said)


class TestEveryDoor:
    def test_refuses_a_real_town_by_its_name(self, real: dict[str, Any]) -> None:
        all_refuse(REAL, "musterstadt", "beispielheim")

        assert {"musterstadt", "beispielheim", REAL} <= {row["slug"] for row in registry.rows()}

    def test_refuses_the_golden_town(self, real: dict[str, Any]) -> None:
        open_town()

        all_refuse(GOLDEN)

        assert "eakte_lernstadt" in databases()

    def test_refuses_a_real_town_with_the_practice_mark(self, real: dict[str, Any]) -> None:
        change_row(REAL, practice=True)

        all_refuse(REAL)

    def test_refuses_a_real_town_whose_row_says_all_that_a_practice_towns_does(self, real: dict[str, Any]) -> None:
        dressed_up(real)

        all_refuse(REAL, "uebung-07")

    def test_refuses_a_real_town_that_took_a_practice_towns_name(self, real: dict[str, Any]) -> None:
        dressed_up(real, slug="uebung-07-abcdef")

        all_refuse("uebung-07", "uebung-07-abcdef")

    def test_refuses_a_real_town_whose_database_took_the_name_too(self, real: dict[str, Any]) -> None:
        """Row, database and folder are called as a practice town's are; only what they say themselves is missing."""
        store = Path(real["store"]).with_name("uebung-07-abcdef")
        rename("eakte_echtstadt", "eakte_uebung-07-abcdef")
        shutil.move(real["store"], store)
        try:
            url = cloning.url_of(
                practice.settings.ADMIN_DATABASE_URL, database="eakte_uebung-07-abcdef", user="eakte_uebung-07-abcdef", password="x"
            )
            dressed_up(real, slug="uebung-07-abcdef", store=str(store), database_url=url)

            all_refuse("uebung-07")
        finally:
            rename("eakte_uebung-07-abcdef", "eakte_echtstadt")
            shutil.move(store, real["store"])

    def test_refuses_a_row_that_borrows_the_mark_of_a_practice_town(self, real: dict[str, Any]) -> None:
        """The practice town itself may go, it is one; the real one may not, whatever id its row bears."""
        town = open_town().town
        mark = row_of(town.slug)["mark"]
        registry.write(lambda rows: [row for row in rows if row["slug"] != town.slug])
        dressed_up(real, slug="uebung-07-abcdef", mark=mark)

        all_refuse("uebung-07")

    def test_refuses_a_practice_town_whose_row_points_at_a_real_database(self, real: dict[str, Any]) -> None:
        town = open_town().town
        registry.write(lambda rows: [row for row in rows if row["slug"] != REAL])
        change_row(town.slug, database_url=real["database_url"])

        all_refuse("uebung-01")

        assert f"eakte_{town.slug}" in databases()

    def test_refuses_a_practice_town_whose_row_points_at_a_real_store(self, real: dict[str, Any]) -> None:
        town = open_town().town
        registry.write(lambda rows: [row for row in rows if row["slug"] != REAL])
        change_row(town.slug, store=real["store"])

        all_refuse("uebung-01")

        assert f"eakte_{town.slug}" in databases()

    def test_refuses_a_store_that_is_a_way_into_a_real_one(self, real: dict[str, Any]) -> None:
        town = open_town().town
        shutil.move(town.store, town.store.with_name("uebung-beiseite"))
        town.store.symlink_to(real["store"])
        try:
            all_refuse("uebung-01")
        finally:
            town.store.unlink()
        assert f"eakte_{town.slug}" in databases()

    def test_refuses_where_the_registry_says_practice_and_the_database_does_not(self, real: dict[str, Any]) -> None:
        town = open_town().town
        _comment(f"eakte_{town.slug}", None)

        all_refuse("uebung-01")

        assert f"eakte_{town.slug}" in databases()

    def test_refuses_where_the_database_says_practice_and_the_registry_does_not(self, real: dict[str, Any]) -> None:
        town = open_town().town
        row = row_of(town.slug)

        for said in ({"practice": False}, {"practice": None}, {"practice": "ja"}, {"golden": None}, {"golden": ""}, {"mark": None}):
            change_row(town.slug, **said)
            all_refuse("uebung-01", town.slug)
            change_row(town.slug, **row)

        assert f"eakte_{town.slug}" in databases()
        assert town.store.is_dir()

    @pytest.mark.parametrize(
        "attempt", [by_function_reset, by_function_end, by_command_reset, by_command_end], ids=lambda act: act.__name__
    )
    def test_refuses_a_name_that_differs_by_case_or_by_letters_that_look_alike(self, real: dict[str, Any], attempt: Attempt) -> None:
        town = open_town().town

        for name in (
            "Uebung-01",
            "UEBUNG-01",
            "uebung-1",
            "uebung-01 ",
            "übung-01",
            "uebung‐01",
            "uebung-０1",
            "uеbung-01",
            "uebung-01\x00",
            "",
        ):
            with pytest.raises(REFUSALS):
                attempt(name)

        assert f"eakte_{town.slug}" in databases()

    def test_refuses_a_copy_of_a_practice_town_that_somebody_made_real(self, real: dict[str, Any]) -> None:
        """A dump put back under the old name brings the comment along; it is another database."""
        town = open_town().town
        comment = _comment_of(f"eakte_{town.slug}")
        rename(f"eakte_{town.slug}", "eakte_uebung_alt")
        with cloning.connect(practice.settings.ADMIN_DATABASE_URL) as server:
            server.execute(f'CREATE DATABASE "eakte_{town.slug}"')
        _comment(f"eakte_{town.slug}", comment)

        all_refuse("uebung-01")

        assert f"eakte_{town.slug}" in databases()


class TestAtOnceWithARename:
    """Between the last look and the act, names come to mean something else."""

    @pytest.mark.parametrize("attempt", [by_function_reset, by_function_end], ids=lambda attempt: attempt.__name__)
    def test_a_real_database_that_takes_the_name_after_the_look_keeps_its_own(
        self, real: dict[str, Any], attempt: Attempt, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        town = open_town().town
        look = marking._rename

        def swapped_meanwhile(server: Any, name: str, doomed: str, number: int, mark: marking.Mark) -> None:
            rename(name, "eakte_uebung_beiseite")
            rename("eakte_echtstadt", name)
            monkeypatch.setattr(marking, "_rename", look)
            look(server, name, doomed, number, mark)

        monkeypatch.setattr(marking, "_rename", swapped_meanwhile)
        try:
            with pytest.raises(marking.NotMarked):
                attempt("uebung-01")
        finally:
            rename(f"eakte_{town.slug}", "eakte_echtstadt")
        assert "eakte_uebung_beiseite" in databases()

    def test_even_between_the_last_look_and_the_renaming(self, real: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
        """The last gap there is: what was renamed by mistake is seen to be another database, gets its name back, and lives."""
        town = open_town().town
        require, looks = marking._require, []

        def swapped_after_the_look(holds: bool, what: str) -> None:
            require(holds, what)
            looks.append(what)
            if len(looks) == 2:  # drop_database's own, then that of _rename
                rename(f"eakte_{town.slug}", "eakte_uebung_beiseite")
                rename("eakte_echtstadt", f"eakte_{town.slug}")

        monkeypatch.setattr(marking, "_require", swapped_after_the_look)
        mark = marking.Mark(marking.TOWN, row_of(town.slug)["mark"], town.slug, GOLDEN)
        connections[town.alias].close()
        try:
            with pytest.raises(marking.NotMarked):
                marking.drop_database(admin_url=practice.settings.ADMIN_DATABASE_URL, name=f"eakte_{town.slug}", mark=mark)
        finally:
            rename(f"eakte_{town.slug}", "eakte_echtstadt")
        assert len(looks) == 2

    def test_a_real_store_that_takes_the_name_after_the_look_keeps_its_own(
        self, real: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        town = open_town().town
        mark = marking.Mark(marking.TOWN, row_of(town.slug)["mark"], town.slug, GOLDEN)
        move = marking.os.rename

        def swapped_meanwhile(source: Any, target: Any) -> None:
            monkeypatch.setattr(marking.os, "rename", move)
            move(source, town.store.with_name("uebung-beiseite"))
            move(real["store"], source)
            move(source, target)

        monkeypatch.setattr(marking.os, "rename", swapped_meanwhile)
        with pytest.raises(marking.NotMarked):
            marking.remove_folder(folder=town.store, mark=mark)

        move(town.store, real["store"])

    @pytest.mark.parametrize("attempt", [by_function_reset, by_function_end], ids=lambda attempt: attempt.__name__)
    def test_what_the_registry_says_is_read_when_nobody_else_can_change_it_any_more(
        self, real: dict[str, Any], attempt: Attempt, settings: Any
    ) -> None:
        """The act waits for whoever is writing; the row that it meets then is a real town's."""
        town = open_town().town
        refused: list[BaseException] = []

        def act() -> None:
            try:
                attempt("uebung-01")
            except REFUSALS as refusal:
                refused.append(refusal)

        with Path(settings.MUNICIPALITY_REGISTRY).with_suffix(".lock").open("w") as guard:
            fcntl.flock(guard, fcntl.LOCK_EX)
            thread = threading.Thread(target=act)
            thread.start()
            time.sleep(0.3)
            changed = [
                row_of(town.slug) | {"database_url": real["database_url"], "store": real["store"]} if row["slug"] == town.slug else row
                for row in registry.rows()
                if row["slug"] != REAL
            ]
            registry._put(Path(settings.MUNICIPALITY_REGISTRY), changed)
        thread.join(60)

        assert len(refused) == 1
        assert f"eakte_{town.slug}" in databases()

    def test_many_renames_at_once_with_many_resets(self, real: dict[str, Any]) -> None:
        """Somebody gives the real database the practice town's name and takes it away again, all the time, while resets are tried."""
        town, stop = open_town().town, threading.Event()
        renamed = [0]

        def rename_for_ever() -> None:
            while not stop.is_set():
                slug = next(row["slug"] for row in registry.rows() if row.get("number") == 1)
                try:
                    rename(f"eakte_{slug}", "eakte_uebung_beiseite")
                    rename("eakte_echtstadt", f"eakte_{slug}")
                    renamed[0] += 1
                    rename(f"eakte_{slug}", "eakte_echtstadt")
                    rename("eakte_uebung_beiseite", f"eakte_{slug}")
                except DatabaseError:  # in use, or gone at this moment: then somebody else has it
                    _put_names_back(slug)

        thread = threading.Thread(target=rename_for_ever)
        thread.start()
        try:
            for _time in range(4):
                try:
                    practising.reset_town(town="uebung-01", even_now=True, at=AT)
                except (*REFUSALS, DatabaseError):
                    continue
        finally:
            stop.set()
            thread.join(30)
        _put_names_back(practising.towns_of()[0]["slug"])

        assert renamed[0] > 0
        assert town.trainee == practising.towns_of()[0]["trainee"]


class TestOrders:
    """The signed order's handler: it names trainees, never towns."""

    @pytest.mark.parametrize("kind", [channel.PRACTICE_RESET, channel.PRACTICE_END])
    @pytest.mark.parametrize("dressed", [{}, {"slug": "uebung-07-abcdef"}], ids=["its own name", "a practice town's name"])
    def test_does_nothing_to_a_real_town(self, real: dict[str, Any], kind: str, dressed: dict[str, Any]) -> None:
        dressed_up(real, **dressed)

        done = carry_out(kind, course=COURSE, trainee=str(ERIKA), even_now=True)

        assert done.state == "refused"

    @pytest.mark.parametrize("kind", [channel.PRACTICE_OPEN, channel.PRACTICE_RESET, channel.PRACTICE_END])
    def test_are_refused_in_a_real_municipality(self, real: dict[str, Any], kind: str) -> None:
        body = {"course": COURSE, "trainee": str(ERIKA), "until": UNTIL.isoformat(), "trainees": [{"id": str(ERIKA), "name": "E"}]}
        order = orders.Order(uuid4(), kind, REAL, "Jule Behrens", AT, timezone.now() + timedelta(hours=1), body)
        open_town()

        with current.use(registry.by_slug(REAL)):
            done = orders.carry_out(order=order, at=AT)
        connections[f"m_{REAL}"].close()

        assert (done.state, done.answer) in [("done", {"ended": 0}), ("refused", done.answer)]
        assert len(practising.towns_of()) == 1


def _comment_of(name: str) -> str:
    with cloning.connect(practice.settings.ADMIN_DATABASE_URL) as server:
        row = server.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]).fetchone()
    assert row is not None
    return str(row[0])


def _comment(name: str, said: str | None) -> None:
    with cloning.connect(practice.settings.ADMIN_DATABASE_URL) as server:
        server.execute(f'COMMENT ON DATABASE "{name}" IS ' + ("NULL" if said is None else f"'{said}'"))


def _put_names_back(slug: str) -> None:
    """Whatever the renaming was interrupted at: the unmarked one is the real one."""
    for _time in range(20):
        there, marked = databases(), _marks()
        if "eakte_echtstadt" not in there and f"eakte_{slug}" in there and f"eakte_{slug}" not in marked:
            _try_to_rename(f"eakte_{slug}", "eakte_echtstadt")
        elif "eakte_uebung_beiseite" in there and f"eakte_{slug}" not in there:
            _try_to_rename("eakte_uebung_beiseite", f"eakte_{slug}")
        else:
            return


def _try_to_rename(name: str, to: str) -> None:
    try:
        rename(name, to)
    except DatabaseError:
        time.sleep(0.05)
