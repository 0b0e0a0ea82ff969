"""bin/installation and bin/keep: what they decide, and that processes come back whatever is killed."""

from __future__ import annotations

import imaplib
import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
import redis

BIN = Path(__file__).resolve().parents[2] / "bin"
sys.path.insert(0, str(BIN))

import vendor_assets  # noqa: E402
from installation import account, packages, passwords, places, post, processes, servers, sites, starting, testing  # noqa: E402

SECONDS = 60.0  # what is promised for recovery; a quiet machine needs two
T = TypeVar("T")


@pytest.fixture
def installation(tmp_path: Path) -> places.Installation:
    made = places.Installation(var=tmp_path / "var", throwaway=True)
    sites.own_folders(made, account.caller())
    for site, port in zip(places.SITES, places.free_ports(2), strict=True):
        made.remember(f"redis-port-{site}", port)
    return made


def eventually(ask: Callable[[], T]) -> T:
    """Ask until the answer is true; the last answer after SECONDS."""
    deadline = time.monotonic() + SECONDS
    while not (answer := ask()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


class TestWhereItLies:
    def test_the_environment_chooses_folder_and_ports_and_passes_the_rest_on(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        for name, value in {"EAKTE_VAR": str(tmp_path), "EAKTE_NODE_PORT": "8100", "EAKTE_WEB_WORKERS": "3"}.items():
            monkeypatch.setenv(name, value)

        chosen = places.from_environment()

        assert (chosen.var, chosen.node_port) == (tmp_path, 8100)
        assert chosen.chosen["EAKTE_WEB_WORKERS"] == "3"

    @pytest.mark.parametrize("port", ["abc", "0", "70000", "-1"])
    def test_a_port_that_is_none_is_refused_with_its_name(self, port: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EAKTE_CENTRE_PORT", port)

        with pytest.raises(places.Stop, match="EAKTE_CENTRE_PORT"):
            places.from_environment()

    def test_free_ports_are_free_and_different(self) -> None:
        ports = places.free_ports(5)

        assert len(set(ports)) == 5
        assert all(places.port_is_free(port) for port in ports)

    def test_a_port_in_use_is_not_free(self) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()

            assert not places.port_is_free(other.getsockname()[1])

    @pytest.mark.parametrize("name", ["d" * 90, "Räume & Leute"])
    def test_a_deep_or_odd_folder_gets_a_plain_socket_folder_that_is_remembered(self, name: str, installation: places.Installation) -> None:
        deep = replace(installation, var=installation.var / name)
        deep.run.mkdir(parents=True)

        first = places.socket_folder(deep, "node")

        assert len(str(first)) <= places.LONGEST_SOCKET_FOLDER
        assert places.socket_folder(deep, "node") == first
        first.rmdir()

    def test_what_is_not_readable_counts_as_never_remembered(self, installation: places.Installation) -> None:
        (installation.run / "set-up.json").write_text("{half")

        assert installation.remembered("set-up") is None


class TestSecrets:
    def test_they_are_made_once_and_readable_by_their_owner_only(self, installation: places.Installation) -> None:
        first = passwords.of(installation)

        assert passwords.of(installation) == first
        assert len(set(first.values())) == len(passwords.NAMES)
        assert (installation.var / "secrets.env").stat().st_mode & 0o777 == 0o600

    def test_neither_site_gets_what_opens_the_others_database(self, installation: places.Installation) -> None:
        node, centre = (" ".join(sites.environment(site, installation).values()) for site in places.SITES)

        assert [secret for secret in passwords.of_site(installation, "centre") if secret in node] == []
        assert [secret for secret in passwords.of_site(installation, "node") if secret in centre] == []
        assert [site for site in places.SITES if passwords.of_site(installation, site).superuser in node + centre] == []

    def test_nothing_of_the_callers_shell_reaches_the_processes(
        self, installation: places.Installation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "mine")

        assert "mine" not in sites.environment("node", installation).values()


class TestPackages:
    def test_a_package_that_is_not_installed_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(packages, "NEEDED", ("coreutils", "no-such-package-anywhere"))

        assert packages.missing() == ["no-such-package-anywhere"]

    def test_without_root_it_names_exactly_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(packages, "_as_root", lambda: None)

        with pytest.raises(places.Stop) as refusal:
            packages.install(["qpdf", "unpaper"])

        assert "qpdf unpaper" in str(refusal.value)
        assert "apt-get install --no-install-recommends qpdf unpaper" in refusal.value.advice


class TestPost:
    def test_a_mail_lies_in_its_mailbox_and_a_second_start_leaves_the_first_alone(self, installation: places.Installation) -> None:
        me = account.caller()
        try:
            post.start(installation, me)
            known = post.environment(installation)
            first = processes.running(post.GROUP, installation)
            post.start(installation, me)
            again = processes.running(post.GROUP, installation)
            imap_port, smtp_port = map(int, known["EAKTE_POST_OFFICE"].split(","))
            with smtplib.SMTP("127.0.0.1", smtp_port) as smtp:
                smtp.sendmail("a@stadt.example", [post.HOTLINE], "Subject: Blatt\r\n\r\nHilfe")
            with imaplib.IMAP4("127.0.0.1", imap_port) as imap:
                imap.login(post.HOTLINE, known["EAKTE_POST_PASSWORD"])
                _ok, [found] = imap.select()
        finally:
            processes.stop(post.GROUP, installation)

        assert first is not None
        assert again == first
        assert found == b"1"
        assert list((installation.var / "post" / "mails" / post.HOTLINE / "cur").iterdir())
        assert all(places.port_is_free(port) for port in (imap_port, smtp_port))

    def test_only_the_centre_hears_of_it(self, installation: places.Installation) -> None:
        installation.remember(post.PORTS, {"imap": 1143, "smtp": 1025})

        node, centre = (sites.environment(site, installation) for site in places.SITES)

        assert centre["EAKTE_SMTP_URL"] == "smtp+plain://127.0.0.1:1025"
        assert "EAKTE_SMTP_URL" not in node
        assert "1025" in " ".join(post.summary(installation))

    @pytest.mark.parametrize("name", ["EAKTE_IMAP_URL", "EAKTE_SMTP_URL"])
    def test_mail_servers_that_somebody_names_are_used_instead(self, name: str, installation: places.Installation) -> None:
        own = replace(installation, chosen={name: "smtps://post.example"})
        own.remember(post.PORTS, {"imap": 1143, "smtp": 1025})

        post.start(own, account.caller())

        assert processes.running(post.GROUP, own) is None
        assert post.environment(own) == {}
        assert post.summary(own) == []
        assert sites.environment("centre", own)[name] == "smtps://post.example"

    def test_where_it_cannot_be_had_the_rest_goes_on_without(
        self, installation: places.Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(packages, "NEEDED_FOR_POST", ("no-such-package-anywhere",))
        monkeypatch.setattr(packages, "_as_root", lambda: None)

        post.start(installation, account.caller())

        assert "nicht eingerichtet" in capsys.readouterr().out
        assert post.environment(installation) == {}


class TestServers:
    def test_postgres_listens_on_no_network(self, installation: places.Installation) -> None:
        settings = servers.postgres_settings("node", installation)

        assert "listen_addresses = ''" in settings
        assert "unix_socket_permissions = 0700" in settings

    def test_only_a_throwaway_cluster_risks_a_power_cut(self, installation: places.Installation) -> None:
        assert "fsync = off" in servers.postgres_settings("node", installation)
        assert "fsync = off" not in servers.postgres_settings("node", replace(installation, throwaway=False))


class TestProgramsOutput:
    def test_a_failing_program_is_told_with_the_end_of_its_output(self, tmp_path: Path) -> None:
        log = tmp_path / "log"

        with pytest.raises(places.Stop, match="nothing works"):
            account.run(["sh", "-c", "echo nothing works; exit 3"], log=log)

        assert "$ sh -c" in log.read_text()


class TestCount:
    def test_reports_are_added_up_and_errors_count_as_failed(self, tmp_path: Path) -> None:
        for name, numbers in {
            "a": 'tests="5" failures="1" errors="1" skipped="1"',
            "b": 'tests="2" failures="0" errors="0" skipped="0"',
        }.items():
            (tmp_path / f"{name}.xml").write_text(f"<testsuites><testsuite {numbers}/></testsuites>")

        assert testing.count([tmp_path / "a.xml", tmp_path / "b.xml"]) == {"passed": 4, "failed": 2, "skipped": 1}


class TestVendorAssets:
    def test_every_file_that_a_style_sheet_names_is_copied(self, tmp_path: Path) -> None:
        vendor_assets.copy(vendor=tmp_path / "vendor")

        for sheet in (tmp_path / "vendor").rglob("*.css"):
            assert [name for name in vendor_assets.named_files(sheet) if not name.is_file()] == []

    def test_a_missing_font_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "modules" / "kit").mkdir(parents=True)
        (tmp_path / "modules" / "kit" / "a.css").write_text("@font-face { src: url(./gone.woff2) }")
        monkeypatch.setattr(vendor_assets, "ALLOWED", {"kit": ("kit", ("a.css",))})

        with pytest.raises(vendor_assets.AssetMissing, match=r"gone\.woff2"):
            vendor_assets.copy(modules=tmp_path / "modules", vendor=tmp_path / "vendor")

    def test_comments_that_name_source_maps_are_cut(self) -> None:
        assert vendor_assets.without_source_map(b"a{}/*# sourceMappingURL=a.css.map */") == b"a{}"
        assert vendor_assets.without_source_map(b"f()\n//# sourceMappingURL=f.js.map") == b"f()\n"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    """kept(script) runs a shell script under bin/keep; it writes its process id to the file `pid`."""
    started: list[subprocess.Popen[bytes]] = []

    def start(script: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "EAKTE_STOP_SECONDS": "1"}
        command = [str(BIN / "keep"), "sh", "-c", f"echo $$ > pid; {script}"]
        started.append(subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL))
        return started[-1]

    yield start
    for process in started:
        process.terminate()
        process.wait(timeout=SECONDS)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def number_in(path: Path, *, other_than: int = 0) -> int:
    """Wait for a process id in a file."""

    def read() -> int:
        try:
            found = int(path.read_text())
        except (OSError, ValueError):
            return 0
        return found if found != other_than else 0

    return eventually(read)


def number_in_first_line(path: Path) -> int:
    return int(path.read_text().splitlines()[0]) if path.exists() else 0


class TestKeep:
    def test_a_killed_command_is_started_again(self, kept: Callable[[str], object], tmp_path: Path) -> None:
        kept("exec sleep 100")
        first = number_in(tmp_path / "pid")

        os.kill(first, signal.SIGKILL)

        second = number_in(tmp_path / "pid", other_than=first)
        assert second
        assert alive(second)

    def test_what_the_command_left_behind_is_gone_before_the_next_start(self, kept: Callable[[str], object], tmp_path: Path) -> None:
        kept("setsid sh -c 'trap \"\" TERM; echo $$ > child; while :; do sleep 0.1; done' & exec sleep 100")
        first, orphan = number_in(tmp_path / "pid"), number_in(tmp_path / "child")

        os.kill(first, signal.SIGKILL)

        assert number_in(tmp_path / "pid", other_than=first)
        assert not alive(orphan), "although it ignores SIGTERM and has a session of its own"

    def test_ending_it_ends_everything_below(self, kept: Callable[[str], subprocess.Popen[bytes]], tmp_path: Path) -> None:
        keeper = kept("setsid sh -c 'echo $$ > child; exec sleep 100' & exec sleep 100")
        below = [number_in(tmp_path / "pid"), number_in(tmp_path / "child")]

        keeper.terminate()

        assert keeper.wait(timeout=SECONDS) == 0
        assert [pid for pid in below if alive(pid)] == []

    def test_when_it_is_killed_itself_no_command_stays_without_a_keeper(
        self, kept: Callable[[str], subprocess.Popen[bytes]], tmp_path: Path
    ) -> None:
        keeper = kept("exec sleep 100")
        command = number_in(tmp_path / "pid")

        keeper.kill()

        assert eventually(lambda: not alive(command))


class TestGroups:
    """The servers of an installation, really started."""

    @pytest.fixture
    def running(self, installation: places.Installation) -> Iterator[places.Installation]:
        starting.start_servers(installation, account.caller())
        yield installation
        processes.stop("servers", installation)

    @staticmethod
    def postgres(running: places.Installation) -> int:
        """The process id of the living postmaster; 0 if there is none."""
        pid = number_in_first_line(running.var / "postgres" / "node" / "postmaster.pid")
        return pid if alive(pid) else 0

    @staticmethod
    def redis(running: places.Installation) -> int:
        """The process id of the Redis that answers; 0 if none does."""
        try:
            with redis.from_url(servers.redis_url("node", running)) as client:
                return int(client.info("server")["process_id"])
        except redis.RedisError:
            return 0

    @pytest.mark.parametrize("server", ["postgres", "redis"])
    def test_a_killed_server_is_back_by_itself(self, server: str, running: places.Installation) -> None:
        first = getattr(self, server)(running)
        assert first

        os.kill(first, signal.SIGKILL)

        assert eventually(lambda: getattr(self, server)(running) not in (0, first))
        servers.wait_for_servers(running, account.caller())

    def test_a_killed_manager_is_back_by_itself_and_nothing_runs_twice(self, running: places.Installation) -> None:
        keeper = processes.running("servers", running)
        manager = int(Path(f"/proc/{keeper}/task/{keeper}/children").read_text().split()[0])
        first = self.redis(running)

        os.kill(manager, signal.SIGKILL)

        assert eventually(lambda: self.redis(running) not in (0, first))
        assert not alive(first)
        servers.wait_for_servers(running, account.caller())

    def test_starting_twice_leaves_the_first_alone(self, running: places.Installation) -> None:
        before = processes.running("servers", running)

        starting.start_servers(running, account.caller())

        assert processes.running("servers", running) == before

    def test_a_taken_port_is_named_before_anything_is_done(self, installation: places.Installation) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            taken = replace(installation, node_port=other.getsockname()[1])

            with pytest.raises(places.Stop, match=str(taken.node_port)) as refusal:
                starting.start_sites(taken, account.caller())

        assert "EAKTE_NODE_PORT" in refusal.value.advice
        assert not taken.setup_log.exists()

    def test_a_remembered_number_of_another_program_is_not_ended(self, installation: places.Installation) -> None:
        installation.remember("node", {"pid": os.getpid(), "started": 1})

        assert not processes.stop("node", installation)
