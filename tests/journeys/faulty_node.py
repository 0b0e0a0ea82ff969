"""A node of its own as real processes, made by the same code as bin/up, and the faults that hit one: killed processes, a lost broker.

Nothing here reaches into the product: documents go in and come out by the REST API. PostgreSQL writes as it does in life (what it has
acknowledged survives an immediate shutdown); only Redis keeps nothing, so that a restart is a restart with an empty broker.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "bin"))

from installation import account, places, processes, servers, sites  # noqa: E402 - found by the line above

TOWN, HOST = "musterstadt", "musterstadt.localhost"
POLL_SECONDS = 0.25


@dataclass(frozen=True)
class Answer:
    """What the API answered; `body` is JSON where there is any."""

    status: int
    body: Any


class NoAnswer(Exception):
    """The connection broke, or nobody listens: the caller cannot know what became of the request."""


class Node:
    """One running node with one town and a small demo. `stop` ends every process that `start` has begun."""

    def __init__(self, folder: Path, **settings: str) -> None:
        port, unused = places.free_ports(2)
        chosen = {"EAKTE_STOP_SECONDS": "3", **settings}
        self.installation = places.Installation(var=folder, node_port=port, centre_port=unused, chosen=chosen)
        self.account = account.service_account(create=False)

    def start(self) -> None:
        sites.own_folders(self.installation, self.account)
        servers.prepare(self.installation, self.account, running=False)
        for conf in (self.installation.var / "redis").glob("*/redis.conf"):
            conf.write_text(conf.read_text().replace("appendonly yes", "appendonly no"))
        environment = account.plain_environment(EAKTE_VAR=str(self.installation.var))
        processes.start("servers", self.installation, self.account, environment)
        servers.wait_for_servers(self.installation, self.account)
        servers.make_roles(self.installation)
        self.manage("create_municipality", TOWN, "--host", HOST)
        self.manage("load_demo", "--small", "--town", TOWN)
        processes.start("node", self.installation, self.account, self.environment)
        sites.wait_until_ready("node", self.installation.node_port, self.installation)

    def stop(self) -> None:
        for group in ("node", "servers"):
            processes.stop(group, self.installation)

    @property
    def environment(self) -> dict[str, str]:
        return sites.environment("node", self.installation)

    @property
    def store(self) -> Path:
        return self.installation.var / "store" / TOWN

    def manage(self, *arguments: str) -> None:
        sites.manage("node", *arguments, installation=self.installation, account=self.account)

    def inside(self, statements: str, **values: Any) -> Any:
        """Run statements in a process of the product, with the town in force and `given` at hand; what they leave in `told` comes back."""
        command = self._program(f"{_indented(statements)}print(json.dumps(told))", values)
        done = subprocess.run(command, cwd=PROJECT, env=self.environment, capture_output=True, text=True, **self.account.identity())
        if done.returncode:
            raise RuntimeError(done.stderr)
        return json.loads(done.stdout.splitlines()[-1])

    def watching(self, statements: str) -> subprocess.Popen[str]:
        """Begin to run statements as `inside` does; the caller reads what they print, and ends them."""
        command = self._program(_indented(statements), {})
        return subprocess.Popen(command, cwd=PROJECT, env=self.environment, stdout=subprocess.PIPE, text=True, **self.account.identity())

    def _program(self, statements: str, values: dict[str, Any]) -> list[str]:
        program = (
            "import json, sys, django; django.setup()\n"
            "from tenants import current, registry\n"
            "given, told = json.loads(sys.argv[1]), None\n"
            f"with current.use(registry.by_slug({TOWN!r})):\n{statements}"
        )
        return [str(places.PYTHON), "-c", program, json.dumps(values, default=str)]

    # --- Processes ---------------------------------------------------------------------------------------------------------------

    def pids(self, *words: str) -> list[int]:
        """Processes of this node whose command line holds all these words, parents first. What only keeps them running does not count."""
        roots = [processes.running(group, self.installation) for group in ("node", "servers")]
        commands = {pid: _command(pid) for root in roots if root for pid in _below(root)}
        return [pid for pid, command in commands.items() if "bin/keep" not in command and all(word in command for word in words)]

    def kill(self, *words: str) -> list[int]:
        """SIGKILL to all of them at once, as a machine without memory would."""
        killed = self.pids(*words)
        assert killed, f"no process runs {words}"
        for pid in killed:
            _signal(pid, signal.SIGKILL)
        return killed

    def kill_readers(self) -> list[int]:
        """The workers that read, parents and children."""
        return self.kill("celery", "-n reader")

    def kill_web(self) -> list[int]:
        return self.kill("gunicorn")

    def restart_postgres(self) -> None:
        """An immediate shutdown: every session is cut, nothing is written any more; bin/keep starts it again."""
        folder = str(self.installation.var / "postgres" / "node")
        postmaster, *_just_forked = self.pids("bin/postgres -D", folder)
        _signal(postmaster, signal.SIGQUIT)

    def restart_redis(self) -> None:
        """Killed, and started again with nothing in it."""
        port = self.installation.remembered("redis-port-node")
        self.kill(f"redis-server 127.0.0.1:{port}")

    def empty_redis(self) -> None:
        with self._redis() as broker:
            broker.flushall()

    def waiting(self) -> int:
        """Messages in the reading queues."""
        with self._redis() as broker:
            return sum(int(broker.llen(f"m.{TOWN}.read{lane}")) for lane in ("", ".large"))

    def _redis(self) -> Any:
        return redis.Redis.from_url(servers.redis_url("node", self.installation))

    def clerk(self) -> Clerk:
        """A clerk of the demo, signed in with a new password."""
        statements = (
            "from records.demo import loading, people\n"
            f"name = next(person.username for person in people.people({TOWN!r}) if person.role == 'clerk')\n"
            "told = loading.set_passwords(usernames=[name], new=iter([given['password']]))"
        )
        [(username, password)] = self.inside(statements, password=secrets.token_urlsafe(16)).items()
        return Clerk(self.installation.node_port, username, password)


class Clerk:
    """A program that files for a clerk, with her token. Every call makes a connection of its own, as after a broken one."""

    host = HOST

    def __init__(self, port: int, username: str, password: str) -> None:
        self.port, self.token, self._credentials = port, "", {"username": username, "password": password}
        self.sign_in()

    def sign_in(self) -> None:
        self.token = self.ask("POST", "auth/token/", self._credentials).body["token"]

    def at(self, port: int) -> Clerk:
        """The same clerk at another door of the node."""
        return Clerk(port, **self._credentials)

    def ask(self, method: str, path: str, sent: Any = None, *, port: int = 0, timeout: float = 30, **headers: str) -> Answer:
        """One call below /api/v1/. Raises NoAnswer."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=timeout)
        headers = {"Host": self.host, **({"Authorization": f"Bearer {self.token}"} if self.token else {}), **headers}
        if sent is not None and not isinstance(sent, bytes):
            sent, headers = json.dumps(sent).encode(), {"Content-Type": "application/json", **headers}
        try:
            connection.request(method, f"/api/v1/{path}", sent, headers)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as refusal:
            raise NoAnswer(str(refusal)) from refusal
        finally:
            connection.close()
        return Answer(answer.status, json.loads(body) if body[:1] in (b"{", b"[") else body)

    def new_file(self, title: str) -> str:
        """A file in the first unit where the clerk may make one; its id."""
        for unit in self.ask("GET", "file-plan/?page_size=200").body["results"]:
            if unit["is_leaf"]:
                made = self.ask("POST", "files/", {"file_plan_unit": unit["id"], "title": title})
                if made.status == 201:
                    return str(made.body["id"])
        raise AssertionError("no unit to file in")

    def upload(self, file: str, name: str, content: bytes, key: str = "") -> Answer:
        body, media_type = multipart(file, name, content)
        more = {"Idempotency-Key": key} if key else {}
        return self.ask("POST", "documents/", body, **{"Content-Type": media_type, **more})

    def upload_surely(self, file: str, name: str, content: bytes, *, seconds: float = 90) -> Answer:
        """Upload under one key until it is acknowledged, as a scanner program would."""
        key, deadline = secrets.token_hex(16), time.monotonic() + seconds
        while True:
            try:
                answer = self.upload(file, name, content, key)
                if answer.status == 201:
                    return answer
                assert answer.status in (409, 502, 503), answer
            except NoAnswer:
                pass
            assert time.monotonic() < deadline, f"{name} was not taken in within {seconds} s"
            time.sleep(POLL_SECONDS)

    def documents(self, file: str) -> list[dict[str, Any]]:
        """All documents of a file. Raises NoAnswer, also while the town's database is away."""
        found, path = [], f"documents/?file={file}&page_size=200"
        while path:
            page = self._seen(path)
            found += page["results"]
            path = page["next"] and page["next"].partition("/api/v1/")[2]
        return found

    def documents_surely(self, file: str, *, seconds: float = 60) -> list[dict[str, Any]]:
        """The same, asked again while one of the web processes still turns people away after a fault."""
        found: list[dict[str, Any]] = []
        until(lambda: found.extend(self.documents(file)) is None, seconds=seconds, what="the documents are listed")
        return found

    def pages(self, document: str) -> list[dict[str, Any]]:
        return list(self._seen(f"documents/{document}/text/")["pages"])

    def _seen(self, path: str) -> Any:
        answer = self.ask("GET", path)
        if answer.status >= 500:
            raise NoAnswer(str(answer))
        return answer.body


def multipart(file: str, name: str, content: bytes) -> tuple[bytes, str]:
    """The body of an upload and its media type."""
    head = (
        f'--line\r\nContent-Disposition: form-data; name="file"\r\n\r\n{file}\r\n'
        f'--line\r\nContent-Disposition: form-data; name="content"; filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'
    )
    return head.encode() + content + b"\r\n--line--\r\n", "multipart/form-data; boundary=line"


def until(holds: Callable[[], Any], *, seconds: float, what: str) -> float:
    """Wait until something holds; gives the seconds it took. A call that nobody answers counts as "not yet"."""
    began = time.monotonic()
    while True:
        try:
            if holds():
                return time.monotonic() - began
        except NoAnswer:
            pass
        assert time.monotonic() - began < seconds, f"{what}: not within {seconds:g} s"
        time.sleep(POLL_SECONDS)


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Node]:
    """A node for the length of a block."""
    node = Node(folder, **settings)
    try:
        node.start()
        yield node
    finally:
        node.stop()


def _indented(statements: str) -> str:
    return "".join(f"    {line}\n" for line in statements.strip().splitlines())


def _below(pid: int) -> Iterable[int]:
    try:
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return
    for child in children:
        yield child
        yield from _below(child)


def _command(pid: int) -> str:
    """A process's command line; "" if it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
