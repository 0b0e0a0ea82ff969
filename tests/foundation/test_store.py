"""The store: what was kept is there, whole, once; what was not leaves nothing."""

import gc
import hashlib
import multiprocessing
import os
import shutil
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import pytest

from foundation.store import Damaged, NotInStore, Store, StoreFull, StoreUnavailable

LETTER = b"Sehr geehrte Frau Yilmaz, ..." * 1000
PROJECT = Path(__file__).resolve().parents[2]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def content(opened: BinaryIO) -> bytes:
    with opened:
        return opened.read()


def flip_a_bit(store: Store, name: str) -> None:
    path = store.path(name)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o640)
    path.write_bytes(content)


def arriving(store: Store) -> list[Path]:
    folder = store.root / "incoming"
    return list(folder.iterdir()) if folder.exists() else []


class TestKeep:
    def test_names_bytes_by_their_hash(self, tmp_path):
        store = Store(tmp_path)
        with store.receive() as incoming:
            incoming.write(LETTER[:100])
            incoming.write(LETTER[100:])
            stored = store.keep(incoming)

        assert (stored.sha256, stored.size) == (sha256(LETTER), len(LETTER))
        assert content(store.open(stored.sha256)) == LETTER
        assert store.size(stored.sha256) == len(LETTER)
        assert list(store.objects()) == [stored.sha256]
        assert arriving(store) == []

    def test_makes_the_object_read_only(self, tmp_path):
        store = Store(tmp_path)

        path = store.path(store.put(LETTER).sha256)

        assert path.stat().st_mode & 0o777 == 0o440
        assert path.relative_to(tmp_path).parts[:3] == ("objects", path.name[:2], path.name[2:4])

    def test_keeps_an_empty_file(self, tmp_path):
        store = Store(tmp_path)

        stored = store.put(b"")

        assert stored.size == 0
        assert store.verify(stored.sha256)

    def test_keeps_a_copy_of_a_file(self, tmp_path):
        (tmp_path / "scan.pdf").write_bytes(LETTER)
        store = Store(tmp_path)

        assert store.put(tmp_path / "scan.pdf").sha256 == sha256(LETTER)
        assert (tmp_path / "scan.pdf").exists()

    def test_keeps_the_same_bytes_once_and_notes_the_day(self, tmp_path):
        store = Store(tmp_path)
        path = store.path(store.put(LETTER).sha256)
        inode = path.stat().st_ino
        os.utime(path, (1, 1))

        store.put(LETTER)

        assert path.stat().st_ino == inode
        assert time.time() - path.stat().st_mtime < 60
        assert arriving(store) == []

    def test_mends_a_damaged_object_when_its_bytes_arrive_again(self, tmp_path):
        store = Store(tmp_path)
        name = store.put(LETTER).sha256
        flip_a_bit(store, name)

        store.put(LETTER)

        assert store.verify(name)

    def test_answers_the_same_when_asked_twice(self, tmp_path):
        store = Store(tmp_path)
        with store.receive() as incoming:
            incoming.write(LETTER)
            assert store.keep(incoming) == store.keep(incoming)

    def test_takes_the_same_bytes_from_many_threads_at_once(self, tmp_path):
        store = Store(tmp_path)
        start = threading.Barrier(8)
        kept: list[str] = []

        def put() -> None:
            start.wait()
            kept.append(store.put(LETTER).sha256)

        threads = [threading.Thread(target=put) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert kept == [sha256(LETTER)] * 8
        assert store.verify(kept[0])
        assert arriving(store) == []

    def test_takes_the_same_bytes_from_many_processes_at_once(self, tmp_path):
        with multiprocessing.get_context("spawn").Pool(3) as pool:
            kept = pool.map(_put_twenty, [tmp_path] * 3)

        store = Store(tmp_path)
        assert kept[0] == kept[1] == kept[2]
        assert sorted(store.objects()) == sorted(kept[0])
        assert all(store.verify(name) for name in kept[0])
        assert arriving(store) == []

    def test_goes_on_after_a_backup_was_put_in_its_place(self, tmp_path):
        store = Store(tmp_path)
        name = store.put(LETTER).sha256
        shutil.rmtree(store.path(name).parent.parent)

        assert store.put(LETTER).sha256 == name
        assert store.verify(name)

    def test_does_not_begin_anew_when_the_disk_is_gone(self, tmp_path):
        store = Store(tmp_path)
        store.put(LETTER)
        shutil.rmtree(tmp_path / "objects")

        with pytest.raises(StoreUnavailable):
            store.put(LETTER)


def _put_twenty(root: Path) -> list[str]:
    store = Store(root)
    return [store.put(number.to_bytes(2, "big") * 5000).sha256 for number in range(20)]


class TestReceive:
    def test_leaves_nothing_of_a_broken_off_upload(self, tmp_path):
        store = Store(tmp_path)

        with suppress(ConnectionResetError), store.receive() as incoming:
            incoming.write(LETTER)
            raise ConnectionResetError

        assert arriving(store) == []
        assert list(store.objects()) == []

    def test_leaves_nothing_of_a_forgotten_upload(self, tmp_path):
        store = Store(tmp_path)
        incoming = store.receive()
        incoming.write(LETTER)

        del incoming
        gc.collect()

        assert arriving(store) == []

    def test_lets_what_has_arrived_be_read_before_and_after_it_is_kept(self, tmp_path):
        store = Store(tmp_path)
        with store.receive() as incoming:
            incoming.write(LETTER)
            before = content(incoming.open())
            store.keep(incoming)
            after = content(incoming.open())

        assert before == after == LETTER

    def test_refuses_when_the_disk_has_less_room_than_must_stay_free(self, tmp_path):
        store = Store(tmp_path, reserve_bytes=1 << 60)

        with pytest.raises(StoreFull):
            store.receive()

    def test_refuses_a_file_that_is_announced_too_large(self, tmp_path):
        with pytest.raises(StoreFull):
            Store(tmp_path).receive(expected_bytes=1 << 60)

    def test_refuses_to_build_a_store_where_a_disk_is_not_mounted(self, tmp_path):
        store = Store(tmp_path / "not mounted")

        with pytest.raises(StoreUnavailable):
            store.put(LETTER)

        assert not (tmp_path / "not mounted").exists()

    def test_leaves_nothing_half_there_on_a_disk_that_is_really_full(self):
        """A file system of 2 MB in a namespace of its own."""
        program = """
            from pathlib import Path
            from foundation.store import Store, StoreFull
            store = Store(Path("/mnt"), reserve_bytes=0)
            kept = store.put(b"x" * 500_000)
            for attempt in range(2):
                try:
                    with store.receive() as incoming:
                        for _ in range(100):
                            incoming.write(b"y" * 65536)
                    print("not full?")
                except StoreFull:
                    pass
            print([path.name for path in Path("/mnt/incoming").iterdir()], list(store.objects()) == [kept.sha256], store.verify(kept.sha256))
            store.put(b"z" * 500_000)
            print("room again")
        """
        namespace = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--size", str(2 << 20), "--tmpfs", "/mnt", "--chdir", str(PROJECT)]
        done = subprocess.run([*namespace, sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=False)

        assert done.stdout.splitlines() == ["[] True True", "room again"], done.stderr


class TestOpen:
    def test_says_that_an_object_is_not_there(self, tmp_path):
        store = Store(tmp_path)
        store.put(LETTER)

        for ask in (store.open, store.open_verified, store.size, store.verify):
            with pytest.raises(NotInStore):
                ask("0" * 64)
        assert not store.has("0" * 64)

    @pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 63 + "\n"])
    def test_takes_nothing_but_a_hash_for_a_name(self, tmp_path, name):
        store = Store(tmp_path)

        with pytest.raises(ValueError, match="SHA-256"):
            store.path(name)
        with pytest.raises(NotInStore):
            store.open(name)
        assert not store.has(name)

    def test_tells_a_missing_disk_from_a_missing_object(self, tmp_path):
        store = Store(tmp_path)
        name = store.put(LETTER).sha256
        (tmp_path / "objects").rename(tmp_path / "elsewhere")

        for ask in (store.open, store.has, store.verify, store.remove):
            with pytest.raises(StoreUnavailable):
                ask(name)

    def test_never_hands_out_a_flipped_bit(self, tmp_path):
        store = Store(tmp_path)
        name = store.put(LETTER).sha256
        flip_a_bit(store, name)

        assert not store.verify(name)
        with pytest.raises(Damaged):
            store.open_verified(name)

    def test_looks_again_when_the_file_was_touched_after_a_check(self, tmp_path):
        store = Store(tmp_path)
        name = store.put(LETTER).sha256
        store.open_verified(name).close()
        flip_a_bit(store, name)

        with pytest.raises(Damaged):
            store.open_verified(name)

    def test_hands_out_sound_bytes_from_their_beginning(self, tmp_path):
        store = Store(tmp_path)
        name = store.put(LETTER).sha256

        assert content(store.open_verified(name)) == content(store.open_verified(name)) == LETTER


class TestHousekeeping:
    def test_removes_an_object_and_minds_no_second_time(self, tmp_path):
        store = Store(tmp_path)
        name = store.put(LETTER).sha256

        store.remove(name)
        store.remove(name)

        assert not store.has(name)

    def test_sweeps_what_killed_processes_left_and_spares_what_still_arrives(self, tmp_path):
        store = Store(tmp_path)
        killed = "import os, pathlib, foundation.store as s; i = s.Store(pathlib.Path('.')).receive(); i.write(b'half'); os._exit(9)"
        subprocess.run([sys.executable, "-c", killed], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(PROJECT)}, check=False)
        (left,) = arriving(store)
        os.utime(left, (1, 1))
        with store.receive() as incoming:
            incoming.write(LETTER)

            assert store.sweep_incoming(older_than_seconds=3600) == 1
            assert arriving(store) == [incoming.path]

    def test_lists_nothing_in_a_new_store(self, tmp_path):
        assert list(Store(tmp_path).objects()) == []
        assert Store(tmp_path).sweep_incoming(0) == 0


class TestPutAll:
    def test_keeps_several_and_the_same_bytes_once(self, tmp_path):
        store = Store(tmp_path)

        kept = store.put_all([LETTER, b"zwei", LETTER])

        assert [one.sha256 for one in kept] == [sha256(LETTER), sha256(b"zwei"), sha256(LETTER)]
        assert [one.size for one in kept] == [len(LETTER), 4, len(LETTER)]
        assert sorted(store.objects()) == sorted({sha256(LETTER), sha256(b"zwei")})
        assert content(store.open_verified(sha256(b"zwei"))) == b"zwei"
        assert arriving(store) == []

    def test_gives_nothing_before_files_and_folders_are_on_the_disk(self, tmp_path, monkeypatch):
        store, done = Store(tmp_path), []
        real_sync, real_link = os.fsync, os.link
        monkeypatch.setattr(os, "fsync", lambda number: (done.append(os.readlink(f"/proc/self/fd/{number}")), real_sync(number)))
        monkeypatch.setattr(os, "link", lambda source, target: (done.append(f"link {target}"), real_link(source, target)))

        kept = store.put_all([b"eins", b"zwei"])

        links = [place for place, what in enumerate(done) if what.startswith("link")]
        assert len([what for what in done[: links[0]] if "/incoming/" in what]) == 2  # each file before the first name
        for one in kept:
            assert str(store.path(one.sha256).parent) in done[links[-1] :]  # each folder after the last

    def test_a_full_disk_keeps_none_and_leaves_nothing_half_arrived(self, tmp_path, monkeypatch):
        store = Store(tmp_path)
        room = iter([None, StoreFull("full")])

        def require_room(needed=0):
            if (trouble := next(room, None)) is not None:
                raise trouble

        monkeypatch.setattr(store, "require_room", require_room)

        with pytest.raises(StoreFull):
            store.put_all([b"eins", b"zwei"])
        assert list(store.objects()) == []
        assert arriving(store) == []
