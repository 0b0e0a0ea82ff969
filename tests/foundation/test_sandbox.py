"""Programs in the sandbox reach nothing and always end."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from foundation import sandbox
from foundation.sandbox import Exceeded, Limits, SandboxMissing
from tests.foundation.papers import work_folder

PYTHON = "/usr/bin/python3"
QUICK = Limits(cpu_seconds=3, wall_seconds=30, file_bytes=50 * sandbox.MIB, memory_bytes=300 * sandbox.MIB, processes=16)


def run_python(code: str, *, limits: Limits = QUICK, **kwargs: object) -> sandbox.Finished:
    with work_folder() as folder:
        return sandbox.run([PYTHON, "-I", "-c", code], folder=folder, limits=limits, **kwargs)


class TestWhatAProgramReaches:
    def test_runs_as_an_unprivileged_user_without_capabilities(self):
        finished = run_python("import os; print(os.getuid(), [l for l in open('/proc/self/status') if l.startswith('CapEff')])")

        uid, capabilities = finished.stdout.decode().split(" ", 1)
        assert int(uid) != 0
        assert "0000000000000000" in capabilities

    def test_sees_neither_accounts_nor_homes_nor_other_folders(self):
        finished = run_python("import os; print(sorted(os.listdir('/')), os.path.exists('/etc/passwd'), os.path.exists('/home'))")

        listed = finished.stdout.decode()
        assert "False False" in listed
        assert "root" not in listed

    def test_has_no_network(self):
        with_a_server = "import socket; s = socket.socket(); s.settimeout(2); s.connect(('1.1.1.1', 80))"

        assert b"unreachable" in run_python(with_a_server).stderr

    @pytest.mark.parametrize("place", ["/usr/x", "/x", "/dev/shm/x", "/etc/x"])
    def test_writes_nowhere_but_into_its_folder(self, place: str):
        finished = run_python(f"open({place!r}, 'w')")

        assert finished.returncode == 1
        assert b"Error" in finished.stderr

    def test_writes_into_its_folder(self):
        with work_folder() as folder:
            sandbox.run([PYTHON, "-c", "open('made', 'w').write('yes')"], folder=folder, limits=QUICK)

            assert (folder / "made").read_text() == "yes"

    def test_reads_what_it_is_given_and_cannot_change_it(self):
        with work_folder() as folder, work_folder() as elsewhere:
            given = elsewhere / "given.txt"
            given.write_text("kept")

            finished = sandbox.run(
                [PYTHON, "-c", f"print(open({str(given)!r}).read()); open({str(given)!r}, 'w')"],
                folder=folder,
                read_only=[given],
                limits=QUICK,
            )

            assert finished.stdout == b"kept\n"
            assert b"Read-only" in finished.stderr

    def test_knows_nothing_of_our_environment(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("DATABASE_PASSWORD", "secret")

        finished = run_python("import os; print(os.environ)")

        assert b"secret" not in finished.stdout
        assert b"'OMP_THREAD_LIMIT': '1'" in finished.stdout

    def test_gets_its_input_and_tells_its_end(self):
        finished = run_python("import sys; sys.stdout.write(sys.stdin.read().upper()); sys.exit(7)", stdin="grüße".encode())

        assert finished.stdout.decode() == "GRÜSSE"
        assert finished.returncode == 7

    def test_reports_the_signal_that_ended_it(self):
        assert run_python("import os; os.abort()").returncode == -signal.SIGABRT


class TestLimits:
    def test_ends_a_program_that_calculates_for_ever(self):
        with pytest.raises(Exceeded, match="time"):
            run_python("while True: pass")

    def test_ends_a_program_that_sleeps_for_ever(self):
        with pytest.raises(Exceeded, match="time"):
            run_python("import time; time.sleep(60)", limits=Limits(cpu_seconds=5, wall_seconds=1))

    def test_ends_a_group_that_takes_too_much_memory_together(self):
        hungry = "import subprocess, sys, time; x = b'1' * 180_000_000; time.sleep(20)"
        code = f"import subprocess; ps = [subprocess.Popen(['{PYTHON}', '-c', {hungry!r}]) for _ in range(3)]; [p.wait() for p in ps]"

        with pytest.raises(Exceeded, match="memory"):
            run_python(code, limits=Limits(cpu_seconds=20, wall_seconds=20, memory_bytes=300 * sandbox.MIB))

    def test_refuses_one_process_more_memory_than_the_kernel_limit(self):
        assert b"MemoryError" in run_python("x = bytearray(5 * 10**9)").stderr

    def test_ends_a_program_that_fills_the_disk_with_many_files(self):
        code = "import time\nfor i in range(2000):\n    open(str(i), 'wb').write(b'1' * 1_000_000); time.sleep(0.002)"

        with pytest.raises(Exceeded, match="space"):
            run_python(code)

    def test_refuses_one_file_that_is_too_large(self):
        assert b"File too large" in run_python("open('x', 'wb').write(b'1' * 60_000_000)").stderr

    def test_refuses_a_bomb_of_processes(self):
        finished = run_python("import os\nfor _ in range(100):\n    if os.fork() == 0: __import__('time').sleep(1)")

        assert b"Resource temporarily unavailable" in finished.stderr

    def test_takes_grandchildren_along(self):
        with work_folder() as folder:
            escape = (
                "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(3); open('late', 'w')"
            )
            sandbox.run([PYTHON, "-c", escape], folder=folder, limits=QUICK)
            time.sleep(4)

            assert not (folder / "late").exists()

    def test_counts_the_time_of_ended_children(self):
        child = "import time\nwhile time.process_time() < 0.5: pass"

        finished = run_python(f"import subprocess; subprocess.run(['{PYTHON}', '-c', {child!r}])", limits=Limits(wall_seconds=60))

        assert finished.cpu_seconds > 0.5


class TestWaiting:
    def test_calls_the_beat_while_waiting(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(sandbox, "BEAT_SECONDS", 0.3)
        beats: list[float] = []

        run_python("import time; time.sleep(1.5)", beat=lambda: beats.append(time.monotonic()))

        assert len(beats) >= 2

    def test_ends_the_program_when_the_beat_says_so(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(sandbox, "BEAT_SECONDS", 0.3)

        def lost_lease() -> None:
            raise RuntimeError("another worker has taken over")

        with pytest.raises(RuntimeError, match="another worker"):
            run_python("import time; time.sleep(20)", beat=lost_lease)

    def test_costs_little(self):
        with work_folder() as folder:
            took = [sandbox.run(["/usr/bin/true"], folder=folder).cpu_seconds for _ in range(9)]

        assert sorted(took)[4] < 0.05  # 10 ms on a quiet machine


class TestSandboxMissing:
    def test_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(sandbox.shutil, "which", lambda *_args, **_kwargs: None)

        with pytest.raises(SandboxMissing, match="bubblewrap"):
            run_python("pass")

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
    def test_root_needs_the_service_user(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
        monkeypatch.setattr(sandbox, "SERVICE_USER", "nobody-of-that-name")

        with pytest.raises(SandboxMissing, match="adduser"):
            sandbox.run(["/usr/bin/true"], folder=tmp_path)


class TestPython:
    def test_runs_our_scripts_with_our_libraries(self, tmp_path: Path):
        with work_folder() as folder:
            script = folder / "script.py"
            script.write_text("import pikepdf, sys; print(sys.flags.isolated)")

            finished = sandbox.run(sandbox.python(script), folder=folder, read_only=sandbox.python_paths())

        assert finished.stdout == b"1\n"
        assert sys.executable
