"""Random faults while programs file without a pause: how many acknowledged documents are lost, doubled or never become ready?

    .venv/bin/python benchmarks/faults.py --n 20 [--seed 1] [--programs 3]

A node of its own as real processes, as in tests/journeys/test_recovery.py. After the last fault the broker and the workers have to come back to
work by themselves; then everything that was acknowledged (201) is compared with what is there.

Three times are told apart. "goes on": until the first reading was finished after the last fault. "no orphan": until nothing was left that
nobody would have read - held by a reader that is dead, or in no queue. "all ready": until the honest work that had piled up was done, too.
"""

import argparse
import hashlib
import io
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.foundation.papers import scan
from tests.journeys.faulty_node import Clerk, NoAnswer, Node, running, until

FAULTS = ("kill_readers", "kill_web", "restart_postgres", "empty_redis", "restart_redis")
SECONDS_TO_READ = 600
# Twice a second: the readings that are not done, and the orphans among them. Who holds one renews it every 8 s at least; a message is in nobody's
# hands for an instant between a queue and a reader, so that only who is missing twice running is an orphan.
LOOK = """
import time
from datetime import timedelta
from django.db import connections
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone
import ebehoerdenakte.celery
from records.models import Reading, ReadingSlice
from tenants import queues
missing = set()
def in_queues():
    return {(name, pk) for lane in queues.LANES for name, ids in queues.named(lane).items() for pk in ids}
def look():
    global missing
    parts = ReadingSlice.objects.filter(reading=OuterRef("pk"), done_at__isnull=True)
    undone = {"reading_id": Reading.objects.exclude(Exists(parts)), "slice_id": ReadingSlice.objects.all()}
    rows = [(name, *row) for name, all in undone.items() for row in all.filter(done_at__isnull=True).values_list("pk", "holder", "heartbeat_at")]
    queued, dead = in_queues(), timezone.now() - timedelta(seconds=17)
    silent = {(name, pk) for name, pk, holder, beat in rows if holder and beat < dead}
    lost = {(name, pk) for name, pk, holder, beat in rows if not holder} - queued
    orphans, missing = silent | (lost & missing), lost
    done = max((model.objects.aggregate(at=Max("done_at"))["at"] for model in (Reading, ReadingSlice)), key=lambda at: at.timestamp() if at else 0)
    return {"at": time.time(), "undone": len(rows), "orphans": len(orphans), "done_at": done.timestamp() if done else 0}
while True:
    try:
        print(json.dumps(look()), flush=True)
    except Exception as trouble:
        connections.close_all()
        print(json.dumps({"at": time.time(), "trouble": str(trouble)[:80]}), flush=True)
    time.sleep(0.5)
"""


class Watch:
    """What was to be read, and what of it nobody would have read, twice a second until the end."""

    def __init__(self, node: Node) -> None:
        self.seen: list[dict[str, Any]] = []
        self._process = node.watching(LOOK)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._thread.join()

    def told(self, fault: float) -> str:
        """The times after the last fault (seconds since the epoch). A node that gave no answer counts as not yet back to work."""
        since = [look for look in self.seen if look["at"] >= fault]
        answers = [look for look in since if "trouble" not in look]
        on = next((look["done_at"] - fault for look in answers if look["done_at"] > fault), None)
        last_orphan = max((look["at"] - fault for look in since if look.get("orphans", 1)), default=0.0)
        most = max((look["orphans"] for look in answers), default=0)
        waiting = answers[0]["undone"] if answers else 0
        goes_on = "nothing was left to read" if on is None else f"goes on after {on:.0f} s"
        return f"{goes_on}, no orphan after {last_orphan:.0f} s (at most {most} at once), {waiting} were to be read"

    def _listen(self) -> None:
        assert self._process.stdout is not None
        self.seen.extend(json.loads(line) for line in self._process.stdout)


class Programs:
    """Programs that file scans and texts, each repeating under its key what it got no answer to."""

    def __init__(self, clerk: Clerk, file: str, count: int) -> None:
        self.clerk, self.file = clerk, file
        self.acknowledged: dict[str, str] = {}
        self._numbers = iter(range(1, 1_000_000))
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._file_on, daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Let each finish what it is about."""
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _file_on(self) -> None:
        while not self._ended.is_set():
            number = next(self._numbers)
            name, content = (f"{number}.pdf", scanned(number)) if number % 8 == 0 else (f"{number}.txt", f"Brief {number}".encode())
            made = self.clerk.upload_surely(self.file, name, content, seconds=180)
            self.acknowledged[made.body["id"]] = hashlib.sha256(content).hexdigest()
            self._ended.wait(0.3)


def scanned(number: int) -> bytes:
    """Two sheets without a letter that a program could copy."""
    buffer = io.BytesIO()
    scan(f"Bescheid {number}", "Anlage").save(buffer)
    return buffer.getvalue()


def main() -> None:
    """Injure a node and print what became of the documents."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=20, help="number of faults")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--programs", type=int, default=3)
    parser.add_argument("--pause", type=float, default=6.0, help="most seconds between two faults")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="eakte-faults-") as folder, running(Path(folder)) as node:
        injure(node, arguments)


def injure(node: Node, arguments: argparse.Namespace) -> None:
    """The run itself."""
    dice, clerk = random.Random(arguments.seed), node.clerk()
    file = clerk.new_file("Prüfakte der Ausfälle")
    watch = Watch(node)
    programs, done, began, last = Programs(clerk, file, arguments.programs), Counter[str](), time.monotonic(), time.time()
    for _ in range(arguments.n):
        time.sleep(dice.uniform(0.5, arguments.pause))
        fault, last = dice.choice(FAULTS), time.time()
        try:
            getattr(node, fault)()
        except Exception:
            done[f"{fault} while it was still down"] += 1
            continue
        done[fault] += 1
    programs.end()
    under_fire = time.monotonic() - began
    finished(clerk, file)
    all_ready = time.time() - last
    watch.end()
    documents = clerk.documents(file)
    shas = Counter(document["sha256"] for document in documents)
    there = {document["id"]: document["sha256"] for document in documents}
    lost = [made for made, sha in programs.acknowledged.items() if there.get(made) != sha]
    doubled = [sha for sha, count in shas.items() if count > 1]
    states = Counter(document["state"] for document in documents)
    print("faults              ", ", ".join(f"{name} {count}" for name, count in sorted(done.items())), f"in {under_fire:.0f} s")
    print("acknowledged        ", len(programs.acknowledged))
    print("there               ", len(documents), "not acknowledged:", len(there.keys() - programs.acknowledged.keys()))
    print("lost                ", len(lost))
    print("doubled             ", len(doubled))
    print("states              ", dict(states), f"{all_ready:.0f} s after the last fault")
    print("the last fault      ", watch.told(last))
    for document in documents:
        if document["state"] != "ready":
            print("                    ", document["id"], document["state"], document["failure"])
    sys.exit(1 if lost or doubled or states.keys() != {"ready"} else 0)


def finished(clerk: Clerk, file: str) -> None:
    """Wait until nothing is being read any more."""

    def over() -> bool:
        return all(document["state"] in {"ready", "failed"} for document in clerk.documents(file))

    try:
        until(over, seconds=SECONDS_TO_READ, what="all are read")
    except (AssertionError, NoAnswer) as trouble:
        print(trouble)


if __name__ == "__main__":
    main()
