"""Random faults while programs file without a pause: how many acknowledged documents are lost, doubled or never become ready?

    .venv/bin/python benchmarks/faults.py --n 20 [--seed 1] [--programs 3]

A node of its own as real processes, as in tests/journeys/test_recovery.py. After the last fault the broker and the workers have to come back to
work by themselves; then everything that was acknowledged (201) is compared with what is there.
"""

import argparse
import hashlib
import io
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.foundation.papers import scan
from tests.journeys.faulty_node import Clerk, NoAnswer, Node, running, until

FAULTS = ("kill_readers", "kill_web", "restart_postgres", "empty_redis", "restart_redis")
SECONDS_TO_READ = 600


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
    programs, done, began = Programs(clerk, file, arguments.programs), Counter[str](), time.monotonic()
    for _ in range(arguments.n):
        time.sleep(dice.uniform(0.5, arguments.pause))
        fault = dice.choice(FAULTS)
        try:
            getattr(node, fault)()
        except Exception:
            done[f"{fault} while it was still down"] += 1
            continue
        done[fault] += 1
    programs.end()
    under_fire, ended = time.monotonic() - began, time.monotonic()
    finished(clerk, file)
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
    print("states              ", dict(states), f"{time.monotonic() - ended:.0f} s after the last fault")
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
