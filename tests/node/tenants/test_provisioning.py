"""A new municipality: database, role, store, settings, registry entry; and commands for each or one."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connections

from tenants import cloning, current, provisioning, registry
from tenants.models import MunicipalSettings, User


@pytest.fixture
def new_town(transactional: None, server_url: str) -> Iterator[str]:
    slug = "neudorf"
    before = registry.rows()
    yield slug
    if f"m_{slug}" in connections.settings:
        connections[f"m_{slug}"].close()
    registry.write(lambda _rows: before)
    cloning.drop(admin_url=server_url, name=f"eakte_{slug}")
    with cloning.connect(server_url) as server:
        server.execute(f"DROP ROLE IF EXISTS eakte_{slug}")


def said(*command: str, **options: Any) -> str:
    out = StringIO()
    call_command(*command, stdout=out, stderr=out, **options)
    return out.getvalue()


class TestCreateMunicipality:
    def test_is_there_at_once_with_all_it_needs(self, new_town: str, settings: Any) -> None:
        call_command("create_municipality", new_town, "--host", "neudorf.localhost", "--name", "Gemeinde Neudorf", "--practice")

        town = registry.by_host("neudorf.localhost")
        assert town is not None
        assert (town.slug, town.name, town.practice) == (new_town, "Gemeinde Neudorf", True)
        assert town.store.is_dir()
        with current.use(town):
            assert MunicipalSettings.load().name == "Gemeinde Neudorf"
            assert Group.objects.filter(name="administrator").exists()
            assert not User.objects.exists()

    def test_is_a_copy_of_the_template_so_that_nothing_needs_to_be_migrated(self, new_town: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """That is what makes a new town a matter of a second or two."""
        ran: list[str] = []
        monkeypatch.setattr(provisioning, "call_command", lambda name, *_given, **_options: ran.append(name))

        provisioning.create_municipality(slug=new_town, hosts=["neudorf.localhost"])

        assert ran == []
        with current.use(registry.by_host("neudorf.localhost")):
            assert Group.objects.filter(name="administrator").exists()

    def test_a_second_time_changes_nothing_and_says_so(self, new_town: str, settings: Any) -> None:
        call_command("create_municipality", new_town, "--host", "neudorf.localhost")
        before = settings.MUNICIPALITY_REGISTRY.read_text()

        assert "nothing was changed" in said("create_municipality", new_town, "--host", "neudorf.localhost")
        assert settings.MUNICIPALITY_REGISTRY.read_text() == before
        with pytest.raises(CommandError, match=r"neudorf\.localhost"):
            call_command("create_municipality", new_town, "--host", "other.localhost")

    def test_its_role_owns_its_database_and_opens_no_other(self, new_town: str, server_url: str) -> None:
        provisioning.create_municipality(slug=new_town, hosts=["neudorf.localhost"])
        row = next(row for row in registry.rows() if row["slug"] == new_town)

        with cloning.connect(row["database_url"]) as inside:
            owners = inside.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'").fetchall()
        elsewhere = cloning.url_of(row["database_url"], database=connections["m_musterstadt"].settings_dict["NAME"])

        assert owners == [("eakte_neudorf",)]
        assert "eakte_neudorf" in row["database_url"]
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            cloning.connect(elsewhere)

    def test_uses_a_database_that_is_named(self, new_town: str, server_url: str, tmp_path: Path) -> None:
        with cloning.connect(server_url) as server:
            server.execute("CREATE DATABASE eakte_neudorf")
        url = cloning.url_of(server_url, database="eakte_neudorf")

        call_command("create_municipality", new_town, "--host", "n.localhost", "--database-url", url, "--store", str(tmp_path / "s"))

        town = registry.by_slug(new_town)
        assert town is not None
        assert town.store == tmp_path / "s"
        with current.use(town):
            assert not User.objects.exists()

    def test_leaves_a_database_alone_that_it_did_not_make(self, new_town: str, server_url: str) -> None:
        with cloning.connect(server_url) as server:
            server.execute("CREATE DATABASE eakte_neudorf")

        with pytest.raises(CommandError, match="eakte_neudorf"):
            call_command("create_municipality", new_town, "--host", "n.localhost")

        with cloning.connect(server_url) as server:
            assert server.execute("SELECT 1 FROM pg_database WHERE datname = 'eakte_neudorf'").fetchone()

    def test_removes_the_database_when_it_fails_half_way(self, new_town: str, server_url: str, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")

        with pytest.raises(CommandError):
            call_command("create_municipality", new_town, "--host", "n.localhost", "--store", str(tmp_path / "file" / "store"))

        assert registry.by_slug(new_town) is None
        with cloning.connect(server_url) as server:
            assert not server.execute("SELECT 1 FROM pg_database WHERE datname = 'eakte_neudorf'").fetchone()

    @pytest.mark.parametrize(
        "given", [["N!", "--host", "a.b"], ["neudorf"], ["neudorf", "--host", "https://a"], ["neudorf", "--host", "musterstadt.localhost"]]
    )
    def test_refuses_what_cannot_be(self, given: list[str]) -> None:
        with pytest.raises(CommandError):
            call_command("create_municipality", *given)


class TestEach:
    def test_runs_a_command_for_every_municipality(self, transactional: None) -> None:
        text = said("each_municipality", "create_person", "b.gut", "--name", "Bernd Gut")

        assert "musterstadt: done" in text
        assert "beispielheim: done" in text
        for town in registry.everyone():
            with current.use(town):
                assert User.objects.get().username == "b.gut"

    def test_one_that_fails_does_not_keep_the_others_from_theirs(self, transactional: None, musterstadt: Any, beispielheim: Any) -> None:
        call_command("create_person", "b.gut", "--name", "Bernd Gut", "--municipality", "beispielheim")

        with pytest.raises(CommandError, match="beispielheim"):
            call_command("each_municipality", "create_person", "b.gut", "--name", "Bernd Gut", stdout=StringIO(), stderr=StringIO())

        assert User.objects.get().username == "b.gut"

    def test_tells_djangos_own_commands_the_database(self, transactional: None) -> None:
        assert said("each_municipality", "--only", "beispielheim", "showmigrations", "tenants").count("[X] 0001_initial") == 1

    def test_migrates_all(self, transactional: None) -> None:
        text = said("migrate_municipalities")

        assert text.count("done in") == 2

    def test_migrates_in_several_processes(self, transactional: None, process_environment: dict[str, str]) -> None:
        import subprocess
        import sys

        done = subprocess.run(
            [sys.executable, "manage.py", "migrate_municipalities", "--jobs", "2"],
            env=process_environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )

        assert done.stdout.count("done in") == 2

    def test_a_command_for_one_wants_to_know_which(self) -> None:
        with current.use(None), pytest.raises(CommandError, match="--municipality"):
            call_command("create_person", "x.y", "--name", "X")

    def test_lists_them_without_passwords(self) -> None:
        text = said("list_municipalities")

        assert "musterstadt.localhost" in text
        assert "@" not in text
