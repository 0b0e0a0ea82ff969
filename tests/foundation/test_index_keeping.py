"""Writing the index: one writer, its cursor, other processes, and its generations."""

import json
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from foundation.index import Entry, Index, NeedsRebuild, Superseded, WriterBusy, rebuilding
from foundation.query import parse

from .indexes import ALL, entry, filled


class TestWriting:
    def test_replaces_and_removes(self, tmp_path):
        index = filled(tmp_path, [entry(1, "alt"), entry(2, "bleibt"), entry(3, "geht")])

        with index.writer() as writer:
            writer.replace([entry(1, "neu")])
            writer.remove([3, 4711])
            writer.commit("2")

        assert list(index.rows()) == [(1, 1, 1), (2, 2, 1)]
        assert len(index) == 2
        assert index.search(parse("alt ODER geht"), scopes=ALL).count == 0
        assert index.search(parse("neu"), scopes=ALL).count == 1

    def test_the_same_document_twice_in_a_batch_stays_one(self, tmp_path):
        index = filled(tmp_path, [entry(1, "erst"), entry(1, "zuletzt")])

        assert len(index) == 1
        assert index.search(parse("zuletzt"), scopes=ALL).count == 1

    def test_the_cursor_is_committed_with_the_documents_or_not_at_all(self, tmp_path):
        index = filled(tmp_path, [entry(1)], cursor='{"log": 17}')

        with index.writer() as writer:
            writer.replace([entry(2)])

        assert (len(index), index.cursor()) == (1, '{"log": 17}')

    def test_an_empty_index_has_no_cursor(self, tmp_path):
        assert Index.open(tmp_path / "new").cursor() is None

    def test_there_is_one_writer_at_a_time(self, tmp_path):
        index = Index.open(tmp_path)

        with index.writer(), pytest.raises(WriterBusy):
            index.writer()

        index.writer().close()

    def test_stores_nothing_that_could_be_read_back(self, tmp_path):
        filled(tmp_path, [entry(1, "Geheimniskraemerei", title="Verschlusssache")])

        store = b"".join(path.read_bytes() for path in tmp_path.rglob("*.store"))

        assert b"Geheim" not in store
        assert b"Verschluss" not in store


def write_in_another_process(folder: Path, committed: Any) -> None:
    filled(folder, [entry(2, "Nachricht")], cursor="2")
    committed.set()


def write_until_killed(folder: Path, started: Any) -> None:
    index = Index.open(folder)
    with index.writer(memory=15_000_000) as writer:
        for number in range(2, 100_000):
            writer.replace([entry(number, "Nachricht")])
            if number % 10 == 0:
                writer.commit(str(number))
                started.set()


class TestProcesses:
    def test_a_commit_of_another_process_is_seen_within_a_second(self, tmp_path):
        index = filled(tmp_path, [entry(1, "Nachricht")])
        context = multiprocessing.get_context("spawn")
        committed = context.Event()
        other = context.Process(target=write_in_another_process, args=(tmp_path, committed))

        other.start()
        assert committed.wait(60)
        deadline = time.monotonic() + 1
        while index.search(parse("Nachricht"), scopes=ALL).count < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        other.join()

        assert index.search(parse("Nachricht"), scopes=ALL).count == 2

    def test_after_kill_9_documents_and_cursor_agree_and_the_lock_is_free(self, tmp_path):
        filled(tmp_path, [entry(1)])
        context = multiprocessing.get_context("spawn")
        started = context.Event()
        other = context.Process(target=write_until_killed, args=(tmp_path, started))
        other.start()
        assert started.wait(60)
        time.sleep(0.3)

        os.kill(other.pid or 0, signal.SIGKILL)
        other.join()

        index = Index.open(tmp_path)
        assert len(index) == int(index.cursor() or 0)
        with index.writer() as writer:
            writer.replace([entry(100_001)])
            writer.commit("done")
        assert index.cursor() == "done"


class TestRebuild:
    def test_searching_goes_on_and_then_sees_the_new_generation(self, tmp_path):
        index = filled(tmp_path, [entry(1, "alt")])

        with rebuilding(tmp_path) as writer:
            writer.add([entry(2, "neu"), entry(3, "neu")])
            writer.commit("9")
            during = index.search(parse("alt"), scopes=ALL).count

        assert during == 1
        assert index.search(parse("alt"), scopes=ALL).count == 0
        assert (len(index), index.cursor()) == (2, "9")
        assert len(list(tmp_path.glob("g-*"))) == 1

    def test_a_failed_rebuild_changes_nothing(self, tmp_path):
        index = filled(tmp_path, [entry(1, "alt")])

        def entries_until_the_database_fails() -> Iterator[Entry]:
            yield entry(2)
            raise RuntimeError

        with pytest.raises(RuntimeError), rebuilding(tmp_path) as writer:
            writer.add(entries_until_the_database_fails())

        assert index.search(parse("alt"), scopes=ALL).count == 1
        assert len(list(tmp_path.glob("g-*"))) == 1

    def test_a_followers_writer_learns_that_it_was_superseded(self, tmp_path):
        index = filled(tmp_path, [entry(1)])

        with index.writer() as follower:
            with rebuilding(tmp_path) as writer:
                writer.commit("9")
            follower.replace([entry(2)])
            with pytest.raises(Superseded):
                follower.commit("10")

        with index.writer() as follower:
            follower.replace([entry(2)])
            follower.commit("10")
        assert (len(index), index.cursor()) == (1, "10")

    def test_there_is_one_rebuild_at_a_time(self, tmp_path):
        with rebuilding(tmp_path) as writer:
            with pytest.raises(WriterBusy), rebuilding(tmp_path):
                pass
            writer.commit("1")

        assert Index.open(tmp_path).cursor() == "1"

    @pytest.mark.parametrize("change", [{"analyzer": "older"}, {"schema": 0}])
    def test_an_index_of_another_analyzer_or_schema_asks_for_a_rebuild(self, tmp_path, change):
        filled(tmp_path, [entry(1, "alt")])
        (format_file,) = tmp_path.glob("g-*/format.json")
        format_file.write_text(json.dumps({**json.loads(format_file.read_text()), **change}))

        with pytest.raises(NeedsRebuild):
            Index.open(tmp_path)
        with rebuilding(tmp_path) as writer:
            writer.commit("1")

        assert len(Index.open(tmp_path)) == 0

    def test_an_outdated_analyzer_is_good_enough_while_the_rebuild_runs(self, tmp_path):
        filled(tmp_path, [entry(1, "alt")])
        (format_file,) = tmp_path.glob("g-*/format.json")
        format_file.write_text(json.dumps({**json.loads(format_file.read_text()), "analyzer": "older"}))

        index = Index.open(tmp_path, accept_outdated=True)

        assert index.search(parse("alt"), scopes=ALL).count == 1
