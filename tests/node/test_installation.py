"""What is installed and how: locks, top level, processes, compose file. Nothing is started here."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

PROJECT = Path(__file__).resolve().parents[2]
PRESCRIBED = ["django", "psycopg", "redis", "djangorestframework", "celery", "django-guardian", "ocrmypdf"]
MODULE_OF = {"djangorestframework": "rest_framework", "django-guardian": "guardian"}
OUR_PYTHON = ("ebehoerdenakte", "foundation", "tenants", "records", "hotline", "training")
TOP_LEVEL = {
    *("ebehoerdenakte", "tenants", "records", "hotline", "training", "templates", "static", "tests"),
    *("foundation", "bin", "benchmarks", "docs"),
    *("README.md", "manage.py", "pyproject.toml", "requirements.lock", "requirements-dev.lock", "package.json", "package-lock.json"),
    *("Dockerfile", "docker-compose.yml", ".dockerignore", ".gitattributes", ".gitignore", ".npmrc", ".ci"),
}
REQUIREMENT = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ \\;]+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    return dict(REQUIREMENT.findall((PROJECT / lock).read_text()))


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
    return loaded


def process_lines(group: str) -> dict[str, str]:
    lines = [line for line in (PROJECT / "bin" / "processes" / group).read_text().splitlines() if line and not line.startswith("#")]
    return {name: command.strip() for name, _, command in (line.partition(":") for line in lines)}


class TestLocks:
    @pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
    def test_every_library_is_pinned_with_hashes_and_no_lock_names_a_host(self, lock: str) -> None:
        content = (PROJECT / lock).read_text()
        blocks = re.split(r"^(?=[a-z0-9])", content, flags=re.MULTILINE)[1:]

        assert blocks
        assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
        assert "://" not in content

    def test_tests_run_with_the_very_versions_of_the_product(self) -> None:
        product, tests = pins("requirements.lock"), pins("requirements-dev.lock")

        assert {name: version for name, version in product.items() if tests.get(name) != version} == {}

    def test_the_npm_lock_has_a_digest_for_everything_and_no_address(self) -> None:
        lock = json.loads((PROJECT / "package-lock.json").read_text())
        package = json.loads((PROJECT / "package.json").read_text())

        installed = {name: entry for name, entry in lock["packages"].items() if name}
        assert [name for name, entry in installed.items() if not entry.get("integrity", "").startswith("sha512-")] == []
        assert [name for name, entry in installed.items() if "resolved" in entry] == []
        wanted = package["dependencies"] | package["devDependencies"]
        assert {name: entry["version"] for name, entry in installed.items() if name.removeprefix("node_modules/") in wanted} == {
            f"node_modules/{name}": version for name, version in wanted.items()
        }, "package.json pins exactly what the lock installs"


class TestTopLevel:
    def test_nothing_lies_at_the_top_that_was_not_decided(self) -> None:
        present = {path.name for path in PROJECT.iterdir() if path.name != ".git"}
        ignored = {line.strip("/\n") for line in (PROJECT / ".gitignore").read_text().splitlines()}

        assert sorted(present - TOP_LEVEL - ignored) == []
        record = (PROJECT / "docs" / "decisions" / "0002-what-lies-at-the-top.md").read_text()
        assert [name for name in ("foundation", "bin", "benchmarks", "docs") if f"**`{name}/`**" not in record] == []

    def test_the_prescribed_libraries_are_direct_dependencies_that_the_code_imports(self) -> None:
        project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
        direct = {re.split(r"[\[<>=!~ ;]", written)[0] for written in project["dependencies"]}
        imported = imported_modules()

        assert [name for name in PRESCRIBED if name not in direct] == []
        assert [name for name in PRESCRIBED if MODULE_OF.get(name, name) not in imported] == []

    def test_the_framework_is_the_long_term_release(self) -> None:
        assert pins("requirements.lock")["django"].startswith("5.2.")
        assert pins("requirements.lock")["psycopg"].startswith("3.")

    def test_the_licence_is_declared_and_not_copied(self) -> None:
        assert tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["license"] == "EUPL-1.2"
        assert not list(PROJECT.glob("LICEN[CS]E*"))


def imported_modules() -> set[str]:
    """Top-level names that our code imports; programs it calls by name (ocrmypdf) count as well."""
    found: set[str] = set()
    for path in (path for folder in OUR_PYTHON for path in (PROJECT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
            elif isinstance(node, ast.Constant) and node.value == "ocrmypdf":
                found.add(str(node.value))
    return found


class TestComposeFile:
    def test_each_service_runs_a_program_that_exists(self) -> None:
        for name, service in compose()["services"].items():
            command = service.get("command")
            if command is None:
                assert service["image"].startswith("postgres:"), name  # the image's own command
            elif command[0] == "redis-server":
                assert shutil.which("redis-server"), name
            elif command[:2] == ["python", "manage.py"]:
                assert command[2] in get_commands(), name
            else:
                assert (PROJECT / ".venv" / "bin" / command[0]).exists(), name

    @pytest.mark.parametrize("site", ["node", "centre"])
    def test_a_site_has_the_processes_of_bin_up_with_the_same_commands(self, site: str) -> None:
        services = compose()["services"]

        for name, line in process_lines(site).items():
            lanes, _, command = line.partition("exec ")
            service = services[f"{site}-{name}"]
            assert _without_places(command.split()[1:]) == _without_places(service["command"]), name
            assert service["environment"].get("EAKTE_LANES", "") == lanes.strip().removeprefix("EAKTE_LANES="), name
            assert service["profiles"] == [site]

    @pytest.mark.parametrize("site", ["node", "centre"])
    def test_a_site_has_its_own_servers_and_asks_readyz(self, site: str) -> None:
        services = compose()["services"]

        assert {f"{site}-web", f"{site}-worker", f"{site}-scheduler", f"{site}-postgres", f"{site}-redis"} <= set(services)
        assert "/readyz" in services[f"{site}-web"]["healthcheck"]["test"][-1]
        others = "centre" if site == "node" else "node"
        ours = [service for name, service in services.items() if name.startswith(site)]
        assert all(others not in json.dumps({**service, "environment": _values(service)}) for service in ours), "sites share nothing"

    def test_no_secret_is_written_into_it(self) -> None:
        written = [pair for service in compose()["services"].values() for pair in service.get("environment", {}).items()]
        secrets = {name: value for name, value in written if name.endswith(("PASSWORD", "SECRET_KEY"))}

        assert secrets
        assert [name for name, value in secrets.items() if not re.fullmatch(r"\$\{[A-Z_]+:-\}", value)] == []


class TestSettings:
    def test_every_variable_is_described(self) -> None:
        described = set(re.findall(r"\bEAKTE_[A-Z_]+", (PROJECT / "docs" / "operating.md").read_text()))
        settings = "".join(path.read_text() for path in (PROJECT / "ebehoerdenakte" / "settings").glob("*.py"))
        programs = [PROJECT / "docker-compose.yml", PROJECT / "ebehoerdenakte" / "gunicorn.py", PROJECT / "bin" / "keep"]
        used = {f"EAKTE_{name}" for name in re.findall(r"\benv\.\w+\(\"([A-Z_]+)\"", settings)}
        used |= {name for path in programs for name in re.findall(r"\bEAKTE_[A-Z_]+", path.read_text())}

        assert sorted(used - described) == []


def _without_places(words: list[str]) -> list[str]:
    """A command without what differs between a machine and a container: the programs' wrapper, addresses, folders."""
    cleaned = " ".join(words).replace('"', "")
    return re.sub(r"(--bind|-s) \S+", r"\1 …", cleaned).split()


def _values(service: dict[str, Any]) -> list[str]:
    return [str(value) for value in service.get("environment", {}).values()]


class TestScripts:
    @pytest.mark.parametrize("name", ["up", "down", "test", "manage", "install", "installer"])
    def test_a_command_is_executable_and_good_shell(self, name: str) -> None:
        script = PROJECT / "bin" / name

        assert script.stat().st_mode & 0o111
        assert subprocess.run(["sh", "-n", script]).returncode == 0
        assert len(script.read_text().splitlines()) <= 12, "the shell stays thin"

    def test_the_runner_calls_nothing_but_bin_test(self) -> None:
        lines = (PROJECT / ".ci" / "run").read_text().split("\n", 1)[1].strip().splitlines()

        assert len(lines) == 1
        assert lines[0].startswith("exec ")
        assert lines[0].endswith('bin/test"')
