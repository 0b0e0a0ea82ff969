"""Killed workers, a killed web server, PostgreSQL cut off, Redis emptied, a full disk: what was acknowledged is there once and becomes ready.

A node of its own as real processes (tests/journeys/faulty_node.py), asked by the REST API. Seconds are measured and shown by `pytest -s`.
"""

from __future__ import annotations

import hashlib
import io
import os
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.foundation.papers import scan
from tests.journeys.faulty_node import PROJECT, Clerk, NoAnswer, Node, multipart, running, until

pytestmark = pytest.mark.faults
BACK_TO_WORK = 60  # seconds: what the product promises
READ = 150  # seconds in which all of a test's scans are read, on a busy machine with two cores
_numbers = iter(range(1, 10_000))


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with running(tmp_path_factory.mktemp("node")) as started:
        yield started


@pytest.fixture(scope="module")
def clerk(node: Node) -> Clerk:
    return node.clerk()


@pytest.fixture
def file(clerk: Clerk) -> str:
    """A file to upload into, once both web processes have let go of the fault before (each has a breaker of its own)."""
    calm, deadline = 0, time.monotonic() + 90
    while calm < 8 and time.monotonic() < deadline:
        try:
            calm = calm + 1 if clerk.ask("GET", "me/").status == 200 else 0
        except NoAnswer:
            calm = 0
        time.sleep(0.25)
    return clerk.new_file(f"Prüfakte {next(_numbers)}")


def paper(pages: int = 1) -> bytes:
    """A scan like no other: images only, with a word on each page that only reading finds."""
    number, buffer = next(_numbers), io.BytesIO()
    scan(*(f"Baugenehmigung {number}\nBlatt {page}\nWiderspruch" for page in range(1, pages + 1))).save(buffer)
    return buffer.getvalue()


def text() -> bytes:
    return f"Sehr geehrte Damen und Herren, dies ist Brief {next(_numbers)}.".encode()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def being_read(clerk: Clerk, file: str) -> bool:
    return any(document["state"] == "reading" for document in clerk.documents(file))


def all_ready(clerk: Clerk, file: str) -> bool:
    states = Counter(document["state"] for document in clerk.documents(file))
    assert not states["failed"], [document["failure"] for document in clerk.documents(file)]
    return states.keys() == {"ready"}


def one_ready(clerk: Clerk, file: str, but: set[str]) -> bool:
    return any(document["state"] == "ready" and document["id"] not in but for document in clerk.documents(file))


def assert_each_once(clerk: Clerk, file: str, acknowledged: dict[str, str]) -> None:
    """`acknowledged`: id → SHA-256. All are there, nothing else is, and no bytes are there twice."""
    documents = clerk.documents_surely(file)
    assert {document["id"]: document["sha256"] for document in documents} == acknowledged
    assert max(Counter(document["sha256"] for document in documents).values()) == 1


def report(what: str, seconds: float) -> None:
    print(f"\n    {what}: {seconds:.1f} s")


class TestKilledWorkers:
    def test_what_they_were_reading_becomes_ready_by_itself(self, node: Node, clerk: Clerk, file: str) -> None:
        """Parents and children at once, in the middle of a long scan and several short ones."""
        papers = [paper(pages=6), *(paper() for _ in range(4)), text()]
        acknowledged = {clerk.upload(file, "scan.pdf", content).body["id"]: sha256(content) for content in papers}
        until(lambda: being_read(clerk, file), seconds=30, what="somebody reads")

        node.kill_readers()

        before = {document["id"] for document in clerk.documents(file) if document["state"] == "ready"}
        report("back to work", until(lambda: one_ready(clerk, file, before), seconds=BACK_TO_WORK, what="the first is ready"))
        report("all ready", until(lambda: all_ready(clerk, file), seconds=READ, what="all are ready"))
        assert_each_once(clerk, file, acknowledged)
        pages = {document["id"]: clerk.pages(document["id"]) for document in clerk.documents(file)}
        assert sorted(len(found) for found in pages.values()) == [1, 1, 1, 1, 1, 6]
        assert all("Widerspruch" in page["text"] or "Brief" in page["text"] for found in pages.values() for page in found)

    def test_a_killed_child_alone_is_replaced(self, node: Node, clerk: Clerk, file: str) -> None:
        content = paper(pages=3)
        made = clerk.upload(file, "scan.pdf", content).body["id"]
        until(lambda: being_read(clerk, file), seconds=30, what="somebody reads")
        workers = node.pids("celery", "-n reader")
        parents = {int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]) for pid in workers}

        for pid in workers:
            if pid not in parents:
                os.kill(pid, 9)

        report("ready", until(lambda: all_ready(clerk, file), seconds=READ, what="ready"))
        assert_each_once(clerk, file, {made: sha256(content)})

    def test_a_message_that_comes_three_times_doubles_no_page(self, node: Node, clerk: Clerk, file: str) -> None:
        content = paper(pages=2)
        made = clerk.upload(file, "scan.pdf", content).body["id"]
        again = """
        from celery import current_app
        import ebehoerdenakte.celery
        from records.models import Reading
        reading = Reading.objects.get(version__document__public_id=given["id"])
        for _ in range(3): current_app.send_task("records.read_document", kwargs={"reading_id": reading.pk}, queue="m.musterstadt.read")
        """
        node.inside(_flat(again), id=made)
        until(lambda: all_ready(clerk, file), seconds=READ, what="ready")
        first = clerk.pages(made)

        node.inside(_flat(again), id=made)
        until(lambda: node.waiting() == 0, seconds=30, what="all messages are delivered")

        assert [page["number"] for page in first] == [1, 2]
        assert clerk.pages(made) == first
        told = node.inside(
            _flat(
                """
                from records.models import JournalEntry
                told = JournalEntry.objects.filter(object_id=given["id"], act="read").count()
                """
            ),
            id=made,
        )
        assert told == 1


class TestKilledWebServer:
    def test_half_an_upload_leaves_nothing_and_the_next_one_works(self, node: Node, clerk: Clerk, file: str) -> None:
        arriving, objects = node.store / "incoming", _objects(node)
        body, media_type = multipart(file, "halb.pdf", b"%PDF-1.4 " + os.urandom(8 * 2**20))
        with socket.create_connection(("127.0.0.1", clerk.port)) as line:
            head = f"POST /api/v1/documents/ HTTP/1.1\r\nHost: {clerk.host}\r\nAuthorization: Bearer {clerk.token}\r\n"
            line.sendall(f"{head}Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body[: len(body) // 2])
            until(lambda: any(part.stat().st_size > 2**20 for part in arriving.iterdir()), seconds=20, what="half of it arrives")

            node.kill_web()

        content = text()
        began = time.monotonic()
        made = clerk.upload_surely(file, "danach.txt", content).body["id"]
        report("the next upload is acknowledged", time.monotonic() - began)
        assert_each_once(clerk, file, {made: sha256(content)})
        assert _objects(node) - objects == {sha256(content)}
        [half] = arriving.iterdir()
        os.utime(half, (0, 0))  # the sweep leaves alone what may still be arriving
        node.inside("from records import storekeeping\nstorekeeping.sweep()")
        assert list(arriving.iterdir()) == []


class TestPostgresRestarted:
    def test_what_was_acknowledged_meanwhile_is_there_once(self, node: Node, clerk: Clerk, file: str) -> None:
        """Three programs upload without a pause while every session is cut twice; each repeats what it got no answer to."""
        acknowledged: dict[str, str] = {}
        ended = threading.Event()

        def file_on() -> None:
            while not ended.is_set():
                content = text()
                acknowledged[clerk.upload_surely(file, "brief.txt", content).body["id"]] = sha256(content)

        programs = [threading.Thread(target=file_on) for _ in range(3)]
        for program in programs:
            program.start()
        try:
            for _ in range(2):
                time.sleep(4)
                node.restart_postgres()
            before = len(acknowledged)
            report("uploads go on", until(lambda: len(acknowledged) > before, seconds=BACK_TO_WORK, what="the next upload is acknowledged"))
            time.sleep(2)
        finally:
            ended.set()
            for program in programs:
                program.join(120)

        report(f"all {len(acknowledged)} ready", until(lambda: all_ready(clerk, file), seconds=READ, what="all are ready"))
        assert_each_once(clerk, file, acknowledged)

    def test_scans_in_the_middle_of_reading_become_ready(self, node: Node, clerk: Clerk, file: str) -> None:
        papers = [paper() for _ in range(4)]
        acknowledged = {clerk.upload(file, "scan.pdf", content).body["id"]: sha256(content) for content in papers}
        until(lambda: being_read(clerk, file), seconds=30, what="somebody reads")

        node.restart_postgres()

        report("all ready", until(lambda: all_ready(clerk, file), seconds=READ, what="all are ready"))
        assert_each_once(clerk, file, acknowledged)

    def test_what_was_filed_since_is_found(self, node: Node, clerk: Clerk, file: str) -> None:
        """The process that keeps the index in step has lost its connection, too."""
        node.restart_postgres()
        word = f"Rathausuhr{next(_numbers)}"
        clerk.upload_surely(file, "uhr.txt", word.encode())

        seconds = until(lambda: clerk.ask("GET", f"search/?q={word}").body.get("count") == 1, seconds=BACK_TO_WORK, what="it is found")

        report("found", seconds)


class TestBrokerLost:
    @pytest.mark.parametrize("fault", ["empty_redis", "restart_redis"])
    def test_what_was_waiting_becomes_ready_by_itself(self, fault: str, node: Node, clerk: Clerk, file: str) -> None:
        papers = [paper(pages=2) for _ in range(6)]
        acknowledged = {clerk.upload(file, "scan.pdf", content).body["id"]: sha256(content) for content in papers}
        assert node.waiting() > 0, "some wait while others are read"

        getattr(node, fault)()

        before = {document["id"] for document in clerk.documents(file) if document["state"] == "ready"}
        report("back to work", until(lambda: one_ready(clerk, file, before), seconds=BACK_TO_WORK, what="the next is ready"))
        report("all ready", until(lambda: all_ready(clerk, file), seconds=READ, what="all are ready"))
        assert_each_once(clerk, file, acknowledged)

    def test_uploads_are_taken_in_while_it_is_away(self, node: Node, clerk: Clerk, file: str) -> None:
        """Nobody at a counter waits for a broker."""
        content = text()
        [broker] = node.pids(f"redis-server 127.0.0.1:{node.installation.remembered('redis-port-node')}")
        os.kill(broker, 19)  # SIGSTOP: it neither answers nor refuses
        try:
            began = time.monotonic()
            made = clerk.upload(file, "brief.txt", content)
            report("acknowledged", time.monotonic() - began)
            clerk.sign_in()
        finally:
            os.kill(broker, 18)

        assert made.status == 201
        report("ready", until(lambda: all_ready(clerk, file), seconds=BACK_TO_WORK, what="ready"))
        assert_each_once(clerk, file, {made.body["id"]: sha256(content)})


class TestFullDisk:
    def test_is_said_in_german_and_nothing_is_half_there(self, node: Node, clerk: Clerk, file: str) -> None:
        """A second web process of the node sees the town's store on a disk of its own that has hardly any room."""
        store = node.store
        port = _free_port()
        beside = ["bwrap", "--dev-bind", "/", "/", "--size", str(258 * 2**20), "--tmpfs", str(store), "--die-with-parent"]
        serve = ["gunicorn", "-c", "ebehoerdenakte/gunicorn.py", "--bind", f"127.0.0.1:{port}", "ebehoerdenakte.wsgi:application"]
        env = {**node.environment, "EAKTE_WEB_WORKERS": "1"}
        with subprocess.Popen([*beside, *serve], cwd=PROJECT, env=env, stderr=subprocess.DEVNULL, **node.account.identity()) as web:
            try:
                until(lambda: clerk.ask("GET", "me/", port=port).status == 200, seconds=60, what="the second web process answers")
                there = clerk.at(port)

                refused = there.upload(file, "gross.pdf", b"%PDF-1.4 " + bytes(80 * 2**20))
                left = [path.name for path in Path(f"/proc/{_youngest(web.pid)}/root{store}").rglob("*") if path.is_file()]
            finally:
                web.terminate()

        assert refused.status == 507, refused
        assert refused.body["status"] == 507
        assert "voll" in refused.body["detail"].casefold()
        assert left == []
        assert clerk.documents(file) == []
        content = text()
        made = clerk.upload_surely(file, "danach.txt", content).body["id"]
        assert_each_once(clerk, file, {made: sha256(content)})


def _objects(node: Node) -> set[str]:
    return {path.name for path in (node.store / "objects").rglob("*") if path.is_file()}


def _flat(statements: str) -> str:
    lines = [line for line in statements.splitlines() if line.strip()]
    indent = len(lines[0]) - len(lines[0].lstrip())
    return "\n".join(line[indent:] for line in lines)


def _youngest(pid: int) -> int:
    """The last of a line of processes: a worker of the web server in its sandbox."""
    while children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        pid = int(children[-1])
    return pid


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
