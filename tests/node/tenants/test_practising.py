"""Practice towns: opened for one trainee each, made anew for one alone, and gone at the end."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.utils import timezone

from records.models import JournalEntry
from tenants import cloning, current, freezing, marking, practising, registry, stores
from tenants.models import MunicipalSettings, OutgoingMessage, User
from tests.node.practice import (
    AT,
    COURSE,
    ERIKA,
    GOLDEN,
    HOST,
    MAX,
    OTHER_COURSE,
    PAPER,
    UNTIL,
    change_row,
    databases,
    open_town,
    ours,
    rename,
    roles,
    row_of,
)
from tests.node.tenants.practice_fixtures import golden, golden_row  # noqa: F401

pytestmark = pytest.mark.usefixtures("golden")


def names_of_people(town: current.Municipality) -> set[str]:
    with current.use(town):
        found = set(User.objects.values_list("display_name", flat=True))
    connections[town.alias].close()
    return found


class TestOpenTown:
    def test_is_a_whole_town_of_her_own(self) -> None:
        opened = open_town()

        town = registry.by_host(f"uebung-01.{HOST}")
        assert town == opened.town
        assert opened.made
        assert (town.practice, town.golden, town.course, town.trainee, town.until) == (True, GOLDEN, COURSE, str(ERIKA), UNTIL)
        assert opened.address.startswith(f"http://uebung-01.{HOST}:")
        with current.use(town):
            with stores.of_municipality().open_verified(stores_hash()) as paper:
                assert paper.read() == PAPER
            assert MunicipalSettings.load().name == "Lernstadt"
            assert User.objects.get(username=town.account).display_name == "Erika Muster"

    def test_the_account_of_the_first_clerk_is_hers_without_a_password_and_the_journal_says_so(self) -> None:
        town = open_town().town

        with current.use(town):
            person = User.objects.get(username="g.uebel")
            assert (person.display_name, person.has_usable_password()) == ("Erika Muster", False)
            assert JournalEntry.objects.filter(act="edit").exists()
            assert not any(other.has_usable_password() for other in User.objects.all())

    def test_another_account_can_be_named(self) -> None:
        assert open_town(account="o.sahin").town.account == "o.sahin"

    def test_an_account_that_is_not_there_is_refused_and_nothing_is_left(self) -> None:
        with pytest.raises(practising.CannotPractise, match=r"n\.iemand"):
            open_town(account="n.iemand")

        assert not {name for name in databases() | roles() if name.startswith("eakte_uebung")}
        assert practising.towns_of() == []
        assert not list(Path(row_of(GOLDEN)["store"]).parent.glob("uebung-*"))

    def test_asked_again_she_keeps_hers_and_the_later_end_holds(self) -> None:
        first = open_town()

        again = open_town(until=UNTIL + timedelta(days=1))
        open_town(until=UNTIL)

        assert (again.made, again.town.slug) == (False, first.town.slug)
        assert [row["until"] for row in practising.towns_of()] == [(UNTIL + timedelta(days=1)).isoformat()]

    def test_each_has_her_own_and_nobody_sees_the_others(self) -> None:
        erika, max_, other = open_town(), open_town(MAX, "Max Beispiel"), open_town(course=OTHER_COURSE)

        assert [one.number for one in (erika, max_, other)] == [1, 2, 3]
        with current.use(erika.town):
            MunicipalSettings.objects.update(receipt_stamp="nur hier")
        with current.use(max_.town):
            assert MunicipalSettings.objects.get().receipt_stamp == ""
        assert "Erika Muster" not in names_of_people(max_.town)
        assert names_of_people(registry.by_slug(GOLDEN)) == {"Greta Übelacker", "Ömer Şahin"}

    def test_its_role_opens_no_other_database(self) -> None:
        erika, max_ = open_town(), open_town(MAX)
        row = row_of(erika.town.slug)

        for other in (max_.town.database["NAME"], registry.by_slug(GOLDEN).database["NAME"]):
            with pytest.raises(psycopg.OperationalError, match="permission denied"):
                cloning.connect(cloning.url_of(row["database_url"], database=other))
        with cloning.connect(row["database_url"]) as inside:
            owners = inside.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'").fetchall()
        assert owners == [(f"eakte_{erika.town.slug}",)]

    def test_the_golden_towns_own_role_keeps_its_database(self) -> None:
        open_town()

        with cloning.connect(row_of(GOLDEN)["database_url"]) as inside:
            owners = inside.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'").fetchall()
            owns = inside.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'eakte_lernstadt'").fetchall()
        assert owners == owns == [("eakte_lernstadt",)]

    def test_is_made_while_people_work_in_the_golden_town(self) -> None:
        open_town()  # puts the golden town to rest
        with cloning.connect(row_of(GOLDEN)["database_url"]) as working:
            began = time.perf_counter()
            open_town(MAX)
            took = time.perf_counter() - began
            assert working.execute("SELECT 1").fetchone() == (1,)
        assert took < 5  # on two idle cores a fraction of a second: benchmarks/practice.py

    def test_what_the_golden_town_said_to_the_centre_is_not_said_again(self, golden: Any) -> None:  # noqa: F811
        with current.use(golden):
            OutgoingMessage.objects.create(kind="test", body={}, created_at=AT)
        freezing.freeze_golden(golden=GOLDEN, at=AT)

        with current.use(open_town().town):
            assert not OutgoingMessage.objects.exists()

    def test_refuses_a_course_that_is_over_and_towns_that_are_no_practice_municipality(self) -> None:
        with pytest.raises(practising.CannotPractise):
            open_town(until=AT)
        for golden_town in ("musterstadt", "nirgends", "Lernstadt"):
            with pytest.raises(practising.CannotPractise, match=golden_town):
                open_town(golden=golden_town)

    def test_refuses_more_than_the_node_may_have(self, settings: Any) -> None:
        settings.PRACTICE_TOWNS = 1
        open_town()

        with pytest.raises(practising.CannotPractise, match="EAKTE_PRACTICE_TOWNS"):
            open_town(MAX)

    def test_refuses_a_node_that_may_create_no_databases(self, settings: Any) -> None:
        settings.ADMIN_DATABASE_URL = ""

        with pytest.raises(practising.CannotPractise, match="EAKTE_ADMIN_DATABASE_URL"):
            open_town()

    def test_takes_no_number_of_which_anything_is_left(self, settings: Any) -> None:
        Path(settings.MUNICIPALITY_STORES, "uebung-01-abcdef").mkdir()
        Path(settings.MUNICIPALITY_INDEXES).mkdir(exist_ok=True)
        Path(settings.MUNICIPALITY_INDEXES, "uebung-02-abcdef").mkdir()

        assert open_town().number == 3


class TestFreezeGolden:
    def test_is_used_until_the_golden_town_changes_and_not_for_a_class_that_has_begun(self, golden: Any) -> None:  # noqa: F811
        open_town()
        first = row_of(GOLDEN)["frozen"]["id"]
        with current.use(golden):
            MunicipalSettings.objects.update(receipt_stamp="neu")
        connections[golden.alias].close()  # PostgreSQL counts at the latest when somebody leaves
        open_town(MAX)
        assert row_of(GOLDEN)["frozen"]["id"] == first

        for row in practising.towns_of():
            practising.end_town(town=row["slug"])
        later = open_town().town

        assert row_of(GOLDEN)["frozen"]["id"] != first
        with current.use(later):
            assert MunicipalSettings.objects.get().receipt_stamp == "neu"
        assert len([name for name in databases() if name.startswith("eakte_golden_lernstadt")]) == 1

    def test_is_made_anew_for_another_schema(self, monkeypatch: pytest.MonkeyPatch) -> None:
        open_town()
        first = row_of(GOLDEN)["frozen"]["id"]
        monkeypatch.setattr(cloning, "schema_version", lambda: "another")

        open_town(MAX)

        assert row_of(GOLDEN)["frozen"]["id"] != first

    def test_nobody_can_connect_to_what_rests(self, server_url: str) -> None:
        open_town()
        resting = freezing.of_row(row_of(GOLDEN))
        assert resting is not None

        with pytest.raises(psycopg.OperationalError, match="not currently accepting connections"):
            cloning.connect(cloning.url_of(server_url, database=resting.database))

    def test_somebody_who_holds_the_golden_town_open_is_disconnected(self, golden: Any) -> None:  # noqa: F811
        with cloning.connect(row_of(GOLDEN)["database_url"]) as working:
            freezing.freeze_golden(golden=GOLDEN, at=AT)
            with pytest.raises(psycopg.OperationalError):
                working.execute("SELECT 1")
        assert names_of_people(golden) == {"Greta Übelacker", "Ömer Şahin"}

    def test_a_row_in_a_file_is_not_enough_to_copy_a_town_for_strangers(self, server_url: str) -> None:
        """Somebody gave a real town the practice mark by mistake: its database knows nothing of it."""
        registry.write(lambda rows: [row | {"practice": True} if row["slug"] == "beispielheim" else row for row in rows])

        with pytest.raises(practising.CannotPractise, match="mark_practice"):
            open_town(golden="beispielheim")

    def test_a_failure_half_way_leaves_what_rested(self, monkeypatch: pytest.MonkeyPatch) -> None:
        open_town()
        first = row_of(GOLDEN)["frozen"]["id"]
        monkeypatch.setattr(freezing, "_strip", lambda *_given: 1 / 0)

        with pytest.raises(ZeroDivisionError):
            freezing.freeze_golden(golden=GOLDEN, at=AT)

        assert row_of(GOLDEN)["frozen"]["id"] == first
        assert len([name for name in databases() if name.startswith("eakte_golden_lernstadt")]) == 1


class TestResetTown:
    def test_is_as_it_was_at_the_beginning_under_the_same_address(self) -> None:
        town = open_town().town
        with current.use(town):
            MunicipalSettings.objects.update(receipt_stamp="verdorben")
            stores.of_municipality().put(b"von ihr")
            stores.of_municipality().remove(stores_hash())

        after = practising.reset_town(town="uebung-01", at=AT).town

        assert registry.by_host(f"uebung-01.{HOST}") == after
        assert (after.trainee, after.course, after.until, after.account) == (town.trainee, town.course, town.until, town.account)
        with current.use(after):
            assert MunicipalSettings.objects.get().receipt_stamp != "verdorben"
            assert list(stores.of_municipality().objects()) == [stores_hash()]
            assert User.objects.get(username=after.account).display_name == "Erika Muster"

    def test_leaves_nothing_of_the_old_one_and_the_others_untouched(self) -> None:
        erika, max_ = open_town().town, open_town(MAX).town
        with current.use(max_):
            MunicipalSettings.objects.update(receipt_stamp="bleibt")
        before = row_of(max_.slug)

        practising.reset_town(town="uebung-01", at=AT)

        assert row_of(max_.slug) == before
        with current.use(max_):
            assert MunicipalSettings.objects.get().receipt_stamp == "bleibt"
        assert f"eakte_{erika.slug}" not in databases() | roles()
        assert not erika.store.exists()
        assert not erika.index.exists()

    def test_her_sessions_end(self, client_of: Callable[..., Any]) -> None:
        town = open_town().town
        with current.use(town):
            client = client_of(User.objects.get(username=town.account))
            assert client.get("/passwort/").status_code == 200

        practising.reset_town(town="uebung-01", even_now=True, at=AT)

        assert client.get("/passwort/").status_code == 302

    def test_refuses_while_she_works_unless_she_was_told(self, client_of: Callable[..., Any]) -> None:
        town = open_town(until=timezone.now() + timedelta(days=1), at=timezone.now()).town
        with current.use(town):
            client_of(User.objects.get(username=town.account))
        now = timezone.now()

        with pytest.raises(practising.InUse, match="uebung-01"):
            practising.reset_town(town="uebung-01", at=now + timedelta(minutes=9))
        assert registry.by_slug(town.slug) == town
        practising.reset_town(town="uebung-01", even_now=True, at=now)
        practising.reset_town(town="uebung-01", at=now)

    def test_may_be_done_again_and_again(self) -> None:
        open_town()
        slugs = [practising.reset_town(town="uebung-01", at=AT).town.slug for _time in range(2)]

        assert len(set(slugs)) == 2
        assert {name for name in databases() if name.startswith("eakte_uebung")} == {f"eakte_{slugs[1]}"}

    def test_a_failure_half_way_leaves_her_town(self, monkeypatch: pytest.MonkeyPatch) -> None:
        town = open_town().town
        with current.use(town):
            MunicipalSettings.objects.update(receipt_stamp="bleibt")
        monkeypatch.setattr(practising, "_take_over", lambda *_given: 1 / 0)

        with pytest.raises(ZeroDivisionError):
            practising.reset_town(town="uebung-01", at=AT)

        assert registry.by_slug(town.slug) == town
        with current.use(town):
            assert MunicipalSettings.objects.get().receipt_stamp == "bleibt"
        assert {name for name in databases() if name.startswith("eakte_uebung")} == {f"eakte_{town.slug}"}

    def test_two_at_once_take_turns(self) -> None:
        open_town()
        done: list[str] = []
        threads = [
            threading.Thread(target=lambda: done.append(practising.reset_town(town="uebung-01", at=AT).town.slug)) for _n in range(2)
        ]

        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

        assert len(set(done)) == 2
        assert {name for name in databases() if name.startswith("eakte_uebung")} == {
            f"eakte_{row['slug']}" for row in practising.towns_of()
        }


class TestEndTown:
    def test_nothing_is_left(self, settings: Any) -> None:
        town = open_town().town
        Path(settings.JOURNAL_ANCHORS).mkdir(exist_ok=True)
        Path(settings.JOURNAL_ANCHORS, f"{town.slug}.jsonl").write_text("{}")
        Path(settings.IMAGE_CACHE, town.slug).mkdir(parents=True)

        practising.end_town(town="uebung-01")

        assert practising.towns_of() == []
        assert registry.by_host(town.hosts[0]) is None
        assert f"eakte_{town.slug}" not in databases() | roles()
        places = (settings.MUNICIPALITY_STORES, settings.MUNICIPALITY_INDEXES, settings.IMAGE_CACHE, settings.JOURNAL_ANCHORS)
        assert not [path for place in places if Path(place).is_dir() for path in Path(place).glob(f"*{town.slug}*")]

    def test_the_papers_of_the_golden_town_stay(self, golden: Any) -> None:  # noqa: F811
        """They are the same bytes on the disk."""
        open_town()

        practising.end_town(town="uebung-01")

        with current.use(golden):
            assert stores.of_municipality().verify(stores_hash())


class TestEndDue:
    def test_ends_those_whose_time_is_over_and_no_others(self) -> None:
        open_town()
        open_town(MAX, until=UNTIL + timedelta(days=1))

        assert not practising.is_anything_due(at=UNTIL - timedelta(seconds=1))
        assert practising.is_anything_due(at=UNTIL)
        assert practising.end_due(at=UNTIL) == 1
        assert [row["trainee"] for row in practising.towns_of()] == [str(MAX)]

    def test_removes_what_an_act_left_that_was_killed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        town = open_town().town
        row = row_of(town.slug)
        registry.write(lambda rows: [one for one in rows if one["slug"] != row["slug"]])  # killed after the registry was written

        practising.end_due(at=AT)

        assert f"eakte_{town.slug}" not in databases() | roles()
        assert not town.store.exists()

    def test_finds_what_was_killed_between_renaming_and_removing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        town = open_town().town
        registry.write(lambda rows: [one for one in rows if one["slug"] != town.slug])
        rename(f"eakte_{town.slug}", "eakte_doomed_0123456789abcdef")

        practising.end_due(at=AT)

        assert "eakte_doomed_0123456789abcdef" not in databases()
        assert not town.store.exists()

    def test_leaves_folders_and_databases_alone_that_bear_no_mark(self, settings: Any) -> None:
        Path(settings.MUNICIPALITY_STORES, "uebung-09").mkdir()
        before = ours()

        practising.end_due(at=AT + timedelta(days=999))

        assert Path(settings.MUNICIPALITY_STORES, "uebung-09").is_dir()
        assert ours() == before

    def test_one_that_cannot_be_ended_keeps_no_other(self) -> None:
        broken, other = open_town().town, open_town(MAX).town
        change_row(broken.slug, mark="0" * 32)

        assert practising.end_due(at=UNTIL) == 1
        assert registry.by_slug(other.slug) is None
        assert f"eakte_{broken.slug}" in databases()
        assert broken.store.is_dir()


class TestAddresses:
    def test_names_stay_whatever_was_reset(self) -> None:
        assert [practising.name_of(number) for number in (7, 42, 123)] == ["uebung-07", "uebung-42", "uebung-123"]

    def test_marks_are_read_only_where_they_were_made(self, server_url: str) -> None:
        """A dump that is put back brings the comment along, and is another database."""
        town = open_town().town
        with cloning.connect(server_url) as server:
            comment = server.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [f"eakte_{town.slug}"]
            ).fetchone()
            server.execute("CREATE DATABASE eakte_uebung_restored")
            server.execute(f"COMMENT ON DATABASE eakte_uebung_restored IS '{comment[0]}'")

            assert marking.of_database(server=server, name=f"eakte_{town.slug}") is not None
            assert marking.of_database(server=server, name="eakte_uebung_restored") is None


def stores_hash() -> str:
    return hashlib.sha256(PAPER).hexdigest()
